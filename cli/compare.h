// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "judge/throughput.h"
#include "judge/training.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// `weft compare` as given on the command line.
struct CompareArguments {
  std::string model;
  std::string gpu;   ///< only devices with this in their name
  int sequence = 0;  ///< 0: 4096, or as long as the context lets it be
  bool json = false;

  // Throughput.
  std::string phase = "decode";
  int batch = 1;
  std::string arch = "wse2";  ///< or none
  std::vector<std::string> overrides;
  std::filesystem::path run;       ///< a folder of weft run --out instead of a simulation
  std::filesystem::path measured;  ///< where recordings lie, if not where they usually do
  double efficiency = 1;           ///< of the rooflines
  bool all = false;                ///< published figures of other lengths too
  bool sources = false;            ///< of every number of the rooflines

  // Training.
  bool train = false;
  double tokens = 0;
  double utilization = 0;     ///< 0: the one that is assumed
  double price_per_hour = 0;  ///< 0: what is published
  int devices = 1;
};

/// A wafer, recorded GPUs, published figures and rooflines at one task.
Result<judge::ThroughputComparison> compare_throughput(const CompareArguments& arguments);
/// The same beside a decode step or prompt of a zoo model that was run: for its page. Nothing where
/// the run is of another kind.
std::optional<judge::ThroughputComparison> compare_throughput(const traces::Recording& run);
/// What training takes, in closed form.
Result<judge::TrainingComparison> compare_training(const CompareArguments& arguments);

}  // namespace weft::cli
