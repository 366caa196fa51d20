// SPDX-License-Identifier: Apache-2.0
#include "cli/study_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "explore/amount.h"
#include "explore/metrics.h"
#include "traces/packed.h"

namespace weft::cli {
namespace {

using explore::Row;
using Json = nlohmann::ordered_json;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kExactWhole = 9007199254740992;  // 2^53: as far as a double counts

std::string packed_json(const Json& json) {
  return traces::deflated(json.dump(-1, ' ', false, Json::error_handler_t::replace), 6);
}

/// Texts by number, in the order they first come.
class Texts {
 public:
  std::int64_t number_of(const std::string& text) {
    const auto [found, fresh] = numbers_.try_emplace(text, std::ssize(all_));
    if (fresh) {
      all_.push_back(text);
    }
    return found->second;
  }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::map<std::string, std::int64_t> numbers_;
  std::vector<std::string> all_;
};

const char* unit_text(base::Unit unit) {
  switch (unit) {
    case base::UNIT_BYTES:
      return "B";
    case base::UNIT_HERTZ:
      return "Hz";
    case base::UNIT_CYCLES:
      return "cycles";
    case base::UNIT_BITS:
      return "bits";
    case base::UNIT_BYTES_PER_CYCLE:
      return "B/cycle";
    case base::UNIT_PICOJOULES:
      return "pJ";
    default:
      return "";
  }
}

struct Scale {
  std::string unit;
  std::vector<double> numbers;  ///< of the texts; NaN where the axis is idle
};

/// Nothing where the texts are names rather than numbers of one unit.
std::optional<Scale> scale_of(const std::vector<std::string>& texts) {
  Scale scale;
  std::optional<base::Unit> unit;
  for (const std::string& text : texts) {
    const auto amount = explore::parse_amount(text);
    if (text != "-" && (!amount || (unit && *unit != amount->unit))) {
      return {};
    }
    if (amount) {
      unit = amount->unit;
    }
    scale.numbers.push_back(amount ? amount->value : kNone);
  }
  if (!unit) {
    return {};
  }
  scale.unit = unit_text(*unit);
  return scale;
}

/// Streams of one study.
class Columns {
 public:
  Columns(const std::string& prefix, traces::PageContent& content)
      : prefix_(prefix), content_(content) {}

  void numbers(const std::string& name, const std::vector<std::int64_t>& numbers) {
    add(name, traces::pack_numbers(numbers));
  }
  void floats(const std::string& name, const std::vector<double>& figures) {
    add(name, traces::pack_floats(figures));
  }
  void json(const std::string& name, const Json& json) { add(name, packed_json(json)); }

 private:
  void add(const std::string& name, std::string stream) {
    content_.streams.emplace_back(prefix_ + name, std::move(stream));
  }

  const std::string& prefix_;
  traces::PageContent& content_;
};

Json axes_facts(const PlannedStudy& study, Columns& columns) {
  Json axes = Json::array();
  Json texts = Json::array();
  for (std::size_t axis = 0; axis < study.axes.size(); ++axis) {
    Texts found;
    std::vector<std::int64_t> places;
    for (const Row& row : study.rows) {
      places.push_back(found.number_of(row.point.values[axis]));
    }
    const auto scale = scale_of(found.all());
    columns.numbers(fmt::format("axis:{}", axis), places);
    if (scale) {
      columns.floats(fmt::format("scale:{}", axis), scale->numbers);
    }
    texts.push_back(found.all());
    axes.push_back({{"name", study.axes[axis]},
                    {"numeric", scale.has_value()},
                    {"unit", scale ? scale->unit : ""}});
  }
  columns.json("texts", texts);
  return axes;
}

/// A column for each metric any row has, of the rows with figures.
Json metrics_facts(const std::vector<Row>& rows, Columns& columns) {
  Json metrics = Json::array();
  for (const explore::Metric& metric : explore::metrics()) {
    std::vector<double> figures;
    std::vector<std::int64_t> whole;
    bool any = false;
    for (const Row& row : rows) {
      if (!row.has_figures()) {
        continue;
      }
      const auto found = row.figures.find(metric.name);
      const double figure = found == row.figures.end() ? kNone : found->second;
      figures.push_back(figure);
      any = any || std::isfinite(figure);
      if (std::abs(figure) <= kExactWhole && figure == std::floor(figure)) {
        whole.push_back(static_cast<std::int64_t>(figure));
      }
    }
    if (!any) {
      continue;
    }
    const bool all_whole = whole.size() == figures.size();
    const std::string name = fmt::format("metric:{}", metric.name);
    if (all_whole) {
      columns.numbers(name, whole);
    } else {
      columns.floats(name, figures);
    }
    metrics.push_back({{"name", metric.name},
                       {"unit", metric.unit},
                       {"more", metric.more_is_better},
                       {"meaning", metric.meaning},
                       {"whole", all_whole}});
  }
  return metrics;
}

void point_columns(const PlannedStudy& study, Json& facts, Columns& columns) {
  Texts exits, messages;
  std::vector<std::int64_t> index, rung, exit, message, kept;
  const std::vector<explore::Constraint> constraints(study.file.study.constraints().begin(),
                                                     study.file.study.constraints().end());
  for (const Row& row : study.rows) {
    index.push_back(row.point.index);
    rung.push_back(row.point.rung);
    exit.push_back(exits.number_of(exit_name(row)));
    message.push_back(messages.number_of(row.message));
    kept.push_back(row.has_figures() && explore::keeps_all(row, constraints) ? 1 : 0);
  }
  columns.numbers("index", index);
  columns.numbers("rung", rung);
  columns.numbers("exit", exit);
  columns.numbers("message", message);
  columns.numbers("kept", kept);
  columns.json("messages", messages.all());
  facts["exits"] = exits.all();
}

Json asked_facts(const explore::Study& study) {
  Json objectives = Json::array(), constraints = Json::array();
  for (const explore::Objective& objective : study.objectives()) {
    objectives.push_back({{"metric", objective.metric()},
                          {"more", objective.goal() != explore::Objective::GOAL_MINIMIZE}});
  }
  for (const explore::Constraint& constraint : study.constraints()) {
    constraints.push_back(
        {{"metric", constraint.metric()},
         {"at_least", constraint.has_at_least() ? Json(constraint.at_least()) : Json()},
         {"at_most", constraint.has_at_most() ? Json(constraint.at_most()) : Json()}});
  }
  return {{"objectives", objectives}, {"constraints", constraints}};
}

Json answers_facts(const explore::Answers& answers) {
  Json best = Json::array(), sensitivity = Json::array();
  for (const explore::Best& one : answers.best) {
    best.push_back({{"metric", one.metric},
                    {"without", one.without},
                    {"row", one.row ? Json(*one.row) : Json()}});
  }
  for (const explore::Sensitivity& one : answers.sensitivities) {
    sensitivity.push_back({{"axis", one.axis}, {"metric", one.metric}, {"share", one.share}});
  }
  return {{"counts",
           {{"points", answers.rows},
            {"with_figures", answers.with_figures},
            {"feasible", answers.feasible}}},
          {"front", answers.front},
          {"best", best},
          {"sensitivity", sensitivity}};
}

}  // namespace

Json study_facts(const PageStudy& study, const std::string& prefix, traces::PageContent& content) {
  Columns columns(prefix, content);
  const PlannedStudy& planned = study.planned;
  Json facts = {{"name", planned.file.study.name()},
                {"description", planned.file.study.description()},
                {"folder", study.folder.string()},
                {"points", study.points},
                {"reported", study.reported}};
  facts["axes"] = axes_facts(planned, columns);
  facts["metrics"] = metrics_facts(planned.rows, columns);
  point_columns(planned, facts, columns);
  facts.update(asked_facts(planned.file.study));
  facts.update(answers_facts(explore::answer(planned.file.study, planned.axes, planned.rows)));
  return facts;
}

}  // namespace weft::cli
