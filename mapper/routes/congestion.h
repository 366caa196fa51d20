// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "mapper/routes/mesh.h"
#include "mapper/routes/nets.h"

namespace weft::mapper::routes {

/// Who is on which link and router now, and which of them were wanted by too many before.
class Congestion {
 public:
  Congestion(const Problem& problem, const std::vector<Net>& nets, const Mesh& mesh);

  void place(int net, const Tree& tree);
  void remove(int net, const Tree& tree);

  /// What it costs a net to take an open link, in parts of a hop (kHop). `pressure` is the price
  /// of taking what is full.
  std::int64_t cost(int net, const Link& link, std::int64_t pressure) const;
  static constexpr std::int64_t kHop = 1024;

  /// Whether anything on the way of the net is taken by more than may be.
  bool is_crowded(int net, const Tree& tree) const;
  /// Makes what the net has too much company on dearer for all rounds to come.
  void remember(int net, const Tree& tree);
  void remember(Tile tile) { tile_past_[mesh_.index(tile)] += kHop / 2; }
  /// The first place on the way of a net that is too full, with all who are there.
  std::string complaint(int net, const Tree& tree) const;

 private:
  std::vector<int> company(int net, const Link& link) const;
  int surplus(Tile tile, int more) const;

  const Problem& problem_;
  const std::vector<Net>& nets_;
  const Mesh& mesh_;
  std::unordered_map<std::size_t, std::vector<int>> on_link_;
  std::vector<int> on_tile_;
  std::unordered_map<std::size_t, std::int64_t> link_past_;
  std::vector<std::int64_t> tile_past_;
  std::int64_t mean_words_ = 1;
};

}  // namespace weft::mapper::routes
