// SPDX-License-Identifier: Apache-2.0
// Word-hops a second of CPU time of the word engine: 512 x 512 tiles, 8 colors, routes that turn
// and fork. Every block of 128 x 128 tiles has four combs, each a spine along one side with a tooth
// towards the other in every row or column; blocks of even columns use colors 0 to 3, the others
// 4 to 7. So nearly every link carries exactly one color, and half of the 512 * 512 * 8 link
// registers hold a word that moves when the sources send without a pause; `use` is the share of
// them that do.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <ctime>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "sim/word/engine.h"

namespace weft {
namespace {

constexpr int kSide = 512;
constexpr int kBlock = 128;
constexpr int kLast = kBlock - 1;
constexpr int kWords = 500'000'000;  // more than any benchmark moves

/// Writes the combs of blocks in every second column of blocks, from column `first` on.
class Combs {
 public:
  Combs(isa::Bundle& bundle, int first) : bundle_(bundle), first_(first) {}

  void lay() {
    using namespace isa;
    // A from the top left corner, B from the bottom right, C from the bottom left, D from the top
    // right. Spines run along the sides; corners have no teeth.
    comb(0, {0, 0}, {1, 0}, {1, kLast}, EAST, SOUTH);
    comb(1, {kLast, kLast}, {1, kLast}, {1, 0}, WEST, NORTH);
    comb(2, {0, kLast}, {0, 1}, {kLast, 1}, NORTH, EAST);
    comb(3, {kLast, 0}, {kLast, 1}, {0, 1}, SOUTH, WEST);
  }

 private:
  struct Point {
    int x, y;
  };
  static isa::Direction opposite(isa::Direction d) {
    return static_cast<isa::Direction>((d + 1) % 4 + 1);
  }

  // Tiles [x, x + w) by [y, y + h) of every block.
  weft::TileSet tiles(int x, int y, int w, int h, int bx, int by) const {
    return {{bx * kBlock + x, 1, w}, {by * kBlock + y, 1, h}};
  }
  template <class F>
  void in_every_block(F&& f) const {
    for (int by = 0; by < kSide / kBlock; ++by) {
      for (int bx = first_; bx < kSide / kBlock; bx += 2) {
        f(bx, by);
      }
    }
  }
  void route(int color, int x, int y, int w, int h, isa::Direction rx,
             std::initializer_list<isa::Direction> tx) {
    in_every_block([&](int bx, int by) {
      isa::Route& route = *bundle_.add_routes();
      route.set_color(color);
      *route.mutable_tiles() = isa::to_proto(tiles(x, y, w, h, bx, by));
      route.set_rx(rx);
      for (const isa::Direction direction : tx) {
        route.add_tx(direction);
      }
    });
  }
  void role(const std::string& name, isa::RoleBuilder& builder, int x, int y, int w, int h) {
    isa::Role role = builder.finish(0);
    role.set_name(name);
    in_every_block(
        [&](int bx, int by) { *role.add_tiles() = isa::to_proto(tiles(x, y, w, h, bx, by)); });
    *bundle_.add_roles() = std::move(role);
  }

  // From `source` along `spine`, forking into a tooth at each tile from `begin` on; the sinks begin
  // at `sinks`.
  void comb(int kind, Point source, Point begin, Point sinks, isa::Direction spine,
            isa::Direction tooth) {
    const int color = kind + 4 * first_;
    const bool across = spine == isa::EAST || spine == isa::WEST;
    const int w = across ? kLast - 1 : 1;
    const int h = across ? 1 : kLast - 1;
    route(color, source.x, source.y, 1, 1, isa::RAMP, {spine});
    // The last fork of the spine turns.
    const bool ascending = spine == isa::EAST || spine == isa::SOUTH;
    const Point last = {across ? (ascending ? kLast - 1 : 1) : begin.x,
                        across ? begin.y : (ascending ? kLast - 1 : 1)};
    const Point rest = {across && !ascending ? 2 : begin.x, !across && !ascending ? 2 : begin.y};
    route(color, rest.x, rest.y, across ? w - 1 : 1, across ? 1 : h - 1, opposite(spine),
          {spine, tooth});
    route(color, last.x, last.y, 1, 1, opposite(spine), {tooth});
    route(color, 1, 1, kLast - 1, kLast - 1, opposite(tooth), {tooth});
    route(color, sinks.x, sinks.y, w, h, opposite(tooth), {isa::RAMP});

    isa::RoleBuilder sender("sender"), receiver("receiver");
    sender.td(0, sender.buffer("x", 4), 0, DType::f32, {kWords});
    sender.send(color, 0);
    role(fmt::format("source{}", color), sender, source.x, source.y, 1, 1);
    receiver.td(0, receiver.buffer("x", 4), 0, DType::f32, {kWords});
    receiver.receive(isa::Opcode::recv_set, 0, color);
    role(fmt::format("sink{}", color), receiver, sinks.x, sinks.y, w, h);
  }

  isa::Bundle& bundle_;
  int first_;
};

isa::Bundle combs() {
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.mutable_region()->set_width(kSide);
  bundle.mutable_region()->set_height(kSide);
  Combs(bundle, 0).lay();
  Combs(bundle, 1).lay();
  return bundle;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Words leave the sources every den/num cycles; a cycle moves about 512 * 512 * 4 * num/den words.
void word_hops(benchmark::State& state, int num, int den, sim::DenseMoves dense) {
  auto machine = arch::load_machine(
      "wse2", {fmt::format("fabric.words_per_cycle={}/{}", num, den),
               fmt::format("grid.width={}", kSide), fmt::format("grid.height={}", kSide)});
  if (!machine) {
    return state.SkipWithError(machine.error().message.c_str());
  }
  static const isa::Bundle bundle = combs();
  sim::Options options;
  options.data = false;
  options.dense = dense;
  auto engine = sim::word::Engine::create(bundle, *machine, {}, options);
  if (!engine) {
    return state.SkipWithError(engine.error().message.c_str());
  }
  std::int64_t cycle = 600;  // until the places are in use
  (*engine)->advance(cycle);
  const std::int64_t before = (*engine)->word_hops();
  std::int64_t cycles = 0;
  for ([[maybe_unused]] auto _ : state) {
    const double begin = cpu_seconds();
    (*engine)->advance(cycle += 64);
    cycles += 64;
    state.SetIterationTime(cpu_seconds() - begin);
  }
  const auto hops = static_cast<double>((*engine)->word_hops() - before);
  state.counters["word_hops/s"] = benchmark::Counter(hops, benchmark::Counter::kIsRate);
  state.counters["use"] = hops / static_cast<double>(cycles) / (8.0 * kSide * kSide);
}

using sim::DenseMoves;

BENCHMARK_CAPTURE(word_hops, dense_5_percent, 1, 10, DenseMoves::automatic)->UseManualTime();
BENCHMARK_CAPTURE(word_hops, dense_20_percent, 2, 5, DenseMoves::automatic)->UseManualTime();
BENCHMARK_CAPTURE(word_hops, dense_50_percent, 1, 1, DenseMoves::automatic)->UseManualTime();
BENCHMARK_CAPTURE(word_hops, list_5_percent, 1, 10, DenseMoves::never)->UseManualTime();

}  // namespace
}  // namespace weft

BENCHMARK_MAIN();
