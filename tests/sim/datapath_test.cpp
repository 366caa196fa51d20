// SPDX-License-Identifier: Apache-2.0
// Values of single instructions, the edges a whole model does not reach.
#include "sim/core/datapath.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/half.h"

namespace weft::sim {
namespace {

using isa::Descriptor;
using isa::Instr;
using isa::Opcode;

class Datapath : public ::testing::Test {
 protected:
  /// t register over fp32 values placed at the next free bytes.
  void tensor(int t, std::vector<int> dims, const std::vector<float>& values,
              DType dtype = DType::f32) {
    Descriptor& d = state_.t[static_cast<std::size_t>(t)];
    d = {};
    d.base = static_cast<std::int32_t>(sram_.size());
    d.dtype = dtype;
    d.rank = static_cast<std::uint8_t>(dims.size());
    int dense = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
      d.dims[i] = dims[i];
      d.strides[i] = dense;
      dense *= dims[i];
    }
    sram_.resize(sram_.size() + static_cast<std::size_t>(dense) * 4);
    for (std::size_t i = 0; i < values.size(); ++i) {
      store_element(sram_.data() + d.base, dtype, static_cast<std::int64_t>(i), values[i]);
    }
  }

  void run(Opcode opcode, std::vector<int> operands) {
    Instr instr;
    instr.opcode = opcode;
    std::copy(operands.begin(), operands.end(), instr.arg.begin());
    run_compute(instr, state_, sram_);
  }

  std::vector<float> values(int t) const {
    const Descriptor& d = state_.t[static_cast<std::size_t>(t)];
    std::vector<float> result;
    for (std::int64_t i = 0; i < d.elements(); ++i) {
      result.push_back(load_element(sram_.data() + d.base, d.dtype, i));
    }
    return result;
  }

  isa::ProgramState state_;
  std::vector<std::byte> sram_;
};

TEST_F(Datapath, ProductRoundsOncePerFma) {
  // 1 + 2^-24 - 1: two roundings would lose the small term, fma keeps what k ascending keeps.
  tensor(0, {1, 1}, {0});
  tensor(1, {1, 2}, {1 + 0x1p-12f, -1});
  tensor(2, {2, 1}, {1 + 0x1p-12f, 1 + 0x1p-11f});
  run(Opcode::mm, {0, 1, 2, std::bit_cast<int>(1.0f)});
  const float first = (1 + 0x1p-12f) * (1 + 0x1p-12f);
  EXPECT_EQ(values(0)[0], std::fma(-1.0f, 1 + 0x1p-11f, first));
}

TEST_F(Datapath, ProductScalesAndAccumulates) {
  tensor(0, {2, 2}, {10, 20, 30, 40});
  tensor(1, {2, 1}, {1, 2}, DType::f16);
  tensor(2, {1, 2}, {3, 4}, DType::f16);
  run(Opcode::mm_acc, {0, 1, 2, std::bit_cast<int>(0.5f)});
  EXPECT_EQ(values(0), (std::vector<float>{11.5f, 22, 33, 44}));
}

TEST_F(Datapath, WideProductsEqualNarrowOnes) {
  // The blocked path of full columns and the rest give the same bits.
  std::vector<float> a, b;
  for (int i = 0; i < 7 * 37; ++i) {
    a.push_back(static_cast<float>(std::sin(i)));
    b.push_back(static_cast<float>(std::cos(3 * i)));
  }
  b.resize(37 * 7);
  tensor(1, {7, 37}, a);
  tensor(2, {37, 7}, b);
  tensor(0, {7, 7}, {});
  run(Opcode::mm, {0, 1, 2, std::bit_cast<int>(1.0f)});
  for (int r = 0; r < 7; ++r) {
    for (int n = 0; n < 7; ++n) {
      float acc = 0;
      for (int k = 0; k < 37; ++k) {
        acc = std::fma(a[static_cast<std::size_t>(r * 37 + k)],
                       b[static_cast<std::size_t>(k * 7 + n)], acc);
      }
      EXPECT_EQ(values(0)[static_cast<std::size_t>(r * 7 + n)], acc);
    }
  }
}

TEST_F(Datapath, ProductsAreStoredAlikeSideBySideAndApart) {
  // C packed takes the kernels, C with a gap between its columns goes element by element.
  for (const DType type : {DType::f32, DType::f16, DType::bf16}) {
    sram_.clear();
    std::vector<float> a, b, c;
    for (int i = 0; i < 9 * 21; ++i) {
      a.push_back(static_cast<float>(std::sin(i)));
      b.push_back(static_cast<float>(std::cos(3 * i)));
      c.push_back(static_cast<float>(i % 9));
    }
    c.resize(81);
    tensor(1, {9, 21}, a, DType::f16);
    tensor(2, {21, 9}, b, DType::f16);
    tensor(0, {9, 9}, c, type);
    run(Opcode::mm_acc, {0, 1, 2, std::bit_cast<int>(0.3F)});
    const std::vector<float> packed = values(0);
    tensor(3, {9, 9, 2}, {}, type);
    Descriptor& apart = state_.t[3];
    for (std::size_t i = 0; i < c.size(); ++i) {
      store_element(sram_.data() + apart.base, type, static_cast<std::int64_t>(2 * i), c[i]);
    }
    apart.rank = 2;
    apart.dims = {9, 9, 1};
    run(Opcode::mm_acc, {3, 1, 2, std::bit_cast<int>(0.3F)});
    for (std::size_t i = 0; i < c.size(); ++i) {
      EXPECT_EQ(load_element(sram_.data() + apart.base, type, static_cast<std::int64_t>(2 * i)),
                packed[i]);
    }
  }
}

TEST_F(Datapath, ArgmaxTiesGoToTheLowestIdAndPaddingNeverWins) {
  tensor(0, {2, 2}, {});
  tensor(1, {2, 4}, {1, 5, 5, 9, -1, -1, -2, 9});
  run(Opcode::vred_argmax, {0, 1, 100, 103});  // ids 100, 101, 102; 103 is padding
  const Descriptor& d = state_.t[0];
  std::int32_t id[2];
  std::memcpy(&id[0], sram_.data() + d.base + 4, 4);
  std::memcpy(&id[1], sram_.data() + d.base + 12, 4);
  EXPECT_EQ(id[0], 101);
  EXPECT_EQ(id[1], 100);
  EXPECT_EQ(values(0)[0], 5);
}

TEST_F(Datapath, ATileWithPaddingOnlyLosesEveryArgmax) {
  tensor(0, {1, 2}, {});
  tensor(1, {1, 2}, {7, 7});
  run(Opcode::vred_argmax, {0, 1, 512, 512});
  EXPECT_EQ(values(0)[0], -std::numeric_limits<float>::infinity());
  std::vector<std::uint32_t> train = {std::bit_cast<std::uint32_t>(-1000.0f), 3};
  combine_words(Opcode::fwd_argmax, state_.t[0], sram_, train);
  EXPECT_EQ(train[1], 3u);
}

TEST_F(Datapath, MaskedEverywhereWeighsZeroNotNan) {
  const float inf = std::numeric_limits<float>::infinity();
  tensor(0, {2}, {-inf, -inf});
  tensor(1, {2}, {-inf, -inf});
  run(Opcode::v2_expsub, {0, 0, 1});
  EXPECT_EQ(values(0), (std::vector<float>{0, 0}));
}

TEST_F(Datapath, MaskIsCausal) {
  tensor(0, {2, 1, 3}, {1, 1, 1, 1, 1, 1});
  run(Opcode::mask, {0, 4, 1, 4});  // queries 4, 5; keys 1, 5, 9
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(values(0), (std::vector<float>{1, -inf, -inf, 1, 1, -inf}));
}

TEST_F(Datapath, GatherOutsideTheTableGivesZeros) {
  tensor(0, {3, 2}, {9, 9, 9, 9, 9, 9});
  tensor(1, {2, 2}, {1, 2, 3, 4});
  tensor(2, {3}, {11, 9, 10}, DType::i32);
  run(Opcode::gath, {0, 1, 2, 10});
  EXPECT_EQ(values(0), (std::vector<float>{3, 4, 0, 0, 1, 2}));
}

TEST_F(Datapath, ReductionOverNothing) {
  tensor(0, {2}, {5, 5});
  tensor(1, {2, 0}, {});
  run(Opcode::vred_max, {0, 1});
  EXPECT_EQ(values(0)[0], -std::numeric_limits<float>::infinity());
  run(Opcode::vred_sum, {0, 1});
  EXPECT_EQ(values(0)[0], 0);
}

TEST_F(Datapath, OddTrainsOf16BitElementsRoundTrip) {
  tensor(0, {5}, {1, 2, 3, 4, 5}, DType::f16);
  tensor(1, {5}, {0, 0, 0, 0, 0}, DType::f16);
  std::vector<std::uint32_t> words(3);
  EXPECT_EQ(state_.t[0].wire_words(), 3);
  pack_words(state_.t[0], sram_, words);
  EXPECT_EQ(words[2] >> 16, 0u);
  unpack_words(Opcode::recv_set, words, state_.t[1], sram_);
  EXPECT_EQ(values(1), (std::vector<float>{1, 2, 3, 4, 5}));
  unpack_words(Opcode::recv_add, words, state_.t[1], sram_);
  EXPECT_EQ(values(1), (std::vector<float>{2, 4, 6, 8, 10}));
  unpack_words(Opcode::recv_max, words, state_.t[1], sram_);
  EXPECT_EQ(values(1), (std::vector<float>{2, 4, 6, 8, 10}));
}

TEST_F(Datapath, CopyRoundsToNearestEven) {
  tensor(0, {2}, {}, DType::f16);
  tensor(1, {2}, {1 + 0x1p-11f, 1 + 3 * 0x1p-11f});
  run(Opcode::v1_cpy, {0, 1});
  EXPECT_EQ(values(0), (std::vector<float>{1, 1 + 0x1p-9f}));
}

}  // namespace
}  // namespace weft::sim
