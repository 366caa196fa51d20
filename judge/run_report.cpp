// SPDX-License-Identifier: Apache-2.0
#include "judge/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace weft::judge {
namespace {

using nlohmann::json;

/// A value by its path, where it is there and not null.
template <class T>
std::optional<T> value_at(const json& report, const char* path) {
  const json::json_pointer pointer(path);
  if (!report.contains(pointer) || report.at(pointer).is_null()) {
    return {};
  }
  return report.at(pointer).get<T>();
}

template <class T>
T needed(const json& report, const char* path) {
  return report.at(json::json_pointer(path)).get<T>();
}

/// A count, which no float is.
int count(const json& report, const char* path) {
  const json& value = report.at(json::json_pointer(path));
  const std::int64_t whole = value.is_number_integer() ? value.get<std::int64_t>() : -1;
  return whole <= std::numeric_limits<int>::max()
             ? static_cast<int>(std::max<std::int64_t>(whole, -1))
             : -1;
}

RunReport take(const json& report) {
  RunReport run;
  run.machine = needed<std::string>(report, "/machine");
  run.model = needed<std::string>(report, "/model");
  run.phase = needed<std::string>(report, "/phase");
  run.engine = needed<std::string>(report, "/engine/name");
  run.exact = needed<bool>(report, "/engine/exact");
  run.error_percent = value_at<double>(report, "/engine/error_percent");
  run.columns = count(report, "/region/width");
  run.rows = count(report, "/region/height");
  run.cycles = needed<double>(report, "/cycles");
  run.frequency = needed<double>(report, "/frequency");
  run.seconds = needed<double>(report, "/seconds");
  run.batch = value_at<int>(report, "/batch").value_or(1);
  run.prompt_tokens = count(report, "/prompt_tokens");
  run.tokens_per_second = value_at<double>(report, "/tokens_per_second").value_or(0);
  run.first_token = value_at<double>(report, "/time_to_first_token");
  run.watts = value_at<double>(report, "/energy/watts");
  run.watts_assumed = value_at<bool>(report, "/energy/assumed").value_or(false);
  const json::json_pointer deadlock("/deadlock");
  run.deadlock = report.contains(deadlock) && !report.at(deadlock).empty();
  return run;
}

}  // namespace

Result<RunReport> parse_run_report(std::string_view json_text, const std::string& file) {
  const Error foreign =
      input_error(fmt::format("{}: is no report.json of weft run; give the folder of --out", file));
  try {
    const json report = json::parse(json_text);
    if (const int version = count(report, "/version"); version != 1) {
      return input_error(
          fmt::format("{}: version {}; this program reads version 1, run again", file, version));
    }
    const RunReport run = take(report);
    constexpr double most = 9e15;
    const bool sound = run.columns > 0 && run.rows > 0 && run.prompt_tokens >= 0 && run.batch > 0 &&
                       run.cycles >= 0 && run.cycles < most && run.frequency > 0;
    return sound ? Result<RunReport>(run) : foreign;
  } catch (const json::exception&) {
    return foreign;
  }
}

}  // namespace weft::judge
