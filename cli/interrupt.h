// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::cli {

/// From now on SIGINT and SIGTERM ask the run to stop between two quanta; a second one ends at once.
void watch_interrupts();
bool interrupted();

}  // namespace weft::cli
