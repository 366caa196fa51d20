// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/record.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/timing.h"
#include "reference/cuda/record/values.h"
#include "reference/cuda/record/work.h"

namespace weft::reference::cuda {
namespace {

constexpr std::size_t kMostBytes = std::size_t{8} << 20;  // of a file; 16 MiB together

/// One line when a stage ends, then what it found.
class Stages {
 public:
  void done(const std::string& stage, Findings& findings) {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> took = now - last_;
    last_ = now;
    std::printf("%-44s %6.1f s%s\n", stage.c_str(), took.count(),
                findings.faults.empty() ? "" : "  FAULTS");
    for (const std::string& line : findings.lines) {
      std::printf("  %s\n", line.c_str());
    }
    std::fflush(stdout);
    faults_ += findings.faults.size();
    findings = {};
  }
  std::size_t faults() const { return faults_; }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::size_t faults_ = 0;
};

Status write(const std::filesystem::path& path, const std::string& bytes) {
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  const std::filesystem::path temporary = path.string() + ".new";
  std::ofstream file(temporary, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) {
    std::filesystem::rename(temporary, path, problem);
  }
  return file && !problem ? Status() : Status(io_error(path.string() + ": cannot be written"));
}

/// A recording as it goes on.
struct Session {
  const RecordOptions& options;
  Device& device;
  Telemetry& telemetry;
  std::string cublas;
  Stages stages = {};
  Findings findings = {};

  std::filesystem::path path(const char* folder, const std::string& end) const {
    return std::filesystem::path(options.out) / "reference" / folder /
           (file_stem(device.facts().name) + end);
  }

  Provenance provenance() const {
    const DeviceFacts& facts = device.facts();
    const Seen seen = telemetry.all();
    return {facts.name,      telemetry.driver().empty() ? facts.driver : telemetry.driver(),
            facts.toolkit,   options.git,
            options.date,    {options.seed},
            seen.sm_mhz_min, seen.sm_mhz_max,
            seen.memory_mhz, seen.power_watts.value_or(0),
            cublas,          static_cast<unsigned>(facts.compute_capability)};
  }
};

Status keep(const Session& session, Recording& recording, const std::string& end) {
  if (session.options.values_only) {
    return {};
  }
  if (recording.ops.empty() && recording.models.empty()) {
    return failed_error("nothing was right, so nothing is recorded" + end);
  }
  recording.provenance = session.provenance();
  const std::string bytes = recording_bytes(recording);
  if (bytes.size() > kMostBytes) {
    return failed_error("the recording has " + std::to_string(bytes.size()) +
                        " bytes; it is kept in the repository and has at most " +
                        std::to_string(kMostBytes));
  }
  const std::filesystem::path path = session.path("recorded", end);
  WEFT_TRY(write(path, bytes));
  std::printf("wrote %s, %zu bytes\n", path.c_str(), bytes.size());
  return {};
}

Status record_models(Session& session) {
  std::vector<FunctionalModel> models = functional_models();
  for (FunctionalModel& model : models) {
    model.prompt.count = session.options.values_only ? 4 : model.prompt.count;
  }
  Recording recording;
  recording.models = run_models(session.device, models, session.options.root, session.findings);
  session.stages.done(std::to_string(recording.models.size()) + " runs of models",
                      session.findings);
  return keep(session, recording, "-models.pb");
}

Status record_operations(Session& session) {
  Recording recording;
  recording.ops = op_cases(session.options.seed, !session.options.values_only);
  const std::size_t cases = recording.ops.size();
  run_cases(session.device, recording.ops, session.findings);
  session.stages.done(std::to_string(recording.ops.size()) + " of " + std::to_string(cases) +
                          " operations against float64",
                      session.findings);
  return keep(session, recording, "-operations.pb");
}

void print(const Measured& measured) {
  std::printf("\n%-14s %-8s %5s %7s %8s %12s %12s %9s\n", "model", "phase", "batch", "context",
              "repeats", "median ms", "p90 ms", "fraction");
  for (const MeasuredRow& row : measured.rows) {
    std::printf("%-14s %-8s %5d %7d %8zu %12.3f %12.3f %9.3f\n", row.model.c_str(),
                row.phase.c_str(), row.batch, row.context, row.seconds.size(),
                1e3 * quantile(row.seconds, 0.5), 1e3 * quantile(row.seconds, 0.9), row.fraction);
  }
}

Status measure(Session& session, const TimedStep& step, Measured& measured) {
  if (std::string_view(step.phase) == "prefill") {
    return measure_prefill(session.device, session.telemetry, step.shape, step.context, {},
                           measured, session.findings);
  }
  return measure_decode(session.device, session.telemetry, step.shape, step.batch, step.context, {},
                        measured, session.findings);
}

Status record_times(Session& session) {
  Measured measured;
  WEFT_TRY(measure_ceilings(session.device, measured));
  session.findings.add("copy " + std::to_string(measured.copy_gb_per_s) + " GB/s, fp16 product " +
                           std::to_string(measured.gemm_tflops) + " TFLOP/s",
                       true);
  session.stages.done("ceilings", session.findings);
  const std::filesystem::path path = session.path("measured", ".json");
  for (const TimedStep& step : timed_steps()) {
    const std::string name =
        std::string(step.shape.name) + " " + step.phase + ", batch " + std::to_string(step.batch);
    const double bytes = 1.3 * decode_work(step.shape, step.batch, step.context).bytes + 4e9;
    if (bytes > static_cast<double>(session.device.facts().free_bytes)) {
      std::printf("%s: does not fit the memory of this device\n", name.c_str());
      continue;
    }
    const Status status = measure(session, step, measured);
    if (!status.ok()) {
      session.findings.add(name + ": " + status.error().message, false);
    }
    const bool more = status.ok() || recovers(session.device, session.findings);
    session.stages.done(name, session.findings);
    if (!measured.rows.empty()) {
      WEFT_TRY(write(path, measured_json(session.provenance(), measured)));
    }
    if (!more) {
      break;
    }
  }
  print(measured);
  if (measured.rows.empty()) {
    return failed_error("no step could be timed, so nothing is written");
  }
  std::printf("wrote %s, %zu rows\n", path.c_str(), measured.rows.size());
  return {};
}

}  // namespace

Result<bool> record(const RecordOptions& options) {
  auto opened = Device::open();
  if (!opened.ok()) {
    return input_error(opened.error().message);
  }
  const std::unique_ptr<Device> device = std::move(*opened);
  WEFT_ASSIGN(Blas * blas, device->blas());
  const DeviceFacts& facts = device->facts();
  Telemetry telemetry(facts.pci_bus);
  std::printf("%s, CUDA %s, driver %s, cuBLAS %s, seed %llu\n", facts.name.c_str(),
              facts.toolkit.c_str(), telemetry.driver().c_str(), blas->version().c_str(),
              static_cast<unsigned long long>(options.seed));
  Session session{options, *device, telemetry, blas->version()};
  Status result;
  const auto part = [&](const char* name, Status (*work)(Session&)) {
    if (options.wants(name)) {
      const Status status = work(session);
      result = result.ok() ? status : result;
    }
  };
  part("models", record_models);
  part("operations", record_operations);
  if (!options.values_only) {
    part("times", record_times);
  }
  WEFT_TRY(result);
  return session.stages.faults() == 0;
}

}  // namespace weft::reference::cuda
