// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/options.pb.h"
#include "base/result.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// A number as people write it, `48 KiB`, `850 MHz`, `9/8`: in the base unit of its kind.
struct Amount {
  double value = 0;
  base::Unit unit = base::UNIT_NONE;
};

/// Nothing where the text is no number with or without a unit.
std::optional<Amount> parse_amount(std::string_view text);

/// The values of an axis given as a range, as text with the unit its ends have. Errors: input,
/// without a place: ends that are no numbers or differ in unit, an empty range, more than a
/// hundred thousand.
Result<std::vector<std::string>> values_of(const Range& range);
Result<std::vector<std::string>> values_of(const LogRange& range);

}  // namespace weft::explore
