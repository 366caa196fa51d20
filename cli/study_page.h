// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/sweep.h"

namespace weft::cli {

/// A study as the page shows it.
struct PageStudy {
  PlannedStudy planned;
  std::filesystem::path folder;        ///< as it was given: commands on the page name it
  std::string points;                  ///< where reports of points lie, from the page: "points/"
  std::vector<std::int64_t> reported;  ///< numbers of points with a report there
};

/// study.html: one file that opens from disk and asks for nothing else (docs/exploration.md). One
/// study, or two to be compared. Errors: those of explore::difference.
Result<std::string> study_page(std::span<const PageStudy> studies);

}  // namespace weft::cli
