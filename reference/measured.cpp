// SPDX-License-Identifier: Apache-2.0
#include "reference/measured.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/file.h"

namespace weft::reference {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kVersion = 1;

/// Reads keys of an object and keeps the first fault.
class Keys {
 public:
  Keys(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) {
      fault("is not an object");
    }
  }

  std::string text(const char* key) {
    const json* found = find(key);
    if (found == nullptr || !found->is_string() || found->get<std::string>().empty()) {
      fault(fmt::format("{} must be a text", key));
      return "";
    }
    return found->get<std::string>();
  }
  double positive(const char* key) {
    const json* found = find(key);
    if (found == nullptr || !found->is_number() || !std::isfinite(found->get<double>()) ||
        found->get<double>() <= 0) {
      fault(fmt::format("{} must be a positive number", key));
      return 1;
    }
    return found->get<double>();
  }
  int count(const char* key) {
    const double value = positive(key);
    if (value != std::floor(value) || value > 1 << 30) {
      fault(fmt::format("{} must be a whole number", key));
      return 1;
    }
    return static_cast<int>(value);
  }
  const json* find(const char* key) {
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    return found == object_.end() ? nullptr : &*found;
  }
  void fault(const std::string& what) {
    if (!error_) {
      error_ = input_error(fmt::format("{}: {}", place_, what));
    }
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const json& object_;
  std::string place_;
  std::optional<Error> error_;
};

Result<MeasuredRow> read_row(const json& object, const std::string& place) {
  Keys keys(object, place);
  MeasuredRow row;
  row.model = keys.text("model");
  row.phase = keys.text("phase");
  row.dtype = keys.text("dtype");
  row.batch = keys.count("batch");
  row.context = keys.count("context");
  row.repeats = keys.count("repeats");
  row.median_seconds = keys.positive("median_seconds");
  row.p10_seconds = keys.positive("p10_seconds");
  row.p90_seconds = keys.positive("p90_seconds");
  row.fraction = keys.positive("fraction");
  if (row.phase != "decode" && row.phase != "prefill") {
    keys.fault(fmt::format("phase '{}' is neither decode nor prefill", row.phase));
  }
  if (row.p10_seconds > row.median_seconds || row.median_seconds > row.p90_seconds) {
    keys.fault("p10_seconds, median_seconds and p90_seconds must ascend");
  }
  if (const json* power = keys.find("power_watts"); power != nullptr && !power->is_null()) {
    row.power_watts = keys.positive("power_watts");
  }
  return keys.error() ? Result<MeasuredRow>(*keys.error()) : Result<MeasuredRow>(row);
}

Result<json> parse_json(std::string_view text, const std::string& file) {
  constexpr int deepest = 16;
  bool too_deep = false;
  json value = json::parse(
      text,
      [&](int depth, json::parse_event_t, json&) {
        too_deep = too_deep || depth > deepest;
        return !too_deep;
      },
      false);
  if (too_deep || value.is_discarded()) {
    return input_error(fmt::format("{}: is not JSON; scripts/record-gpu writes such a file", file));
  }
  return value;
}

}  // namespace

Result<MeasuredFile> parse_measured(std::string_view json_text, const std::string& file) {
  WEFT_ASSIGN(const json object, parse_json(json_text, file));
  Keys keys(object, file);
  const int version = keys.count("version");
  if (!keys.error() && version != kVersion) {
    return input_error(fmt::format("{}: version {}; this program reads version {}, record again",
                                   file, version, kVersion));
  }
  MeasuredFile measured;
  measured.device = keys.text("device");
  measured.driver = keys.text("driver");
  measured.toolkit = keys.text("toolkit");
  measured.git = keys.text("git");
  measured.date = keys.text("date");
  measured.copy_gb_per_s = keys.positive("copy_gb_per_s");
  measured.gemm_tflops = keys.positive("gemm_tflops");
  const json* clock = keys.find("sm_clock_mhz");
  if (clock == nullptr || !clock->is_array() || clock->size() != 2 || !(*clock)[0].is_number() ||
      !(*clock)[1].is_number()) {
    keys.fault("sm_clock_mhz must be a list of two numbers");
  } else {
    measured.clock_mhz_low = (*clock)[0].get<double>();
    measured.clock_mhz_high = (*clock)[1].get<double>();
  }
  const json* rows = keys.find("rows");
  if (rows == nullptr || !rows->is_array()) {
    keys.fault("rows must be a list");
  }
  if (keys.error()) {
    return *keys.error();
  }
  for (const json& row : *rows) {
    WEFT_ASSIGN(MeasuredRow read,
                read_row(row, fmt::format("{}: rows[{}]", file, measured.rows.size())));
    measured.rows.push_back(std::move(read));
  }
  return measured;
}

Result<std::vector<MeasuredFile>> read_measured(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".json") {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  std::vector<MeasuredFile> files;
  for (const fs::path& path : paths) {
    WEFT_ASSIGN(const std::string text, read_file(path));
    WEFT_ASSIGN(MeasuredFile file, parse_measured(text, path.string()));
    files.push_back(std::move(file));
  }
  return files;
}

fs::path measured_folder() {
  const fs::path here = fs::path("reference") / "measured";
  std::vector<fs::path> folders{here};
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path bin = program.parent_path();
    folders.push_back((bin / "../../../reference/measured").lexically_normal());
    folders.push_back((bin / "../share/weft/reference/measured").lexically_normal());
  }
  const auto found = std::ranges::find_if(
      folders, [&](const fs::path& folder) { return fs::is_directory(folder, problem); });
  return found == folders.end() ? here : *found;
}

}  // namespace weft::reference
