// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/sweep.h"
#include "explore/metrics.h"

namespace weft::cli {
namespace {

using explore::Answers;
using explore::Row;

std::string figure_text(double value) {
  if (!std::isfinite(value)) {
    return "-";
  }
  const double size = std::abs(value);
  return size != 0 && (size < 1e-3 || size >= 1e7) ? fmt::format("{:.3e}", value)
                                                   : fmt::format("{:.5g}", value);
}

std::string with_unit(const std::string& metric) {
  const auto known = explore::metric_named(metric);
  const std::string unit = known ? known->unit : "";
  return unit.empty() ? metric : fmt::format("{} [{}]", metric, unit);
}

/// Columns as wide as their widest cell, the first left, the others right.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i == 0 ? fmt::format(" {:<{}}", row[i], widths[i])
                     : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::vector<explore::Objective> objectives_of(const PlannedStudy& study) {
  const auto& objectives = study.file.study.objectives();
  return {objectives.begin(), objectives.end()};
}

std::string front_table(const PlannedStudy& study, const Answers& answers) {
  constexpr std::size_t kMostShown = 20;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> head = {"point"};
  head.insert(head.end(), study.axes.begin(), study.axes.end());
  const auto objectives = objectives_of(study);
  for (const auto& objective : objectives) {
    head.push_back(with_unit(objective.metric()));
  }
  rows.push_back(head);
  for (std::size_t i = 0; i < std::min(kMostShown, answers.front.size()); ++i) {
    const Row& row = study.rows[static_cast<std::size_t>(answers.front[i])];
    std::vector<std::string> cells = {std::to_string(row.point.index)};
    cells.insert(cells.end(), row.point.values.begin(), row.point.values.end());
    for (const double value : explore::values_of(row, objectives)) {
      cells.push_back(figure_text(value));
    }
    rows.push_back(std::move(cells));
  }
  std::string text = table(rows);
  if (answers.front.size() > kMostShown) {
    text +=
        fmt::format("  … {} more: --csv, --json or the page\n", answers.front.size() - kMostShown);
  }
  return text;
}

std::string best_lines(const PlannedStudy& study, const Answers& answers) {
  std::string text;
  for (const explore::Best& best : answers.best) {
    const std::string what =
        best.without.empty()
            ? with_unit(best.metric)
            : fmt::format("{} without the limit on {}", with_unit(best.metric), best.without);
    if (!best.row) {
      text += fmt::format("  {}: none keeps the constraints\n", what);
      continue;
    }
    const Row& row = study.rows[static_cast<std::size_t>(*best.row)];
    std::vector<std::string> set;
    for (std::size_t i = 0; i < study.axes.size(); ++i) {
      set.push_back(fmt::format("{} {}", study.axes[i], row.point.values[i]));
    }
    text += fmt::format("  {}: {} at point {} ({})\n", what, figure_text(best.value),
                        row.point.index, fmt::join(set, ", "));
  }
  return text;
}

std::string sensitivity_table(const Answers& answers) {
  std::vector<std::vector<std::string>> rows = {{"axis", "of", "share", "means"}};
  for (const explore::Sensitivity& one : answers.sensitivities) {
    std::vector<std::string> means;
    for (const explore::ValueEffect& value : one.values) {
      means.push_back(fmt::format("{}: {}", value.value, figure_text(value.mean)));
      if (means.size() == 6 && one.values.size() > 6) {
        means.emplace_back("…");
        break;
      }
    }
    rows.push_back({one.axis, one.metric, fmt::format("{:.0f} %", 100 * one.share),
                    fmt::format("{}", fmt::join(means, ", "))});
  }
  return table(rows);
}

/// Why rows have no figures, the most frequent cause first.
std::string failure_lines(const PlannedStudy& study) {
  std::map<std::string, std::int64_t> causes;
  for (const Row& row : study.rows) {
    if (!row.has_figures() && !row.message.empty()) {
      ++causes[row.message];
    }
  }
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [cause, count] : causes) {
    sorted.emplace_back(-count, cause);
  }
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, sorted.size()); ++i) {
    text += fmt::format("  {} points: {}\n", -sorted[i].first, sorted[i].second);
  }
  if (sorted.size() > 3) {
    text += fmt::format("  … and {} other causes: --csv has them all\n", sorted.size() - 3);
  }
  return text;
}

}  // namespace

std::string answers_text(const PlannedStudy& study, const Answers& answers) {
  std::string text =
      fmt::format("{}: {} points, {} with figures, {} of these keep the constraints\n",
                  study.file.study.name(), answers.rows, answers.with_figures, answers.feasible);
  if (answers.with_figures < answers.rows) {
    text += failure_lines(study);
  }
  if (answers.with_figures == 0) {
    return text;
  }
  text += fmt::format("\nPareto front: {} points\n{}", answers.front.size(),
                      front_table(study, answers));
  text += "\nbest\n" + best_lines(study, answers);
  text += "\nwhat it hangs on (share of the variance that the axis explains alone)\n" +
          sensitivity_table(answers);
  return text;
}

std::string difference_text(const explore::StudyDifference& difference) {
  std::vector<std::vector<std::string>> rows(1);
  rows[0] = difference.axes;
  for (const std::string& metric : difference.metrics) {
    rows[0].insert(rows[0].end(), {with_unit(metric), "after", "change"});
  }
  for (const explore::RowDifference& row : difference.rows) {
    std::vector<std::string> cells = row.values;
    for (std::size_t i = 0; i < row.before.size(); ++i) {
      const double ratio = row.after[i] / row.before[i];
      cells.insert(cells.end(),
                   {figure_text(row.before[i]), figure_text(row.after[i]),
                    std::isfinite(ratio) ? fmt::format("{:+.1f} %", 100 * (ratio - 1)) : "-"});
    }
    rows.push_back(std::move(cells));
  }
  std::string text = table(rows);
  text += fmt::format("{} points in both, {} only in the first, {} only in the second\n",
                      difference.rows.size(), difference.only_before, difference.only_after);
  return text;
}

}  // namespace weft::cli
