// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mapper/said.h"

namespace weft::mapper {
namespace {

using Region = Mapping::Region;

std::string path_of(int index) { return fmt::format("regions[{}]", index); }

bool says_place(const Region& region) {
  return region.has_x() && region.has_y() && region.has_width() && region.has_height();
}

bool says_content(const Region& region) {
  return region.has_layers() && region.has_embedding() && region.has_head() &&
         (region.has_first_layer() || region.layers() == 0);
}

void lay_over(const Region& said, RegionPlan& region) {
  region.name = said.has_name() ? said.name() : region.name;
  region.rect.x = said.has_x() ? said.x() : region.rect.x;
  region.rect.y = said.has_y() ? said.y() : region.rect.y;
  region.rect.width = said.has_width() ? said.width() : region.rect.width;
  region.rect.height = said.has_height() ? said.height() : region.rect.height;
  region.layers = said.has_layers() ? said.layers() : region.layers;
  region.first_layer = region.layers == 0       ? 0
                       : said.has_first_layer() ? said.first_layer()
                                                : region.first_layer;
  region.vocabulary = said.has_embedding() ? said.embedding()
                      : said.has_head()    ? said.head()
                                           : region.vocabulary;
}

Error told(const MappingFile& said, int index, const std::string& message) {
  return input_error(said.places.told(path_of(index), message));
}

RegionPlan* find(std::vector<RegionPlan>& regions, const std::string& name) {
  const auto found = std::find_if(regions.begin(), regions.end(),
                                  [&](const RegionPlan& region) { return region.name == name; });
  return found == regions.end() ? nullptr : &*found;
}

/// Regions that are said as changes of decided ones, by name.
Result<Placement> by_name(const MappingFile& said, Placement placement) {
  std::vector<std::string> names;
  for (const RegionPlan& region : placement.regions) {
    names.push_back(region.name);
  }
  for (int i = 0; i < said.mapping.regions_size(); ++i) {
    const Region& region = said.mapping.regions(i);
    RegionPlan* known = find(placement.regions, region.name());
    if (known == nullptr) {
      return told(
          said, i,
          fmt::format("no region is named '{}'{}; say all of every region, or change one "
                      "of: {}",
                      region.name(), did_you_mean(region.name(), names), fmt::join(names, ", ")));
    }
    lay_over(region, *known);
  }
  return placement;
}

}  // namespace

bool leaves_regions_open(const Mapping& said) {
  return !std::all_of(said.regions().begin(), said.regions().end(), [](const Region& region) {
    return says_place(region) && says_content(region);
  });
}

Result<Placement> placement_from(const MappingFile& said, const Placement& decided,
                                 const Decoder& decoder, const arch::Machine& machine) {
  const auto& regions = said.mapping.regions();
  const bool open = leaves_regions_open(said.mapping);
  const bool named = std::all_of(regions.begin(), regions.end(),
                                 [](const Region& region) { return region.has_name(); });
  Placement placement;
  if (open && named) {
    WEFT_ASSIGN(placement, by_name(said, decided));
  } else {
    for (int i = 0; i < regions.size(); ++i) {
      RegionPlan region;
      region.name = fmt::format("region{}", i);
      if (open) {
        if (i >= static_cast<int>(decided.regions.size())) {
          return told(said, i,
                      fmt::format("{} regions were decided; say all of every region",
                                  decided.regions.size()));
        }
        region = decided.regions[static_cast<std::size_t>(i)];
      }
      lay_over(regions[i], region);
      placement.regions.push_back(std::move(region));
    }
  }
  std::set<std::string> names;
  for (int i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    if (region.has_name() && !names.insert(region.name()).second) {
      return told(said, i, fmt::format("a second region named '{}'; rename one", region.name()));
    }
    if (region.has_embedding() && region.has_head() && region.embedding() != region.head()) {
      return told(said, i,
                  "embedding and head apart: this version keeps them in one region, the last");
    }
  }
  if (const std::string wrong = verify_placement(decoder, machine, placement); !wrong.empty()) {
    return input_error(said.places.told("regions", wrong));
  }
  return placement;
}

}  // namespace weft::mapper
