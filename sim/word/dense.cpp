// SPDX-License-Identifier: Apache-2.0
#include "sim/word/dense.h"

#include <algorithm>
#include <bit>

namespace weft::sim::word {

// A word of zeros before and after each row, a row of zeros above and below: neighbors are read
// without asking where the plane ends.
DenseColor::DenseColor(int width, int height)
    : width_(static_cast<std::size_t>(width)),
      height_(static_cast<std::size_t>(height)),
      stride_((width_ + 63) / 64 + 1),
      kernels_(best_dense_kernels()) {
  const std::size_t words = (height_ + 2) * stride_ + 1;
  for (Plane* plane : {&full_, &fresh_, &blocked_, &moving_, &arriving_, &source_, &ramp_full_}) {
    plane->assign(words, 0);
  }
  tx_.fill(Plane(words, 0));
  rx_.assign(width_ * height_, ramp);
  end_cell_.assign(width_ * height_, -1);
}

std::int32_t DenseColor::neighbor(std::int32_t tile, int direction) const {
  const auto row = static_cast<std::int32_t>(width_);
  return tile + (direction == east ? 1 : direction == west ? -1 : direction == south ? row : -row);
}

void DenseColor::add_source(std::int32_t tile, std::int32_t cell_behind) {
  assign(source_, tile, true);
  end_cell_[static_cast<std::size_t>(tile)] = cell_behind;
}

void DenseColor::add_link(std::int32_t from, int direction) {
  assign(tx_[static_cast<std::size_t>(direction)], from, true);
  const std::uint8_t back = static_cast<std::uint8_t>((direction + 1) % 4 + 1);
  rx_[static_cast<std::size_t>(neighbor(from, direction))] = back;
}

void DenseColor::add_sink(std::int32_t tile, std::int32_t ramp_cell) {
  assign(tx_[ramp], tile, true);
  end_cell_[static_cast<std::size_t>(tile)] = ramp_cell;
}

std::int32_t DenseColor::upstream(std::int32_t tile) const {
  const std::uint8_t from = rx_[static_cast<std::size_t>(tile)];
  return from == ramp ? -1 : neighbor(tile, from);
}

void DenseColor::downstream(std::int32_t tile, std::vector<std::int32_t>& next) const {
  for (int direction = east; direction <= north; ++direction) {
    if (test(tx_[static_cast<std::size_t>(direction)], tile)) {
      next.push_back(neighbor(tile, direction));
    }
  }
}

bool DenseColor::try_to_move(std::int32_t tile, std::vector<std::int32_t>& next) {
  if (!has_word(tile) || (delivers(tile) && test(ramp_full_, tile))) {
    return false;
  }
  const std::size_t before = next.size();
  downstream(tile, next);
  if (std::any_of(next.begin() + static_cast<std::ptrdiff_t>(before), next.end(),
                  [&](std::int32_t to) { return is_full(to); })) {
    next.resize(before);
    return false;
  }
  assign(full_, tile, false);
  for (std::size_t i = before; i < next.size(); ++i) {
    enter(next[i]);
  }
  return true;
}

void DenseColor::append_tiles(const Plane& plane, const Plane& mask,
                              std::vector<std::int32_t>& tiles) const {
  for (std::size_t y = 0; y < height_; ++y) {
    const std::size_t row = (y + 1) * stride_ + 1;
    for (std::size_t w = 0; w + 1 < stride_; ++w) {
      for (std::uint64_t bits = plane[row + w] & mask[row + w]; bits != 0; bits &= bits - 1) {
        tiles.push_back(static_cast<std::int32_t>(
            y * width_ + w * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
      }
    }
  }
}

void DenseColor::fresh_tiles(std::vector<std::int32_t>& tiles) const {
  append_tiles(fresh_, full_, tiles);
}

void DenseColor::forget_all_fresh() { std::fill(fresh_.begin(), fresh_.end(), 0); }

std::int64_t DenseColor::sweep(std::vector<std::int32_t>& delivered,
                               std::vector<std::int32_t>& freed) {
  const DenseGeometry shape{height_, stride_};
  // What cannot move: words new in this cycle, words whose ramp-in register is full, and all that
  // is held up behind them.
  const bool any = kernels_.seed_blocked(shape, full_, fresh_, tx_[ramp], ramp_full_, blocked_);
  if (any) {
    bool grown = true;
    while (grown) {
      grown = kernels_.block_rows(shape, full_, tx_[south], tx_[north], blocked_);
      grown = kernels_.block_columns(shape, full_, tx_[east], tx_[west], blocked_) || grown;
    }
  }
  kernels_.find_moving(full_, blocked_, moving_);
  append_tiles(moving_, tx_[ramp], delivered);
  append_tiles(moving_, source_, freed);
  const DenseMove moved =
      kernels_.move(shape, moving_, tx_[east], tx_[south], tx_[west], tx_[north], arriving_);
  kernels_.settle(arriving_, blocked_, full_, fresh_);
  entered_ += moved.entered;
  return moved.left;
}

}  // namespace weft::sim::word
