// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/compare.h"
#include "models/cost.h"
#include "reference/devices.h"
#include "reference/published.h"
#include "reference/training.h"

namespace weft::cli {
namespace {

/// What large runs reach on GPUs of these years is 30 to 55 %; no more than a usual value.
constexpr double kAssumedUtilization = 0.4;

/// Lambda Labs' estimate of 2020 for GPT-3, which its figures are held against.
constexpr double kLambdaRate = 28e12;  ///< FLOP a second on a V100
constexpr double kLambdaPrice = 1.5;   ///< dollars an hour

void add_checks(const std::vector<reference::PublishedFigure>& figures,
                judge::TrainingComparison& out) {
  const auto add = [&](const char* what, const char* unit, double ours, const std::string& how) {
    const auto figure = reference::published_of(figures, out.model, unit);
    if (figure && static_cast<double>(figure->input) == out.tokens) {
      out.checks.push_back({what, unit, ours, figure->value, how, figure->source});
    }
  };
  add("6 N D", "PF-days", out.six_n_d / reference::kPetaflopDay, "");
  const auto lambda = reference::training_cost(out.six_n_d, kLambdaRate, 1, kLambdaPrice);
  add("one V100", "GPU-years", lambda.device_years(),
      "6 N D at 28 TFLOP/s (22.4 % of the 125 TFLOP/s of its tensor cores), years of 365 days");
  add("V100s", "USD", *lambda.usd, "the same at $1.50 an hour and GPU");
}

judge::TrainingRow row_of(const reference::Device& device, const CompareArguments& a, double flops,
                          double utilization) {
  constexpr double tera = 1e12;
  judge::TrainingRow row;
  row.device = device.name();
  row.peak_flops = device.dense_tflops() * tera;
  if (a.price_per_hour > 0) {
    row.price_per_hour = a.price_per_hour;
  } else if (device.price_per_hour() > 0) {
    row.price_per_hour = device.price_per_hour();
    row.sources.push_back(device.sources().at("price_per_hour"));
  }
  const auto cost =
      reference::training_cost(flops, utilization * row.peak_flops, a.devices, row.price_per_hour);
  row.device_days = cost.device_days;
  row.days = cost.days;
  row.usd = cost.usd;
  if (reference::is_assumed(device, "dense_tflops")) {
    row.assumed.push_back("dense_tflops " + device.sources().at("dense_tflops"));
  }
  return row;
}

}  // namespace

Result<judge::TrainingComparison> compare_training(const CompareArguments& a) {
  WEFT_ASSIGN(const models::CostModel model, models::load_cost_model(a.model));
  const std::int64_t sequence = a.sequence > 0 ? a.sequence : model.context;
  if (sequence > model.context) {
    return input_error(fmt::format("--seq {}: the context of {} is {}; give at most that", sequence,
                                   model.name, model.context));
  }
  WEFT_ASSIGN(const auto figures, reference::load_published());
  WEFT_ASSIGN(const auto devices, reference::load_devices());
  WEFT_ASSIGN(const auto named, reference::devices_named(devices, a.gpu));
  const models::ProductFlops flops = models::training_flops(model, a.tokens, sequence);
  judge::TrainingComparison out;
  out.model = model.name;
  out.parameters = static_cast<double>(model.parameters);
  out.tokens = a.tokens;
  out.sequence = static_cast<int>(sequence);
  out.causal = model.causal;
  out.six_n_d = models::six_n_d(model, a.tokens);
  out.weights = flops.weights;
  out.attention = flops.attention;
  out.utilization_assumed = a.utilization == 0;
  out.utilization = out.utilization_assumed ? kAssumedUtilization : a.utilization;
  out.devices = a.devices;
  out.price_given = a.price_per_hour > 0;
  add_checks(figures, out);
  for (const reference::Device& device : named.devices()) {
    out.rows.push_back(row_of(device, a, flops.total(), out.utilization));
  }
  return out;
}

}  // namespace weft::cli
