// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mapper/collectives/tree.h"

namespace weft::mapper::collectives {

/// Ways to reduce along a line. The table in algorithm.cpp is the one place that spells them.
enum class Algorithm : std::uint8_t {
  chain,
  star,
  tree,
  two_phase,
  ktree,
  automatic,
  ring,
  count_
};
inline constexpr int kAlgorithms = static_cast<int>(Algorithm::count_);

struct AlgorithmInfo {
  Algorithm algorithm;
  std::string_view name;
  std::string_view help;
};
const std::array<AlgorithmInfo, kAlgorithms>& all_algorithms();
std::string_view name_of(Algorithm algorithm);
std::optional<Algorithm> algorithm_of(std::string_view name);

/// Neighbors pass their sums on, from both ends to the root.
Tree chain_tree(int tiles, int root);
/// Every tile sends straight to the root, nearest first.
Tree star_tree(int tiles, int root);
/// Halves, halves of halves …: ⌈log2 P⌉ rounds on either side of the root. Tiles that `store` send
/// only what they have taken in whole, as in the published form.
Tree binary_tree(int tiles, int root, bool store);
/// Chains of `group` tiles to their end nearest the root, then a chain of these. The farthest group
/// may `store`, so that its train comes after those of the groups before it.
Tree two_phase_tree(int tiles, int root, int group, bool store);
/// The two-level tree of WaferLLM: groups of `group` tiles, each rooted in its middle, their roots
/// in a chain to the group in the middle.
Tree grouped_center_tree(int tiles, int group, bool store);

}  // namespace weft::mapper::collectives
