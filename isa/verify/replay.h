// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "isa/verify/comm_trace.h"
#include "isa/verify/net.h"

namespace weft::isa {

/// Moves words through a net by the traces of its tiles, as the skeleton does by their programs: as
/// far as arrival, places and claims let them, in any order. Tiles pause where their outermost loop
/// begins again until nothing else moves. A round of pauses that began and ended without a word or
/// a transfer under way, and in which every tile that paused ran its loop once, can only repeat
/// until one of these loops ends; it is not moved again but counted off.
class Replay {
 public:
  Replay(const CommTraces& traces, Net net, const std::function<bool()>& stop);

  /// Whether all programs end and all their transfers are done; false also when asked to stop.
  bool completes();

 private:
  static constexpr std::int32_t kNone = -1;

  struct Tile {
    std::uint32_t at = 0;          ///< step
    std::int32_t pending = kNone;  ///< its first transfer not yet done, in issue order
    bool queued = false;
    bool paused = false;
    bool halted = false;
  };
  struct Pending {
    std::int32_t next = kNone;
    std::uint32_t step = 0;
    std::uint32_t left = 0;  ///< words
  };
  /// What transfers not yet done hold.
  struct Held {
    static constexpr std::uint8_t kDatapath = 1, kRampIn = 2, kRampOut = 4, kCore = 8, kEdge = 16;
    std::uint64_t engines = 0;
    std::uint8_t units = 0;
    std::uint16_t events = 0;
  };

  // replay.cpp
  void settle();
  void advance(std::uint32_t tile);
  /// False where the tile cannot go on.
  bool take(std::uint32_t tile, const CommStep& step, const Held& held);
  bool repeat(std::uint32_t tile, const CommStep& end);
  void issue(Tile& tile, const CommStep& step);
  void next_round();

  // replay_words.cpp
  Held move_pending(std::uint32_t tile);
  std::uint32_t move(std::uint32_t tile, const CommStep& step, std::uint32_t left);
  std::uint32_t room(const NetNode& node) const;
  void set_ready(std::uint32_t sink, bool ready);
  std::uint32_t pour(std::uint32_t source, std::uint32_t words);
  template <class F>
  bool for_all_behind(std::uint32_t source, F&& f);
  Pending& receive_of(const NetNode& sink);
  void pass(std::uint32_t node, std::uint32_t words);
  void move_fork(std::uint32_t node);
  void wake_up(std::uint32_t node);
  void wake_down(std::uint32_t node);
  void queue_tile(std::uint32_t tile);
  void queue_fork(std::uint32_t node);

  const CommTrace& trace_of(std::uint32_t tile) const {
    return traces_.traces[static_cast<std::size_t>(traces_.of_tile[tile])];
  }
  std::uint32_t& iterations_left(std::uint32_t tile, std::size_t level) {
    return iterations_[tile * levels_ + level];
  }

  const CommTraces& traces_;
  Net net_;
  const std::function<bool()>& stop_;
  std::vector<Tile> tiles_;
  std::size_t levels_ = 0;                 ///< of loops, at most
  std::vector<std::uint32_t> iterations_;  ///< still to run, by tile * levels_ + level
  std::vector<Pending> pool_;
  std::int32_t free_ = kNone;
  std::int64_t pending_ = 0;         ///< transfers not yet done
  std::int64_t under_way_ = 0;       ///< words between two nodes
  std::vector<std::uint32_t> work_;  ///< tiles, or tiles + node of a fork
  std::vector<std::uint32_t> paused_;
  bool round_repeats_ = false;         ///< so far
  std::vector<std::uint32_t> behind_;  ///< nodes for_all_behind has yet to come to
  std::int64_t spare_ = 0;             ///< nodes that pour may still look at in vain
};

}  // namespace weft::isa
