// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"

namespace weft::sim {

/// One row of contract/golden.csv.
struct ContractRow {
  std::string name;
  int width = 1, height = 1;
  int words = 1;
  int pace_den = 1, pace_num = 1;  ///< cycles per word
  int hop = 1, turn = 0, ramp = 2, places = 1, queue = 1;
  std::string skew;
  std::string expected;  ///< cycles, or "deadlock"

  std::string label() const;
};

std::vector<ContractRow> read_contract(const std::string& path);

/// The machine and the program the row describes (contract/README.md).
struct ContractCase {
  arch::Machine machine;
  isa::Bundle bundle;
};
ContractCase build_case(const ContractRow& row);

/// A machine with every cost 0 but the golden rows' loop iteration of 1.
arch::Machine contract_machine(int width, int height);

}  // namespace weft::sim
