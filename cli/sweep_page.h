// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace weft::cli {

struct SweepPageArguments {
  std::filesystem::path folder;
  std::filesystem::path against;  ///< a second study; empty: none
  std::filesystem::path out;      ///< empty: study.html in the folder, difference.html of two
};

/// Writes the page of a study (docs/exploration.md) and returns its path. Errors: those of
/// read_planned_study and of difference; io.
Result<std::filesystem::path> write_sweep_page(const SweepPageArguments& arguments);

/// Writes study.html of a folder whose study has just changed. It is made from the store and can be
/// made again, so a fault is told on standard error and ends nothing.
void renew_sweep_page(const std::filesystem::path& folder);
/// The same where the page is older than the store: after a run that had nothing to do.
void renew_sweep_page_if_older(const std::filesystem::path& folder);

}  // namespace weft::cli
