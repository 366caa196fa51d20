// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/vector/pace.h"

namespace weft::sim::vector {

/// Smallest and largest value that passed by.
struct Bounds {
  std::int32_t low = INT32_MAX;
  std::int32_t high = INT32_MIN;

  void widen(const Bounds& more) {
    low = more.low < low ? more.low : low;
    high = more.high > high ? more.high : high;
  }
};

/// Cycles of tiles in a row: values at[k * stride] + shift.
struct Cycles {
  const std::int32_t* at = nullptr;
  std::int32_t shift = 0;
  std::ptrdiff_t stride = 1;  ///< only `pair` takes others than 1
};

/// What a core that issues words at a pace keeps from word to word, a row each: the part of a cycle
/// its pace is at, in num-th; cycles it waited for words and for places; a packed Shape.
struct IssueRows {
  std::int32_t* phase;
  std::int32_t* input;
  std::int32_t* output;
  std::int32_t* shape;
};

/// The loops that cost time, over `count` tiles. Integer minimum and maximum only: each set of
/// instructions gives the same bits.
struct Kernels {
  const char* name;
  /// out = max(a, b).
  void (*later)(Cycles a, Cycles b, std::int32_t* out, std::ptrdiff_t count, Bounds& bounds);
  /// A core waits from `now` until `end`; out = max(now, end). Cycles before `start` go to unit,
  /// from there to `first` to `before`; unit may be null when no start lies behind its now.
  void (*wait)(Cycles now, Cycles start, Cycles first, Cycles end, std::int32_t* out,
               std::int32_t* unit, std::int32_t* before, std::ptrdiff_t count, Bounds& bounds);
  /// first = max(hold, above + latency); the largest hold - above.
  std::int32_t (*first)(const std::int32_t* hold, const std::int32_t* above, std::int32_t latency,
                        std::int32_t* first, std::ptrdiff_t count);
  /// A send heard by one core each: first = max(send + latency, receive). `slack` grows to the
  /// largest receive - send, `tail_slack` to the largest tail - send (where there is a tail).
  /// `first` lies as receive and tail do.
  void (*pair)(Cycles send, Cycles receive, Cycles tail, std::int32_t latency, std::int32_t* first,
               std::ptrdiff_t count, std::int32_t& slack, std::int32_t& tail_slack, Bounds& bounds);
  void (*bounds)(const std::int32_t* at, std::ptrdiff_t count, Bounds& bounds);
  /// A word of a train with a pace where it is copied or consumed: out = max(before + 1, above +
  /// latency, room), `before` being the word before it, `room` when there is a place below.
  void (*pass_word)(const std::int32_t* before, const std::int32_t* above, std::int32_t latency,
                    const std::int32_t* room, std::int32_t* out, std::ptrdiff_t count);
  /// … where it is issued.
  void (*issue_word)(Pace pace, std::int32_t word, const std::int32_t* before,
                     const std::int32_t* above, std::int32_t latency, const std::int32_t* room,
                     IssueRows rows, std::int32_t* out, std::ptrdiff_t count);
};

/// The best this processor has: AVX-512, AVX2 or plain.
const Kernels& kernels();
/// All that this processor can run, best first; for tests.
std::size_t kernel_sets(const Kernels** sets, std::size_t most);

}  // namespace weft::sim::vector
