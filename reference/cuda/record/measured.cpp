// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/measured.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace weft::reference::cuda {
namespace {

std::string text(const std::string& value) {
  std::string result = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      result.push_back('\\');
    }
    if (static_cast<unsigned char>(c) >= 0x20) {
      result.push_back(c);
    }
  }
  return result + "\"";
}

std::string number(double value) {
  std::ostringstream out;
  out.precision(9);
  out << value;
  return out.str();
}

const char* long_name(DType dtype) {
  return dtype == DType::f32 ? "fp32" : dtype == DType::f16 ? "fp16" : "bf16";
}

std::string row_text(const MeasuredRow& row) {
  return "    { \"model\": " + text(row.model) + ", \"phase\": " + text(row.phase) +
         ", \"dtype\": \"" + long_name(row.dtype) + "\", \"batch\": " + std::to_string(row.batch) +
         ", \"context\": " + std::to_string(row.context) +
         ", \"repeats\": " + std::to_string(row.seconds.size()) +
         ",\n      \"median_seconds\": " + number(quantile(row.seconds, 0.5)) +
         ", \"p10_seconds\": " + number(quantile(row.seconds, 0.1)) +
         ", \"p90_seconds\": " + number(quantile(row.seconds, 0.9)) +
         ",\n      \"bytes\": " + number(row.bytes) + ", \"flops\": " + number(row.flops) +
         ", \"fraction\": " + number(row.fraction) + ", \"power_watts\": " +
         (row.power_watts ? number(*row.power_watts) : std::string("null")) + " }";
}

}  // namespace

double quantile(std::vector<double> samples, double share) {
  std::ranges::sort(samples);
  const double place = share * static_cast<double>(samples.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, samples.size() - 1);
  return samples[low] + (place - static_cast<double>(low)) * (samples[high] - samples[low]);
}

std::string measured_json(const Provenance& from, const Measured& measured) {
  std::string rows;
  for (const MeasuredRow& row : measured.rows) {
    rows += (rows.empty() ? "\n" : ",\n") + row_text(row);
  }
  return "{\n  \"version\": 1,\n  \"device\": " + text(from.device) +
         ",\n  \"driver\": " + text(from.driver) + ",\n  \"toolkit\": " + text(from.toolkit) +
         ",\n  \"git\": " + text(from.git_version) + ",\n  \"date\": " + text(from.date) +
         ",\n  \"sm_clock_mhz\": [" + std::to_string(from.sm_clock_mhz_min) + ", " +
         std::to_string(from.sm_clock_mhz_max) +
         "],\n  \"copy_gb_per_s\": " + number(measured.copy_gb_per_s) +
         ",\n  \"gemm_tflops\": " + number(measured.gemm_tflops) + ",\n  \"rows\": [" + rows +
         (rows.empty() ? "]" : "\n  ]") + "\n}\n";
}

std::string file_stem(const std::string& device) {
  std::string stem;
  for (const char c : device) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      stem.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    } else if (!stem.empty() && stem.back() != '-') {
      stem.push_back('-');
    }
  }
  while (!stem.empty() && stem.back() == '-') {
    stem.pop_back();
  }
  return stem;
}

}  // namespace weft::reference::cuda
