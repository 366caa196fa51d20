// SPDX-License-Identifier: Apache-2.0
#include "sim/core/datapath.h"

#include <cassert>
#include <cmath>
#include <limits>

#include "base/elementary.h"
#include "sim/core/element.h"
#include "sim/core/matmul.h"

namespace weft::sim {
namespace {

using isa::Descriptor;
using isa::Opcode;

float binary(Opcode opcode, float a, float b) {
  switch (opcode) {
    case Opcode::v2_add:
      return a + b;
    case Opcode::v2_sub:
      return a - b;
    case Opcode::v2_mul:
      return a * b;
    case Opcode::v2_div:
      return a / b;
    case Opcode::v2_max:
      return a > b ? a : b;
    case Opcode::v2_expsub:
      // A score that is masked everywhere has maximum -inf: its weight is 0, not NaN.
      return std::isinf(b) && b < 0 ? 0.0f : exp_f32(a - b);
    default:
      return silu_f32(a) * b;
  }
}

void run_binary(const isa::Instr& instr, const isa::ProgramState& state,
                std::span<std::byte> sram) {
  const Descriptor& d = state.tensor(instr, 0);
  const Descriptor& a = state.tensor(instr, 1);
  const Descriptor& b = state.tensor(instr, 2);
  for_each_element(d, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    const float x = load(sram, a.dtype, address(a, i, j, k));
    const float y = load(sram, b.dtype, address(b, i, j, k));
    store(sram, d.dtype, address(d, i, j, k), binary(instr.opcode, x, y));
  });
}

void run_copy(const Descriptor& d, const Descriptor& a, std::span<std::byte> sram) {
  for_each_element(d, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    store(sram, d.dtype, address(d, i, j, k), load(sram, a.dtype, address(a, i, j, k)));
  });
}

void run_fill(const Descriptor& d, float value, std::span<std::byte> sram) {
  for_each_element(d, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    store(sram, d.dtype, address(d, i, j, k), value);
  });
}

void run_mask(const Descriptor& d, std::int64_t q0, std::int64_t k0, std::int64_t step,
              std::span<std::byte> sram) {
  const std::size_t last = static_cast<std::size_t>(d.rank - 1);
  for_each_element(d, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    const std::int64_t index[3] = {i, j, k};
    if (k0 + index[last] * step > q0 + i) {
      store(sram, d.dtype, address(d, i, j, k), -std::numeric_limits<float>::infinity());
    }
  });
}

void run_rope(const Descriptor& d, const Descriptor& a, const Descriptor& cosines,
              const Descriptor& sines, std::span<std::byte> sram) {
  const std::int64_t pairs = d.dims[2] / 2;
  for (std::int64_t m = 0; m < d.dims[0]; ++m) {
    for (std::int64_t h = 0; h < d.dims[1]; ++h) {
      for (std::int64_t p = 0; p < pairs; ++p) {
        const float c = load(sram, cosines.dtype, address(cosines, m, p, 0));
        const float s = load(sram, sines.dtype, address(sines, m, p, 0));
        const float x = load(sram, a.dtype, address(a, m, h, p));
        const float y = load(sram, a.dtype, address(a, m, h, p + pairs));
        store(sram, d.dtype, address(d, m, h, p), std::fma(x, c, -(y * s)));
        store(sram, d.dtype, address(d, m, h, p + pairs), std::fma(y, c, x * s));
      }
    }
  }
}

void run_norm(const isa::Instr& instr, const isa::ProgramState& state, std::span<std::byte> sram) {
  const Descriptor& d = state.tensor(instr, 0);
  const Descriptor& a = state.tensor(instr, 1);
  const Descriptor& gain = state.tensor(instr, 2);
  const Descriptor& sums = state.tensor(instr, 3);
  for (std::int64_t m = 0; m < d.dims[0]; ++m) {
    const float sum = load(sram, sums.dtype, address(sums, m, 0, 0));
    const float scale = rsqrt_f32(sum / instr.number(4) + instr.number(5));
    for (std::int64_t j = 0; j < d.dims[1]; ++j) {
      const float x = load(sram, a.dtype, address(a, m, j, 0));
      const float g = load(sram, gain.dtype, address(gain, j, 0, 0));
      store(sram, d.dtype, address(d, m, j, 0), x * scale * g);
    }
  }
}

void run_gather(const Descriptor& d, const Descriptor& table, const Descriptor& index,
                std::int64_t first, std::span<std::byte> sram) {
  for (std::int64_t i = 0; i < d.dims[0]; ++i) {
    std::int32_t id;
    std::memcpy(&id, sram.data() + address(index, i, 0, 0), sizeof(id));
    const std::int64_t row = id - first;
    const bool here = row >= 0 && row < table.dims[0];
    for (std::int64_t j = 0; j < d.dims[1]; ++j) {
      const float value = here ? load(sram, table.dtype, address(table, row, j, 0)) : 0.0f;
      store(sram, d.dtype, address(d, i, j, 0), value);
    }
  }
}

void run_reduce(Opcode opcode, const Descriptor& d, const Descriptor& a,
                std::span<std::byte> sram) {
  const Rows rows(a);
  for (std::int64_t r = 0; r < rows.count; ++r) {
    float sum = opcode == Opcode::vred_max ? -std::numeric_limits<float>::infinity() : 0.0f;
    for (std::int64_t k = 0; k < rows.length; ++k) {
      const float x = load(sram, a.dtype, rows.start(r) + k * rows.step);
      if (opcode == Opcode::vred_max) {
        sum = x > sum ? x : sum;
      } else {
        sum = opcode == Opcode::vred_sum ? sum + x : std::fma(x, x, sum);
      }
    }
    const std::int64_t inner = a.rank == 3 ? a.dims[1] : 1;
    store(sram, d.dtype, address(d, r / inner, r % inner, 0), sum);
  }
}

void run_argmax(const Descriptor& d, const Descriptor& a, std::int32_t first, std::int32_t limit,
                std::span<std::byte> sram) {
  const Rows rows(a);
  for (std::int64_t r = 0; r < rows.count; ++r) {
    float best = -std::numeric_limits<float>::infinity();
    std::int32_t id = std::numeric_limits<std::int32_t>::max();
    for (std::int64_t k = 0; k < rows.length && first + k < limit; ++k) {
      const float x = load(sram, a.dtype, rows.start(r) + k * rows.step);
      if (x > best || id == std::numeric_limits<std::int32_t>::max()) {
        best = x;
        id = first + static_cast<std::int32_t>(k);
      }
    }
    const Rows pairs(d);
    std::memcpy(sram.data() + pairs.start(r), &best, sizeof(best));
    std::memcpy(sram.data() + pairs.start(r) + pairs.step, &id, sizeof(id));
  }
}

}  // namespace

DType product_sums(const arch::Machine& machine) {
  return machine.tile().accumulator() == arch::Tile::F16 ? DType::f16 : DType::f32;
}

void run_compute(const isa::Instr& instr, const isa::ProgramState& state, std::span<std::byte> sram,
                 DType sums) {
  const auto t = [&](int slot) -> const Descriptor& { return state.tensor(instr, slot); };
  switch (instr.opcode) {
    case Opcode::mm:
    case Opcode::mm_acc:
      return run_matmul(t(0), t(1), t(2), instr.number(3), instr.opcode == Opcode::mm_acc, sram,
                        sums);
    case Opcode::v1_cpy:
      return run_copy(t(0), t(1), sram);
    case Opcode::vfill:
      return run_fill(t(0), instr.number(1), sram);
    case Opcode::mask:
      return run_mask(t(0), state.value(instr, 1), state.value(instr, 2), state.value(instr, 3),
                      sram);
    case Opcode::rope:
      return run_rope(t(0), t(1), t(2), t(3), sram);
    case Opcode::norm_rms:
      return run_norm(instr, state, sram);
    case Opcode::gath:
      return run_gather(t(0), t(1), t(2), state.value(instr, 3), sram);
    case Opcode::vred_sum:
    case Opcode::vred_max:
    case Opcode::vred_sumsq:
      return run_reduce(instr.opcode, t(0), t(1), sram);
    case Opcode::vred_argmax:
      return run_argmax(t(0), t(1), state.value(instr, 2), state.value(instr, 3), sram);
    case Opcode::busy:
      return;
    default:
      return run_binary(instr, state, sram);
  }
}

bool operands_fit(const isa::Instr& instr, const isa::ProgramState& state,
                  std::int64_t sram_bytes) {
  int slot = 0;
  for (const isa::Operand operand : isa::info_of(instr.opcode).operands) {
    if (operand == isa::Operand::tensor) {
      const Descriptor& d = state.tensor(instr, slot);
      if (d.elements() > 0 && (d.base < 0 || d.end_byte() > sram_bytes)) {
        return false;
      }
    }
    slot += isa::slots_of(operand);
  }
  return true;
}

}  // namespace weft::sim
