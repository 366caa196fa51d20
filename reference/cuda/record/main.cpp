// SPDX-License-Identifier: Apache-2.0
// What scripts/record-gpu builds and runs on a machine with a GPU and a CUDA toolkit, and nothing
// else: operations and models against float64, then times; writes reference/recorded/*.pb and
// reference/measured/*.json. Without a device it writes nothing.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/timing.h"
#include "reference/cuda/record/values.h"
#include "reference/cuda/record/work.h"

namespace weft::reference::cuda {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

struct Arguments {
  std::string root = ".";
  std::string out = ".";
  std::string git = "unknown";
  std::string date;
  std::uint64_t seed = 0;
  bool values_only = false;  ///< no timing, small cases, few tokens: what a memory checker runs
};

bool parse(int count, char** words, Arguments& arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--values-only") {
      arguments.values_only = true;
      continue;
    }
    if (i + 1 == count) {
      return false;
    }
    const std::string value = words[++i];
    if (word == "--root") {
      arguments.root = value;
    } else if (word == "--out") {
      arguments.out = value;
    } else if (word == "--git") {
      arguments.git = value;
    } else if (word == "--date") {
      arguments.date = value;
    } else if (word == "--seed") {
      arguments.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else {
      return false;
    }
  }
  return !arguments.date.empty() && arguments.seed != 0;
}

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

Status measure(Device& device, Telemetry& telemetry, Measured& measured, Stages& stages) {
  Findings findings;
  WEFT_TRY(measure_ceilings(device, measured));
  findings.add("copy " + std::to_string(measured.copy_gb_per_s) + " GB/s, fp16 product " +
                   std::to_string(measured.gemm_tflops) + " TFLOP/s",
               true);
  stages.done("ceilings", findings);
  constexpr int context = 4096;
  const auto fits = [&](const LlamaShape& shape, int batch) {
    const double bytes = 1.3 * decode_work(shape, batch, context).bytes + 4e9;
    const bool enough = bytes < static_cast<double>(device.facts().free_bytes);
    if (!enough) {
      std::printf("%s, batch %d: does not fit the memory of this device\n", shape.name, batch);
    }
    return enough;
  };
  for (const LlamaShape& shape : timed_models()) {
    for (const int batch : {1, 8}) {
      if (!fits(shape, batch)) {
        continue;
      }
      WEFT_TRY(measure_decode(device, telemetry, shape, batch, context, {}, measured, findings));
      stages.done(std::string(shape.name) + " decode, batch " + std::to_string(batch), findings);
    }
    if (!fits(shape, 1)) {
      continue;
    }
    WEFT_TRY(measure_prefill(device, telemetry, shape, context, {}, measured, findings));
    stages.done(std::string(shape.name) + " prefill", findings);
  }
  std::printf("\n%-14s %-8s %5s %7s %8s %12s %12s %9s\n", "model", "phase", "batch", "context",
              "repeats", "median ms", "p90 ms", "fraction");
  for (const MeasuredRow& row : measured.rows) {
    std::printf("%-14s %-8s %5d %7d %8zu %12.3f %12.3f %9.3f\n", row.model.c_str(),
                row.phase.c_str(), row.batch, row.context, row.seconds.size(),
                1e3 * quantile(row.seconds, 0.5), 1e3 * quantile(row.seconds, 0.9), row.fraction);
  }
  return {};
}

Provenance provenance_of(const Arguments& arguments, const DeviceFacts& facts,
                         const Telemetry& telemetry, const std::string& cublas) {
  const Seen seen = telemetry.all();
  return {facts.name,      telemetry.driver().empty() ? facts.driver : telemetry.driver(),
          facts.toolkit,   arguments.git,
          arguments.date,  {arguments.seed},
          seen.sm_mhz_min, seen.sm_mhz_max,
          seen.memory_mhz, seen.power_watts.value_or(0),
          cublas,          static_cast<unsigned>(facts.compute_capability)};
}

/// Whether everything was right. What was not is in neither file.
Result<bool> record(const Arguments& arguments) {
  WEFT_ASSIGN(std::unique_ptr<Device> device, Device::open());
  WEFT_ASSIGN(Blas * blas, device->blas());
  const DeviceFacts& facts = device->facts();
  Telemetry telemetry(facts.pci_bus);
  std::printf("%s, CUDA %s, driver %s, cuBLAS %s, seed %llu\n", facts.name.c_str(),
              facts.toolkit.c_str(), telemetry.driver().c_str(), blas->version().c_str(),
              static_cast<unsigned long long>(arguments.seed));
  Stages stages;
  Findings findings;
  Recording recording;
  recording.ops = op_cases(arguments.seed, !arguments.values_only);
  const std::size_t cases = recording.ops.size();
  WEFT_TRY(run_cases(*device, recording.ops, findings));
  stages.done(std::to_string(cases) + " operations against float64", findings);
  std::vector<FunctionalModel> models = functional_models();
  for (FunctionalModel& model : models) {
    model.prompt.count = arguments.values_only ? 4 : model.prompt.count;
  }
  WEFT_ASSIGN(recording.models, run_models(*device, models, arguments.root, findings));
  stages.done(std::to_string(recording.models.size()) + " runs of models", findings);
  if (arguments.values_only) {
    return stages.faults() == 0;
  }
  const std::filesystem::path folder = std::filesystem::path(arguments.out) / "reference";
  const std::string stem = file_stem(facts.name);
  const auto keep = [&]() -> Status {
    recording.provenance = provenance_of(arguments, facts, telemetry, blas->version());
    const std::string bytes = recording_bytes(recording);
    if (bytes.size() > kMostBytes) {
      return failed_error("the recording has " + std::to_string(bytes.size()) +
                          " bytes; it is kept in the repository and has at most 16 MiB");
    }
    return write(folder / "recorded" / (stem + ".pb"), bytes);
  };
  WEFT_TRY(keep());  // there, whatever happens to the times
  Measured measured;
  const Status timed = measure(*device, telemetry, measured, stages);
  WEFT_TRY(keep());
  const std::string json = measured_json(recording.provenance, measured);
  WEFT_TRY(write(folder / "measured" / (stem + ".json"), json));
  WEFT_TRY(timed);
  std::printf("wrote recorded/%s.pb and measured/%s.json under %s\n", stem.c_str(), stem.c_str(),
              folder.c_str());
  return stages.faults() == 0;
}

int run(int count, char** words) {
  Arguments arguments;
  if (!parse(count, words, arguments)) {
    std::fprintf(stderr,
                 "weft-record-gpu: wants --date YYYY-MM-DD --seed N [--root DIR] [--out DIR] "
                 "[--git VERSION] [--values-only]; scripts/record-gpu gives them\n");
    return 2;
  }
  const Result<bool> good = record(arguments);
  if (!good.ok()) {
    std::fprintf(stderr, "weft-record-gpu: %s\n", good.error().message.c_str());
    return static_cast<int>(good.error().kind);
  }
  std::printf("%s\n", *good ? "all checks passed" : "FAULTS: see the lines that begin with !");
  return *good ? 0 : 1;
}

}  // namespace
}  // namespace weft::reference::cuda

int main(int count, char** words) { return weft::reference::cuda::run(count, words); }
