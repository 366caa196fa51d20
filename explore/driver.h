// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/executor.h"
#include "explore/store.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// What a driver came to.
struct Driven {
  JobCounts counts;
  bool stopped = false;    ///< before the end of the study
  std::int64_t ended = 0;  ///< jobs that ended now
};

/// Runs what is missing of a planned study, rung after rung, each result into the store as it
/// comes; the same call resumes. What it does next depends on the store alone, so that it can be
/// killed anywhere. Errors: input where another program planned the study; io of the store.
Result<Driven> drive(Store& store, const Study& study, DesignSpace& space,
                     const LocalOptions& options);

/// Errors: input where jobs of a study were not planned by the program that would run them.
Status check_program(const Job& job, const DesignSpace& space);

}  // namespace weft::explore
