// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"

namespace weft::cli {

/// `weft map` as given on the command line.
struct MapArguments {
  RunArguments run;  ///< those options that both have
  int prompt_length = 16;
  std::vector<std::filesystem::path> emit;
};

struct MapOutcome {
  std::vector<std::string> decisions;
  std::vector<std::filesystem::path> written;
};

/// Maps a model, verifies what came out, and writes what was asked for. Nothing is simulated.
Result<MapOutcome> map(const MapArguments& arguments);

}  // namespace weft::cli
