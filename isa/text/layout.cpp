// SPDX-License-Identifier: Apache-2.0
#include "isa/text/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace weft::isa {
namespace {

struct AxisKey {
  std::string name;
  int (Axis::*get)() const;
  void (Axis::*set)(int);
  bool of_heads;
};

const std::vector<AxisKey>& axis_keys() {
  static const std::vector<AxisKey> kKeys = {
      {"size", &Axis::size, &Axis::set_size, false},
      {"local", &Axis::local, &Axis::set_local, false},
      {"parts", &Axis::parts, &Axis::set_parts, false},
      {"groups", &Axis::groups, &Axis::set_groups, true},
      {"heads_per_group", &Axis::heads_per_group, &Axis::set_heads_per_group, true},
      {"head_dim", &Axis::head_dim, &Axis::set_head_dim, true},
      {"columns_per_group", &Axis::columns_per_group, &Axis::set_columns_per_group, true},
      {"groups_per_column", &Axis::groups_per_column, &Axis::set_groups_per_column, true},
  };
  return kKeys;
}

bool has_heads(const Axis& axis) {
  return axis.kind() == Axis::HEADS || axis.kind() == Axis::PAIRS;
}

int default_local(const Axis& axis) {
  if (has_heads(axis) || axis.parts() < 1) {
    return 0;
  }
  const std::int64_t parts = axis.kind() == Axis::REPLICATED ? 1 : axis.parts();
  return static_cast<int>((axis.size() + parts - 1) / parts);
}

int default_of(const Axis& axis, const AxisKey& key) {
  return key.name == "parts" ? 1 : key.name == "local" ? default_local(axis) : 0;
}

/// Local elements of heads come as halves of pairs, for every head of every group.
bool halves_fit(const Axis& axis) {
  const std::int64_t halves = std::int64_t{2} * axis.heads_per_group() * axis.groups_per_column();
  return axis.kind() != Axis::HEADS || axis.local() % halves == 0;
}

void check_axis(Cursor& cursor, const Token& start, const Axis& axis) {
  for (const AxisKey& key : axis_keys()) {
    const bool wanted = !key.of_heads || has_heads(axis);
    if (wanted && (axis.*key.get)() < 1) {
      cursor.fail(start, fmt::format("{} axis needs {}=", start.text, key.name));
      return;
    }
  }
  if (has_heads(axis) && axis.head_dim() % 2 != 0) {
    cursor.fail(start,
                fmt::format("head_dim {} is odd: heads are split by pairs", axis.head_dim()));
  } else if (has_heads(axis) && !halves_fit(axis)) {
    cursor.fail(start, fmt::format("local {} is no multiple of 2 * heads_per_group * "
                                   "groups_per_column",
                                   axis.local()));
  }
}

void read_axis_key(Cursor& cursor, Axis& axis, std::vector<bool>& seen) {
  const Token at = cursor.peek();
  const std::string word = cursor.name("key=");
  const auto& keys = axis_keys();
  std::vector<std::string> names = {"along"};
  for (const AxisKey& key : keys) {
    names.push_back(key.name);
  }
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) {
    cursor.fail(at, fmt::format("unknown axis key '{}'{}", word, did_you_mean(word, names)));
    return;
  }
  const auto index = static_cast<std::size_t>(found - names.begin());
  if (seen[index]) {
    cursor.fail(at, fmt::format("'{}' appears twice", word));
  }
  seen[index] = true;
  cursor.expect("=");
  if (index == 0) {
    axis.set_along(read_along(cursor));
  } else {
    (axis.*keys[index - 1].set)(static_cast<int>(cursor.integer(word, 1, kInt32Most)));
  }
}

std::string print_stride(const Stride& stride) {
  if (stride.count() == 1 && stride.step() == 1) {
    return fmt::format("{}", stride.first());
  }
  const std::int64_t last =
      stride.first() + std::int64_t{stride.step()} * (std::int64_t{stride.count()} - 1);
  return stride.step() == 1 ? fmt::format("{}:{}", stride.first(), last)
                            : fmt::format("{}:{}:{}", stride.first(), last, stride.step());
}

void read_stride(Cursor& cursor, std::string_view axis, Stride& stride) {
  if (!cursor.accept_word(axis)) {
    cursor.fail(fmt::format("expected {}=, found {}", axis, cursor.peek().what()));
  }
  cursor.expect("=");
  const auto first = cursor.integer(axis, 0, kLastCoordinate);
  std::int64_t last = first;
  std::int64_t step = 1;
  if (cursor.accept(":")) {
    last = cursor.integer(axis, first, kLastCoordinate);
  }
  if (cursor.accept(":")) {
    step = cursor.integer("step", 1, kLastCoordinate);
  }
  stride.set_first(static_cast<int>(first));
  stride.set_step(static_cast<int>(step));
  stride.set_count(static_cast<int>((last - first) / step + 1));
}

}  // namespace

std::span<const std::string> axis_kind_names() {
  static const std::array<std::string, 5> kNames = {"replicated", "block", "cyclic", "heads",
                                                    "pairs"};
  return kNames;
}

std::span<const std::string> direction_names() {
  static const std::array<std::string, 5> kNames = {"ramp", "east", "south", "west", "north"};
  return kNames;
}

int read_choice(Cursor& cursor, std::string_view what, std::span<const std::string> names) {
  const Token at = cursor.peek();
  const std::string word = cursor.name(what);
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) {
    const std::string near = did_you_mean(word, names);
    cursor.fail(
        at, fmt::format("unknown {} '{}'{}", what, word,
                        near.empty() ? fmt::format(", one of {}", fmt::join(names, ", ")) : near));
    return 0;
  }
  return static_cast<int>(found - names.begin());
}

Axis::Along read_along(Cursor& cursor) {
  static const std::array<std::string, 2> kAlong = {"x", "y"};
  return read_choice(cursor, "mesh axis", kAlong) == 0 ? Axis::X : Axis::Y;
}

std::string print_tiles(const TileSet& tiles) {
  return fmt::format("x={} y={}", print_stride(tiles.x()), print_stride(tiles.y()));
}

TileSet read_tiles(Cursor& cursor) {
  TileSet tiles;
  read_stride(cursor, "x", *tiles.mutable_x());
  read_stride(cursor, "y", *tiles.mutable_y());
  return tiles;
}

std::string print_axis(const Axis& axis) {
  const auto kind = static_cast<std::size_t>(axis.kind());
  std::string text = kind < axis_kind_names().size() ? axis_kind_names()[kind] : "?";
  if (axis.along() != Axis::NONE) {
    text += axis.along() == Axis::X ? " along=x" : " along=y";
  }
  for (const AxisKey& key : axis_keys()) {
    if ((axis.*key.get)() != default_of(axis, key)) {
      text += fmt::format(" {}={}", key.name, (axis.*key.get)());
    }
  }
  return text;
}

Axis read_axis(Cursor& cursor) {
  Axis axis;
  const Token start = cursor.peek();
  axis.set_kind(static_cast<Axis::Kind>(read_choice(cursor, "axis kind", axis_kind_names())));
  std::vector<bool> seen(axis_keys().size() + 1);
  while (!cursor.at_end() && cursor.peek().is_word()) {
    read_axis_key(cursor, axis, seen);
  }
  if (axis.parts() == 0) {
    axis.set_parts(1);
  }
  if (axis.local() == 0) {
    axis.set_local(default_local(axis));
  }
  if (cursor.ok()) {
    check_axis(cursor, start, axis);
  }
  return axis;
}

}  // namespace weft::isa
