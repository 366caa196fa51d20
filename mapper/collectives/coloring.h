// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/collectives/tree.h"

namespace weft::mapper::collectives {

/// The trains of a tree as colors of its line: two whose routers overlap, ends included, differ.
struct TreeColors {
  std::vector<int> up;  ///< by tile, of the train to its parent; -1: the root
  int count = 0;
};

/// Levels are colored from the highest down, each train from the root outwards, with the first
/// color free. Levels that share a `block` draw from the same colors: one block for all takes as
/// few colors as any coloring of the intervals can; a block a level takes two a level, but tiles of
/// a level then behave alike wherever they lie.
TreeColors color_trains(const Tree& tree, int levels_in_block);

/// What tiles of the line do differently: colors received, in order, and sent.
int count_places(const Tree& tree, const TreeColors& colors);

}  // namespace weft::mapper::collectives
