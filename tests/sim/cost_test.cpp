// SPDX-License-Identifier: Apache-2.0
// setup + max(work / rate, bytes read / bandwidth, bytes written / bandwidth), rounded up.
#include "sim/core/cost.h"

#include <gtest/gtest.h>

#include <bit>

#include "contract_case.h"

namespace weft::sim {
namespace {

using isa::Descriptor;
using isa::Instr;
using isa::Opcode;

class Cost : public ::testing::Test {
 protected:
  Cost() : machine_(contract_machine(1, 1)) {
    auto& tile = *machine_.mutable_tile();
    tile.mutable_setup()->set_compute(5);
    tile.mutable_special_rate()->set_num(1);
    tile.mutable_special_rate()->set_den(8);
  }

  void tensor(int t, DType dtype, std::vector<int> dims, std::vector<int> strides = {}) {
    Descriptor& d = state_.t[static_cast<std::size_t>(t)];
    d = {};
    d.dtype = dtype;
    d.rank = static_cast<std::uint8_t>(dims.size());
    int dense = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
      d.dims[i] = dims[i];
      d.strides[i] = strides.empty() ? dense : strides[i];
      dense *= dims[i];
    }
  }

  CostModel::Compute cost(Opcode opcode, std::vector<int> operands) {
    Instr instr;
    instr.opcode = opcode;
    std::copy(operands.begin(), operands.end(), instr.arg.begin());
    return CostModel(machine_).compute(instr, state_);
  }

  arch::Machine machine_;
  isa::ProgramState state_;
};

TEST_F(Cost, ProductBoundByItsUnit) {
  tensor(0, DType::f32, {1, 44});
  tensor(1, DType::f16, {1, 16});
  tensor(2, DType::f16, {16, 44});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 704 / 4);
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).macs, 704);
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).setup, 5);
}

TEST_F(Cost, WithoutATensorUnitEveryVectorOperationOfAProductCosts) {
  machine_.mutable_tile()->mutable_setup()->set_product_row(10);
  tensor(0, DType::f32, {1, 44});
  tensor(1, DType::f16, {1, 16});
  tensor(2, DType::f16, {16, 44});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 704 / 4 + 16 * 10);
  EXPECT_EQ(cost(Opcode::mm_acc, {0, 1, 2}).cycles, 704 / 4 + 16 * 10);
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).setup, 5);
  tensor(0, DType::f32, {44, 1});  // along the other side
  tensor(1, DType::f16, {44, 16});
  tensor(2, DType::f16, {16, 1});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 704 / 4 + 16 * 10);
  tensor(0, DType::f32, {3, 5});
  tensor(1, DType::f32, {3, 7});
  tensor(2, DType::f32, {7, 5});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 3 * 5 * 7 + 7 * 3 * 10);
  tensor(0, DType::f32, {2, 3, 5});  // leading dimensions are rows
  tensor(1, DType::f32, {2, 3, 7});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 6 * 5 * 7 + 7 * 5 * 10);
  tensor(0, DType::f32, {0, 5});
  tensor(1, DType::f32, {0, 7});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, (35 * 4 + 15) / 16);  // reading B
  tensor(0, DType::f32, {8});
  tensor(1, DType::f32, {8});
  EXPECT_EQ(cost(Opcode::v1_cpy, {0, 1}).cycles, 8);  // products only
}

TEST_F(Cost, ProductBoundByReading) {
  machine_.mutable_tile()->mutable_tensor_macs()->set_f16(64);
  tensor(0, DType::f32, {1, 44});
  tensor(1, DType::f16, {1, 16});
  tensor(2, DType::f16, {16, 44});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, (32 + 1408 + 15) / 16);
}

TEST_F(Cost, TheWiderInputSetsTheRate) {
  tensor(0, DType::f32, {1, 8});
  tensor(1, DType::f32, {1, 16});
  tensor(2, DType::f16, {16, 8});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 128);
}

TEST_F(Cost, AccumulatingReadsTheOutputToo) {
  machine_.mutable_tile()->mutable_tensor_macs()->set_f16(1024);
  tensor(0, DType::f32, {1, 64});
  tensor(1, DType::f16, {1, 2});
  tensor(2, DType::f16, {2, 64});
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, 256 / 8);
  machine_.mutable_tile()->set_write_bandwidth(64);
  EXPECT_EQ(cost(Opcode::mm, {0, 1, 2}).cycles, (4 + 256 + 15) / 16);
  EXPECT_EQ(cost(Opcode::mm_acc, {0, 1, 2}).cycles, (4 + 256 + 256 + 15) / 16);
}

TEST_F(Cost, BroadcastOperandsAreReadOnce) {
  machine_.mutable_tile()->mutable_vector_lanes()->set_f32(1024);
  machine_.mutable_tile()->set_write_bandwidth(1024);
  tensor(0, DType::f32, {4, 64});
  tensor(1, DType::f32, {4, 64});
  tensor(2, DType::f32, {4, 64}, {1, 0});
  EXPECT_EQ(cost(Opcode::v2_sub, {0, 1, 2}).cycles, (1024 + 16) / 16);
}

TEST_F(Cost, SpecialFunctionsAddTheirOwnUnit) {
  tensor(0, DType::f32, {10});
  tensor(1, DType::f32, {10});
  tensor(2, DType::f32, {10});
  EXPECT_EQ(cost(Opcode::v2_add, {0, 1, 2}).cycles, 10);
  EXPECT_EQ(cost(Opcode::v2_expsub, {0, 1, 2}).cycles, 10 + 80);
}

TEST_F(Cost, EmptyOperandsCostTheSetUpOnly) {
  tensor(0, DType::f16, {0, 8});
  tensor(1, DType::f16, {0, 8});
  EXPECT_EQ(cost(Opcode::v1_cpy, {0, 1}).cycles, 0);
  EXPECT_EQ(cost(Opcode::v1_cpy, {0, 1}).setup, 5);
}

TEST_F(Cost, BusyIsItsCyclesAndNothingElse) {
  EXPECT_EQ(cost(Opcode::busy, {20}).cycles, 20);
  EXPECT_EQ(cost(Opcode::busy, {20}).setup, 0);
  EXPECT_EQ(cost(Opcode::busy, {-3}).cycles, 0);
}

}  // namespace
}  // namespace weft::sim
