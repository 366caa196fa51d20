// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/rect.h"
#include "mapper/mapping_faults.h"

namespace weft::mapper {
namespace {

using Region = Mapping::Region;

std::string path_of(int index) { return fmt::format("regions[{}]", index); }

std::string name_of(const Region& region, int index) {
  return region.has_name() ? fmt::format("'{}'", region.name()) : path_of(index);
}

std::string text_of(const Rect& rect) {
  return fmt::format("{}x{} at ({},{})", rect.width, rect.height, rect.x, rect.y);
}

/// Nothing while a part of it is left to the mapper.
std::optional<Rect> rect_of(const Region& region) {
  if (!region.has_x() || !region.has_y() || !region.has_width() || !region.has_height()) {
    return std::nullopt;
  }
  return Rect{region.x(), region.y(), region.width(), region.height()};
}

Rect rect_of(const Mapping::Area& area) {
  return {area.x(), area.y(), area.width(), area.height()};
}

Rect common(const Rect& a, const Rect& b) {
  const int x = std::max(a.x, b.x);
  const int y = std::max(a.y, b.y);
  return {x, y, std::min(a.x + a.width, b.x + b.width) - x,
          std::min(a.y + a.height, b.y + b.height) - y};
}

bool is_empty(const Rect& rect) { return rect.width < 1 || rect.height < 1; }

/// What is left out counts as nothing: the mapper finds a place for it.
void check_inside(const Rect& rect, const arch::Machine& machine, const std::string& path,
                  MappingFaults& faults) {
  const int width = machine.grid().width();
  const int height = machine.grid().height();
  if (rect.x + rect.width > width || rect.y + rect.height > height) {
    faults.add(path, fmt::format("{} reaches past machine {}, which has {}x{} tiles; make it "
                                 "smaller or move it",
                                 text_of(rect), machine.name(), width, height));
  }
}

void check_apart(const Mapping& mapping, MappingFaults& faults) {
  for (int i = 0; i < mapping.regions_size(); ++i) {
    const auto rect = rect_of(mapping.regions(i));
    for (int j = 0; rect && j < i; ++j) {
      const auto other = rect_of(mapping.regions(j));
      if (other && !is_empty(common(*rect, *other))) {
        faults.add(
            path_of(i),
            fmt::format("{} and {} overlap in {}; move one of them", name_of(mapping.regions(i), i),
                        name_of(mapping.regions(j), j), text_of(common(*rect, *other))));
      }
    }
    for (int j = 0; rect && j < mapping.blocked_size(); ++j) {
      const Rect blocked = common(*rect, rect_of(mapping.blocked(j)));
      if (!is_empty(blocked)) {
        faults.add(path_of(i), fmt::format("{} covers blocked tiles, {}; move it",
                                           name_of(mapping.regions(i), i), text_of(blocked)));
      }
    }
  }
}

void check_layers(const Mapping& mapping, const models::Graph& graph, MappingFaults& faults) {
  const bool all_said =
      std::all_of(mapping.regions().begin(), mapping.regions().end(), [](const Region& region) {
        return region.has_layers() && (region.has_first_layer() || region.layers() == 0);
      });
  int next = 0;
  for (int i = 0; i < mapping.regions_size(); ++i) {
    const Region& region = mapping.regions(i);
    const int first = region.first_layer();
    const int layers = region.layers();
    if (region.has_layers() != region.has_first_layer() && layers > 0) {
      faults.add(path_of(i) + ".layers", "layers without first_layer; say both or neither");
    }
    if (!region.has_first_layer() || layers == 0) {
      continue;
    }
    if (layers > graph.layers() - first) {
      faults.add(path_of(i) + ".layers",
                 fmt::format("{} holds layers {} to {} and the model ends with layer {}",
                             name_of(region, i), first, std::int64_t{first} + layers - 1,
                             graph.layers() - 1));
      return;
    }
    if (first < next) {
      faults.add(path_of(i) + ".first_layer",
                 fmt::format("layers {} to {} are held twice or out of order; regions stand in the "
                             "order in which tokens pass them",
                             first, std::min(next, first + layers) - 1));
    } else if (all_said && first > next) {
      faults.add(path_of(i) + ".first_layer",
                 fmt::format("no region holds layers {} to {}", next, first - 1));
    }
    next = std::max(next, first + layers);
  }
  if (all_said && next < graph.layers()) {
    faults.add("regions", fmt::format("no region holds layers {} to {}", next, graph.layers() - 1));
  }
}

/// Exactly one region of a mapping holds the embedding, and one the head.
template <class Has, class Holds>
void check_one(const Mapping& mapping, const char* what, Has&& has, Holds&& holds,
               MappingFaults& faults) {
  int holder = -1;
  bool all_said = true;
  for (int i = 0; i < mapping.regions_size(); ++i) {
    const Region& region = mapping.regions(i);
    all_said = all_said && has(region);
    if (holds(region) && holder >= 0) {
      faults.add(fmt::format("{}.{}", path_of(i), what),
                 fmt::format("{} and {} both hold the {}; one region does",
                             name_of(mapping.regions(holder), holder), name_of(region, i), what));
    } else if (holds(region)) {
      holder = i;
    }
  }
  if (all_said && holder < 0) {
    faults.add("regions", fmt::format("no region holds the {}", what));
  }
}

}  // namespace

void check_regions(const Mapping& mapping, const arch::Machine& machine, const models::Graph& graph,
                   MappingFaults& faults) {
  for (int i = 0; i < mapping.regions_size(); ++i) {
    const Region& region = mapping.regions(i);
    check_inside(
        {region.x(), region.y(), std::max(1, region.width()), std::max(1, region.height())},
        machine, path_of(i), faults);
  }
  for (int i = 0; i < mapping.blocked_size(); ++i) {
    check_inside(rect_of(mapping.blocked(i)), machine, fmt::format("blocked[{}]", i), faults);
  }
  check_apart(mapping, faults);
  if (mapping.regions_size() > 0) {
    check_layers(mapping, graph, faults);
    check_one(
        mapping, "embedding", [](const Region& region) { return region.has_embedding(); },
        [](const Region& region) { return region.embedding(); }, faults);
    check_one(
        mapping, "head", [](const Region& region) { return region.has_head(); },
        [](const Region& region) { return region.head(); }, faults);
  }
}

}  // namespace weft::mapper
