// SPDX-License-Identifier: Apache-2.0
// The verifier on every row of contract/golden.csv: accepted, but the deadlocks refused by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract_case.h"
#include "isa/verify.h"
#include "tests/isa/loaded.h"

namespace weft::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class VerifyContract : public ::testing::TestWithParam<ContractRow> {};

TEST_P(VerifyContract, AgreesWithTheRow) {
  const ContractRow& row = GetParam();
  const ContractCase contract = build_case(row);
  const auto found = isa::find_violations(isa::loaded(contract.bundle), contract.machine);
  if (row.expected != "deadlock") {
    EXPECT_THAT(found, IsEmpty()) << row.label();
    return;
  }
  EXPECT_THAT(
      found, ElementsAre(
                 "cyclic wait: tile (0,0), role t0, instruction 1 (send): its 7 places on c1 are "
                 "full until tile (1,1) receives → tile (1,1), role t3, instruction 3 (recv.set): "
                 "waits for the ramp in, held by instruction 2 (recv.set) → tile (1,1), role t3, "
                 "instruction 2 (recv.set): waits for words of c0 from tile (0,0) → the first "
                 "again; let all tiles take these trains in one order, or make them asynchronous"));
}

INSTANTIATE_TEST_SUITE_P(
    Golden, VerifyContract,
    ::testing::ValuesIn(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")),
    [](const auto& row) { return "row" + std::to_string(row.index) + "_" + row.param.name; });

}  // namespace
}  // namespace weft::sim
