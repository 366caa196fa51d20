// SPDX-License-Identifier: Apache-2.0
#include "bench/measure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/text.h"
#include "bench/measurements.h"

namespace weft::bench {
namespace {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Whole names, and the words in them.
std::vector<std::string> suggestions() {
  std::vector<std::string> found;
  for (const Measurement& measurement : measurements()) {
    found.push_back(measurement.name);
    std::istringstream words(measurement.name);
    for (std::string word; words >> word;) {
      const auto end = word.find_last_not_of(',') + 1;
      found.push_back(word.substr(0, end));
    }
  }
  return found;
}

Status measure_one(const Measurement& measurement, const Setting& setting, std::vector<Row>& rows) {
  WEFT_ASSIGN(const Repeat repeat, measurement.prepare(setting));
  std::vector<std::vector<double>> values(measurement.figures.size());
  std::string note;
  for (int i = 0; i < (setting.quick ? 1 : 5); ++i) {
    WEFT_ASSIGN(const Sample sample, repeat());
    for (std::size_t f = 0; f < values.size(); ++f) {
      values[f].push_back(measurement.figures[f].value(sample.amounts[f], sample.cpu_seconds));
    }
    note = sample.note;
  }
  for (std::size_t f = 0; f < values.size(); ++f) {
    const Figure& figure = measurement.figures[f];
    const double value = median(values[f]);
    rows.push_back({measurement.name, figure.unit, value, figure.at_least, figure.aim,
                    figure.lower_is_better(), figure.reached(value), note});
  }
  return {};
}

}  // namespace

Result<std::vector<Measurement>> chosen(const std::string& filter) {
  std::vector<Measurement> found;
  std::vector<std::string> names;
  for (const Measurement& measurement : measurements()) {
    names.push_back(measurement.name);
    if (lower_case(measurement.name).find(lower_case(filter)) != std::string::npos) {
      found.push_back(measurement);
    }
  }
  if (found.empty()) {
    return input_error(
        fmt::format("--filter {}: no measurement has that in its name{}; they are: {}", filter,
                    did_you_mean(filter, suggestions()), fmt::join(names, "; ")));
  }
  return found;
}

Result<std::vector<Row>> measure(const std::vector<Measurement>& what, const Setting& setting) {
  std::vector<Row> rows;
  for (const Measurement& measurement : what) {
    WEFT_TRY(measure_one(measurement, setting, rows));
  }
  return rows;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace weft::bench
