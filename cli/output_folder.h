// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::cli {

/// The folder of a run's answer: made and tried before any work is done for it, filled in one go.
/// Files are written aside and renamed by `commit`; without it all that was made is taken away.
class OutputFolder {
 public:
  /// `option` begins each message.
  explicit OutputFolder(std::string option = "--out") : option_(std::move(option)) {}
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;
  ~OutputFolder();

  Status make(const std::filesystem::path& folder);
  /// `write` gets the path to write to.
  Status put(const std::string& name,
             const std::function<Status(const std::filesystem::path&)>& write);
  /// The files in their places, in the order they were put.
  Result<std::vector<std::filesystem::path>> commit();

 private:
  Error cannot_write(const std::filesystem::path& path, const std::string& why) const;

  std::string option_;
  std::filesystem::path folder_;
  std::filesystem::path aside_;
  std::vector<std::filesystem::path> made_;  ///< folders there were not before, innermost first
  std::vector<std::string> names_;
};

/// Whether a file can be written, asked before any work is done for it. Errors: io, naming option,
/// file, reason and mend.
Status check_output_file(const std::filesystem::path& file, const std::string& option,
                         const std::string& mend);

}  // namespace weft::cli
