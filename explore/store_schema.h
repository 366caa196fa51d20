// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "explore/database.h"

namespace weft::explore {

/// Makes the tables of a store in an empty file; refuses what is none, or one of a newer program.
Status prepare_store(const Database& database, Database::Mode mode);

}  // namespace weft::explore
