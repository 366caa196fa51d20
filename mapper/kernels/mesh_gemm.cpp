// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/mesh_gemm.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {
namespace {

using isa::Opcode;
using isa::Value;

/// One operand on its way round a ring: two tensor registers, two colors, two queue engines whose
/// numbers are those of their events.
struct Moving {
  int first_register = 0;
  int first_engine = 0;
  int out = -1, in = -1;              ///< colors forward
  int align_out = -1, align_in = -1;  ///< those by which it gets into line
  bool long_way = false;              ///< forward where backward is shorter
};

/// Writes the program of one role.
class Writer {
 public:
  Writer(isa::RoleBuilder& role, const GemmSize& blocks, const Moving& a, const Moving& b)
      : role_(role), size_(blocks), a_(a), b_(b) {
    const int element = bytes_of(size_.dtype);
    bytes_ = {size_.m * size_.k * element, size_.k * size_.n * element};
    // The second block begins where its elements and words are aligned.
    for (std::size_t i = 0; i < 2; ++i) {
      pitch_[i] = (bytes_[i] + 3) / 4 * 4;
    }
    buffers_ = {role.buffer("gemm.a", 2 * pitch_[0]), role.buffer("gemm.b", 2 * pitch_[1])};
    out_ = role.buffer("gemm.c", std::int64_t{4} * size_.m * size_.n);
  }

  void write(int side, Align way) {
    role_.td(kC, out_, 0, DType::f32, {size_.m, size_.n});
    if (side > 1 && way != Align::none) {
      align(side);
    } else {
      describe(0, 0, pitch_[0]);
      describe(1, 0, pitch_[1]);
    }
    if (side == 1) {
      multiply(Opcode::mm, 0);
      return;
    }
    step(Opcode::mm, 0);
    if (side > 3) {
      role_.loop((side - 2) / 2);
      step(Opcode::mm_acc, 1);
      step(Opcode::mm_acc, 0);
      role_.end();
    }
    if (side % 2 == 1) {
      step(Opcode::mm_acc, 1);
    }
    multiply(Opcode::mm_acc, side % 2 == 0 ? 1 : 0);
  }

 private:
  static constexpr int kC = 4;
  /// Scalars: ring steps left for A, for B, and for both together; offsets of the block an operand
  /// is in and of the other; scratch.
  static constexpr int kSteps = 20, kTogether = 22, kHere = 23, kThere = 25, kScratch = 27;

  // Row y of A goes (y + 1) / 2 steps: forward where y is odd, backward where it is even, or as
  // many fewer than `side` forward. Column x of B likewise.
  void align(int side) {
    for (int i = 0; i < 2; ++i) {
      role_.emit(Opcode::csrr, {kSteps + i, i == 0 ? 1 : 0});
      role_.emit(Opcode::add, {kSteps + i, kSteps + i, 1});
      role_.emit(Opcode::div, {kSteps + i, kSteps + i, 2});
      if (operand(i).long_way) {
        role_.emit(Opcode::mul, {kSteps + i, kSteps + i, side - 1});
        role_.emit(Opcode::mod, {kSteps + i, kSteps + i, side});
      }
      role_.emit(Opcode::li, {kHere + i, 0});
      role_.emit(Opcode::li, {kThere + i, pitch_[static_cast<std::size_t>(i)]});
    }
    role_.emit(Opcode::min, {kTogether, kSteps, Value::reg(kSteps + 1)});
    for (int i = 0; i < 2; ++i) {
      role_.emit(Opcode::sub, {kSteps + i, kSteps + i, Value::reg(kTogether)});
    }
    role_.loop(Value::reg(kTogether));
    shift_into_line(true, true);
    role_.end();
    role_.loop(Value::reg(kSteps));
    shift_into_line(true, false);
    role_.end();
    role_.loop(Value::reg(kSteps + 1));
    shift_into_line(false, true);
    role_.end();
    for (int i = 0; i < 2; ++i) {
      describe(i, Value::reg(kHere + i), Value::reg(kThere + i));
    }
  }

  void shift_into_line(bool a, bool b) {
    const std::array moves{a, b};
    for (int i = 0; i < 2; ++i) {
      if (moves[static_cast<std::size_t>(i)]) {
        describe(i, Value::reg(kHere + i), Value::reg(kThere + i));
        const Moving& m = operand(i);
        shift(m, 0, m.align_out, m.align_in);
      }
    }
    for (int i = 0; i < 2; ++i) {
      if (moves[static_cast<std::size_t>(i)]) {
        role_.emit(Opcode::add, {kScratch, kHere + i, 0});
        role_.emit(Opcode::add, {kHere + i, kThere + i, 0});
        role_.emit(Opcode::add, {kThere + i, kScratch, 0});
        await(operand(i));
      }
    }
  }

  // A product of the blocks at `here` while the next ones come to the other side.
  void step(Opcode product, int here) {
    shift(a_, here, a_.out, a_.in);
    shift(b_, here, b_.out, b_.in);
    multiply(product, here);
    await(a_);
    await(b_);
  }

  void shift(const Moving& m, int here, int out, int in) {
    role_.send(out, m.first_register + here, m.first_engine, m.first_engine);
    role_.receive(Opcode::recv_set, m.first_register + 1 - here, in, m.first_engine + 1,
                  m.first_engine + 1);
  }

  void await(const Moving& m) {
    role_.wait(m.first_engine);
    role_.wait(m.first_engine + 1);
  }

  void multiply(Opcode product, int here) {
    role_.emit_numbers(product, {kC, a_.first_register + here, b_.first_register + here}, {1.0F});
  }

  void describe(int i, Value here, Value there) {
    const auto buffer = buffers_[static_cast<std::size_t>(i)];
    const std::vector<Value> dims =
        i == 0 ? std::vector<Value>{size_.m, size_.k} : std::vector<Value>{size_.k, size_.n};
    role_.td(operand(i).first_register, buffer, here, size_.dtype, dims);
    role_.td(operand(i).first_register + 1, buffer, there, size_.dtype, dims);
  }

  const Moving& operand(int i) const { return i == 0 ? a_ : b_; }

  isa::RoleBuilder& role_;
  GemmSize size_;  ///< of a block
  Moving a_, b_;
  std::array<int, 2> bytes_{}, pitch_{}, buffers_{};
  int out_ = 0;
};

}  // namespace

std::vector<isa::Route> MeshGemm::routes(const weft::Rect& region,
                                         const std::vector<int>& numbers) const {
  std::vector<isa::Route> routes;
  for (int first = 0; first < colors(); first += ring_.colors()) {
    const int way = first / ring_.colors();
    const auto more = ring_.routes(region, way % 2 == 0, way >= 2, numbers.data() + first);
    routes.insert(routes.end(), more.begin(), more.end());
  }
  return routes;
}

std::vector<PlacedRole> MeshGemm::roles(const std::vector<int>& colors) const {
  std::vector<PlacedRole> roles;
  const auto places = ring_.places();
  for (const auto& [y, rows] : places) {
    for (const auto& [x, columns] : places) {
      PlacedRole& placed = roles.emplace_back(PlacedRole{
          isa::RoleBuilder("gemm" + std::to_string(roles.size())), product_of(columns, rows)});
      emit(placed.role, x, y, colors);
    }
  }
  return roles;
}

void MeshGemm::emit(isa::RoleBuilder& role, const RingPlace& x, const RingPlace& y,
                    const std::vector<int>& colors) const {
  const auto moving = [&](int axis, const RingPlace& along, const RingPlace& across) {
    Moving m{.first_register = 2 * axis, .first_engine = 2 * axis};
    if (ring_.length() > 1) {
      const auto color = [&](int way, int number) {
        return colors[static_cast<std::size_t>((2 * way + axis) * ring_.colors() + number)];
      };
      m.out = color(0, along.out);
      m.in = color(0, along.in);
      const bool back = align_ == Align::shortest && !across.odd;
      m.long_way = !back && !across.odd;
      m.align_out = back ? color(1, along.in) : m.out;  // the streams forward, turned round
      m.align_in = back ? color(1, along.out) : m.in;
    }
    return m;
  };
  const GemmSize block{block_m(), block_k(), block_n(), size_.dtype};
  Writer(role, block, moving(0, x, y), moving(1, y, x)).write(ring_.length(), align_);
}

std::int64_t MeshGemm::cycles(const arch::Machine& machine) const {
  const KernelCost cost(machine);
  const int side = ring_.length();
  const auto product = [&](bool accumulates) {
    return cost.product(block_m(), block_k(), block_n(), size_.dtype, accumulates);
  };
  if (side == 1) {
    return cost.descriptors(5) + product(false);
  }
  // A's train leaves first, B's when the ramp is free and its send is live.
  const std::int64_t trains =
      std::max(cost.live() + cost.train(std::int64_t{block_m()} * block_k(), size_.dtype),
               2 * cost.issue() + cost.live()) +
      cost.train(std::int64_t{block_k()} * block_n(), size_.dtype) + cost.latency(ring_.hops());
  const std::int64_t shift = std::max(trains, 4 * cost.issue() + cost.scalars(6));
  const int steps = align_ == Align::forward ? side - 1 : align_ == Align::shortest ? side / 2 : 0;
  std::int64_t align = cost.descriptors(1 + 4);
  if (steps > 0) {
    align += cost.scalars(13) + 3 * cost.loop_entry() +
             steps * (cost.descriptors(4) + shift + cost.loop_end());
  }
  const std::int64_t step = std::max(trains, 4 * cost.issue() + product(true));
  const std::int64_t first = std::max(trains, 4 * cost.issue() + product(false));
  const std::int64_t loops = side > 3 ? cost.loop_entry() + (side - 2) / 2 * cost.loop_end() : 0;
  return align + first + (side - 2) * step + loops + product(true);
}

}  // namespace weft::mapper
