// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/route_tree.h"

namespace weft::sim {

/// Which colors share links, from the routes alone. Colors that do, directly or through others,
/// form a group; the trains of a group of one color can be held up by nobody else's.
struct Sharing {
  struct Link {
    std::uint32_t link = 0;           ///< tile * 4 + direction - 1
    std::vector<std::int32_t> trees;  ///< routed over it, two or more
    /// Not all of them come from one link before it: words may wait here for each other's.
    /// Elsewhere they arrive in single file.
    bool joins = false;
  };
  struct Group {
    std::vector<std::int32_t> colors;
    std::int64_t shared_links = 0;
    std::uint32_t example = 0;  ///< one of them

    bool is_exclusive() const { return shared_links == 0; }
  };

  std::vector<Link> links;    ///< shared ones, by number
  std::vector<Group> groups;  ///< of the colors that have routes, by their lowest color

  /// Index into `links`, -1: the link is one color's alone.
  std::int32_t find(std::uint32_t link) const;
  /// "c0, c1 and c4 share 12 links, e.g. (3,4) east", the largest group first; empty: nobody does.
  std::string text(int grid_width) const;
};

Sharing find_sharing(const isa::RouteTrees& routes);

}  // namespace weft::sim
