// SPDX-License-Identifier: Apache-2.0
#include "models/zoo.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <system_error>
#include <vector>

#include "base/text.h"

namespace weft::models {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> zoo_folders() {
  std::vector<fs::path> folders{fs::path("models") / "zoo"};
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path bin = program.parent_path();
    folders.push_back((bin / "../../../models/zoo").lexically_normal());  // a build tree
    folders.push_back(
        (bin / "../share/weft/models/zoo").lexically_normal());  // an installed program
  }
  return folders;
}

/// Letters and digits alone, in lower case.
std::string plain(const std::string& name) {
  std::string text;
  for (const unsigned char c : name) {
    if (std::isalnum(c) != 0) {
      text += static_cast<char>(std::tolower(c));
    }
  }
  return text;
}

/// The one zoo name spelled like this but for hyphens, dots and capitals; else the name itself.
std::string zoo_spelling(const std::string& name, const std::vector<std::string>& names) {
  const auto alike = [&](const std::string& other) { return plain(other) == plain(name); };
  const auto found = std::ranges::find_if(names, alike);
  return std::ranges::count_if(names, alike) == 1 ? *found : name;
}

}  // namespace

std::vector<std::string> zoo_names() {
  std::set<std::string> names;
  for (const fs::path& zoo : zoo_folders()) {
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(zoo, problem)) {
      if (fs::exists(entry.path() / "config.json", problem)) {
        names.insert(entry.path().filename().string());
      }
    }
  }
  return {names.begin(), names.end()};
}

Result<fs::path> find_checkpoint_folder(const std::string& name_or_path) {
  std::error_code problem;
  if (fs::is_directory(name_or_path, problem)) {
    return fs::path(name_or_path);
  }
  if (fs::exists(name_or_path, problem)) {
    return input_error(fmt::format(
        "model '{}': is a file; give the folder that holds config.json and model.safetensors",
        name_or_path));
  }
  const bool bare = !name_or_path.empty() && name_or_path.find('/') == std::string::npos &&
                    name_or_path != "." && name_or_path != "..";
  const std::vector<std::string> names = zoo_names();
  if (bare) {
    const std::string name = zoo_spelling(name_or_path, names);
    for (const fs::path& zoo : zoo_folders()) {
      if (fs::is_directory(zoo / name, problem)) {
        return zoo / name;
      }
    }
  }
  return input_error(
      fmt::format("model '{}': no such folder and no zoo model of that name{}; give a Hugging Face "
                  "folder or {}",
                  name_or_path, did_you_mean(name_or_path, names),
                  names.empty() ? "a name, where models/zoo is"
                                : fmt::format("one of: {}", fmt::join(names, ", "))));
}

}  // namespace weft::models
