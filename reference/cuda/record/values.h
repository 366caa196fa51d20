// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reference/cuda/device.h"
#include "reference/cuda/llama_shape.h"
#include "reference/cuda/record/recording.h"

namespace weft::reference::cuda {

/// What a stage found: a line for people, and what is wrong, if anything is.
struct Findings {
  std::vector<std::string> lines;
  std::vector<std::string> faults;

  void add(const std::string& line, bool good);
};

/// Every case on the device against float64: outputs and errors are filled in, and cases that are
/// wrong taken out.
Status run_cases(Device& device, std::vector<OpCase>& cases, Findings& findings);

/// Every model, by Model and, where its shapes allow, by Decoder too, whose tokens must
/// be the same; without those that are wrong. `root`: of the repository, for the zoo.
Result<std::vector<ModelRun>> run_models(Device& device, const std::vector<FunctionalModel>& models,
                                         const std::string& root, Findings& findings);

}  // namespace weft::reference::cuda
