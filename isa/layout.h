// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "isa/bundle.pb.h"

namespace weft::isa {

/// Part of a mesh axis a tile (tx, ty) of the region stands for.
inline int part_of(const Axis& axis, int tx, int ty) {
  return axis.along() == Axis::X ? tx : axis.along() == Axis::Y ? ty : 0;
}

/// Logical index of local element `i` on part `part`, or -1 where it is padding.
std::int64_t logical_index(const Axis& axis, int part, int i);

/// True for the one tile among replicas that answers for the tensor: coordinates along mesh axes
/// the axis does not use are 0.
inline bool is_owner(const Axis& axis, int tx, int ty) {
  return (axis.along() == Axis::X || tx == 0) && (axis.along() == Axis::Y || ty == 0);
}

/// The same for what a probe shows, whose rows may be split along a mesh axis too.
inline bool is_owner(const Probe& probe, int tx, int ty) {
  const auto split = [&](Axis::Along along) {
    return probe.columns().along() == along || probe.rows() == along;
  };
  return (split(Axis::X) || tx == 0) && (split(Axis::Y) || ty == 0);
}

Axis replicated_axis(int size);
Axis block_axis(Axis::Along along, int size, int parts);
Axis cyclic_axis(Axis::Along along, int size, int parts);

/// How attention heads lie over the columns of a region: each kv group (its kv head and the query
/// heads that read it) takes `columns_per_group` columns which share its rotate-half pairs, or each
/// column takes `groups_per_column` whole groups when there are fewer columns than groups.
struct HeadSplit {
  int groups = 1;
  int heads_per_group = 1;
  int head_dim = 2;
  int columns = 1;
  int columns_per_group = 1;
  int groups_per_column = 1;
  int pairs_per_column = 1;

  static HeadSplit over(int columns, int groups, int heads_per_group, int head_dim);
  int local_head_dim() const { return 2 * pairs_per_column; }
  Axis axis(int heads_of_group) const;  ///< heads_per_group for q and attention, 1 for k and v
  Axis pairs() const;
};

}  // namespace weft::isa
