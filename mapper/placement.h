// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "base/result.h"
#include "mapper/decoder.h"

namespace weft::mapper {

/// One region of a mapping and what of the model stays in it. All regions of a mapping are of one
/// size, so that a tensor lies the same way in each.
struct RegionPlan {
  std::string name;
  weft::Rect rect;
  int first_layer = 0;
  int layers = 0;
  bool vocabulary = false;  ///< embedding and head

  bool operator==(const RegionPlan&) const = default;
};

/// Regions in the order in which a token passes them. One region holds everything; of several, one
/// holds the vocabulary and no layers and stands last: it sends embedded tokens to the first and
/// takes them from the one before it.
struct Placement {
  std::vector<RegionPlan> regions;

  bool single() const { return regions.size() == 1; }
  const weft::Rect& size() const { return regions.front().rect; }
  weft::Rect extent() const;  ///< smallest rectangle around all regions
  bool operator==(const Placement&) const = default;
};

/// Of so many columns, those that hold parts of heads: as many a head group, none with less than a
/// rotated pair. Columns beyond have no part in attention, run ahead of the others and send what
/// sums along rows take while those still use the links: trains meet.
int head_columns(const Decoder& decoder, int across);

/// Everything in one region.
Placement place_in_one(const Decoder& decoder, const weft::Rect& region);

/// `columns` x `rows` regions that divide `area` evenly (tiles left over stay unused), in a loop
/// where that is possible: the last one neighbors the first. Layers are dealt evenly in order. At
/// least two regions, no more than layers and one.
Placement place_in_grid(const Decoder& decoder, const weft::Rect& area, int columns, int rows);

/// Empty when regions have tiles, lie inside `machine`, are apart and of one size, and every layer
/// and the vocabulary has one place; else what is wrong, in words of the mapping file.
std::string verify_placement(const Decoder& decoder, const arch::Machine& machine,
                             const Placement& placement);

}  // namespace weft::mapper
