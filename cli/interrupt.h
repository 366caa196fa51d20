// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace weft::cli {

/// From now on SIGINT and SIGTERM ask the run to stop between two quanta; a second one ends at
/// once.
void watch_interrupts();
bool interrupted();

/// What a run that was asked to stop ends with.
Error interrupted_error();

}  // namespace weft::cli
