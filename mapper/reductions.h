// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "mapper/collectives/color_plan.h"
#include "mapper/decoder.h"
#include "mapper/shape.h"

namespace weft::mapper {

/// Lines an all-reduce runs along: rows of tiles, columns, and the columns that share a head group.
enum class Axis : std::uint8_t { x, y, group };

/// Every all-reduce of strategy `tensor`, in the order in which a token meets them.
enum class Reduction : std::uint8_t {
  prompt,
  embed,
  input_norm,
  qkv,
  scores,
  maxima,
  merge,
  o,
  post_norm,
  gate_up,
  down,
  norm,
  logits,
  token,
  count_
};
inline constexpr std::size_t kReductions = static_cast<std::size_t>(Reduction::count_);

struct ReductionInfo {
  Reduction reduction;
  std::string_view name;  ///< of the op in mapping files
  Axis axis;
};
const std::array<ReductionInfo, kReductions>& all_reductions();

/// fp32 or storage words of one tile's train when a step has `rows` tokens; of logits, all pieces.
std::int64_t words_of(Reduction reduction, const Decoder& decoder, const Shape& shape, int rows);

/// What the user said of one all-reduce; nothing: the cheapest.
struct ReductionChoice {
  std::optional<collectives::Algorithm> algorithm;
  std::optional<bool> edge;  ///< rooted at the edge, or in the center
  std::optional<int> root;   ///< … or at a position of the line
  int groups = 0;            ///< of two_phase and ktree

  bool operator==(const ReductionChoice&) const = default;
};
using ReductionChoices = std::array<std::optional<ReductionChoice>, kReductions>;

/// How often a step has so many tokens.
struct Steps {
  int rows = 1;
  double times = 1;
};

/// One plan for all reductions of an axis – tiles then differ once, not once a reduction – and one
/// more for every choice of the user's.
struct Reductions {
  std::vector<collectives::LinePlan> plans;
  std::vector<collectives::Colors> colors;
  std::vector<Axis> axes;                  ///< by plan
  std::vector<int> group;                  ///< by plan: tiles of a group; 0: it has none
  std::array<int, kReductions> plan_of{};  ///< -1: the mapping has no such reduction
  std::vector<std::string> uses;           ///< by plan: names of its reductions
  /// Trains the logits of a tile go in, one all-reduce after the other: a token's one long train
  /// would keep all of a layer's from the trees that are best for them.
  int logit_pieces = 1;

  int colors_used() const;
  /// Position of the line where sums come together; 0: the mapping has no such reduction.
  int root_of(Reduction reduction) const;
};

/// Errors: input: colors short (which flows), a choice that cannot be met.
Result<Reductions> plan_reductions(const Decoder& decoder, const Shape& shape,
                                   const std::vector<Steps>& steps, const ReductionChoices& choices,
                                   const arch::Machine& machine, int available_colors);

}  // namespace weft::mapper
