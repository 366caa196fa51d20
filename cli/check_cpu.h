// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "models/checkpoint.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// What a run showed and how to read it.
struct CheckInput {
  const models::Checkpoint& checkpoint;
  const isa::Bundle& bundle;
  const std::map<std::string, DenseTensor>& tensors;
  std::vector<int> tokens;     ///< every position the run went through, prompt first
  std::vector<int> generated;  ///< greedy ids, the first follows position first_logits
  int first_logits = 0;        ///< first position with logits
};

/// Holds a run against the float64 reference. Local: each op's output against the reference op fed
/// with the simulated inputs of that op, element by element inside the bounds of docs/numerics.md.
/// End to end: layer outputs and greedy tokens against the reference run from the prompt.
Result<traces::Check> check_against_cpu(const CheckInput& input);

}  // namespace weft::cli
