// SPDX-License-Identifier: Apache-2.0
#include "judge/training.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "judge/columns.h"

namespace weft::judge {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPetaflopDay = 1e15 * 86400;
constexpr std::size_t kWidth = 100;

std::string flops_line(const char* name, double flops, const std::string& how) {
  return fmt::format("  {:<18}{:>12} FLOP {:>10} PF-days  {}\n", name, fmt::format("{:.4e}", flops),
                     figure_text(flops / kPetaflopDay), wrapped(how, 57, 57, kWidth));
}

std::string flops_text(const TrainingComparison& c) {
  std::string text = flops_line("6 N D", c.six_n_d, "N parameters, D tokens");
  text += flops_line("products", c.weights + c.attention,
                     "forward and twice that backward, nothing computed again");
  text += flops_line("  with weights", c.weights, "the output head included; look-ups are none");
  text += flops_line("  attention", c.attention,
                     fmt::format("{}, sequences of {}", c.causal ? "causal" : "all pairs",
                                 with_commas(c.sequence)));
  return text + "  Norms, softmax, activations and the optimizer are left out.\n";
}

std::string checks_text(const TrainingComparison& c, Footnotes& footnotes) {
  std::string text = c.checks.empty() ? "" : "\n  against what is published\n";
  for (const TrainingCheck& check : c.checks) {
    text += fmt::format("  {:<18}{:>12} {:<10} published {:>10} ({:+.1f} %)  {}\n", check.what,
                        figure_text(check.ours), check.unit, figure_text(check.published),
                        check.residual_percent(), footnotes.marks({check.source}));
    text += check.how.empty() ? "" : "    " + wrapped(check.how, 4, 4, kWidth) + "\n";
  }
  return text;
}

std::string row_text(const TrainingRow& row, Footnotes& footnotes) {
  const std::string text = fmt::format(
      "  {:<14}{:>12}{:>14}{:>12}{:>12}{:>16}  {}", row.device + (row.assumed.empty() ? "" : " *"),
      figure_text(row.peak_flops / 1e12), figure_text(row.device_days), figure_text(row.days),
      row.price_per_hour ? fmt::format("{:.2f}", *row.price_per_hour) : "-", figure_text(row.usd),
      footnotes.marks(row.sources));
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string rows_text(const TrainingComparison& c, Footnotes& footnotes) {
  std::string text = "\n  " + wrapped(fmt::format("on {} of a kind, products at {:.3g} % of the "
                                                  "dense 16-bit peak{}",
                                                  with_commas(c.devices), c.utilization * 100,
                                                  c.utilization_assumed ? " (assumed)" : ""),
                                      2, 2, kWidth);
  text += fmt::format("\n  {:<14}{:>12}{:>14}{:>12}{:>12}{:>16}\n", "", "TFLOP/s", "device-days",
                      "days", "$ an hour", "$");
  for (const TrainingRow& row : c.rows) {
    text += row_text(row, footnotes);
  }
  const std::string price =
      c.price_given ? "" : " A price is one quote of its day; - is none found.";
  return text + "    " +
         wrapped("Work is shared evenly and for nothing; memory is not looked at." + price, 4, 4,
                 kWidth) +
         "\n";
}

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json flops_json(double flops) {
  return {{"flops", flops}, {"petaflop_days", flops / kPetaflopDay}};
}

}  // namespace

std::string training_table(const TrainingComparison& c) {
  Footnotes footnotes;
  std::string text = fmt::format("  {}: training, {} parameters, {:.4g} tokens\n\n", c.model,
                                 figure_text(c.parameters), c.tokens);
  text += flops_text(c);
  text += checks_text(c, footnotes);  // its footnotes come first
  text += rows_text(c, footnotes) + "\n";
  for (std::size_t i = 0; i < footnotes.texts().size(); ++i) {
    text += fmt::format("  [{}] {}\n", i + 1, wrapped(footnotes.texts()[i], 6, 6, kWidth));
  }
  for (const TrainingRow& row : c.rows) {
    for (const std::string& what : row.assumed) {
      text += fmt::format("  *   {}\n", wrapped(row.device + ": " + what, 6, 6, kWidth));
    }
  }
  return text;
}

std::string training_json(const TrainingComparison& c) {
  Json out;
  out["version"] = 1;
  out["model"] = c.model;
  out["parameters"] = c.parameters;
  out["tokens"] = c.tokens;
  out["sequence"] = c.sequence;
  out["causal"] = c.causal;
  out["six_n_d"] = flops_json(c.six_n_d);
  out["products"] = flops_json(c.weights + c.attention);
  out["products_with_weights"] = flops_json(c.weights);
  out["products_of_attention"] = flops_json(c.attention);
  out["utilization"] = c.utilization;
  out["utilization_assumed"] = c.utilization_assumed;
  out["devices"] = c.devices;
  out["checks"] = Json::array();
  for (const TrainingCheck& check : c.checks) {
    out["checks"].push_back({{"what", check.what},
                             {"unit", check.unit},
                             {"ours", check.ours},
                             {"published", check.published},
                             {"residual_percent", check.residual_percent()},
                             {"assumptions", check.how},
                             {"source", check.source}});
  }
  out["rows"] = Json::array();
  for (const TrainingRow& row : c.rows) {
    out["rows"].push_back({{"device", row.device},
                           {"peak_flops_per_second", row.peak_flops},
                           {"device_days", row.device_days},
                           {"days", row.days},
                           {"usd_per_hour", optional_json(row.price_per_hour)},
                           {"usd", optional_json(row.usd)},
                           {"sources", row.sources},
                           {"assumed", row.assumed}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace weft::judge
