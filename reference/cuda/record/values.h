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

/// After an error: whether later work can still be run; a finding where it cannot.
bool recovers(Device& device, Findings& findings);

/// Every case on the device against float64: outputs and errors are filled in, and cases that are
/// wrong, or were not reached, taken out.
void run_cases(Device& device, std::vector<OpCase>& cases, Findings& findings);

/// Every model by Model, without those whose values are wrong. Checked beside: that Decoder, where
/// shapes allow it, gives the same tokens, and that weights are drawn on the device as on the host.
/// `root`: of the repository, for the zoo.
std::vector<ModelRun> run_models(Device& device, const std::vector<FunctionalModel>& models,
                                 const std::string& root, Findings& findings);

}  // namespace weft::reference::cuda
