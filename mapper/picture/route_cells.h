// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "isa/bundle.pb.h"

namespace weft::mapper {

/// Routes of one color seen from afar: the machine cut into at most `most` cells along each axis,
/// and for each cell the ways words leave it in. A cell is a tile where there are few.
class RouteCells {
 public:
  RouteCells(int width, int height, int most);

  void add(const isa::Route& route);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  bool is_exact() const { return columns_ == width_ && rows_ == height_; }
  std::int64_t tiles() const { return tiles_; }
  bool leaves(int column, int row, isa::Direction way) const {
    return (at(column, row) >> way & 1U) != 0;
  }
  bool is_source(int column, int row) const { return (at(column, row) & kSource) != 0; }
  bool is_covered(int column, int row) const { return at(column, row) != 0; }

  /// Cells in a row or column that words pass one after the other.
  struct Run {
    isa::Direction way = isa::EAST;
    int column = 0;
    int row = 0;
    int count = 0;  ///< cells words leave, from the west- or northmost on
  };
  std::vector<Run> runs() const;

 private:
  static constexpr std::uint8_t kSource = 0x20;
  std::uint8_t at(int column, int row) const {
    return cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                  static_cast<std::size_t>(column)];
  }

  int width_;
  int height_;
  int columns_;
  int rows_;
  std::int64_t tiles_ = 0;
  std::vector<std::uint8_t> cells_;
};

}  // namespace weft::mapper
