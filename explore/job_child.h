// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "explore/design_space.h"
#include "explore/job.pb.h"

namespace weft::explore {

/// What a forked process does from beginning to end: limits itself, evaluates the job, writes the
/// outcome as a record to `result`. What it prints goes to `log`. `driver` forked it.
[[noreturn]] void be_the_job(const Job& job, DesignSpace& space, int result, int log, pid_t driver);

}  // namespace weft::explore
