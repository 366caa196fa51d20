// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/scalar/engine.h"

namespace weft::sim::scalar {

// Segments and junctions of every tree, and at each tile's ports those it may use. False when one
// is too long.
bool Engine::lay_out_routes() {
  routes_ = isa::trace_routes(bundle_, machine_);
  std::size_t segments = 0;
  for (const isa::RouteTree& tree : routes_.trees) {
    segments += tree.nodes.size() - 1;
    for (const isa::RouteNode& node : tree.nodes) {
      if (node.latency > kMostPlaces || node.places > kMostPlaces) {
        return false;
      }
    }
  }
  segments_.reserve(segments);
  ends_.reserve(segments);
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    lay_out_tree(static_cast<std::int32_t>(t));
  }
  find_shared_links();
  return true;
}

void Engine::lay_out_tree(std::int32_t t) {
  const isa::RouteTree& tree = routes_.trees[static_cast<std::size_t>(t)];
  const auto base = static_cast<std::int32_t>(segments_.size());
  first_segment_.push_back(base);
  const auto connect = [&](TileId id, bool in, std::int32_t to) {
    const int grid_width = machine_.grid().width();
    const int x = static_cast<int>(id.index()) % grid_width;
    const int y = static_cast<int>(id.index()) / grid_width;
    if (!region_.contains(x, y)) {
      return;
    }
    const auto tile = static_cast<std::size_t>((y - region_.y) * region_.width + x - region_.x);
    if (program_of_[tile] == kNone) {
      return;
    }
    const Program& program = programs_[program_of_[tile]];
    const auto& colors = in ? program.in_colors : program.out_colors;
    const auto at = std::find(colors.begin(), colors.end(), tree.color);
    if (at != colors.end()) {
      const std::ptrdiff_t port =
          at - colors.begin() + (in ? 0 : static_cast<std::ptrdiff_t>(program.in_colors.size()));
      ports_[static_cast<std::size_t>(tiles_[tile].ports + port)] = to;
    }
  };
  // Segment n - 1 ends at node n.
  std::vector<std::int32_t> junction_of(tree.nodes.size(), kNone);
  for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
    const isa::RouteNode& node = tree.nodes[n];
    const auto up = n == 0 ? kNone : base + static_cast<std::int32_t>(n) - 1;
    if (node.kind == isa::RouteNode::Kind::fork || (n == 0 && node.children.size() > 1)) {
      junction_of[n] = static_cast<std::int32_t>(junctions_.size());
      Junction& junction = junctions_.emplace_back();
      junction.up = up;
      junction.first = static_cast<std::int32_t>(branches_.size());
      junction.count = static_cast<std::int32_t>(node.children.size());
      for (const std::int32_t child : node.children) {
        branches_.push_back(base + child - 1);
      }
    }
    if (n == 0) {
      if (!node.children.empty()) {
        connect(node.tile, false, junction_of[0] == kNone ? base : -2 - junction_of[0]);
      }
      continue;
    }
    Segment& segment = segments_.emplace_back();
    Ends& ends = ends_.emplace_back();
    segment.latency = static_cast<std::uint16_t>(node.latency & kMostPlaces);
    segment.places = static_cast<std::uint16_t>(node.places);
    ends.tree = t;
    ends.above = junction_of[static_cast<std::size_t>(node.parent)];
    ends.below = junction_of[n];
    ends.sink = node.kind == isa::RouteNode::Kind::sink;
    segment.sender = ends.above == kNone ? kNone : Segment::kFork;
    segment.taker = ends.below == kNone ? kNone : Segment::kFork;
    if (ends.sink) {
      connect(node.tile, true, up);
    }
  }
}

void Engine::find_shared_links() {
  constexpr std::int32_t kUnused = -1;
  constexpr std::int32_t kShared = -2;
  const auto links = static_cast<std::size_t>(machine_.grid().width()) *
                     static_cast<std::size_t>(machine_.grid().height()) * 4;
  std::vector<std::int32_t> user(links, kUnused);  // a tree; then the number of the SharedLink
  const auto each = [&](auto&& visit) {
    for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
      const auto& nodes = routes_.trees[t].nodes;
      for (std::size_t n = 1; n < nodes.size(); ++n) {
        for (std::size_t i = 0; i < nodes[n].links.size(); ++i) {
          visit(static_cast<std::int32_t>(t), n, i, user[nodes[n].links[i]]);
        }
      }
    }
  };
  each([](std::int32_t tree, std::size_t, std::size_t, std::int32_t& use) {
    use = use == kUnused || use == tree ? tree : kShared;
  });
  std::int32_t shared = 0;
  for (std::int32_t& use : user) {
    use = use == kShared ? shared++ : kUnused;
  }
  shared_links_.resize(static_cast<std::size_t>(shared));
  std::vector<std::int32_t> latest(shared_links_.size(), kNone);
  std::vector<isa::LinkAt> places;  // of the segment under way
  each([&](std::int32_t tree, std::size_t n, std::size_t i, std::int32_t link) {
    if (i == 0) {
      places = isa::links_at(routes_.trees[static_cast<std::size_t>(tree)], n, machine_.fabric());
    }
    if (link == kUnused) {
      return;
    }
    const std::int32_t segment =
        first_segment_[static_cast<std::size_t>(tree)] + static_cast<std::int32_t>(n) - 1;
    segment_at(segment).shared = true;
    ends_at(segment).shared_links.push_back({link, places[i]});
    if (latest[static_cast<std::size_t>(link)] != tree) {
      latest[static_cast<std::size_t>(link)] = tree;
      shared_links_[static_cast<std::size_t>(link)].add_tree(tree);
    }
  });
}

// Words from `word` on left the end of a segment, the last of them in cycle `last`. A word enters a
// link when it can have come there and the word `places` before it, from the link to the end, has
// left: at once where those all left before.
void Engine::note_link_use(std::int32_t index, Word word, Word past, Time last) {
  const Segment& segment = segment_at(index);
  Ends& ends = ends_at(index);
  const std::int64_t first_issue = epoch_ + word + pool_.find(segment.passed, word).offset;
  const std::int64_t last_issue = epoch_ + past - 1 + pool_.find(segment.passed, past - 1).offset;
  for (const auto& [link, at] : ends.shared_links) {
    const std::int64_t behind = segment.places - at.places;
    const std::int64_t freed = past - word > behind ? epoch_ + last - behind : ends.noted;
    shared_links_[static_cast<std::size_t>(link)].use(ends.tree, first_issue + at.latency,
                                                      std::max(last_issue + at.latency, freed));
  }
  ends.noted = epoch_ + last;
}

std::int64_t Engine::meetings() const {
  std::int64_t sum = 0;
  for (const SharedLink& link : shared_links_) {
    sum += link.meetings();
  }
  return sum;
}

// Colors that end with words on the way, by receiver.
std::int64_t Engine::undrained() const {
  std::int64_t count = 0;
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    const Ends& ends = ends_[s];
    const Segment& root = segment_at(first_segment_[static_cast<std::size_t>(ends.tree)]);
    count += ends.sink && segments_[s].taken != root.passed.known ? 1 : 0;
  }
  return count;
}

// Words over the link that carried most.
std::int64_t Engine::busiest_link() const {
  std::vector<std::int64_t> load;
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    const auto root = static_cast<std::size_t>(first_segment_[t]);
    if (root == segments_.size() || routes_.trees[t].nodes.size() < 2) {
      continue;
    }
    const std::int64_t words = ends_[root].words + segments_[root].passed.known;
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        load.resize(std::max<std::size_t>(load.size(), link + 1));
        load[link] += words;
      }
    }
  }
  return load.empty() ? 0 : *std::max_element(load.begin(), load.end());
}

}  // namespace weft::sim::scalar
