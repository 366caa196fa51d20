// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/arch.pb.h"

namespace weft::mapper::collectives {

/// What of a machine decides the cycles of a collective (docs/timing_model.md); all in cycles.
struct Timing {
  std::int64_t ramp = 2;
  std::int64_t hop = 1;
  std::int64_t turn = 0;
  std::int64_t transfer = 0;    ///< set-up of a send, receive or forward
  std::int64_t scalar = 0;      ///< a scalar instruction
  std::int64_t descriptor = 0;  ///< writing a tensor descriptor
  std::int64_t loop_entry = 0;
  std::int64_t loop_iteration = 0;
  std::int64_t pace_num = 1;  ///< words a link takes in …
  std::int64_t pace_den = 1;  ///< … so many cycles

  std::int64_t places = 1;  ///< words a color holds per hop
  std::int64_t queue = 2;   ///< … and in a core's input queue

  static Timing of(const arch::Machine& machine);

  /// From issue to consumption of a word.
  std::int64_t flight(std::int64_t hops) const { return 1 + 2 * ramp + hops * hop; }
  /// Words on the way from core to core that nobody takes.
  std::int64_t held(std::int64_t hops) const { return 2 * ramp + hops * places + queue; }
  /// From the first word of a train to the cycle after its last.
  std::int64_t span(std::int64_t words) const {
    return words > 0 ? (words - 1) * pace_den / pace_num + 1 : 0;
  }
};

inline Timing Timing::of(const arch::Machine& machine) {
  const auto& setup = machine.tile().setup();
  const auto& fabric = machine.fabric();
  return {fabric.ramp_latency(),
          fabric.hop_latency(),
          fabric.turn_latency(),
          setup.transfer(),
          setup.scalar(),
          setup.tensor_descriptor(),
          setup.loop_entry(),
          setup.loop_iteration(),
          fabric.words_per_cycle().num(),
          fabric.words_per_cycle().den(),
          fabric.places_per_hop(),
          machine.tile().input_queue_words()};
}

}  // namespace weft::mapper::collectives
