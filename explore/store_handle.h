// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "explore/database.h"
#include "explore/store.h"

namespace weft::explore {

struct Store::Handle {
  Database database;
};

/// What a query for one integer gives; 0 where it has no row.
Result<std::int64_t> one(Statement& statement);

/// 0 where there is none.
Result<std::int64_t> find_study(const Database& database, const std::string& name);

}  // namespace weft::explore
