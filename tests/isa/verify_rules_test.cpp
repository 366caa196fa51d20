// SPDX-License-Identifier: Apache-2.0
// Every rule of the verifier has a smallest program that breaks it and nothing else, and its row in
// docs/verifier.md.
#include "verify_rules.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "isa/verify.h"
#include "verify_case.h"

namespace weft::isa {
namespace {

// "args=1,2": faults that the text form has no way to write.
void change_bundle(const std::string& change, Bundle& bundle) {
  if (change.empty() || change == "no-edge") {
    return;
  }
  const std::string field = change.substr(0, change.find('='));
  std::string value = change.substr(change.find('=') + 1);
  Role& role = *bundle.mutable_roles(0);
  Instruction& first = *role.mutable_code(0);
  if (field == "opcode") {
    first.set_opcode(std::stoi(value));
  } else if (field == "registers") {
    first.set_registers(static_cast<std::uint32_t>(std::stoul(value)));
  } else if (field == "graph_op") {
    first.set_graph_op(std::stoi(value));
  } else if (field == "drop") {
    role.mutable_code()->DeleteSubrange(std::stoi(value), 1);
  } else if (field == "wrap") {
    const int last = role.code_size() - 1;
    const Instruction loop = role.code(0);
    const Instruction end = role.code(last - 1);
    *role.add_code() = role.code(last);
    *role.mutable_code(last) = end;
    *role.add_code() = loop;
    std::rotate(role.mutable_code()->begin(), role.mutable_code()->end() - 1,
                role.mutable_code()->end());
  } else if (field == "columns_per_group") {
    bundle.mutable_probes(0)->mutable_columns()->set_columns_per_group(std::stoi(value));
  } else if (field == "first_buffer") {
    role.mutable_buffers(0)->set_name(value);
  } else if (field == "second_buffer") {
    role.mutable_buffers(1)->set_name(value);
  } else {
    ASSERT_EQ(field, "args");
    first.clear_args();
    while (!value.empty()) {
      const std::size_t comma = value.find(',');
      first.add_args(std::stoi(value.substr(0, comma)));
      value = comma == std::string::npos ? "" : value.substr(comma + 1);
    }
  }
}

class VerifyRules : public ::testing::TestWithParam<VerifierRule> {};

TEST_P(VerifyRules, SmallestProgramThatBreaksIt) {
  Bundle bundle = bundle_of(GetParam().program);
  change_bundle(GetParam().change, bundle);
  arch::Machine machine = small_machine();
  if (GetParam().change == "no-edge") {
    machine.clear_edge();
  }
  EXPECT_THAT(find_violations(bundle, machine), testing::ElementsAre(GetParam().line));
}

TEST_P(VerifyRules, HasItsRowInTheDocument) {
  const VerifierRule& rule = GetParam();
  const auto document = read_file(WEFT_SOURCE_DIR "/docs/verifier.md");
  ASSERT_TRUE(document.ok());
  EXPECT_THAT(*document, testing::HasSubstr(fmt::format("| {} | `{}` | `{}` | {} |\n", rule.rule,
                                                        rule.line, rule.name, rule.stricter)));
}

INSTANTIATE_TEST_SUITE_P(Rules, VerifyRules, ::testing::ValuesIn(verifier_rules()),
                         [](const auto& rule) {
                           std::string name = rule.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(VerifyRulesTable, NamesAreUnique) {
  std::set<std::string> names;
  for (const VerifierRule& rule : verifier_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
  }
}

}  // namespace
}  // namespace weft::isa
