// SPDX-License-Identifier: Apache-2.0
// Assembles a chain over one row of mesh8, runs it with values and prints what it cost.
#include <cstdio>
#include <string>

#include "arch/machine.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "sim/simulate.h"

namespace {

constexpr const char* kProgram = R"(.bundle 1
.region 0 0 8 1
.probe total replicated size=8
.route c0 x=7 y=0 ramp -> west
.route c0 x=1:5:2 y=0 ramp -> west
.route c0 x=0:6:2 y=0 east -> ramp
.route c1 x=2:6:2 y=0 ramp -> west
.route c1 x=1:5:2 y=0 east -> ramp
.role first x=7 y=0
.buffer numbers 0x1000 32
  td t0, numbers, f32, [1, 8]
  vfill t0, 1
  send c0, t0
  halt
.role even x=2:6:2 y=0
.buffer numbers 0x1000 32
  td t0, numbers, f32, [1, 8]
  vfill t0, 1
  fwd.add c1, c0, t0
  halt
.role odd x=1:5:2 y=0
.buffer numbers 0x1000 32
  td t0, numbers, f32, [1, 8]
  vfill t0, 1
  fwd.add c0, c1, t0
  halt
.role last x=0 y=0
.buffer numbers 0x1000 32
  td t0, numbers, f32, [1, 8]
  vfill t0, 1
  recv.add t0, c0
  probe total, t0, 0, 0
  halt
)";

int fail(const weft::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

}  // namespace

int main() {
  const auto machine = weft::arch::load_machine("mesh8", {});
  if (!machine) {
    return fail(machine.error());
  }
  const auto bundle = weft::isa::parse_bundle(kProgram, "row_sum");
  if (!bundle) {
    return fail(bundle.error());
  }
  if (const auto verdict = weft::isa::verify(*bundle, *machine); !verdict) {
    return fail(verdict.error());
  }
  const auto result = weft::sim::simulate(*bundle, *machine, {});
  if (!result) {
    return fail(result.error());
  }
  for (const float value : result->tensors.at("total").values) {
    if (value != 8.0F) {
      std::fprintf(stderr, "the sum of eight ones is %g\n", static_cast<double>(value));
      return 1;
    }
  }
  const auto& setup = machine->tile().setup();
  const long before = setup.tensor_descriptor() + setup.compute() + 8 + setup.transfer();
  std::printf("8 words over 8 tiles: %ld cycles of chain\n", result->cycles.count() - before);
}
