// SPDX-License-Identifier: Apache-2.0
#include "explore/study.h"

#include "explore/axes.h"
#include "explore/sampling.h"
#include "tests/explore/fields_space.h"
#include "tests/fuzz/target.h"

// A study in YAML: of an accepted one every point has a value on each axis or none where it is
// idle, and the points that are drawn are the same again.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto file = explore::parse_study(fuzz::text_of(data, size), "input");
  if (!file) {
    fuzz::require_message(file);
    return 0;
  }
  explore::testing::FieldsSpace space;
  const auto axes = explore::resolve_axes(file->study, file->places, space);
  if (!axes) {
    fuzz::require_message(axes);
    return 0;
  }
  if (file->study.sampling().points() > 1000 || explore::grid_size(*axes) > 1e5) {
    return 0;
  }
  const auto drawn = [&] {
    std::vector<explore::Coordinates> points;
    explore::each_point(*axes, file->study.sampling(), [&](const explore::Coordinates& point) {
      points.push_back(point);
      return points.size() < 200;
    });
    return points;
  };
  const auto points = drawn();
  fuzz::require(points == drawn(), "points depend on the study alone");
  for (const explore::Coordinates& point : points) {
    fuzz::require(axes->texts_of(point).size() == axes->axes.size(), "a text for each axis");
    for (std::size_t i = 0; i < point.size(); ++i) {
      const auto values = static_cast<int>(axes->axes[i].values.size());
      fuzz::require(point[i] == explore::kIdle || (point[i] >= 0 && point[i] < values),
                    "a value of the axis");
    }
  }
  return 0;
}
