// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::isa {

/// A rule of the verifier as docs/verifier.md tells it: a smallest program that breaks it on
/// small_machine(), and the line it then prints.
struct VerifierRule {
  std::string name;
  std::string rule;
  std::string program;
  std::string line;
  std::string stricter;  ///< where it refuses more than it must
  /// What the text form cannot write wrongly: "field=value" of the first instruction; "no-edge": on
  /// the machine without its edge.
  std::string change;
};

std::vector<VerifierRule> verifier_rules();
/// … those of edge memory.
std::vector<VerifierRule> edge_rules();

}  // namespace weft::isa
