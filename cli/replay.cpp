// SPDX-License-Identifier: Apache-2.0
#include "cli/replay.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "arch/machine.h"
#include "base/text.h"
#include "base/yaml_reader.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "isa/bundle.h"
#include "traces/progress.h"
#include "traces/recording.h"

namespace weft::cli {

namespace fs = std::filesystem;
using traces::Recording;

Result<Recording> read_run(const fs::path& run, const std::string& command) {
  std::error_code problem;
  if (!fs::is_directory(run, problem)) {
    return io_error(fmt::format("{}: no folder '{}'; give the folder that weft run --out wrote",
                                command, run.string()));
  }
  auto recording = traces::read_recording(run / "recording.weft");
  if (!recording) {
    return at_option(command, recording.error());
  }
  return recording;
}

Result<arch::Machine> recorded_machine(const fs::path& run, const Recording& recording) {
  const auto& provenance = recording.provenance();
  const std::string place = (run / "recording.weft").string();
  arch::Machine machine;
  if (const Status status = read_yaml(provenance.machine_yaml(), place, machine);
      !status || arch::machine_hash(machine) != provenance.machine_hash()) {
    return input_error(fmt::format(
        "{}: its machine cannot be restored by this version of Weft (recorded by {}); run again",
        place, provenance.weft_version()));
  }
  return machine;
}

Result<isa::Bundle> recorded_bundle(const fs::path& run, const Recording& recording,
                                    const std::string& command) {
  const fs::path file = run / "mapped.bundle";
  auto bundle = isa::read_bundle(file);
  if (!bundle) {
    return at_option(command, bundle.error());
  }
  if (isa::bundle_hash(*bundle) != recording.provenance().bundle_hash()) {
    return input_error(
        fmt::format("{}: not the bundle this run was recorded from; run again", file.string()));
  }
  return bundle;
}

Result<Replay> replay(const fs::path& run, const Recording& recording, const std::string& command,
                      sim::Options options) {
  const auto& provenance = recording.provenance();
  const std::string place = (run / "recording.weft").string();
  if (recording.summary().perplexity() > 0) {
    return input_error(
        fmt::format("{}: a --perplexity run is many runs in a row and cannot be taken up again; "
                    "run one prefill",
                    place));
  }
  WEFT_ASSIGN(const arch::Machine machine, recorded_machine(run, recording));
  WEFT_ASSIGN(isa::Bundle bundle, recorded_bundle(run, recording, command));
  traces::Progress progress("simulating again", stderr);
  options.data = false;
  options.progress = [&](std::int64_t cycle, double fraction) {
    progress.update(fraction, fmt::format("cycle {}", with_commas(cycle)));
    return !interrupted();
  };
  auto result = sim::simulate(bundle, machine, {}, options);
  if (!result) {
    return interrupted() ? interrupted_error() : result.error();
  }
  const bool other = result->cycles.count() != recording.summary().cycles();
  if (other && (!result->exact || !recording.engine().exact())) {
    return input_error(fmt::format(
        "{}: trains of different colors met on links in this run; what tiles did then is not taken "
        "apart; give each color links of its own, or keep them apart in time",
        place));
  }
  if (other) {
    return input_error(fmt::format(
        "{}: recorded {} cycles by Weft {}, simulated again {}; this version times otherwise: run "
        "again",
        place, with_commas(recording.summary().cycles()), provenance.weft_version(),
        with_commas(result->cycles.count())));
  }
  return Replay{std::move(bundle), std::move(*result)};
}

}  // namespace weft::cli
