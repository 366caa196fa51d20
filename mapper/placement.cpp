// SPDX-License-Identifier: Apache-2.0
#include "mapper/placement.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::mapper {
namespace {

// Cells of a grid in an order in which each neighbors the next and, where one side is even, the
// last the first: down and up beside a column kept free for the way back.
std::vector<std::pair<int, int>> loop_order(int columns, int rows) {
  std::vector<std::pair<int, int>> cells;
  if (columns > 1 && rows % 2 == 0) {
    for (int y = 0; y < rows; ++y) {
      for (int i = 1; i < columns; ++i) {
        cells.emplace_back(y % 2 == 0 ? i : columns - i, y);
      }
    }
    for (int y = rows - 1; y >= 0; --y) {
      cells.emplace_back(0, y);
    }
    return cells;
  }
  if (rows > 1 && columns % 2 == 0) {
    for (auto& [x, y] : loop_order(rows, columns)) {
      cells.emplace_back(y, x);
    }
    return cells;
  }
  for (int y = 0; y < rows; ++y) {
    for (int i = 0; i < columns; ++i) {
      cells.emplace_back(y % 2 == 0 ? i : columns - 1 - i, y);
    }
  }
  return cells;
}

std::string text_of(const RegionPlan& region) {
  return fmt::format("region {} ({}x{} at ({},{}))", region.name, region.rect.width,
                     region.rect.height, region.rect.x, region.rect.y);
}

bool overlap(const weft::Rect& a, const weft::Rect& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

std::string verify_geometry(const arch::Machine& machine, const Placement& placement) {
  const int width = machine.grid().width();
  const int height = machine.grid().height();
  for (std::size_t i = 0; i < placement.regions.size(); ++i) {
    const RegionPlan& region = placement.regions[i];
    const weft::Rect& r = region.rect;
    if (r.width < 1 || r.height < 1 || r.x < 0 || r.y < 0 || r.width > width - r.x ||
        r.height > height - r.y) {
      return fmt::format("{} does not lie inside the {}x{} tiles of {}; move it or make it smaller",
                         text_of(region), width, height, machine.name());
    }
    const RegionPlan& first = placement.regions.front();
    if (r.width != first.rect.width || r.height != first.rect.height) {
      return fmt::format(
          "{} and {} differ in size; regions are of one size, so that tensors lie "
          "the same way in each",
          text_of(first), text_of(region));
    }
    for (std::size_t j = 0; j < i; ++j) {
      const RegionPlan& other = placement.regions[j];
      if (overlap(r, other.rect)) {
        const int x = std::max(r.x, other.rect.x);
        const int y = std::max(r.y, other.rect.y);
        return fmt::format("{} and {} overlap in {}x{} tiles at ({},{}); move one of them",
                           text_of(other), text_of(region),
                           std::min(r.x + r.width, other.rect.x + other.rect.width) - x,
                           std::min(r.y + r.height, other.rect.y + other.rect.height) - y, x, y);
      }
    }
  }
  return {};
}

}  // namespace

weft::Rect Placement::extent() const {
  int left = regions.front().rect.x;
  int top = regions.front().rect.y;
  int right = left;
  int bottom = top;
  for (const RegionPlan& region : regions) {
    left = std::min(left, region.rect.x);
    top = std::min(top, region.rect.y);
    right = std::max(right, region.rect.x + region.rect.width);
    bottom = std::max(bottom, region.rect.y + region.rect.height);
  }
  return {left, top, right - left, bottom - top};
}

Placement place_in_one(const Decoder& decoder, const weft::Rect& region) {
  return {{{"all", region, 0, static_cast<int>(decoder.layers.size()), true}}};
}

int head_columns(const Decoder& decoder, int across) {
  const int heads = decoder.kv_heads;
  return across >= heads ? std::min(across / heads, std::max(1, decoder.head_dim / 2)) * heads
                         : across;
}

Placement place_in_grid(const Decoder& decoder, const weft::Rect& area, int columns, int rows) {
  const int layers = static_cast<int>(decoder.layers.size());
  const int width = head_columns(decoder, area.width / columns);
  const int height = area.height / rows;
  auto cells = loop_order(columns, rows);
  cells.resize(std::min(cells.size(), static_cast<std::size_t>(layers) + 1));
  const int holders = static_cast<int>(cells.size()) - 1;
  Placement placement;
  int next = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& [x, y] = cells[i];
    RegionPlan region;
    region.rect = {area.x + x * width, area.y + y * height, width, height};
    if (static_cast<int>(i) == holders) {
      region.name = "vocabulary";
      region.vocabulary = true;
    } else {
      region.name = fmt::format("layers{}", i);
      region.first_layer = next;
      region.layers = layers / holders + (static_cast<int>(i) < layers % holders ? 1 : 0);
      next += region.layers;
    }
    placement.regions.push_back(std::move(region));
  }
  return placement;
}

std::string verify_placement(const Decoder& decoder, const arch::Machine& machine,
                             const Placement& placement) {
  if (placement.regions.empty()) {
    return "there is no region; give at least one";
  }
  if (std::string wrong = verify_geometry(machine, placement); !wrong.empty()) {
    return wrong;
  }
  const int layers = static_cast<int>(decoder.layers.size());
  int next = 0;
  int vocabularies = 0;
  for (const RegionPlan& region : placement.regions) {
    vocabularies += region.vocabulary ? 1 : 0;
    if (region.layers > 0 && region.first_layer != next) {
      return fmt::format(
          "{} holds layers {} to {}, and layer {} is due there; a token passes "
          "regions in their order",
          text_of(region), region.first_layer, region.first_layer + region.layers - 1, next);
    }
    if (!placement.single() && region.vocabulary == (region.layers > 0)) {
      return fmt::format("{} holds {}; of several regions each holds layers or the vocabulary",
                         text_of(region),
                         region.vocabulary ? "both layers and the vocabulary" : "nothing");
    }
    next += region.layers;
  }
  if (next != layers) {
    return fmt::format("the regions hold {} layers and the model has {}", next, layers);
  }
  if (vocabularies != 1 || !placement.regions.back().vocabulary) {
    return "one region, the last, holds embedding and head";
  }
  return {};
}

}  // namespace weft::mapper
