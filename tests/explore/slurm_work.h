// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include "tests/explore/fake_space.h"

namespace weft::explore {

/// What jobs do on a cluster and on this host alike: one is refused, one crashes, one hangs, the
/// others have figures.
inline Result<Figures> slurm_work(const Task& task, bool slow) {
  if (slow) {
    ::sleep(1000);
  }
  switch (task.sequence()) {
    case 0:
      return input_error("does not fit");
    case 4:
      ::_exit(9);
    case 8:
      ::sleep(1000);
      break;
    default:
      break;
  }
  return FakeSpace::figures_of(task);
}

}  // namespace weft::explore
