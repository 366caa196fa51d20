// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

namespace weft::sim::trains {

/// Events in order of time, those of one cycle in the order they were pushed. A slot for each of
/// the next 4096 cycles holds its events in chunks, read from the front and written at the back, so
/// that a million pending events cost a few cache lines each; a bit a slot says where there are
/// any. Events further ahead lie on a heap until their slot comes up. Chunks are used again:
/// nothing is allocated once as many events as ever were pending have been.
template <class Event>
class Wheel {
  static_assert(std::is_trivially_copyable_v<Event>);

 public:
  static constexpr std::int64_t kSlots = 4096;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  /// Time of the event popped last.
  std::int64_t now() const { return now_; }
  bool empty() const { return near_ == 0 && far_.empty(); }
  std::size_t size() const { return near_ + far_.size(); }

  /// `time` is not before now().
  void push(std::int64_t time, const Event& event) {
    assert(time >= now_);
    if (time - now_ < kSlots) {
      put(slot_of(time), event);
      return;
    }
    far_.push_back({time, far_pushed_++, event});
    std::push_heap(far_.begin(), far_.end(), Later());
  }

  /// Time of the next event, kNever without one.
  std::int64_t next() const {
    if (near_ == 0) {
      return far_.empty() ? kNever : far_.front().time;
    }
    return now_ + ahead();
  }

  /// The next event; there is one.
  Event pop() {
    std::size_t slot = slot_of(now_);
    if (slots_[slot].head == kNone) {
      go_to(next());
      slot = slot_of(now_);
    }
    const std::uint32_t head = slots_[slot].head;
    Chunk& chunk = chunks_[head];
    const Event event = chunk.events[read_++];
    --near_;
    if (read_ == chunk.count) {
      read_ = 0;
      slots_[slot].head = chunk.next;
      chunk.next = free_;
      free_ = head;
      if (slots_[slot].head == kNone) {
        used_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
      }
    }
    return event;
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kEvents = 30;
  struct Chunk {
    std::uint32_t next = kNone;
    std::uint32_t count = 0;
    std::array<Event, kEvents> events;
  };
  struct Slot {
    std::uint32_t head = kNone;
    std::uint32_t tail = kNone;  ///< means something where there is a head
  };
  struct Far {
    std::int64_t time = 0;
    std::int64_t number = 0;
    Event event;
  };
  struct Later {
    bool operator()(const Far& a, const Far& b) const {
      return a.time != b.time ? a.time > b.time : a.number > b.number;
    }
  };

  static std::size_t slot_of(std::int64_t time) {
    return static_cast<std::size_t>(time & (kSlots - 1));
  }

  // Cycles to the first slot in use, once round from now.
  std::int64_t ahead() const {
    const std::size_t first = slot_of(now_);
    std::size_t word = first / 64;
    std::uint64_t bits = used_[word] & ~std::uint64_t{0} << first % 64;
    while (bits == 0) {
      word = (word + 1) % used_.size();
      bits = used_[word];
    }
    const auto slot = static_cast<std::int64_t>(word * 64) + std::countr_zero(bits);
    return (slot - static_cast<std::int64_t>(first)) & (kSlots - 1);
  }

  void put(std::size_t index, const Event& event) {
    Slot& slot = slots_[index];
    ++near_;
    if (slot.head != kNone && chunks_[slot.tail].count < kEvents) {
      Chunk& chunk = chunks_[slot.tail];
      chunk.events[chunk.count++] = event;
      return;
    }
    const std::uint32_t added = take_chunk();
    if (slot.head == kNone) {
      slot.head = added;
      used_[index / 64] |= std::uint64_t{1} << index % 64;
    } else {
      chunks_[slot.tail].next = added;
    }
    slot.tail = added;
    Chunk& chunk = chunks_[added];
    chunk.next = kNone;
    chunk.count = 1;
    chunk.events[0] = event;
  }

  std::uint32_t take_chunk() {
    if (free_ == kNone) {
      chunks_.emplace_back();
      return static_cast<std::uint32_t>(chunks_.size() - 1);
    }
    const std::uint32_t chunk = free_;
    free_ = chunks_[chunk].next;
    return chunk;
  }

  // Far events join their slots as soon as these come up, before anything else can be pushed there.
  void go_to(std::int64_t time) {
    now_ = time;
    while (!far_.empty() && far_.front().time - now_ < kSlots) {
      put(slot_of(far_.front().time), far_.front().event);
      std::pop_heap(far_.begin(), far_.end(), Later());
      far_.pop_back();
    }
  }

  std::int64_t now_ = 0;
  std::size_t near_ = 0;    ///< events in slots
  std::uint32_t read_ = 0;  ///< events of the present slot's first chunk that are gone
  std::uint32_t free_ = kNone;
  std::int64_t far_pushed_ = 0;
  std::array<Slot, kSlots> slots_{};
  std::array<std::uint64_t, kSlots / 64> used_{};
  std::vector<Chunk> chunks_;
  std::vector<Far> far_;
};

}  // namespace weft::sim::trains
