// SPDX-License-Identifier: Apache-2.0
// The word engine against every row of contract/golden.csv.
#include <gtest/gtest.h>

#include "contract_case.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

class WordContract : public ::testing::TestWithParam<ContractRow> {};

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
