// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/dtype.h"

namespace weft::isa {

/// What a program does that another tile, or a unit of its own, can hold up.
struct CommStep {
  enum class Kind : std::uint8_t {
    transfer,  ///< issues `amount` words, never 0
    wait,      ///< for the transfer of `event`
    datapath,  ///< until no transfer holds the datapath
    loop,      ///< `amount` times to the matching end
    end,       ///< of the loop `back` steps before
    halt,
  };
  static constexpr std::uint8_t kDatapath = 1, kEdge = 2;
  Kind kind = Kind::halt;
  std::int8_t engine = -1;  ///< -1: synchronous
  std::int8_t event = -1;
  std::uint8_t units = 0;    ///< beside ramps and engine: kDatapath, kEdge
  std::int8_t in_port = -1;  ///< index into the ports of the trace
  std::int8_t out_port = -1;
  std::uint16_t level = 0;  ///< of a loop and its end: how many are around it
  std::uint32_t amount = 0;
  std::uint32_t back = 0;

  bool operator==(const CommStep&) const = default;
};

/// `count` trains in a row of one size and type.
struct TrainRun {
  std::uint32_t words = 0;
  std::uint32_t dtype = 0;
  std::uint64_t count = 0;

  bool operator==(const TrainRun&) const = default;
};

/// One color at the ramp of a tile, and all trains that pass there from beginning to end.
struct CommPort {
  std::int32_t color = 0;
  bool out = false;
  std::int32_t trains = 0;  ///< number of the sequence; the same exactly for equal ones

  bool operator==(const CommPort&) const = default;
};

/// All of a program that concerns others. Equal iterations of a loop that follow each other are one
/// body. Shared by all tiles that do the same.
struct CommTrace {
  std::vector<CommStep> steps;
  std::vector<CommPort> ports;

  bool operator==(const CommTrace&) const = default;
  /// -1: the color does not pass there.
  int port(int color, bool out) const {
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (ports[i].color == color && ports[i].out == out) {
        return static_cast<int>(i);
      }
    }
    return -1;
  }
};

/// The traces of a bundle's tiles.
struct CommTraces {
  static constexpr std::int32_t kNone = -1;

  std::vector<CommTrace> traces;
  std::vector<std::int32_t> of_tile;  ///< row-major over the region; kNone: no role
};

}  // namespace weft::isa
