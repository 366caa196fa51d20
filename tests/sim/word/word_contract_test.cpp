// SPDX-License-Identifier: Apache-2.0
// The word engine against every row of contract/golden.csv.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract_case.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

class WordContract : public ::testing::TestWithParam<ContractRow> {};

// Tile 3 receives c1 first, tile 0 sends c2 first, and c2's places are full.
TEST(WordDeadlock, NamesTheCycleOfWaits) {
  for (const ContractRow& row : read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")) {
    if (row.expected != "deadlock") {
      continue;
    }
    const ContractCase contract = build_case(row);
    Options options;
    options.engine = EngineKind::word;
    const auto result = simulate(contract.bundle, contract.machine, {}, options);
    ASSERT_TRUE(result.ok());
    const std::string all = ::testing::PrintToString(result->deadlock);
    EXPECT_THAT(all, ::testing::HasSubstr("is blocked on color c"));
    EXPECT_THAT(all, ::testing::HasSubstr("all places are full until tile (1,1) receives"));
    EXPECT_THAT(all, ::testing::HasSubstr("waits for words of color c0 from tile (0,0)"));
    EXPECT_THAT(all, ::testing::HasSubstr("tile (1,1), role "));
    EXPECT_THAT(all, ::testing::HasSubstr("a cycle of waits"));
  }
}

TEST_P(WordContract, ReproducesTheRow) {
  const ContractRow& row = GetParam();
  const ContractCase contract = build_case(row);
  for (const bool data : {false, true}) {
    for (const std::int64_t quantum : {7, 4096, 1 << 20}) {
      Options options;
      options.engine = EngineKind::word;
      options.data = data;
      options.quantum = quantum;
      const auto result = simulate(contract.bundle, contract.machine, {}, options);
      ASSERT_TRUE(result.ok()) << result.error().message;
      EXPECT_EQ(result->engine, "word");
      if (row.expected == "deadlock") {
        EXPECT_FALSE(result->deadlock.empty()) << row.label();
        continue;
      }
      ASSERT_TRUE(result->deadlock.empty()) << row.label() << "\n" << result->deadlock.front();
      EXPECT_EQ(std::to_string(result->cycles.count()), row.expected) << row.label();
      EXPECT_TRUE(result->exact);
      for (const Audit& audit : result->audits) {
        EXPECT_TRUE(audit.ok) << audit.name << ": " << audit.detail;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Golden, WordContract,
    ::testing::ValuesIn(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")),
    [](const auto& row) { return "row" + std::to_string(row.index) + "_" + row.param.name; });

}  // namespace
}  // namespace weft::sim
