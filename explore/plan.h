// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/axes.h"
#include "explore/design_space.h"
#include "explore/job.pb.h"
#include "explore/store.h"
#include "explore/study.h"

namespace weft::explore {

/// What a plan came to.
struct PlanOutcome {
  std::int64_t points = 0, refused = 0;
  std::string first_refusal;
  std::vector<std::string> warnings;  ///< axes that change nothing, points that ran short
};

/// Some points of a plan with the jobs they bring; points with the same task bring the same job.
struct PlanBatch {
  std::vector<PlannedPoint> points;
  std::vector<Job> jobs;
};

/// A task with its key and what it may take.
Job job_of(const Task& task, const std::string& program, const Limits& limits);

/// Resolves every point of a study; at most `limit` of them, 0: all. `take` is given them in order,
/// in batches; its error ends the plan.
Result<PlanOutcome> plan_study(const StudyFile& file, const Axes& axes, DesignSpace& space,
                               std::int64_t limit,
                               const std::function<Status(const PlanBatch&)>& take);

/// A line for each axis whose every value gives the same task, looked at from the base and from
/// `point`, and for values of one axis that do.
std::vector<std::string> idle_axes(const Axes& axes, const Coordinates& point, DesignSpace& space);

}  // namespace weft::explore
