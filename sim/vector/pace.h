// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace weft::sim::vector {

/// num/den words a cycle, in lowest terms: s(w) = max(s(w-1) + den/num, ready(w)), leaving in cycle
/// floor(s(w)).
struct Pace {
  std::int32_t num = 1;
  std::int32_t den = 1;

  bool slow() const { return num != den; }
  /// Cycles from a word that leaves in s = an integer to the k-th after it, nothing else in the
  /// way.
  std::int64_t whole(std::int64_t k) const { return k * den / num; }
  /// How many of such words leave in the first `cycles` cycles.
  std::int64_t words_in(std::int64_t cycles) const {
    return cycles <= 0 ? 0 : (cycles * num + den - 1) / den;
  }
  /// A train that starts so many cycles after the last word of the one before does as if it were
  /// the first.
  std::int64_t forgets() const { return num == 1 ? den : den / num + 2; }
};

/// Why a word did not leave in the cycle after the word before it.
enum class Gap : std::uint8_t { moving, input, output, none };

/// How the words of a train with a pace leave one core, besides when the first and the last do: at
/// the pace but for one stop, with one cause of gaps before that word and one behind it. Everything
/// else is irregular. For a core that only receives: the later of a word a cycle from the first on
/// and the pace up to the last.
struct Shape {
  static constexpr std::int32_t kNoStop = (1 << 22) - 1;

  bool irregular = false;
  Gap before = Gap::none;  ///< cause of gaps before the stop
  Gap at = Gap::none;      ///< … at it
  Gap after = Gap::none;   ///< … after it
  Gap first = Gap::none;   ///< what the first word waited for
  std::int32_t stop = kNoStop;

  std::int32_t packed() const {
    const auto bits = [](Gap gap, int by) { return static_cast<std::uint32_t>(gap) << by; };
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(stop) | bits(before, 22) |
                                     bits(at, 24) | bits(after, 26) | bits(first, 28) |
                                     (irregular ? 1U << 30 : 0U));
  }
  static Shape of(std::int32_t packed) {
    const auto from = static_cast<std::uint32_t>(packed);
    const auto gap = [&](int by) { return static_cast<Gap>(from >> by & 3U); };
    return {(from >> 30 & 1U) != 0,
            gap(22),
            gap(24),
            gap(26),
            gap(28),
            static_cast<std::int32_t>(from & static_cast<std::uint32_t>(kNoStop))};
  }
};

/// The words of one train at one core, by its shape.
struct PacedTrain {
  std::int64_t first = 0;  ///< cycle of the first word
  std::int64_t last = 0;   ///< … of the last
  std::int64_t words = 0;
  bool issues = false;
  Shape shape;

  struct Waits {
    std::int64_t input = 0;
    std::int64_t output = 0;
  };

  /// Not of irregular trains.
  std::int64_t cycle_of(std::int64_t word, const Pace& pace) const {
    if (!issues) {
      return std::max(first + word, last - pace.whole(words - 1) + pace.whole(word));
    }
    if (word < shape.stop) {
      return first + pace.whole(word);
    }
    return last - pace.whole(words - 1 - shape.stop) + pace.whole(word - shape.stop);
  }

  /// Cycles from `now` on in which no word left, up to the last word, by cause; `now` is not before
  /// the first word. Not of irregular trains.
  Waits waits_from(std::int64_t now, const Pace& pace) const {
    Waits waits;
    if (!issues) {
      const std::int64_t behind = pace.words_in(now - (last - pace.whole(words - 1)));
      const std::int64_t gone = std::min({now - first, behind, words});
      waits.input = std::max<std::int64_t>(0, last + 1 - now - (words - gone));
      return waits;
    }
    const auto add = [&](Gap cause, std::int64_t cycles) {
      waits.input += cause == Gap::input ? cycles : 0;
      waits.output += cause == Gap::output ? cycles : 0;
    };
    // Gaps of a stretch of words at the pace from cycle `from` to `to`.
    const auto stretch = [&](std::int64_t from, std::int64_t to, std::int64_t count, Gap cause) {
      if (now <= to) {
        const std::int64_t gone = std::min(count, pace.words_in(now - from));
        add(cause, to + 1 - std::max(now, from) - (count - gone));
      }
    };
    const bool stops = shape.stop < words;
    const std::int64_t count = stops ? shape.stop : words;
    const std::int64_t to = stops ? first + pace.whole(count - 1) : last;
    stretch(first, to, count, shape.before);
    if (stops) {
      const std::int64_t again = cycle_of(shape.stop, pace);
      add(shape.at, std::max<std::int64_t>(0, again - std::max(now, to + 1)));
      stretch(again, last, words - shape.stop, shape.after);
    }
    return waits;
  }
};

}  // namespace weft::sim::vector
