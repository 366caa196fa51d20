// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace weft::sim::values {

/// Tiles for which something they stood still for may have come.
using Woken = std::vector<std::int32_t>;

/// The trains of one tree, first in, first out: its source puts them, each of its sinks takes all
/// of them in its own time. Bounded, and never tighter than the places of a machine, whose words
/// move one by one: a further train goes in once the words behind the oldest one that a sink has
/// not taken are at most as many as the places are. Source and sinks may run on different threads
/// when it is made `crossing`.
class Channel {
 public:
  using Words = std::vector<std::uint32_t>;

  Channel(std::int32_t color, std::int32_t source) : color_(color), source_(source) {}
  /// Returns the number of the sink.
  std::int32_t add_sink(std::int32_t tile, std::int64_t places);
  /// Before the run.
  void make_crossing() { mutex_ = std::make_unique<std::mutex>(); }

  std::int32_t color() const { return color_; }
  std::int32_t source() const { return source_; }
  std::int32_t sinks() const { return static_cast<std::int32_t>(sinks_.size()); }
  std::int32_t sink_tile(std::int32_t sink) const { return at(sink).tile; }

  /// Whether another train may be put; if not, the source is woken when it may.
  bool has_room();
  /// There is room. Takes the words and leaves a buffer to be used again.
  void put(Words& train, Woken& woken);
  /// Words put so far; the source asks.
  std::int64_t sent() const { return sent_; }

  /// The next train of a sink, valid until it is dropped; empty: none yet, and the sink is woken
  /// when there is one.
  std::span<const std::uint32_t> front(std::int32_t sink);
  void drop(std::int32_t sink, Woken& woken);

 private:
  struct Train {
    Words words;
    std::int32_t readers = 0;  ///< sinks that have not taken it
  };
  struct Sink {
    std::int32_t tile = 0;
    bool waits = false;
    std::int64_t next = 0;  ///< number of the train it takes next
  };
  const Sink& at(std::int32_t sink) const { return sinks_[static_cast<std::size_t>(sink)]; }
  Sink& at(std::int32_t sink) { return sinks_[static_cast<std::size_t>(sink)]; }
  Train& train(std::int64_t number) {
    return ring_[static_cast<std::size_t>(number) & (ring_.size() - 1)];
  }
  std::unique_lock<std::mutex> lock() {
    return mutex_ ? std::unique_lock(*mutex_) : std::unique_lock<std::mutex>();
  }
  bool takes_more();
  void grow();

  std::int32_t color_;
  std::int32_t source_;
  bool source_waits_ = false;
  std::int64_t places_ = 0;  ///< to the farthest sink
  std::int64_t sent_ = 0;
  std::int64_t held_ = 0;  ///< words in the ring
  std::int64_t oldest_ = 0, end_ = 0;
  std::vector<Train> ring_;  ///< trains oldest_ … end_ - 1, by number modulo its size
  std::vector<Sink> sinks_;
  std::unique_ptr<std::mutex> mutex_;  ///< null: source and sinks run on one thread
};

}  // namespace weft::sim::values
