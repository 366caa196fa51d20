// SPDX-License-Identifier: Apache-2.0
#include "mapper/picture/route_cells.h"

#include <algorithm>

#include "base/rect.h"
#include "isa/bundle.h"

namespace weft::mapper {
namespace {

/// Cells that the indices of a stride fall into.
std::vector<int> cells_of(const weft::Stride& stride, int extent, int cells) {
  std::vector<int> result;
  for (int i = 0; i < stride.count; ++i) {
    const std::int64_t index = stride.first + std::int64_t{i} * stride.step;
    if (index >= 0 && index < extent) {
      const auto cell = static_cast<int>(index * cells / extent);
      if (result.empty() || result.back() != cell) {
        result.push_back(cell);
      }
    }
  }
  return result;
}

}  // namespace

RouteCells::RouteCells(int width, int height, int most)
    : width_(width),
      height_(height),
      columns_(std::min(width, most)),
      rows_(std::min(height, most)),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

void RouteCells::add(const isa::Route& route) {
  const weft::TileSet tiles = isa::tile_set_of(route.tiles());
  std::uint8_t mask = route.rx() == isa::RAMP ? kSource : 0;
  for (const int way : route.tx()) {
    mask = static_cast<std::uint8_t>(mask | 1U << static_cast<unsigned>(way));
  }
  tiles_ += tiles.size();
  const std::vector<int> columns = cells_of(tiles.x, width_, columns_);
  for (const int row : cells_of(tiles.y, height_, rows_)) {
    for (const int column : columns) {
      cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
             static_cast<std::size_t>(column)] |= mask;
    }
  }
}

std::vector<RouteCells::Run> RouteCells::runs() const {
  std::vector<Run> result;
  const auto scan = [&](isa::Direction way, bool along_x) {
    const int lines = along_x ? rows_ : columns_;
    const int length = along_x ? columns_ : rows_;
    for (int line = 0; line < lines; ++line) {
      for (int i = 0; i < length; ++i) {
        const auto here = [&](int at) {
          return at < length && (along_x ? leaves(at, line, way) : leaves(line, at, way));
        };
        if (here(i)) {
          Run run{way, along_x ? i : line, along_x ? line : i, 0};
          while (here(i)) {
            ++run.count;
            ++i;
          }
          result.push_back(run);
        }
      }
    }
  };
  scan(isa::EAST, true);
  scan(isa::WEST, true);
  scan(isa::SOUTH, false);
  scan(isa::NORTH, false);
  return result;
}

}  // namespace weft::mapper
