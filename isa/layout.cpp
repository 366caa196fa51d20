// SPDX-License-Identifier: Apache-2.0
#include "isa/layout.h"

#include <algorithm>

namespace weft::isa {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

std::int64_t head_index(const Axis& axis, int part, int i) {
  const int pairs = axis.head_dim() / 2;
  const int local_pairs = axis.local() / (2 * axis.heads_per_group() * axis.groups_per_column());
  const int pair_in_column = i % local_pairs;
  const int half = i / local_pairs % 2;
  const int head = i / (2 * local_pairs) % axis.heads_per_group();
  const int slot = i / (2 * local_pairs * axis.heads_per_group());
  const int group = part / axis.columns_per_group() * axis.groups_per_column() + slot;
  const int pair = part % axis.columns_per_group() * local_pairs + pair_in_column;
  if (group >= axis.groups() || pair >= pairs) {
    return -1;
  }
  return (static_cast<std::int64_t>(group) * axis.heads_per_group() + head) * axis.head_dim() +
         half * pairs + pair;
}

}  // namespace

std::int64_t logical_index(const Axis& axis, int part, int i) {
  std::int64_t index = i;
  switch (axis.kind()) {
    case Axis::BLOCK:
      index = static_cast<std::int64_t>(part) * axis.local() + i;
      break;
    case Axis::CYCLIC:
      index = static_cast<std::int64_t>(i) * axis.parts() + part;
      break;
    case Axis::HEADS:
      return head_index(axis, part, i);
    case Axis::PAIRS:
      index = static_cast<std::int64_t>(part % axis.columns_per_group()) * axis.local() + i;
      break;
    default:
      break;
  }
  return index < axis.size() ? index : -1;
}

Axis replicated_axis(int size) {
  Axis axis;
  axis.set_kind(Axis::REPLICATED);
  axis.set_size(size);
  axis.set_local(size);
  axis.set_parts(1);
  return axis;
}

Axis block_axis(Axis::Along along, int size, int parts) {
  Axis axis;
  axis.set_kind(Axis::BLOCK);
  axis.set_along(along);
  axis.set_size(size);
  axis.set_parts(parts);
  axis.set_local(ceil_div(size, parts));
  return axis;
}

Axis cyclic_axis(Axis::Along along, int size, int parts) {
  Axis axis = block_axis(along, size, parts);
  axis.set_kind(Axis::CYCLIC);
  return axis;
}

HeadSplit HeadSplit::over(int columns, int groups, int heads_per_group, int head_dim) {
  HeadSplit split;
  split.groups = groups;
  split.heads_per_group = heads_per_group;
  split.head_dim = head_dim;
  split.columns = columns;
  const int pairs = head_dim / 2;
  // Never more columns a group than pairs: a column without a pair has nothing to do.
  split.columns_per_group = std::clamp(columns / groups, 1, pairs);
  split.groups_per_column = ceil_div(groups, columns);
  split.pairs_per_column = ceil_div(pairs, split.columns_per_group);
  return split;
}

Axis HeadSplit::axis(int heads_of_group) const {
  Axis axis;
  axis.set_kind(Axis::HEADS);
  axis.set_along(Axis::X);
  axis.set_size(groups * heads_of_group * head_dim);
  axis.set_parts(columns);
  axis.set_local(groups_per_column * heads_of_group * local_head_dim());
  axis.set_groups(groups);
  axis.set_heads_per_group(heads_of_group);
  axis.set_head_dim(head_dim);
  axis.set_columns_per_group(columns_per_group);
  axis.set_groups_per_column(groups_per_column);
  return axis;
}

Axis HeadSplit::pairs() const {
  Axis result = axis(1);
  result.set_kind(Axis::PAIRS);
  result.set_size(head_dim / 2);
  result.set_local(pairs_per_column);
  return result;
}

}  // namespace weft::isa
