// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "bench/measurements.h"
#include "bench/shift_loop.h"
#include "bench/wse2_part.h"
#include "sim/vector/engine.h"

namespace weft::bench {

Result<Repeat> vector_dataflow(int side, int steps) {
  WEFT_ASSIGN(const arch::Machine machine, wse2_part(side));
  const auto bundle = std::make_shared<const isa::Bundle>(shift_loop(side, steps));
  return Repeat([=]() -> Result<Sample> {
    const auto engine = sim::vector::Engine::create(*bundle, machine, false);
    if (!engine) {
      return internal_error("the shift loop does not run over vectors of tiles");
    }
    const double begin = cpu_seconds();
    const auto progress = engine->advance(INT64_MAX);
    const double spent = cpu_seconds() - begin;
    if (progress != sim::vector::Engine::Progress::finished) {
      return internal_error("the shift loop is declined: " + engine->declined_because());
    }
    const double tile_steps = static_cast<double>(side) * side * steps;
    return Sample{{tile_steps, tile_steps * kShiftLoopInstructions}, spent, ""};
  });
}

}  // namespace weft::bench
