// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arch/arch.pb.h"
#include "base/yaml_places.h"
#include "mapper/mapping.pb.h"
#include "models/graph.pb.h"

namespace weft::mapper {

/// What is wrong with a mapping, a line each.
class MappingFaults {
 public:
  explicit MappingFaults(const YamlPlaces& places) : places_(places) {}
  void add(const std::string& path, std::string_view message) {
    lines_.push_back(places_.told(path, message));
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  const YamlPlaces& places_;
  std::vector<std::string> lines_;
};

/// Rectangles inside the machine and apart from each other; layers covered once and in order.
void check_regions(const Mapping& mapping, const arch::Machine& machine, const models::Graph& graph,
                   MappingFaults& faults);

}  // namespace weft::mapper
