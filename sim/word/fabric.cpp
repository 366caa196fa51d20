// SPDX-License-Identifier: Apache-2.0
#include "sim/word/fabric.h"

#include <algorithm>
#include <array>

namespace weft::sim::word {

bool Fabric::is_empty(std::int32_t place) const {
  return place < kNone ? room_on_plane(place) : cell(place).words == 0;
}

bool Fabric::is_full(std::int32_t place) const {
  return place < kNone ? !room_on_plane(place) : cell(place).words == cell(place).capacity;
}

std::int32_t Fabric::parent(std::int32_t place) const {
  if (place >= 0) {
    return cell(place).parent;
  }
  const DenseColor& plane = planes_[plane_of(place)];
  const std::int32_t from = plane.upstream(tile_of(place));
  return from < 0 ? plane.end_cell(tile_of(place)) : place_of(plane_of(place), from);
}

std::vector<std::int32_t> Fabric::children(std::int32_t place) const {
  std::vector<std::int32_t> next;
  if (place >= 0) {
    for (int i = 0; i < cell(place).child_count; ++i) {
      next.push_back(child(cell(place), i));
    }
    return next;
  }
  const DenseColor& plane = planes_[plane_of(place)];
  plane.downstream(tile_of(place), next);
  for (std::int32_t& to : next) {
    to = place_of(plane_of(place), to);
  }
  if (plane.delivers(tile_of(place))) {
    next.push_back(plane.end_cell(tile_of(place)));
  }
  return next;
}

std::int32_t Fabric::tree_of(std::int32_t place) const {
  while (!is_source(place)) {
    place = parent(place);
  }
  return cell(place).end;
}

bool Fabric::has_room(const Cell& cell) const {
  for (int i = 0; i < cell.child_count; ++i) {
    if (is_full(child(cell, i))) {
      return false;
    }
  }
  return true;
}

bool Fabric::wants_links(const Cell& cell) const {
  for (int i = 0; i < cell.child_count; ++i) {
    if (child(cell, i) >= 0 && this->cell(child(cell, i)).shared_link != kNone) {
      return true;
    }
  }
  return false;
}

// Whether a cell that could move now may enter its links; if not it has asked for them.
bool Fabric::grant_or_ask(std::int32_t index) {
  const Cell& from = cell(index);
  if (links_.empty() || passing_ == index || !wants_links(from)) {
    return true;
  }
  std::int64_t& asked = asked_[static_cast<std::size_t>(index)];
  if (asked == now_) {
    return false;
  }
  asked = now_;
  std::array<std::int32_t, 8> wanted{};
  std::size_t count = 0;
  for (int i = 0; i < from.child_count; ++i) {
    const std::int32_t link = cell(child(from, i)).shared_link;
    if (link != kNone) {
      wanted[count++] = link;
    }
  }
  const std::int32_t color = trees_[static_cast<std::size_t>(tree_of(index))].color;
  links_.ask(index, color, std::span(wanted).first(count));
  return false;
}

bool Fabric::take_links(std::int32_t tree) {
  return grant_or_ask(trees_[static_cast<std::size_t>(tree)].cell);
}

void Fabric::enter(std::int32_t place) {
  if (place < kNone) {
    return enter_plane(place);
  }
  Cell& next = cells_[static_cast<std::size_t>(place)];
  next.entered = now_;
  if (++next.words == 1) {
    next.filled = now_;
    next_.push_back(place);
  }
  if (next.parent < kNone) {
    set_ramp(next.parent, true);
  }
}

void Fabric::enter_children(const Cell& from) {
  for (int i = 0; i < from.child_count; ++i) {
    enter(child(from, i));
  }
  ++hops_;
}

void Fabric::leave(std::int32_t index) {
  Cell& from = cells_[static_cast<std::size_t>(index)];
  from.left = now_;
  if (--from.words > 0) {
    next_.push_back(index);
  }
  if (from.parent < kNone) {
    set_ramp(from.parent, false);
  }
}

void Fabric::consume(std::int32_t sink) {
  Sink& from = sinks_[static_cast<std::size_t>(sink)];
  ++from.consumed;
  ++hops_;
  leave(from.cell);
  freed_.push_back(cell(from.cell).parent);
}

void Fabric::issue(std::int32_t tree) {
  ++trees_[static_cast<std::size_t>(tree)].issued;
  enter_children(source_of(tree));
}

// Moves the front word of a cell if it can, then of the one behind it into the place it left, …
void Fabric::wake(std::int32_t index, Ends& ends) {
  while (index != kNone) {
    if (index < kNone) {
      index = move_on_plane(index);
      continue;
    }
    const Cell& from = cell(index);
    if (from.kind == Cell::Kind::source) {
      return ends.room_at(from.end);
    }
    if (!has_word(from)) {
      return;
    }
    if (from.kind == Cell::Kind::queue) {
      return ends.word_at(from.end);
    }
    if (from.child_count == 0 || !has_room(from) || !grant_or_ask(index)) {
      return;
    }
    leave(index);
    enter_children(from);
    index = from.parent;
  }
}

void Fabric::begin(std::int64_t now) {
  now_ = now;
  active_.clear();
  active_.swap(next_);
  begin_planes();
}

void Fabric::drain(Ends& ends) {
  while (!freed_.empty()) {
    const std::int32_t index = freed_.back();
    freed_.pop_back();
    wake(index, ends);
  }
}

void Fabric::settle(Ends& ends) {
  drain(ends);
  constexpr std::size_t kAhead = 12;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    if (i + kAhead < active_.size() && active_[i + kAhead] >= 0) {
      __builtin_prefetch(&cells_[static_cast<std::size_t>(active_[i + kAhead])], 1);
    }
    wake(active_[i], ends);
    drain(ends);
  }
  if (!planes_.empty()) {
    sweep_planes();
    drain(ends);
  }
  std::vector<std::int32_t> granted;
  while (links_.has_requests()) {
    granted.clear();
    links_.grant(now_, granted, next_);
    for (const std::int32_t index : granted) {
      passing_ = index;
      wake(index, ends);
      passing_ = kNone;
      drain(ends);
    }
  }
}

}  // namespace weft::sim::word
