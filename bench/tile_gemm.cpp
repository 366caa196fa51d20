// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <memory>
#include <vector>

#include "base/half.h"
#include "bench/measurements.h"
#include "sim/core/datapath.h"
#include "sim/core/matmul_kernels.h"

namespace weft::bench {
namespace {

/// A tile with A, B and C in its SRAM, and the instruction C = A B.
struct Tile {
  explicit Tile(int n) : sram(static_cast<std::size_t>(n) * static_cast<std::size_t>(n) * 8) {
    const int elements = n * n;
    instr.opcode = isa::Opcode::mm;
    instr.arg[1] = 1;
    instr.arg[2] = 2;
    instr.arg[3] = std::bit_cast<std::int32_t>(1.0F);
    place(0, 4 * elements, DType::f32, n);
    place(1, 0, DType::f16, n);
    place(2, 2 * elements, DType::f16, n);
    for (int i = 0; i < 2 * elements; ++i) {
      store_element(sram.data(), DType::f16, i, static_cast<float>(i % 17 - 8) / 16);
    }
  }
  void place(std::size_t t, int base, DType type, int n) {
    state.t[t].base = base;
    state.t[t].dtype = type;
    state.t[t].rank = 2;
    state.t[t].dims = {n, n, 1};
    state.t[t].strides = {n, 1, 0};
  }

  isa::ProgramState state;
  isa::Instr instr;
  std::vector<std::byte> sram;
};

}  // namespace

Result<Repeat> tile_gemm(int n, int calls) {
  const auto tile = std::make_shared<Tile>(n);
  return Repeat([=]() -> Result<Sample> {
    const double begin = cpu_seconds();
    for (int i = 0; i < calls; ++i) {
      sim::run_compute(tile->instr, tile->state, tile->sram);
    }
    const double spent = cpu_seconds() - begin;
    return Sample{{2.0 * n * n * n * calls}, spent, sim::best_matmul_kernels().name};
  });
}

}  // namespace weft::bench
