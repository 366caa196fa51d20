// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "mapper/routes/negotiate.h"

namespace weft::mapper::routes {
namespace {

/// Adds tiles to a tree, each once.
class TreeBuilder {
 public:
  explicit TreeBuilder(Tile source) { add(source, -1); }

  int add(Tile tile, int parent) {
    const auto [at, fresh] = index_.try_emplace(tile, static_cast<int>(tree_.size()));
    if (fresh) {
      tree_.push_back({tile, parent});
    }
    return at->second;
  }
  Tree finish() && { return std::move(tree_); }

 private:
  Tree tree_;
  std::map<Tile, int> index_;
};

}  // namespace

Tree xy_tree(Tile source, const std::vector<Tile>& sinks) {
  TreeBuilder builder(source);
  for (const Tile& sink : sinks) {
    Tile at = source;
    int node = 0;
    while (at.x != sink.x) {
      at.x += at.x < sink.x ? 1 : -1;
      node = builder.add(at, node);
    }
    while (at.y != sink.y) {
      at.y += at.y < sink.y ? 1 : -1;
      node = builder.add(at, node);
    }
  }
  return std::move(builder).finish();
}

}  // namespace weft::mapper::routes
