// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/dtype.h"
#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "models/checkpoint.h"
#include "reference/executor.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// What a run showed and how to read it, for those who hold it against a reference. Refers to what
/// others own.
struct CheckedRun {
  const models::Checkpoint& checkpoint;
  const isa::Bundle& bundle;
  const std::map<std::string, DenseTensor>& tensors;
  std::vector<int> tokens;     ///< every position the run went through, prompt first
  std::vector<int> generated;  ///< greedy ids, the first follows position first_logits
  int first_logits = 0;        ///< first position with logits
  int prompt = 0;              ///< how many of the tokens were given
  DType sums = DType::f32;     ///< what the machine sums products in
  int sequence = 0;            ///< of a batch: which one
  int batch = 1;               ///< sequences whose rows lie side by side in `tensors`

  /// First position a node was simulated at: nodes after the layers are wanted from the first
  /// logits on.
  std::int64_t first_row(const models::Node& node) const;
  /// A norm may ride with the product that follows: then nobody saw its output.
  bool shows(const models::Node& node) const;
  /// [positions from `from` on, columns]. Errors: internal (not shown at every position).
  Result<reference::Values> simulated(const std::string& name, std::int64_t from) const;
  /// ", tile (3,0)": the tile that answers for a column of a logical tensor; or empty.
  std::string tile_of(const std::string& name, std::int64_t column) const;
};

/// One for each sequence, put together from what a run recorded. Errors: input (the run showed no
/// tokens).
Result<std::vector<CheckedRun>> checked_runs(const models::Checkpoint& checkpoint,
                                             const isa::Bundle& bundle,
                                             const std::map<std::string, DenseTensor>& tensors,
                                             const traces::Recording& recording,
                                             const arch::Machine& machine);

/// Greedy tokens and logits against those of a reference run from the same prompt: `logits` is
/// [positions, vocabulary] from position 0 on. Notes in `check` what was compared and the first
/// token that differs by more than the logits are off. Errors: internal.
Status check_tokens(const CheckedRun& run, const reference::Values& logits, traces::Check& check);

}  // namespace weft::cli
