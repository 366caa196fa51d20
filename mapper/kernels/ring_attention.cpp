// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/ring_attention.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {
namespace {

using isa::Opcode;
using isa::Value;

/// Tensors: queries; blocks of keys and values as sent, keys turned, values; scores; running
/// maximum, the next one, that along keys; sum, sum of a block; correction, that along the output;
/// output.
enum : int {
  kQ,
  kBlock,
  kKeys = 3,
  kValues = 5,
  kS = 7,
  kM,
  kNext,
  kMax,
  kL,
  kSum,
  kFix,
  kWide,
  kO,
  kDivisor
};
constexpr int kRank = 20, kFirst = 21, kOther = 22, kRow = 23;

/// Writes the program of one role.
class Writer {
 public:
  Writer(isa::RoleBuilder& role, const AttentionSize& size, int block, int height)
      : role_(role), size_(size), block_(block), height_(height) {}

  void write(const RingPlace& place, int out, int in) {
    describe();
    role_.emit(Opcode::csrr, {kRank, 1});
    role_.emit(Opcode::mul, {kRow, kRank, block_});
    if (place.odd) {  // rank: height - (y + 1) / 2
      role_.emit(Opcode::add, {kRank, kRank, 1});
      role_.emit(Opcode::div, {kRank, kRank, 2});
      role_.emit(Opcode::mul, {kRank, kRank, -1});
      role_.emit(Opcode::add, {kRank, kRank, height_});
    } else {
      role_.emit(Opcode::div, {kRank, kRank, 2});
    }
    const auto step = [&](int here, bool first, bool shifts) {
      if (shifts) {
        role_.send(out, kBlock + here, 0, 0);
        role_.receive(Opcode::recv_set, kBlock + 1 - here, in, 1, 1);
      }
      first ? begin(here) : go_on(here);
      if (shifts) {
        role_.emit(Opcode::add, {kRank, kRank, height_ - 1});
        role_.emit(Opcode::mod, {kRank, kRank, height_});
        role_.wait(0);
        role_.wait(1);
      }
    };
    step(0, true, height_ > 1);
    if (height_ > 3) {
      role_.loop((height_ - 2) / 2);
      step(1, false, true);
      step(0, false, true);
      role_.end();
    }
    if (height_ > 1 && height_ % 2 == 1) {
      step(1, false, true);
    }
    if (height_ > 1) {
      step(height_ % 2 == 0 ? 1 : 0, false, false);
    }
    role_.emit(Opcode::v2_div, {kO, kO, kDivisor});
  }

 private:
  void describe() {
    const int group = size_.heads_per_group;
    const int dim = size_.head_dim;
    const int element = bytes_of(size_.dtype);
    const int half = block_ * dim * element;
    const int pitch = (2 * half + 3) / 4 * 4;
    const std::int64_t heads = std::int64_t{4} * block_ * group;
    const std::vector<Value> by_head{block_, group};
    const std::vector<Value> by_key{block_, group, block_};
    const std::vector<Value> by_dim{block_, group, dim};
    const std::vector<Value> repeated{group, 1, 0};
    role_.td(kQ, role_.buffer("attn.q", heads / 4 * dim * element), 0, size_.dtype, by_dim);
    const int kv = role_.buffer("attn.kv", 2 * pitch);
    for (int i = 0; i < 2; ++i) {
      role_.td(kBlock + i, kv, i * pitch, size_.dtype, {2 * block_, dim});
      role_.td(kKeys + i, kv, i * pitch, size_.dtype, {dim, block_}, {1, dim});
      role_.td(kValues + i, kv, i * pitch + half, size_.dtype, {block_, dim});
    }
    const int m = role_.buffer("attn.m", 3 * heads);
    const int l = role_.buffer("attn.l", 2 * heads);
    const int at = static_cast<int>(heads);
    role_.td(kS, role_.buffer("attn.s", heads * block_), 0, DType::f32, by_key);
    role_.td(kM, m, 0, DType::f32, by_head);
    role_.td(kMax, m, 0, DType::f32, by_key, repeated);
    role_.td(kNext, m, at, DType::f32, by_head);
    role_.td(kFix, m, 2 * at, DType::f32, by_head);
    role_.td(kWide, m, 2 * at, DType::f32, by_dim, repeated);
    role_.td(kL, l, 0, DType::f32, by_head);
    role_.td(kDivisor, l, 0, DType::f32, by_dim, repeated);
    role_.td(kSum, l, at, DType::f32, by_head);
    role_.td(kO, role_.buffer("attn.o", heads * dim), 0, DType::f32, by_dim);
  }

  // Scores of this block; it has the rank of the position it began at.
  void score(int here) {
    role_.emit(Opcode::mul, {kFirst, kRank, 2});
    role_.emit(Opcode::mul, {kOther, kFirst, -1});
    role_.emit(Opcode::add, {kOther, kOther, 2 * height_ - 1});
    role_.emit(Opcode::min, {kFirst, kFirst, Value::reg(kOther)});
    role_.emit(Opcode::mul, {kFirst, kFirst, block_});
    role_.emit_numbers(Opcode::mm, {kS, kQ, kKeys + here}, {size_.scale});
    role_.emit(Opcode::mask, {kS, Value::reg(kRow), Value::reg(kFirst), 1});
  }

  void begin(int here) {
    score(here);
    role_.emit(Opcode::vred_max, {kM, kS});
    role_.emit(Opcode::v2_expsub, {kS, kS, kMax});
    role_.emit(Opcode::vred_sum, {kL, kS});
    role_.emit_numbers(Opcode::mm, {kO, kS, kValues + here}, {1.0F});
  }

  void go_on(int here) {
    score(here);
    role_.emit(Opcode::vred_max, {kNext, kS});
    role_.emit(Opcode::v2_max, {kNext, kNext, kM});
    role_.emit(Opcode::v2_expsub, {kFix, kM, kNext});
    role_.emit(Opcode::v1_cpy, {kM, kNext});
    role_.emit(Opcode::v2_expsub, {kS, kS, kMax});
    role_.emit(Opcode::vred_sum, {kSum, kS});
    role_.emit(Opcode::v2_mul, {kL, kL, kFix});
    role_.emit(Opcode::v2_add, {kL, kL, kSum});
    role_.emit(Opcode::v2_mul, {kO, kO, kWide});
    role_.emit_numbers(Opcode::mm_acc, {kO, kS, kValues + here}, {1.0F});
  }

  isa::RoleBuilder& role_;
  AttentionSize size_;
  int block_;
  int height_;
};

}  // namespace

std::vector<isa::Route> RingAttention::routes(const weft::Rect& region,
                                              const std::vector<int>& colors) const {
  return ring_.routes(region, false, false, colors.data());
}

std::vector<PlacedRole> RingAttention::roles(const std::vector<int>& colors) const {
  std::vector<int> columns(static_cast<std::size_t>(size_.kv_heads));
  std::iota(columns.begin(), columns.end(), 0);
  std::vector<PlacedRole> roles;
  for (const auto& [place, rows] : ring_.places()) {
    PlacedRole& placed = roles.emplace_back(PlacedRole{
        isa::RoleBuilder("attn" + std::to_string(roles.size())), product_of(columns, rows)});
    emit(placed.role, place, colors);
  }
  return roles;
}

void RingAttention::emit(isa::RoleBuilder& role, const RingPlace& place,
                         const std::vector<int>& colors) const {
  const auto color = [&](int number) {
    return number < 0 ? -1 : colors[static_cast<std::size_t>(number)];
  };
  Writer(role, size_, block(), ring_.length()).write(place, color(place.out), color(place.in));
}

std::int64_t RingAttention::cycles(const arch::Machine& machine) const {
  const KernelCost cost(machine);
  const std::int64_t heads = std::int64_t{1} * block() * size_.heads_per_group;
  const std::int64_t scores = heads * block();
  const std::int64_t outputs = heads * size_.head_dim;
  // Passes in fp32 over so many elements: read, written, special functions.
  const auto pass = [&](std::int64_t elements, std::int64_t read, std::int64_t written,
                        std::int64_t special = 0) {
    return cost.vector(elements, 4 * read, 4 * written, special);
  };
  // Scores are products of stored elements, the weighted sum of fp32 probabilities.
  const auto products = [&](bool accumulates) {
    return cost.product(heads, size_.head_dim, block(), size_.dtype, false) +
           cost.product(heads, block(), size_.head_dim, DType::f32, accumulates);
  };
  const std::int64_t both = pass(scores, scores, scores) +                 // mask
                            2 * pass(scores, scores, heads) +              // maximum and sum
                            pass(scores, scores + heads, scores, scores);  // probabilities
  const std::int64_t fix = 3 * pass(heads, 2 * heads, heads) + pass(heads, heads, heads) +
                           pass(heads, 2 * heads, heads, heads) +
                           pass(outputs, outputs + heads, outputs);
  const std::int64_t shift = cost.live() +
                             cost.train(std::int64_t{2} * block() * size_.head_dim, size_.dtype) +
                             cost.latency(ring_.hops());
  const std::int64_t scalars = cost.scalars(7);
  const std::int64_t first = std::max(shift, 2 * cost.issue() + scalars + products(false) + both);
  const std::int64_t next =
      std::max(shift, 2 * cost.issue() + scalars + products(true) + both + fix);
  return cost.descriptors(17) + first + (ring_.length() - 1) * next +
         pass(outputs, outputs + heads, outputs, outputs);
}

}  // namespace weft::mapper
