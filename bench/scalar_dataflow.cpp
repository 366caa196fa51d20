// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "bench/measurements.h"
#include "bench/shift_loop.h"
#include "bench/wse2_part.h"
#include "sim/scalar/engine.h"

namespace weft::bench {

Result<Repeat> scalar_dataflow(int side, int steps) {
  WEFT_ASSIGN(const arch::Machine machine, wse2_part(side));
  const auto bundle = std::make_shared<const isa::Bundle>(shift_loop(side, steps));
  return Repeat([=]() -> Result<Sample> {
    std::string why_not;
    const auto engine = sim::scalar::Engine::create(*bundle, machine, why_not);
    if (!engine) {
      return internal_error("the shift loop does not run tile by tile: " + why_not);
    }
    const double begin = cpu_seconds();
    const auto progress = engine->advance(INT64_MAX);
    const double spent = cpu_seconds() - begin;
    if (progress != sim::scalar::Engine::Progress::finished) {
      return internal_error("the shift loop is declined: " + engine->declined_because());
    }
    return Sample{{static_cast<double>(engine->take_result().instructions)}, spent, ""};
  });
}

}  // namespace weft::bench
