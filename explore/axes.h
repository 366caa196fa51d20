// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml_places.h"
#include "explore/condition.h"
#include "explore/design_space.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// One place of an axis: its text in tables and what it sets.
struct AxisValue {
  std::string text;
  std::vector<Setting> settings;
};

/// An axis with all its values; the study says it in short.
struct ResolvedAxis {
  std::string name;
  std::vector<AxisValue> values;
  std::optional<Condition> when;  ///< of the axes before it
};

/// A point by the place it has on each axis; kIdle where the axis does not count.
using Coordinates = std::vector<int>;
inline constexpr int kIdle = -1;

/// Everything points are made of.
struct Axes {
  std::vector<Setting> base;
  std::vector<ResolvedAxis> axes;
  std::vector<Condition> exclude;

  /// Makes axes idle whose condition does not hold, and says whether the point is one of the study.
  bool settle(Coordinates& point) const;
  /// The base, then what each axis sets.
  std::vector<Setting> settings_of(const Coordinates& point) const;
  std::vector<std::string> texts_of(const Coordinates& point) const;
};

/// Holds every path of the study against the space, spells the axes out and reads the conditions.
/// Errors: input, one line a fault, with its place in the file.
Result<Axes> resolve_axes(const Study& study, const YamlPlaces& places, DesignSpace& space);

}  // namespace weft::explore
