// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "bench/combs.h"
#include "bench/measurements.h"
#include "bench/wse2_part.h"
#include "sim/word/engine.h"

namespace weft::bench {
namespace {

struct Run {
  isa::Bundle bundle;
  std::unique_ptr<sim::word::Engine> engine;
};

}  // namespace

Result<Repeat> word_hops(int side, int num, int den, int cycles, sim::DenseMoves dense) {
  WEFT_ASSIGN(const arch::Machine machine,
              wse2_part(side, {fmt::format("fabric.words_per_cycle={}/{}", num, den)}));
  const auto run = std::make_shared<Run>();
  run->bundle = combs(side);
  sim::Options options;
  options.data = false;
  options.dense = dense;
  WEFT_ASSIGN(run->engine, sim::word::Engine::create(run->bundle, machine, {}, options));
  run->engine->advance(side + side / 4);  // until the places are in use
  return Repeat([=]() -> Result<Sample> {
    sim::word::Engine& engine = *run->engine;
    const std::int64_t before = engine.word_hops();
    const double begin = cpu_seconds();
    engine.advance(engine.reached() + cycles);
    const double spent = cpu_seconds() - begin;
    const auto hops = static_cast<double>(engine.word_hops() - before);
    const double use = hops / cycles / (8.0 * side * side);
    return Sample{{hops}, spent, fmt::format("{:.0f} % of the link registers in use", 100 * use)};
  });
}

}  // namespace weft::bench
