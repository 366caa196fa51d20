// SPDX-License-Identifier: Apache-2.0
#include "sim/word/fabric.h"

#include <algorithm>
#include <array>

namespace weft::sim::word {

std::int32_t Fabric::tree_of(std::int32_t index) const {
  while (cell(index).kind != Cell::Kind::source) {
    index = cell(index).parent;
  }
  return cell(index).end;
}

bool Fabric::has_room(const Cell& cell) const {
  for (int i = 0; i < cell.child_count; ++i) {
    const Cell& next = this->cell(child(cell, i));
    if (next.words == next.capacity) {
      return false;
    }
  }
  return true;
}

bool Fabric::wants_links(const Cell& cell) const {
  for (int i = 0; i < cell.child_count; ++i) {
    if (this->cell(child(cell, i)).shared_link != kNone) {
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

void Fabric::enter_children(const Cell& from) {
  for (int i = 0; i < from.child_count; ++i) {
    const std::int32_t index = child(from, i);
    Cell& next = cells_[static_cast<std::size_t>(index)];
    next.entered = now_;
    if (++next.words == 1) {
      next.filled = now_;
      next_.push_back(index);
    }
  }
  ++hops_;
}

void Fabric::leave(std::int32_t index) {
  Cell& from = cells_[static_cast<std::size_t>(index)];
  from.left = now_;
  if (--from.words > 0) {
    next_.push_back(index);
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
  for (const std::int32_t index : active_) {
    wake(index, ends);
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
