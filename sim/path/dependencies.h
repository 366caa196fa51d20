// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::sim {

/// What an engine recorded of a run so that one can ask, of any moment, what it waited for. Tiles
/// are row-major over the region, cycles absolute. Operations (transfers) of a tile are numbered in
/// issue order, as are the trains of a color at one core.
class Dependencies {
 public:
  virtual ~Dependencies() = default;

  /// Something the core of a tile did, in order. Between two of them it worked on its own.
  struct CoreEvent {
    enum class Kind : std::uint8_t {
      issue,   ///< of `operation`
      resume,  ///< it had waited, if at all, until the end of `operation`
      op,      ///< an instruction of another graph op is next
      jump     ///< iterations that recurred were added: `cycles` of them, so many of `period`
    };
    Kind kind = Kind::op;
    std::int64_t time = 0;      ///< its clock after the event
    std::int64_t waited = 0;    ///< of a resume: cycles it stood still
    std::int64_t computed = 0;  ///< cycles of compute up to here
    std::int32_t operation = -1;
    std::int32_t graph_op = -1;  ///< before the event
    std::int32_t layer = -1;     ///< index of the second loop, -1: none
    std::int32_t pc = -1;
    std::int64_t cycles = 0;
    std::int64_t period = 0;
  };

  /// When its words moved: claims granted, first word, last word (less words - 1), done.
  struct Operation {
    std::int32_t pc = -1;
    std::int32_t graph_op = -1;
    std::int32_t layer = -1;
    std::int64_t words = 0;
    std::int64_t live = 0;
    std::int64_t start = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int16_t in_color = -1;
    std::int16_t out_color = -1;
    std::int64_t in_train = 0;
    std::int64_t out_train = 0;
    std::int16_t engine = -1;  ///< queue engine, -1: synchronous
    bool datapath = false;
    std::int64_t event = 0;  ///< index of its issue among the core's events

    std::int64_t end() const { return last + words; }
  };

  virtual std::int32_t tiles() const = 0;
  /// Clock of the core when its program ended.
  virtual std::int64_t core_end(std::int32_t tile) const = 0;
  virtual std::int64_t events(std::int32_t tile) const = 0;
  virtual CoreEvent event(std::int32_t tile, std::int64_t index) const = 0;
  virtual std::int32_t operations(std::int32_t tile) const = 0;
  virtual Operation operation(std::int32_t tile, std::int32_t id) const = 0;
  /// The operation that sent (consumed) train `number` of a color, -1: none.
  virtual std::int32_t sender(std::int32_t tile, int color, std::int64_t number) const = 0;
  virtual std::int32_t receiver(std::int32_t tile, int color, std::int64_t number) const = 0;
};

}  // namespace weft::sim
