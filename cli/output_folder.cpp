// SPDX-License-Identifier: Apache-2.0
#include "cli/output_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/file.h"
#include "cli/arguments.h"

namespace weft::cli {

namespace fs = std::filesystem;

Error OutputFolder::cannot_write(const fs::path& path, const std::string& why) const {
  return io_error(
      fmt::format("{}: cannot write '{}': {}; choose another folder", option_, path.string(), why));
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  if (!aside_.empty()) {
    fs::remove_all(aside_, ignored);
  }
  for (const fs::path& folder : made_) {
    fs::remove(folder, ignored);
  }
}

Status OutputFolder::make(const fs::path& folder) {
  std::error_code problem;
  folder_ = folder;
  fs::path missing = fs::absolute(folder, problem).lexically_normal();
  if (!missing.has_filename()) {
    missing = missing.parent_path();
  }
  for (; !fs::exists(fs::symlink_status(missing, problem)) && missing.has_relative_path();
       missing = missing.parent_path()) {
    made_.push_back(missing);
  }
  const Status status = make_output_folder(folder);
  return status ? status : Status(at_option(option_, status.error()));
}

Status OutputFolder::put(const std::string& name,
                         const std::function<Status(const fs::path&)>& write) {
  std::error_code problem;
  if (aside_.empty()) {
    aside_ = folder_ / fmt::format(".weft.{}.tmp", ::getpid());
    fs::create_directories(aside_, problem);  // vanished with its parent: writing says so
  }
  const fs::path path = aside_ / name;
  if (const Status status = write(path); !status) {
    std::string message = status.error().message;
    if (const auto at = message.find(path.string()); at != std::string::npos) {
      message.replace(at, path.string().size(), (folder_ / name).string());
    }
    return Error{status.error().kind, fmt::format("{}: {}", option_, message)};
  }
  names_.push_back(name);
  return {};
}

Result<std::vector<fs::path>> OutputFolder::commit() {
  std::error_code problem;
  std::vector<fs::path> places;
  for (const std::string& name : names_) {
    places.push_back(folder_ / name);
    if (fs::is_directory(places.back(), problem)) {
      return cannot_write(places.back(), "a folder has that name");
    }
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    fs::rename(aside_ / names_[i], places[i], problem);
    if (problem) {
      return cannot_write(places[i], problem.message());
    }
  }
  made_.clear();
  return places;
}

Status check_output_file(const fs::path& file, const std::string& option, const std::string& mend) {
  std::error_code problem;
  const auto refuse = [&](const std::string& why) {
    return io_error(fmt::format("{}: cannot write '{}': {}; {}", option, file.string(), why, mend));
  };
  if (fs::is_directory(file, problem)) {
    return refuse("it is a folder");
  }
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, problem)) {
    return refuse("there is no such folder");
  }
  const bool device = fs::exists(file, problem) && !fs::is_regular_file(file, problem);
  if (::access(device ? file.c_str() : folder.c_str(), W_OK) != 0) {
    return refuse(std::generic_category().message(errno));
  }
  return {};
}

}  // namespace weft::cli
