// SPDX-License-Identifier: Apache-2.0
#include "explore/plan.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "explore/job_key.h"
#include "explore/sampling.h"

namespace weft::explore {
namespace {

constexpr std::size_t kBatch = 1000;

std::string bytes_of(const Task& task) { return task.SerializeAsString(); }

}  // namespace

Job job_of(const Task& task, const std::string& program, const Limits& limits) {
  Job job;
  job.set_key(job_key(task, program));
  *job.mutable_task() = task;
  job.set_seconds(limits.seconds());
  job.set_memory(limits.memory());
  return job;
}

Result<PlanOutcome> plan_study(const StudyFile& file, const Axes& axes, DesignSpace& space,
                               std::int64_t limit,
                               const std::function<Status(const PlanBatch&)>& take) {
  PlanOutcome outcome;
  PlanBatch batch;
  Status status;
  std::optional<Coordinates> first;
  const std::string program = space.program();
  const Fidelity fidelity = first_fidelity(file.study);
  const std::string short_of =
      each_point(axes, file.study.sampling(), [&](const Coordinates& place) {
        PlannedPoint point{outcome.points++, axes.texts_of(place), "", ""};
        auto task = space.resolve(axes.settings_of(place));
        if (task) {
          task->set_fidelity(fidelity);
          batch.jobs.push_back(job_of(*task, program, file.study.limits()));
          point.key = batch.jobs.back().key();
          first = first ? first : place;
        } else {
          point.refusal = task.error().message;
          outcome.first_refusal = outcome.refused++ == 0 ? point.refusal : outcome.first_refusal;
        }
        batch.points.push_back(std::move(point));
        if (batch.points.size() == kBatch) {
          status = take(batch);
          batch = {};
        }
        return status.ok() && (limit == 0 || outcome.points < limit);
      });
  WEFT_TRY(status);
  WEFT_TRY(take(batch));
  if (!short_of.empty() && (limit == 0 || outcome.points < limit)) {
    outcome.warnings.push_back("sampling: " + short_of);
  }
  if (first) {
    const auto idle = idle_axes(axes, *first, space);
    outcome.warnings.insert(outcome.warnings.end(), idle.begin(), idle.end());
  }
  return outcome;
}

std::vector<std::string> idle_axes(const Axes& axes, const Coordinates& point, DesignSpace& space) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < axes.axes.size(); ++i) {
    const ResolvedAxis& axis = axes.axes[i];
    std::map<std::string, std::size_t> tasks;
    std::vector<std::string> alike;
    std::size_t resolved = 0;
    for (std::size_t k = 0; k < axis.values.size() && point[i] != kIdle; ++k) {
      Coordinates other = point;
      other[i] = static_cast<int>(k);
      const auto task = space.resolve(axes.settings_of(other));
      if (!task) {
        continue;
      }
      ++resolved;
      const auto [same, fresh] = tasks.try_emplace(bytes_of(*task), k);
      if (!fresh) {
        alike.push_back(
            fmt::format("'{}' and '{}'", axis.values[same->second].text, axis.values[k].text));
      }
    }
    if (resolved > 1 && tasks.size() == 1) {
      lines.push_back(
          fmt::format("axis {} changes nothing: all its values come to one task", axis.name));
    } else if (!alike.empty()) {
      lines.push_back(fmt::format("axis {}: {} come to the same task{}", axis.name, alike.front(),
                                  alike.size() > 1 ? ", and others too" : ""));
    }
  }
  return lines;
}

}  // namespace weft::explore
