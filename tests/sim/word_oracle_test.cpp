// SPDX-License-Identifier: Apache-2.0
// The oracle against every row of contract/golden.csv: what the engines are compared with is itself
// held to the published cycles.
#include "word_oracle.h"

#include <gtest/gtest.h>

#include "contract_case.h"

namespace weft::sim {
namespace {

class WordOracle : public ::testing::TestWithParam<ContractRow> {};

TEST_P(WordOracle, ReproducesTheRow) {
  const ContractRow& row = GetParam();
  const ContractCase contract = build_case(row);
  const OracleResult result = run_word_oracle(contract.bundle, contract.machine);
  if (row.expected == "deadlock") {
    EXPECT_TRUE(result.deadlock) << row.label();
  } else {
    EXPECT_FALSE(result.deadlock) << row.label();
    EXPECT_EQ(std::to_string(result.cycles), row.expected) << row.label();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Golden, WordOracle,
    ::testing::ValuesIn(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")),
    [](const auto& row) { return "row" + std::to_string(row.index) + "_" + row.param.name; });

}  // namespace
}  // namespace weft::sim
