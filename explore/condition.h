// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::explore {

/// What a name in a condition stands for: one text for all points, or one for each value of an
/// axis; the text for an idle axis comes last.
struct Named {
  int axis = -1;  ///< -1: `texts` has one element
  std::vector<std::string> texts;
};

/// A yes or no about a point: `side * side > 250000 and sram < 32 KiB or not phase == 'decode'`.
/// Names are axes and paths; numbers may have units; text with other signs than letters, digits,
/// `.`, `_` and `-` stands in quotes. Everything is checked when it is read: what is left to do for
/// a point cannot fail.
class Condition {
 public:
  /// Finds what a name stands for; an error says what is wrong with it.
  using Lookup = std::function<Result<Named>(const std::string& name)>;

  /// Errors: input, without a place: syntax, names, text compared by size.
  static Result<Condition> parse(std::string_view text, const Lookup& lookup);

  /// `point` has the place on each axis, -1 where it is idle.
  bool holds(const std::vector<int>& point) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace weft::explore
