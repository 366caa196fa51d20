// SPDX-License-Identifier: Apache-2.0
#include "sim/trains/wheel.h"

#include <memory>

#include "bench/measurements.h"

namespace weft::bench {
namespace {

/// What an event of a tile touches.
struct alignas(32) State {
  std::int64_t last = 0;
  std::int64_t sum = 0;
  std::int64_t count = 0;
  std::int64_t mix = 0;
};

struct Event {
  std::uint32_t what = 0;
  std::uint32_t stamp = 0;
};

struct Run {
  sim::trains::Wheel<Event> wheel;
  std::vector<State> states;
  std::uint64_t random = 88172645463325252U;

  std::int64_t draw_delay() {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return 1 + static_cast<std::int64_t>((random >> 32) * 2000 >> 32);
  }
  void turn(int events) {
    for (int i = 0; i < events; ++i) {
      const Event event = wheel.pop();
      State& state = states[event.what];
      state.mix ^= wheel.now() - state.last;
      state.last = wheel.now();
      state.sum += state.mix;
      ++state.count;
      wheel.push(wheel.now() + draw_delay(), {event.what, event.stamp + 1});
    }
  }
};

}  // namespace

Result<Repeat> wheel_events(int pending, int events) {
  const auto run = std::make_shared<Run>();
  run->states.resize(static_cast<std::size_t>(pending));
  for (int i = 0; i < pending; ++i) {
    run->wheel.push(run->draw_delay(), {static_cast<std::uint32_t>(i), 0});
  }
  run->turn(2 * pending);  // until the slots are as full as they stay
  return Repeat([=]() -> Result<Sample> {
    const double begin = cpu_seconds();
    run->turn(events);
    return Sample{{static_cast<double>(events)}, cpu_seconds() - begin, ""};
  });
}

}  // namespace weft::bench
