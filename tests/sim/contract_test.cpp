// SPDX-License-Identifier: Apache-2.0
// Every row of contract/golden.csv to the cycle; deadlock verdicts included.
#include <gtest/gtest.h>

#include <numeric>

#include "contract_case.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

class Contract : public ::testing::TestWithParam<ContractRow> {};

TEST_P(Contract, ReproducesTheRow) {
  const ContractRow& row = GetParam();
  const ContractCase contract = build_case(row);
  ASSERT_GT(contract.bundle.roles_size(), 0);
  for (const bool data : {false, true}) {
    for (const std::int64_t quantum : {7, 4096, 1 << 20}) {
      Options options;
      options.data = data;
      options.quantum = quantum;
      const auto result = simulate(contract.bundle, contract.machine, {}, options);
      ASSERT_TRUE(result.ok()) << result.error().message;
      if (row.expected == "deadlock") {
        EXPECT_FALSE(result->deadlock.empty()) << row.label();
        continue;
      }
      EXPECT_TRUE(result->deadlock.empty()) << row.label() << "\n" << result->deadlock.front();
      EXPECT_EQ(std::to_string(result->cycles.count()), row.expected) << row.label();
      EXPECT_TRUE(result->exact) << result->exactness;
      for (const Audit& audit : result->audits) {
        EXPECT_TRUE(audit.ok) << audit.name << ": " << audit.detail;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Golden, Contract,
    ::testing::ValuesIn(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")),
    [](const auto& row) { return "row" + std::to_string(row.index) + "_" + row.param.name; });

TEST(ContractFile, HasAllRows) {
  EXPECT_GE(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv").size(), 38u);
}

}  // namespace
}  // namespace weft::sim
