// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "tests/house/source_tree.h"

namespace weft::house {
namespace {

using Folders = std::set<std::string>;

/// Folder -> the folders whose headers and schemas it may include besides its own. The same table
/// stands in docs/architecture.md; a test below keeps the two equal.
const std::map<std::string, Folders>& include_table() {
  static const Folders any = {"base", "arch",   "models",    "isa",   "mapper",
                              "sim",  "traces", "reference", "judge", "explore"};
  static const Folders any_and_bench = [] {
    Folders folders = any;
    folders.insert("bench");
    return folders;
  }();
  static const std::map<std::string, Folders> table = {
      {"base", {}},
      {"arch", {"base"}},
      {"models", {"base"}},
      {"isa", {"base", "arch"}},
      {"mapper", {"base", "arch", "models", "isa"}},
      {"sim", {"base", "arch", "isa", "traces"}},
      {"traces", {"base"}},
      {"reference", {"base", "models"}},
      {"judge", {"base", "traces"}},
      {"explore", {"base"}},
      {"bench", any},
      {"cli", any_and_bench},
  };
  return table;
}

/// Subfolders that must not know each other, so that their agreement means something.
const std::vector<std::pair<std::string, std::string>>& strangers() {
  static const std::vector<std::pair<std::string, std::string>> pairs = {
      {"sim/word/", "sim/dataflow/"},   {"sim/dataflow/", "sim/word/"},
      {"sim/word/", "sim/scalar/"},     {"sim/scalar/", "sim/word/"},
      {"sim/scalar/", "sim/dataflow/"}, {"sim/dataflow/", "sim/scalar/"},
      {"sim/word/", "sim/fabric/"},  // timestamps
      {"sim/word/", "sim/trains/"},     {"sim/trains/", "sim/word/"},
      {"sim/dataflow/", "sim/trains/"}, {"sim/trains/", "sim/dataflow/"},
  };
  return pairs;
}

struct Include {
  std::string path;
  bool quoted = false;
};

/// The file that a line of C++ or protobuf pulls in, if it does.
std::optional<Include> include_of(const std::string& line) {
  static const std::regex cpp(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  static const std::regex proto(R"re(^\s*import\s+(?:public\s+)?(")([^"]+)"\s*;)re");
  std::smatch match;
  if (std::regex_search(line, match, cpp) || std::regex_search(line, match, proto)) {
    return Include{match[2], match[1] == "\""};
  }
  return std::nullopt;
}

bool is_code(const SourceFile& file) {
  static const Folders extensions = {".h", ".cpp", ".cu", ".cuh", ".proto"};
  return include_table().contains(file.folder()) && extensions.contains(file.extension());
}

/// What is wrong with `file` including `include`; empty when nothing is.
std::string fault(const SourceFile& file, const Include& include) {
  const std::string target = include.path.substr(0, include.path.find('/'));
  const bool ours = include_table().contains(target) && include.path != target;
  if (!ours) {
    const bool schema_of_protobuf = include.path.starts_with("google/");
    return include.quoted && !schema_of_protobuf ? "is not rooted at the source tree" : "";
  }
  if (target != file.folder() && !include_table().at(file.folder()).contains(target)) {
    return file.folder() + " may not include " + target;
  }
  for (const auto& [here, there] : strangers()) {
    if (file.path.starts_with(here) && include.path.starts_with(there)) {
      return here + " and " + there + " share no code";
    }
  }
  return "";
}

TEST(Layering, EveryIncludeKeepsTheTable) {
  int seen = 0;
  for (const SourceFile& file : source_tree()) {
    if (!is_code(file)) {
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (const auto include = include_of(file.lines[i])) {
        ++seen;
        EXPECT_EQ(fault(file, *include), "") << file.path << ":" << i + 1 << ": " << include->path;
      }
    }
  }
  EXPECT_GT(seen, 50) << "the test no longer finds the sources";
}

TEST(Layering, TheTableItselfHasNoCycles) {
  std::set<std::string> settled;
  for (bool progress = true; progress;) {
    progress = false;
    for (const auto& [folder, allowed] : include_table()) {
      const bool ready = std::all_of(allowed.begin(), allowed.end(),
                                     [&](const auto& other) { return settled.contains(other); });
      progress |= ready && settled.insert(folder).second;
    }
  }
  EXPECT_EQ(settled.size(), include_table().size());
}

TEST(Layering, TheTestSeesWhatItForbids) {
  const SourceFile sim{"sim/core.cpp", {}};
  EXPECT_EQ(fault(sim, {"mapper/place.h", true}), "sim may not include mapper");
  EXPECT_EQ(fault(sim, {"models/graph.pb.h", true}), "sim may not include models");
  EXPECT_EQ(fault(sim, {"mapper/place.h", false}), "sim may not include mapper");
  EXPECT_EQ(fault(sim, {"core.h", true}), "is not rooted at the source tree");
  EXPECT_EQ(fault(sim, {"../isa/bundle.h", true}), "is not rooted at the source tree");
  EXPECT_EQ(fault(sim, {"isa/bundle.h", true}), "");
  EXPECT_EQ(fault(sim, {"vector", false}), "");
  EXPECT_EQ(fault({"sim/word/link.cpp", {}}, {"sim/dataflow/train.h", true}),
            "sim/word/ and sim/dataflow/ share no code");
  EXPECT_EQ(fault({"sim/dataflow/link.cpp", {}}, {"sim/word/cell.h", true}),
            "sim/dataflow/ and sim/word/ share no code");
  EXPECT_EQ(fault({"sim/word/link.cpp", {}}, {"sim/fabric/timeline.h", true}),
            "sim/word/ and sim/fabric/ share no code");
  EXPECT_EQ(fault({"sim/word/link.cpp", {}}, {"sim/core/cost.h", true}), "");
  EXPECT_EQ(include_of("import \"arch/arch.proto\";")->path, "arch/arch.proto");
  EXPECT_EQ(include_of("# include <isa/bundle.h>")->path, "isa/bundle.h");
}

/// Rows `| `folder` | what | may include |` of the table in docs/architecture.md.
std::map<std::string, Folders> documented_table() {
  static const std::regex row(R"(^\| `(\w+)` \|.*\| ([^|]+) \|$)");
  static const std::regex word(R"([a-z]+)");
  std::map<std::string, Folders> table;
  for (const SourceFile& file : source_tree()) {
    if (file.path != "docs/architecture.md") {
      continue;
    }
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (std::regex_match(line, match, row) && include_table().contains(match[1])) {
        const std::string cell = match[2];
        table[match[1]] = {std::sregex_token_iterator(cell.begin(), cell.end(), word), {}};
      }
    }
  }
  return table;
}

TEST(Layering, ArchitecturePageShowsTheSameTable) {
  std::map<std::string, Folders> expected = include_table();
  expected["bench"] = {"any"};
  expected["cli"] = {"any", "bench"};
  EXPECT_THAT(documented_table(), ::testing::ContainerEq(expected));
}

}  // namespace
}  // namespace weft::house
