// SPDX-License-Identifier: Apache-2.0
// A tile of mesh8 sums 16 KiB of edge memory, 256 bytes at a time, in two orders; behind the edge
// stands Weft's own memory, then ours.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "arch/machine.h"
#include "banked_memory.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "sim/simulate.h"

namespace {

// Channel 0 of mesh8 lies at tile (0,2). Block i is the one `step` blocks further on than block
// i - 1, of 64 in a ring.
std::string program(int step) {
  return R"(.bundle 1
.region 0 2 1 1
.probe sum replicated size=1
.edge_load host.numbers 0 f32 [64, 64]
.role reader x=0 y=2
.buffer block 0x1000 256
.buffer part 0x1100 4
.buffer sum 0x1104 4
  td t0, block, f32, [1, 64]
  td t1, part, f32, [1]
  td t2, sum, f32, [1, 1]
  td t3, sum, f32, [1]
  vfill t2, 0
  loop 64
    edge.read t0, s0
    vred.sum t1, t0
    v2.add t3, t3, t1
    add s0, s0, )" +
         std::to_string(256 * step) + R"(
    mod s0, s0, 16384
  end
  probe sum, t2, 0, 0
  halt
)";
}

template <class T>
T value_of(weft::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(*result);
}

weft::sim::RunResult run(int step, bool own_memory) {
  const auto machine = value_of(weft::arch::load_machine("mesh8"));
  const auto bundle = value_of(weft::isa::parse_bundle(program(step), "reader"));
  if (const auto verdict = weft::isa::verify(bundle, machine); !verdict) {
    std::fprintf(stderr, "%s\n", verdict.error().message.c_str());
    std::exit(1);
  }
  weft::sim::TensorSource tensors;
  auto& numbers = tensors.host["host.numbers"];
  numbers.shape = {64, 64};
  numbers.values.assign(64 * 64, 0.5F);
  weft::sim::Options options;
  options.own_edge_memory = own_memory;
  return value_of(weft::sim::simulate(bundle, machine, tensors, options));
}

}  // namespace

int main() {
  BankedMemory memory("memory");
  weft::sim::edge_socket(0).bind(memory.socket);  // before the first simulate()
  std::printf("%-22s %12s %12s %14s\n", "", "Weft's own", "banked", "hits, misses");
  for (const auto& [order, step] :
       {std::pair("one after the other", 1), std::pair("17 apart", 17)}) {
    const auto plain = run(step, false);
    memory.hits = memory.misses = 0;
    const auto banked = run(step, true);
    std::printf("%-22s %12ld %12ld %8d, %4d\n", order, plain.cycles.count(), banked.cycles.count(),
                memory.hits, memory.misses);
    if (plain.tensors.at("sum").values != banked.tensors.at("sum").values) {
      std::fprintf(stderr, "the sums differ\n");
      return 1;
    }
  }
  return 0;
}
