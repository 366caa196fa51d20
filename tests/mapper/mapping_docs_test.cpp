// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "arch/machine.h"
#include "base/file.h"
#include "base/schema.h"
#include "mapper/mapping_file.h"

namespace weft::mapper {
namespace {

using ::testing::HasSubstr;

std::string page() { return *read_file(WEFT_SOURCE_DIR "/docs/mapping.md"); }

/// What stands under a heading of the page, down to the next.
std::string section(const std::string& heading) {
  const std::string text = page();
  const std::size_t start = text.find("\n### " + heading + "\n");
  EXPECT_NE(start, std::string::npos) << heading;
  const std::size_t from = start == std::string::npos ? text.size() : start + 1;
  return text.substr(from, text.find("\n##", from) - from);
}

void expect_fields(const google::protobuf::Descriptor& type, const std::string& heading) {
  const std::string text = section(heading);
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    EXPECT_THAT(text, HasSubstr("\n| `" + field.name() + "` |")) << heading;
    if (field.enum_type() != nullptr) {
      const bool op = field.enum_type() == Mapping::Op_descriptor();
      for (const std::string& name : enum_names(*field.enum_type())) {
        EXPECT_THAT(op ? section("Ops") : text, HasSubstr("`" + name + "`")) << field.name();
      }
    }
    if (field.is_repeated() || field.message_type() != nullptr) {
      expect_fields(*field.message_type(), "`" + field.name() + "`");
    }
  }
}

TEST(MappingDocs, ThePageHasEveryFieldAndEveryWord) {
  expect_fields(*Mapping::descriptor(), "Top level");
}

TEST(MappingDocs, TheExampleIsASoundMapping) {
  const std::string text = page();
  const std::string fence = "```yaml\n";
  const std::size_t start = text.find(fence) + fence.size();
  const auto read = parse_mapping(text.substr(start, text.find("```", start) - start), "example");
  ASSERT_TRUE(read.ok()) << read.error().message;
  models::Graph graph;
  graph.set_layers(4);
  graph.set_context(512);
  const Status status =
      check_mapping(read->mapping, *arch::load_machine("mesh8"), graph, read->places);
  EXPECT_TRUE(status.ok()) << status.error().message;
}

}  // namespace
}  // namespace weft::mapper
