// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/kernels.h"

#include <functional>

// Each body is compiled once for each set of instructions; the compiler vectorizes it.
#define WEFT_BODY __attribute__((always_inline)) static inline

namespace weft::sim::vector {
namespace {

WEFT_BODY std::int32_t max_of(std::int32_t a, std::int32_t b) { return a > b ? a : b; }
WEFT_BODY std::int32_t min_of(std::int32_t a, std::int32_t b) { return a < b ? a : b; }

WEFT_BODY void later_body(Cycles a, Cycles b, std::int32_t* __restrict out, std::ptrdiff_t count,
                          Bounds& bounds) {
  std::int32_t low = bounds.low;
  std::int32_t high = bounds.high;
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    const std::int32_t value = max_of(a.at[k] + a.shift, b.at[k] + b.shift);
    out[k] = value;
    low = min_of(low, value);
    high = max_of(high, value);
  }
  bounds = {low, high};
}

WEFT_BODY void wait_body(Cycles now, Cycles start, Cycles first, Cycles end,
                         std::int32_t* __restrict out, std::int32_t* __restrict unit,
                         std::int32_t* __restrict before, std::ptrdiff_t count, Bounds& bounds) {
  std::int32_t low = bounds.low;
  std::int32_t high = bounds.high;
  if (unit == nullptr) {
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      const std::int32_t from = now.at[k] + now.shift;
      const std::int32_t until = max_of(from, end.at[k] + end.shift);
      const std::int32_t begun = min_of(until, max_of(from, first.at[k] + first.shift));
      before[k] += begun - from;
      out[k] = until;
      low = min_of(low, until);
      high = max_of(high, until);
    }
  } else {
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      const std::int32_t from = now.at[k] + now.shift;
      const std::int32_t until = max_of(from, end.at[k] + end.shift);
      const std::int32_t granted = min_of(until, max_of(from, start.at[k] + start.shift));
      const std::int32_t begun = min_of(until, max_of(granted, first.at[k] + first.shift));
      unit[k] += granted - from;
      before[k] += begun - granted;
      out[k] = until;
      low = min_of(low, until);
      high = max_of(high, until);
    }
  }
  bounds = {low, high};
}

WEFT_BODY std::int32_t first_body(const std::int32_t* hold, const std::int32_t* above,
                                  std::int32_t latency, std::int32_t* __restrict first,
                                  std::ptrdiff_t count) {
  std::int32_t slack = INT32_MIN;
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    first[k] = max_of(hold[k], above[k] + latency);
    slack = max_of(slack, hold[k] - above[k]);
  }
  return slack;
}

/// A distance between tiles known when compiled, or not.
template <std::ptrdiff_t kStride>
struct Known {
  Known(std::ptrdiff_t) {}
  constexpr operator std::ptrdiff_t() const { return kStride; }
};

template <class From, class To>
WEFT_BODY void pair_loop(const Cycles& send, const Cycles& receive, const Cycles& tail,
                         std::int32_t latency, std::int32_t* __restrict first, std::ptrdiff_t count,
                         std::int32_t& slack, std::int32_t& tail_slack, Bounds& bounds) {
  const From f(send.stride);
  const To t(receive.stride);
  std::int32_t low = bounds.low;
  std::int32_t high = bounds.high;
  std::int32_t late = slack;
  std::int32_t full = tail_slack;
  if (tail.at != nullptr) {
    const std::int32_t shift = tail.shift - send.shift;
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      full = max_of(full, tail.at[k * t] - send.at[k * f] + shift);
    }
  }
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    const std::int32_t from = send.at[k * f] + send.shift;
    const std::int32_t to = receive.at[k * t] + receive.shift;
    const std::int32_t value = max_of(to, from + latency);
    first[k * t] = value;
    late = max_of(late, to - from);
    low = min_of(low, value);
    high = max_of(high, value);
  }
  slack = late;
  tail_slack = full;
  bounds = {low, high};
}

WEFT_BODY void pair_body(const Cycles& send, const Cycles& receive, const Cycles& tail,
                         std::int32_t latency, std::int32_t* first, std::ptrdiff_t count,
                         std::int32_t& slack, std::int32_t& tail_slack, Bounds& bounds) {
  if (send.stride == 1 && receive.stride == 1) {
    pair_loop<Known<1>, Known<1>>(send, receive, tail, latency, first, count, slack, tail_slack,
                                  bounds);
  } else if (send.stride == 2 && receive.stride == 2) {
    pair_loop<Known<2>, Known<2>>(send, receive, tail, latency, first, count, slack, tail_slack,
                                  bounds);
  } else {
    pair_loop<std::ptrdiff_t, std::ptrdiff_t>(send, receive, tail, latency, first, count, slack,
                                              tail_slack, bounds);
  }
}

WEFT_BODY void bounds_body(const std::int32_t* at, std::ptrdiff_t count, Bounds& bounds) {
  std::int32_t low = bounds.low;
  std::int32_t high = bounds.high;
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    low = min_of(low, at[k]);
    high = max_of(high, at[k]);
  }
  bounds = {low, high};
}

WEFT_BODY void pass_word_body(const std::int32_t* before, const std::int32_t* above,
                              std::int32_t latency, const std::int32_t* room,
                              std::int32_t* __restrict out, std::ptrdiff_t count) {
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    out[k] = max_of(max_of(before[k] + 1, above[k] + latency), room[k]);
  }
}

// Fields of Shape::packed.
constexpr std::int32_t kBefore = 22, kAt = 24, kAfter = 26, kIrregular = 1 << 30, kNone = 3;
constexpr std::int32_t kInput = 1, kOutput = 2;

WEFT_BODY void issue_word_body(Pace pace, std::int32_t word, const std::int32_t* before,
                               const std::int32_t* above, std::int32_t latency,
                               const std::int32_t* room, IssueRows rows,
                               std::int32_t* __restrict out, std::ptrdiff_t count) {
  std::int32_t* __restrict const phases = rows.phase;
  std::int32_t* __restrict const inputs = rows.input;
  std::int32_t* __restrict const outputs = rows.output;
  std::int32_t* __restrict const shapes = rows.shape;
  const std::int32_t step = pace.den / pace.num;
  const std::int32_t part = pace.den % pace.num;
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    const std::int32_t phase = phases[k] + part;
    const std::int32_t carry = phase >= pace.num ? 1 : 0;
    const std::int32_t due = before[k] + step + carry;
    const std::int32_t next = before[k] + 1;
    const std::int32_t comes = above[k] + latency;
    const std::int32_t ready = max_of(max_of(next, comes), room[k]);
    const bool jumps = ready > due;
    const std::int32_t at = max_of(ready, due);
    const std::int32_t gap = at - next;
    const std::int32_t cause = due > ready ? 0 : comes == ready ? kInput : kOutput;
    out[k] = at;
    phases[k] = jumps ? 0 : phase - carry * pace.num;
    inputs[k] += cause == kInput ? gap : 0;
    outputs[k] += cause == kOutput ? gap : 0;

    const std::int32_t shape = shapes[k];
    const bool stopped = (shape & Shape::kNoStop) != Shape::kNoStop;
    const std::int32_t field = stopped ? kAfter : kBefore;
    const std::int32_t known = shape >> field & 3;
    const std::int32_t odd = known != kNone && known != cause ? kIrregular : 0;
    const std::int32_t fresh = known == kNone ? (kNone ^ cause) << field : 0;
    const std::int32_t paced = gap > 0 ? (shape ^ fresh) | odd : shape;
    const std::int32_t first_jump = ((shape & ~Shape::kNoStop) | word) ^ ((kNone ^ cause) << kAt);
    const std::int32_t jumped = stopped ? shape | kIrregular : first_jump;
    shapes[k] = jumps ? jumped : paced;
  }
}

#define WEFT_KERNEL_SET(NAME, TARGET)                                                             \
  TARGET void NAME##_later(Cycles a, Cycles b, std::int32_t* out, std::ptrdiff_t count,           \
                           Bounds& bounds) {                                                      \
    later_body(a, b, out, count, bounds);                                                         \
  }                                                                                               \
  TARGET void NAME##_wait(Cycles now, Cycles start, Cycles first, Cycles end, std::int32_t* out,  \
                          std::int32_t* unit, std::int32_t* before, std::ptrdiff_t count,         \
                          Bounds& bounds) {                                                       \
    wait_body(now, start, first, end, out, unit, before, count, bounds);                          \
  }                                                                                               \
  TARGET std::int32_t NAME##_first(const std::int32_t* hold, const std::int32_t* above,           \
                                   std::int32_t latency, std::int32_t* first,                     \
                                   std::ptrdiff_t count) {                                        \
    return first_body(hold, above, latency, first, count);                                        \
  }                                                                                               \
  TARGET void NAME##_pair(Cycles send, Cycles receive, Cycles tail, std::int32_t latency,         \
                          std::int32_t* first, std::ptrdiff_t count, std::int32_t& slack,         \
                          std::int32_t& tail_slack, Bounds& bounds) {                             \
    pair_body(send, receive, tail, latency, first, count, slack, tail_slack, bounds);             \
  }                                                                                               \
  TARGET void NAME##_bounds(const std::int32_t* at, std::ptrdiff_t count, Bounds& bounds) {       \
    bounds_body(at, count, bounds);                                                               \
  }                                                                                               \
  TARGET void NAME##_pass_word(const std::int32_t* before, const std::int32_t* above,             \
                               std::int32_t latency, const std::int32_t* room, std::int32_t* out, \
                               std::ptrdiff_t count) {                                            \
    pass_word_body(before, above, latency, room, out, count);                                     \
  }                                                                                               \
  TARGET void NAME##_issue_word(Pace pace, std::int32_t word, const std::int32_t* before,         \
                                const std::int32_t* above, std::int32_t latency,                  \
                                const std::int32_t* room, IssueRows rows, std::int32_t* out,      \
                                std::ptrdiff_t count) {                                           \
    issue_word_body(pace, word, before, above, latency, room, rows, out, count);                  \
  }                                                                                               \
  constexpr Kernels NAME##_set{#NAME,       NAME##_later,  NAME##_wait,      NAME##_first,        \
                               NAME##_pair, NAME##_bounds, NAME##_pass_word, NAME##_issue_word};

WEFT_KERNEL_SET(plain, )
#if defined(__x86_64__)
WEFT_KERNEL_SET(avx2, __attribute__((target("avx2"))))
WEFT_KERNEL_SET(avx512, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))))
#endif

}  // namespace

std::size_t kernel_sets(const Kernels** sets, std::size_t most) {
  std::size_t count = 0;
  const auto add = [&](const Kernels& set) {
    if (count < most) {
      sets[count++] = &set;
    }
  };
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    add(avx512_set);
  }
  if (__builtin_cpu_supports("avx2")) {
    add(avx2_set);
  }
#endif
  add(plain_set);
  return count;
}

const Kernels& kernels() {
  static const Kernels& best = [] {
    const Kernels* first = nullptr;
    kernel_sets(&first, 1);
    return std::cref(*first);
  }();
  return best;
}

}  // namespace weft::sim::vector
