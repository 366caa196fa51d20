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

// Words of a plane that hold such a tile, each once, in order.
void DenseColor::note(std::vector<std::size_t>& words, std::size_t word) {
  const auto at = std::lower_bound(words.begin(), words.end(), word);
  if (at == words.end() || *at != word) {
    words.insert(at, word);
  }
}

void DenseColor::add_source(std::int32_t tile, std::int32_t cell_behind) {
  assign(source_, tile, true);
  note(source_words_, word_of(tile));
  end_cell_[static_cast<std::size_t>(tile)] = cell_behind;
}

void DenseColor::add_link(std::int32_t from, int direction) {
  assign(tx_[static_cast<std::size_t>(direction)], from, true);
  const std::uint64_t* const plane = tx_[static_cast<std::size_t>(direction)].data();
  (direction == east    ? ways_.east
   : direction == south ? ways_.south
   : direction == west  ? ways_.west
                        : ways_.north) = plane;
  const std::uint8_t back = static_cast<std::uint8_t>((direction + 1) % 4 + 1);
  rx_[static_cast<std::size_t>(neighbor(from, direction))] = back;
}

void DenseColor::add_sink(std::int32_t tile, std::int32_t ramp_cell) {
  assign(tx_[ramp], tile, true);
  note(ramp_words_, word_of(tile));
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
                              const std::vector<std::size_t>& words,
                              std::vector<std::int32_t>& tiles) const {
  for (const std::size_t i : words) {
    const std::size_t first = (i / stride_ - 1) * width_ + (i % stride_ - 1) * 64;
    for (std::uint64_t bits = plane[i] & mask[i]; bits != 0; bits &= bits - 1) {
      tiles.push_back(
          static_cast<std::int32_t>(first + static_cast<std::size_t>(std::countr_zero(bits))));
    }
  }
}

void DenseColor::fresh_tiles(std::vector<std::int32_t>& tiles) const {
  std::vector<std::size_t> words;
  for (std::size_t i = 0; i < fresh_.size(); ++i) {
    if (fresh_[i] != 0) {
      words.push_back(i);
    }
  }
  append_tiles(fresh_, full_, words, tiles);
}

void DenseColor::forget_all_fresh() { std::fill(fresh_.begin(), fresh_.end(), 0); }

// Words that came into sources in this cycle wait for the next one. Nobody is behind them on the
// plane, so that they can be taken off it for the sweep.
void DenseColor::set_new_words_aside() {
  aside_.clear();
  for (const std::size_t i : source_words_) {
    if (const std::uint64_t bits = fresh_[i] & source_[i]; bits != 0) {
      full_[i] &= ~bits;
      aside_.emplace_back(i, bits);
    }
  }
}

// What cannot move: words whose ramp-in register is full, and all that is held up behind them.
// False: every word can.
bool DenseColor::find_blocked() {
  const auto held = [&](std::size_t i) { return full_[i] & tx_[ramp][i] & ramp_full_[i]; };
  if (std::none_of(ramp_words_.begin(), ramp_words_.end(), held)) {
    return false;
  }
  const DenseGeometry shape{height_, stride_};
  std::fill(blocked_.begin(), blocked_.end(), 0);
  for (const std::size_t i : ramp_words_) {
    blocked_[i] = held(i);
  }
  for (bool grown = true; grown;) {
    grown = kernels_.block_rows(shape, full_, tx_[south], tx_[north], blocked_);
    grown = kernels_.block_columns(shape, full_, tx_[east], tx_[west], blocked_) || grown;
  }
  return true;
}

std::int64_t DenseColor::sweep(std::vector<std::int32_t>& delivered,
                               std::vector<std::int32_t>& freed) {
  set_new_words_aside();
  const bool blocked = find_blocked();
  if (blocked) {
    kernels_.find_moving(full_, blocked_, moving_);
  }
  const Plane& moving = blocked ? moving_ : full_;
  append_tiles(moving, tx_[ramp], ramp_words_, delivered);
  append_tiles(moving, source_, source_words_, freed);
  const DenseMove moved = kernels_.move({height_, stride_}, moving, ways_, arriving_);
  if (blocked) {
    kernels_.settle(arriving_, blocked_, full_, fresh_);
  } else {
    full_.swap(arriving_);
    fresh_ = full_;
  }
  for (const auto& [i, bits] : aside_) {
    full_[i] |= bits;
    fresh_[i] |= bits;
  }
  entered_ += moved.entered;
  return moved.left;
}

}  // namespace weft::sim::word
