// SPDX-License-Identifier: Apache-2.0
#include "explore/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "base/yaml_reader.h"
#include "explore/metrics.h"

namespace weft::explore {
namespace {

constexpr double kSeconds = 600;
constexpr std::int64_t kMemory = std::int64_t{4} << 30;

class Checker {
 public:
  explicit Checker(StudyFile& file) : study_(file.study), places_(file.places) {}

  Status check() {
    const auto bad = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-';
    };
    if (std::any_of(study_.name().begin(), study_.name().end(), bad)) {
      fault("name", "takes letters, digits, '_' and '-'");
    }
    if (study_.axes().empty()) {
      fault("axes", "there are none: a study turns something");
    }
    check_objectives();
    check_constraints();
    check_sampling();
    Limits& limits = *study_.mutable_limits();
    limits.set_seconds(limits.seconds() > 0 ? limits.seconds() : kSeconds);
    limits.set_memory(limits.memory() > 0 ? limits.memory() : kMemory);
    if (faults_.empty()) {
      return {};
    }
    return input_error(fmt::format("{}", fmt::join(faults_, "\n")));
  }

 private:
  void fault(const std::string& place, std::string_view message) {
    faults_.push_back(places_.told(place, message));
  }

  void check_objectives() {
    if (study_.objectives().empty()) {
      study_.add_objectives()->set_metric("tokens_per_second");
    }
    for (int i = 0; i < study_.objectives_size(); ++i) {
      Objective& objective = *study_.mutable_objectives(i);
      const auto metric = metric_named(objective.metric());
      if (!metric) {
        fault(fmt::format("objectives[{}].metric", i), metric.error().message);
      } else if (objective.goal() == Objective::GOAL_NATURAL) {
        objective.set_goal(metric->more_is_better ? Objective::GOAL_MAXIMIZE
                                                  : Objective::GOAL_MINIMIZE);
      }
      for (int k = 0; k < i; ++k) {
        if (study_.objectives(k).metric() == objective.metric()) {
          fault(fmt::format("objectives[{}].metric", i), "is an objective already");
        }
      }
    }
  }

  void check_constraints() {
    for (int i = 0; i < study_.constraints_size(); ++i) {
      const Constraint& constraint = study_.constraints(i);
      const std::string place = fmt::format("constraints[{}]", i);
      if (const auto metric = metric_named(constraint.metric()); !metric) {
        fault(place + ".metric", metric.error().message);
      }
      if (!constraint.has_at_least() && !constraint.has_at_most()) {
        fault(place, "takes at_least, at_most or both");
      } else if (constraint.has_at_least() && constraint.has_at_most() &&
                 constraint.at_least() > constraint.at_most()) {
        fault(place, "nothing is at least and at most that");
      }
    }
  }

  void check_sampling() {
    const Sampling& sampling = study_.sampling();
    const bool all = sampling.method() == Sampling::METHOD_GRID;
    if (all && sampling.points() > 0) {
      fault("sampling.points",
            "a grid has as many as it has; take a method that draws, or --limit");
    }
    if (!all && sampling.points() == 0) {
      fault("sampling", "takes points: how many to draw");
    }
    for (int i = 0; i < sampling.rungs_size(); ++i) {
      const Rung& rung = sampling.rungs(i);
      if (i + 1 < sampling.rungs_size() && !(rung.keep() > 0)) {
        fault(fmt::format("sampling.rungs[{}]", i), "takes keep: the share that goes on");
      }
      for (int k = 0; k < i; ++k) {
        if (sampling.rungs(k).fidelity() == rung.fidelity()) {
          fault(fmt::format("sampling.rungs[{}].fidelity", i), "is that of a rung before");
        }
      }
    }
    if (sampling.rungs_size() > 0 && study_.fidelity() != FIDELITY_TIMING) {
      fault("fidelity", "the rungs say it; leave it out");
    }
  }

  Study& study_;
  const YamlPlaces& places_;
  std::vector<std::string> faults_;
};

}  // namespace

Result<StudyFile> parse_study(std::string_view text, const std::string& file) {
  StudyFile read;
  WEFT_TRY(read_yaml(text, file, read.study));
  read.places = YamlPlaces(text, file);
  read.text = std::string(text);
  WEFT_TRY(Checker(read).check());
  return read;
}

Result<StudyFile> read_study(const std::filesystem::path& path) {
  WEFT_ASSIGN(const std::string text, read_file(path));
  return parse_study(text, path.string());
}

std::string name_of(const Axis& axis) {
  return !axis.name().empty()    ? axis.name()
         : !axis.path().empty()  ? axis.path()
         : axis.paths_size() > 0 ? axis.paths(0)
                                 : "";
}

Fidelity first_fidelity(const Study& study) {
  return study.sampling().rungs_size() > 0 ? study.sampling().rungs(0).fidelity()
                                           : study.fidelity();
}

}  // namespace weft::explore
