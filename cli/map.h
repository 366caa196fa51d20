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
  int anneal = 0;  ///< mappings to look at for a faster one; 0: take the mapper's
  int seed = 1;
};

struct MapOutcome {
  std::vector<std::string> decisions;
  std::vector<std::string> search;  ///< what annealing found, part of the decisions
  std::vector<std::filesystem::path> written;
};

/// Maps a model, verifies what came out, and writes what was asked for. Simulates only to anneal,
/// timing alone.
Result<MapOutcome> map(const MapArguments& arguments);

}  // namespace weft::cli
