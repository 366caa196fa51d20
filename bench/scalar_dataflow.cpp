// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "bench/measurements.h"
#include "bench/shift_loop.h"
#include "bench/wse2_part.h"
#include "sim/dataflow/engine.h"

namespace weft::bench {

Result<Repeat> scalar_dataflow(int side, int steps) {
  WEFT_ASSIGN(const arch::Machine machine, wse2_part(side));
  const auto bundle = std::make_shared<const isa::Bundle>(shift_loop(side, steps));
  return Repeat([=]() -> Result<Sample> {
    sim::Options options;
    options.data = false;
    WEFT_ASSIGN(const auto engine, sim::dataflow::Engine::create(*bundle, machine, {}, options));
    const double begin = cpu_seconds();
    const auto progress = engine->advance(INT64_MAX);
    const double spent = cpu_seconds() - begin;
    if (progress != sim::dataflow::Engine::Progress::finished) {
      return internal_error("the shift loop does not end: " + engine->fault());
    }
    return Sample{{static_cast<double>(engine->take_result().instructions)}, spent, ""};
  });
}

}  // namespace weft::bench
