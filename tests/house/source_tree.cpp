// SPDX-License-Identifier: Apache-2.0
#include "tests/house/source_tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace weft::house {
namespace {

namespace fs = std::filesystem;

bool is_ours(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == ".ci" || !(name.starts_with(".") || name.starts_with("build") || name == "out" ||
                            name == "__pycache__");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    if (entry->is_directory() && !is_ours(entry->path())) {
      entry.disable_recursion_pending();
    }
    if (!entry->is_regular_file()) {
      continue;
    }
    std::ifstream stream(entry->path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    if (text.find('\0') == std::string::npos) {
      files.push_back({entry->path().lexically_relative(root).generic_string(), lines_of(text)});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace

const std::vector<SourceFile>& source_tree() {
  static const std::vector<SourceFile> files = read_tree(WEFT_SOURCE_DIR);
  return files;
}

}  // namespace weft::house
