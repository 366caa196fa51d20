// SPDX-License-Identifier: Apache-2.0
#include "sim/values/strips.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weft::sim::values {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenQuestions = std::chrono::milliseconds(50);

/// Asks whether to go on, but not too often.
class Strips::Asking {
 public:
  explicit Asking(const std::function<bool()>& ask) : ask_(ask) {}

  bool due() {
    constexpr int kRuns = 16;  // of a tile between two looks at the clock
    return ask_ != nullptr && ++runs_ % kRuns == 0 && Clock::now() >= next_;
  }
  bool goes_on() {
    next_ = Clock::now() + kBetweenQuestions;
    return ask_ == nullptr || ask_();
  }
  bool wanted() const { return ask_ != nullptr; }

 private:
  const std::function<bool()>& ask_;
  Clock::time_point next_ = Clock::now() + kBetweenQuestions;
  int runs_ = 0;
};

Strips::Strips(std::int32_t tiles, std::int32_t strips, Run run)
    : tiles_(tiles),
      run_(std::move(run)),
      strips_(static_cast<std::size_t>(std::clamp(strips, 1, std::max(1, tiles)))),
      queued_(static_cast<std::size_t>(tiles), 1) {
  for (std::int32_t tile = 0; tile < tiles; ++tile) {
    strips_[static_cast<std::size_t>(strip_of(tile))].queue.push_back(tile);
  }
  for (std::int32_t strip = 0; strip < size(); ++strip) {
    ready_.push_back(strip);
  }
}

std::int32_t Strips::strip_of(std::int32_t tile) const {
  return static_cast<std::int32_t>(std::int64_t{tile} * size() / tiles_);
}

void Strips::work(const std::function<bool()>& ask) {
  Asking asking(ask);
  std::unique_lock lock(mutex_);
  const auto something = [&] { return !ready_.empty() || quiet() || stopped(); };
  while (true) {
    if (!asking.wanted()) {
      changed_.wait(lock, something);
    } else if (!changed_.wait_for(lock, kBetweenQuestions, something)) {
      lock.unlock();
      if (!asking.goes_on()) {
        stop();
      }
      lock.lock();
      continue;
    }
    if (stopped() || quiet()) {
      break;
    }
    Strip& strip = strips_[static_cast<std::size_t>(ready_.front())];
    ready_.pop_front();
    ++running_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      run(strip, asking);
    } catch (...) {
      thrown = std::current_exception();
      stop();
    }
    lock.lock();
    thrown_ = thrown ? thrown : thrown_;
    --running_;
  }
  changed_.notify_all();
}

// Until the strip has nothing more to do.
void Strips::run(Strip& strip, Asking& asking) {
  Woken woken;
  Woken others;
  constexpr std::size_t kAtOnce = 32;  // tiles of other strips told in one go
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      for (const std::int32_t tile : strip.inbox) {
        queue(strip, tile);
      }
      strip.inbox.clear();
      if (strip.queue.empty()) {
        strip.ready = false;
        return;
      }
    }
    while (!strip.queue.empty() && !stopped()) {
      const std::int32_t tile = strip.queue.front();
      strip.queue.pop_front();
      queued_[static_cast<std::size_t>(tile)] = 0;
      run_(tile, woken);
      for (const std::int32_t other : woken) {
        if (&strips_[static_cast<std::size_t>(strip_of(other))] == &strip) {
          queue(strip, other);
        } else {
          others.push_back(other);
        }
      }
      woken.clear();
      if (others.size() >= kAtOnce) {
        tell_others(others);
      }
      if (asking.due() && !asking.goes_on()) {
        stop();
      }
    }
    tell_others(others);
    if (stopped()) {
      return;
    }
  }
}

void Strips::queue(Strip& strip, std::int32_t tile) {
  if (queued_[static_cast<std::size_t>(tile)] == 0) {
    queued_[static_cast<std::size_t>(tile)] = 1;
    strip.queue.push_back(tile);
  }
}

void Strips::tell_others(Woken& others) {
  if (others.empty()) {
    return;
  }
  const std::lock_guard lock(mutex_);
  for (const std::int32_t tile : others) {
    const std::int32_t number = strip_of(tile);
    Strip& strip = strips_[static_cast<std::size_t>(number)];
    strip.inbox.push_back(tile);
    if (!strip.ready) {
      strip.ready = true;
      ready_.push_back(number);
      changed_.notify_one();
    }
  }
  others.clear();
}

void Strips::stop() {
  stop_.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void Strips::rethrow() const {
  if (thrown_) {
    std::rethrow_exception(thrown_);
  }
}

}  // namespace weft::sim::values
