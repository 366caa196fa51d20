// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/sweep.h"
#include "explore/metrics.h"

namespace weft::cli {
namespace {

using explore::Answers;
using explore::Row;
using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string line(const std::vector<std::string>& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += (i == 0 ? "" : ",") + cell(cells[i]);
  }
  return text + "\n";
}

Json point_json(const PlannedStudy& study, const Row& row, bool on_front) {
  Json values;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    values[study.axes[i]] = row.point.values[i];
  }
  Json figures = Json::object();
  for (const explore::Metric& metric : explore::metrics()) {
    const auto found = row.figures.find(metric.name);
    if (found != row.figures.end()) {
      figures[metric.name] = number(found->second);
    }
  }
  return {{"index", row.point.index}, {"job", row.point.key},   {"rung", row.point.rung},
          {"values", values},         {"exit", exit_name(row)}, {"message", row.message},
          {"figures", figures},       {"front", on_front}};
}

}  // namespace

std::string exit_name(const Row& row) {
  switch (row.exit) {
    case explore::EXIT_DONE:
      return "done";
    case explore::EXIT_REFUSED:
      return "refused";
    case explore::EXIT_FAILED:
      return "failed";
    case explore::EXIT_OUT_OF_TIME:
      return "out of time";
    case explore::EXIT_OUT_OF_MEMORY:
      return "out of memory";
    case explore::EXIT_CRASHED:
      return "crashed";
    default:
      return row.point.key.empty() ? "refused" : "missing";
  }
}

std::string answers_json(const PlannedStudy& study, const Answers& answers) {
  const std::set<std::int64_t> front(answers.front.begin(), answers.front.end());
  Json points = Json::array();
  for (std::size_t i = 0; i < study.rows.size(); ++i) {
    points.push_back(
        point_json(study, study.rows[i], front.contains(static_cast<std::int64_t>(i))));
  }
  Json objectives = Json::array(), constraints = Json::array(), best = Json::array();
  for (const explore::Objective& objective : study.file.study.objectives()) {
    objectives.push_back(
        {{"metric", objective.metric()},
         {"goal",
          objective.goal() == explore::Objective::GOAL_MINIMIZE ? "minimize" : "maximize"}});
  }
  for (const explore::Constraint& constraint : study.file.study.constraints()) {
    Json one = {{"metric", constraint.metric()}};
    if (constraint.has_at_least()) {
      one["at_least"] = constraint.at_least();
    }
    if (constraint.has_at_most()) {
      one["at_most"] = constraint.at_most();
    }
    constraints.push_back(one);
  }
  for (const explore::Best& one : answers.best) {
    best.push_back(
        {{"metric", one.metric},
         {"without", one.without.empty() ? Json() : Json(one.without)},
         {"point",
          one.row ? Json(study.rows[static_cast<std::size_t>(*one.row)].point.index) : Json()},
         {"value", one.row ? number(one.value) : Json()}});
  }
  Json sensitivities = Json::array();
  for (const explore::Sensitivity& one : answers.sensitivities) {
    Json values = Json::array();
    for (const explore::ValueEffect& value : one.values) {
      values.push_back({{"value", value.value},
                        {"points", value.rows},
                        {"mean", number(value.mean)},
                        {"best", number(value.best)}});
    }
    sensitivities.push_back({{"axis", one.axis},
                             {"metric", one.metric},
                             {"share", number(one.share)},
                             {"values", values}});
  }
  Json front_points = Json::array();
  for (const std::int64_t row : answers.front) {
    front_points.push_back(study.rows[static_cast<std::size_t>(row)].point.index);
  }
  const Json all = {{"version", 1},
                    {"study", study.file.study.name()},
                    {"description", study.file.study.description()},
                    {"axes", study.axes},
                    {"objectives", objectives},
                    {"constraints", constraints},
                    {"counts",
                     {{"points", answers.rows},
                      {"with_figures", answers.with_figures},
                      {"feasible", answers.feasible}}},
                    {"front", front_points},
                    {"best", best},
                    {"sensitivity", sensitivities},
                    {"points", points}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string rows_csv(const PlannedStudy& study, const Answers& answers) {
  const std::set<std::int64_t> front(answers.front.begin(), answers.front.end());
  std::vector<std::string> head = {"point"};
  head.insert(head.end(), study.axes.begin(), study.axes.end());
  head.insert(head.end(), {"exit", "front"});
  for (const explore::Metric& metric : explore::metrics()) {
    head.emplace_back(metric.name);
  }
  head.emplace_back("message");
  std::string text = line(head);
  for (std::size_t i = 0; i < study.rows.size(); ++i) {
    const Row& row = study.rows[i];
    std::vector<std::string> cells = {std::to_string(row.point.index)};
    cells.insert(cells.end(), row.point.values.begin(), row.point.values.end());
    cells.push_back(exit_name(row));
    cells.emplace_back(front.contains(static_cast<std::int64_t>(i)) ? "1" : "0");
    for (const explore::Metric& metric : explore::metrics()) {
      const auto found = row.figures.find(metric.name);
      cells.push_back(found == row.figures.end() ? "" : fmt::format("{}", found->second));
    }
    cells.push_back(row.message);
    text += line(cells);
  }
  return text;
}

std::string sensitivity_csv(const Answers& answers) {
  std::string text = line({"axis", "metric", "share", "value", "points", "mean", "best"});
  for (const explore::Sensitivity& one : answers.sensitivities) {
    for (const explore::ValueEffect& value : one.values) {
      text += line({one.axis, one.metric, fmt::format("{}", one.share), value.value,
                    std::to_string(value.rows), fmt::format("{}", value.mean),
                    fmt::format("{}", value.best)});
    }
  }
  return text;
}

std::string difference_json(const explore::StudyDifference& difference) {
  Json rows = Json::array();
  for (const explore::RowDifference& row : difference.rows) {
    Json before, after;
    for (std::size_t i = 0; i < difference.metrics.size(); ++i) {
      before[difference.metrics[i]] = number(row.before[i]);
      after[difference.metrics[i]] = number(row.after[i]);
    }
    rows.push_back({{"values", row.values}, {"before", before}, {"after", after}});
  }
  const Json all = {{"version", 1},
                    {"axes", difference.axes},
                    {"points", rows},
                    {"only_first", difference.only_before},
                    {"only_second", difference.only_after}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weft::cli
