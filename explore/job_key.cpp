// SPDX-License-Identifier: Apache-2.0
#include "explore/job_key.h"

#include "base/text.h"

namespace weft::explore {

// A task has no maps, so that its bytes are the same wherever it is written.
std::string job_key(const Task& task, const std::string& program) {
  return content_hash(task.SerializeAsString() + program);
}

}  // namespace weft::explore
