// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace weft::explore {

/// A figure of a design point that can be an objective or a constraint.
struct Metric {
  const char* name;
  const char* unit;
  bool more_is_better;
  const char* meaning;
};

/// All of them, in the order of tables.
std::span<const Metric> metrics();

/// Errors: input, with the nearest name.
Result<Metric> metric_named(const std::string& name);

}  // namespace weft::explore
