// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "sim/values/channel.h"

namespace weft::sim::values {

/// Hands tiles that have something to do to threads. Tiles lie in strips, in the order of their
/// numbers; a strip is run by one thread at a time, any thread takes any strip that has something
/// to do, and who has nothing to do sleeps. What a tile woken twice sees the second time is its own
/// affair: a tile may be run in vain, never left out.
class Strips {
 public:
  /// Runs a tile as far as it goes and adds those it woke.
  using Run = std::function<void(std::int32_t tile, Woken& woken)>;

  /// Every tile has something to do at first.
  Strips(std::int32_t tiles, std::int32_t strips, Run run);

  std::int32_t strip_of(std::int32_t tile) const;
  std::int32_t size() const { return static_cast<std::int32_t>(strips_.size()); }

  /// Works until no tile of any strip has anything to do, or all is stopped; any number of threads
  /// may. `ask`, when given, is called some times a second, and false stops. What `run` throws in
  /// any of them is thrown by `rethrow`.
  void work(const std::function<bool()>& ask = nullptr);
  void stop();
  bool stopped() const { return stop_.load(std::memory_order_relaxed); }
  void rethrow() const;

 private:
  struct Strip {
    bool ready = true;                ///< runs, or stands in ready_
    std::vector<std::int32_t> inbox;  ///< woken by other strips
    std::deque<std::int32_t> queue;   ///< of whoever runs it, like all below
  };
  class Asking;

  void run(Strip& strip, Asking& asking);
  void tell_others(Woken& others);
  void queue(Strip& strip, std::int32_t tile);
  bool quiet() const { return ready_.empty() && running_ == 0; }

  const std::int32_t tiles_;
  const Run run_;
  std::vector<Strip> strips_;
  std::vector<std::uint8_t> queued_;  ///< by tile, of whoever runs its strip
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;  ///< of all below, and of ready and inbox of strips
  std::condition_variable changed_;
  std::deque<std::int32_t> ready_;
  std::int32_t running_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace weft::sim::values
