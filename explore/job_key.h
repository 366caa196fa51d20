// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "explore/job.pb.h"

namespace weft::explore {

/// Under which a task and its result are kept: a hash of the task and of the program that runs it.
std::string job_key(const Task& task, const std::string& program);

}  // namespace weft::explore
