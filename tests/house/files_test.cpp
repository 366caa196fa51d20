// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "tests/house/source_tree.h"

namespace weft::house {
namespace {

constexpr std::size_t kMostLines = 500;

/// Files people write as code: sources, schemas, presets, build files and scripts.
bool is_source(const SourceFile& file) {
  static const std::set<std::string> extensions = {
      ".h", ".cpp", ".cu", ".cuh", ".proto", ".py", ".cmake", ".sh", ".ts", ".js", ".yaml", ".yml"};
  const bool data = file.path.starts_with("models/zoo/");
  const bool script = file.folder() == "scripts" || file.folder() == ".ci";
  return !data &&
         (script || extensions.contains(file.extension()) || file.path.ends_with("CMakeLists.txt"));
}

TEST(Files, BeginWithAnSpdxLine) {
  const std::string identifier = "SPDX-License-Identifier: Apache-2.0";
  for (const SourceFile& file : source_tree()) {
    if (is_source(file) && !file.lines.empty()) {
      const std::size_t line = file.lines[0].starts_with("#!") ? 1 : 0;
      EXPECT_TRUE(line < file.lines.size() &&
                  (file.lines[line] == "// " + identifier || file.lines[line] == "# " + identifier))
          << file.path << " must begin with: " << identifier;
    }
  }
}

TEST(Files, StayShort) {
  for (const SourceFile& file : source_tree()) {
    if (is_source(file)) {
      EXPECT_LE(file.lines.size(), kMostLines) << file.path << ": one idea a file; split it";
    }
  }
}

TEST(Files, NameNoPathOfTheMachineTheyWereWrittenOn) {
  // In two halves each, so that this file does not name them either.
  const std::string forbidden[] = {std::string("/wo") + "rk/", std::string(".lib") + "rary",
                                   std::string("../sha") + "red", std::string("/ro") + "ot/"};
  for (const SourceFile& file : source_tree()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& text : forbidden) {
        EXPECT_EQ(file.lines[i].find(text), std::string::npos)
            << file.path << ":" << i + 1 << " holds " << text;
      }
    }
  }
}

TEST(Files, CppHasNoTabsAndNoTrailingSpaces) {
  for (const SourceFile& file : source_tree()) {
    if (file.extension() == ".h" || file.extension() == ".cpp" || file.extension() == ".proto") {
      for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        EXPECT_TRUE(line.find('\t') == std::string::npos && (line.empty() || line.back() != ' '))
            << file.path << ":" << i + 1;
      }
    }
  }
}

}  // namespace
}  // namespace weft::house
