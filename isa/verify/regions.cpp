// SPDX-License-Identifier: Apache-2.0
#include "isa/regions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "isa/bundle.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {
namespace {

std::string region_text(const Region& region) {
  return fmt::format("{}x{} at ({},{})", region.width(), region.height(), region.x(), region.y());
}

bool inside(const weft::Rect& part, const weft::Rect& whole) {
  return part.width >= 1 && part.height >= 1 && part.x >= whole.x && part.y >= whole.y &&
         part.width <= whole.width && part.height <= whole.height &&
         part.x - whole.x <= whole.width - part.width &&
         part.y - whole.y <= whole.height - part.height;
}

bool overlap(const weft::Rect& a, const weft::Rect& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/// What the loads of a region do to a buffer, source aside.
using Filled = std::map<std::string, std::string>;

std::vector<Filled> filled_by_region(const Bundle& bundle) {
  std::vector<Filled> filled(static_cast<std::size_t>(bundle.regions_size()) +
                             1);  // the last: none
  for (const Load& load : bundle.loads()) {
    const std::string shape =
        fmt::format("{}:{}:{}:{}:{}:{};", load.offset(), load.dtype(), load.rows().local(),
                    load.columns().local(), load.row_stride(), load.column_stride());
    for (int r = 0; r <= bundle.regions_size(); ++r) {
      if (fills(load, r == bundle.regions_size() ? Regions::kNone : r)) {
        filled[static_cast<std::size_t>(r)][load.buffer()] += shape;
      }
    }
  }
  return filled;
}

const std::string& shapes_of(const Filled& filled, const std::string& buffer) {
  static const std::string kNothing;
  const auto at = filled.find(buffer);
  return at == filled.end() ? kNothing : at->second;
}

}  // namespace

bool check_regions(const Bundle& bundle, Findings& findings) {
  const weft::Rect extent = rect_of(bundle.region());
  if (bundle.regions_size() > kMostRegions) {
    findings.add(
        fmt::format("{} regions, at most {} are told apart", bundle.regions_size(), kMostRegions));
    return false;
  }
  for (int i = 0; i < bundle.regions_size(); ++i) {
    if (!inside(rect_of(bundle.regions(i)), extent)) {
      findings.add(fmt::format("region {}, {}, does not lie inside the extent {}; move it", i,
                               region_text(bundle.regions(i)), region_text(bundle.region())));
      return false;
    }
    for (int j = 0; j < i; ++j) {
      if (overlap(rect_of(bundle.regions(i)), rect_of(bundle.regions(j)))) {
        findings.add(fmt::format("regions {}, {}, and {}, {}, overlap; move one", j,
                                 region_text(bundle.regions(j)), i,
                                 region_text(bundle.regions(i))));
        return false;
      }
    }
  }
  for (int i = 0; i < bundle.parameters_size(); ++i) {
    const Parameter& parameter = bundle.parameters(i);
    if (parameter.index() < 0 || parameter.index() >= kParameters ||
        !lies_inside(parameter.tiles(), extent)) {
      findings.add(
          fmt::format("parameter {}: sets p{} of tiles that do not lie inside the extent "
                      "{}, or is not p0 to p{}; mend it",
                      i, parameter.index(), region_text(bundle.region()), kParameters - 1));
      return false;
    }
  }
  return true;
}

void find_regions_of_roles(const Bundle& bundle, ResolvedBundle& resolved) {
  const Regions regions(bundle);
  resolved.regions_of.assign(static_cast<std::size_t>(bundle.roles_size()), {});
  for (std::size_t tile = 0; tile < resolved.role_of.size(); ++tile) {
    if (resolved.role_of[tile] < 0) {
      continue;
    }
    auto& of = resolved.regions_of[static_cast<std::size_t>(resolved.role_of[tile])];
    const int region = bundle.regions_size() == 0 ? Regions::kNone : regions.of(tile);
    if (std::find(of.begin(), of.end(), region) == of.end()) {
      of.push_back(region);
    }
  }
}

void check_loads_of_regions(const Bundle& bundle, const ResolvedBundle& resolved,
                            Findings& findings) {
  if (bundle.regions_size() == 0) {
    return;
  }
  const std::vector<Filled> filled = filled_by_region(bundle);
  const auto of_region = [&](int region) -> const Filled& {
    return region < 0 ? filled.back() : filled[static_cast<std::size_t>(region)];
  };
  for (int r = 0; r < bundle.roles_size(); ++r) {
    const std::vector<int>& regions = resolved.regions_of[static_cast<std::size_t>(r)];
    for (std::size_t i = 1; i < regions.size(); ++i) {
      for (const Buffer& buffer : bundle.roles(r).buffers()) {
        if (shapes_of(of_region(regions[i]), buffer.name()) !=
            shapes_of(of_region(regions[0]), buffer.name())) {
          findings.add(fmt::format(
              "role {}: loads fill other bytes of buffer {} in region {} than in region {}; give "
              "the tiles of one of them a role of their own",
              bundle.roles(r).name(), buffer.name(), regions[i], regions[0]));
          return;
        }
      }
    }
  }
}

}  // namespace weft::isa
