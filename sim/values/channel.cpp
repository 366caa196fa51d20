// SPDX-License-Identifier: Apache-2.0
#include "sim/values/channel.h"

#include <algorithm>

namespace weft::sim::values {

std::int32_t Channel::add_sink(std::int32_t tile, std::int64_t places) {
  places_ = std::max(places_, places);
  sinks_.push_back({tile, false, 0});
  return sinks() - 1;
}

bool Channel::takes_more() {
  return end_ - oldest_ <= 1 || held_ - std::ssize(train(oldest_).words) <= places_;
}

bool Channel::has_room() {
  const auto locked = lock();
  source_waits_ = !takes_more();
  return !source_waits_;
}

void Channel::put(Words& words, Woken& woken) {
  sent_ += std::ssize(words);
  if (sinks_.empty()) {
    return;
  }
  const auto locked = lock();
  if (end_ - oldest_ == std::ssize(ring_)) {
    grow();
  }
  held_ += std::ssize(words);
  Train& last = train(end_++);
  last.words.swap(words);
  last.readers = sinks();
  for (Sink& sink : sinks_) {
    if (sink.waits) {
      sink.waits = false;
      woken.push_back(sink.tile);
    }
  }
}

void Channel::grow() {
  std::vector<Train> larger(std::max<std::size_t>(1, 2 * ring_.size()));
  for (std::int64_t number = oldest_; number < end_; ++number) {
    std::swap(larger[static_cast<std::size_t>(number) & (larger.size() - 1)], train(number));
  }
  ring_ = std::move(larger);
}

// The words stay where they are when the ring grows.
std::span<const std::uint32_t> Channel::front(std::int32_t sink) {
  const auto locked = lock();
  Sink& taker = at(sink);
  taker.waits = taker.next == end_;
  return taker.waits ? std::span<const std::uint32_t>() : train(taker.next).words;
}

void Channel::drop(std::int32_t sink, Woken& woken) {
  const auto locked = lock();
  --train(at(sink).next++).readers;
  while (oldest_ < end_ && train(oldest_).readers == 0) {
    held_ -= std::ssize(train(oldest_++).words);
  }
  if (source_waits_ && takes_more()) {
    source_waits_ = false;
    woken.push_back(source_);
  }
}

}  // namespace weft::sim::values
