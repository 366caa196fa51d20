// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Reads the recording of the folder that `weft run --out` wrote. `command` begins each message.
Result<traces::Recording> read_run(const std::filesystem::path& run, const std::string& command);

/// The machine of a run. Errors: input (this version cannot restore it).
Result<arch::Machine> recorded_machine(const std::filesystem::path& run,
                                       const traces::Recording& recording);

/// The bundle of a run. Errors: input (it is not the one that was recorded), io.
Result<isa::Bundle> recorded_bundle(const std::filesystem::path& run,
                                    const traces::Recording& recording, const std::string& command);

struct Replay {
  isa::Bundle bundle;
  sim::RunResult result;
};

/// The run once more, timing only, on the machine and with the bundle it was recorded with; options
/// `data` and `progress` are set here. Errors: input, where the machine or the bundle is another
/// one now or the cycles are not those recorded; failed (interrupted).
Result<Replay> replay(const std::filesystem::path& run, const traces::Recording& recording,
                      const std::string& command, sim::Options options);

}  // namespace weft::cli
