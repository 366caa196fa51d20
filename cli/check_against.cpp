// SPDX-License-Identifier: Apache-2.0
#include "cli/check_against.h"

#include "cli/check_cpu.h"
#include "cli/check_gpu.h"
#include "cli/usage.h"

namespace weft::cli {

Result<traces::Check> check_against(const std::string& reference,
                                    const std::filesystem::path& recorded, const CheckedRun& run) {
  if (reference == "cpu") {
    return check_against_cpu(run);
  }
  if (reference == "cuda") {
    return check_against_cuda(run);
  }
  return check_against_recorded(run, recorded.empty() ? reference::recorded_folder() : recorded);
}

CLI::Option* add_recorded_option(CLI::App& command, std::filesystem::path& recorded) {
  return command
      .add_option("--recorded", recorded,
                  "where GPU recordings lie (default: those that come with Weft)")
      ->check(not_empty())
      ->type_name("FOLDER");
}

}  // namespace weft::cli
