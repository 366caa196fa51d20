// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace weft::house {

/// One text file of the repository: its path from the root, with '/', and its lines.
struct SourceFile {
  std::string path;
  std::vector<std::string> lines;

  std::string extension() const { return std::filesystem::path(path).extension().string(); }
  std::string folder() const { return path.substr(0, path.find('/')); }
};

/// Every text file of the repository in order of path. Left out: build and output folders, hidden
/// ones (except .ci), and files that hold a zero byte.
const std::vector<SourceFile>& source_tree();

}  // namespace weft::house
