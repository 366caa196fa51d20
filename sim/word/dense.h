// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/word/dense_kernels.h"

namespace weft::sim::word {

/// The link registers of one color where every hop has one (h = p = 1, no turn registers): a bit a
/// tile, because a tile takes words of a color from one side only. The register of a source is the
/// last one of its ramp. All words of the color move at once by shifts and masks (sweep), or one
/// after the other (try_to_move); both give the same bits. Words leave the plane into ramp-in
/// registers, which are cells of the fabric.
class DenseColor {
 public:
  enum Direction : std::uint8_t { ramp, east, south, west, north };

  DenseColor(int width, int height);

  void add_source(std::int32_t tile, std::int32_t cell_behind);
  void add_link(std::int32_t from, int direction);
  void add_sink(std::int32_t tile, std::int32_t ramp_cell);

  bool is_full(std::int32_t tile) const { return test(full_, tile); }
  /// A word lies here since before this cycle.
  bool has_word(std::int32_t tile) const { return test(full_, tile) && !test(fresh_, tile); }
  /// The register holds back words that want in: those of sources and ramp-in registers too.
  bool has_room(std::int32_t tile) const { return !test(full_, tile); }
  void set_ramp_full(std::int32_t tile, bool full) { assign(ramp_full_, tile, full); }

  void enter(std::int32_t tile) {
    assign(full_, tile, true);
    assign(fresh_, tile, true);
    ++entered_;
  }
  /// Moves the word of a tile if it can move; appends the tiles it entered. Into the ramp it goes
  /// by `delivers()`.
  bool try_to_move(std::int32_t tile, std::vector<std::int32_t>& next);
  bool delivers(std::int32_t tile) const { return test(tx_[ramp], tile); }
  /// Tile a word came from, or -1 at a source.
  std::int32_t upstream(std::int32_t tile) const;
  void downstream(std::int32_t tile, std::vector<std::int32_t>& next) const;
  /// Cell behind a source or first of the ramp-in at a sink.
  std::int32_t end_cell(std::int32_t tile) const {
    return end_cell_[static_cast<std::size_t>(tile)];
  }

  /// Moves all words that can move. Returns how many did; `delivered` and `freed` get the sinks
  /// whose ramp-in took a word and the sources whose register became free.
  std::int64_t sweep(std::vector<std::int32_t>& delivered, std::vector<std::int32_t>& freed);

  /// Words that entered a register in this cycle: those that may move of themselves in the next.
  std::int64_t entered() const { return entered_; }
  void fresh_tiles(std::vector<std::int32_t>& tiles) const;
  void forget_entered() { entered_ = 0; }
  void forget_all_fresh();
  void forget_fresh(std::int32_t tile) { assign(fresh_, tile, false); }
  std::size_t words_a_plane() const { return full_.size(); }

 private:
  std::size_t word_of(std::int32_t tile) const {
    const auto t = static_cast<std::size_t>(tile);
    return (t / width_ + 1) * stride_ + t % width_ / 64 + 1;
  }
  std::uint64_t bit_of(std::int32_t tile) const {
    return std::uint64_t{1} << static_cast<std::size_t>(tile) % width_ % 64;
  }
  bool test(const Plane& plane, std::int32_t tile) const {
    return (plane[word_of(tile)] & bit_of(tile)) != 0;
  }
  void assign(Plane& plane, std::int32_t tile, bool value) {
    std::uint64_t& word = plane[word_of(tile)];
    word = value ? word | bit_of(tile) : word & ~bit_of(tile);
  }
  std::int32_t neighbor(std::int32_t tile, int direction) const;
  static void note(std::vector<std::size_t>& words, std::size_t word);
  void append_tiles(const Plane& plane, const Plane& mask, const std::vector<std::size_t>& words,
                    std::vector<std::int32_t>& tiles) const;
  void set_new_words_aside();
  bool find_blocked();

  std::size_t width_, height_, stride_;
  Plane full_, fresh_, blocked_, moving_, arriving_, source_, ramp_full_;
  std::array<Plane, 5> tx_;  ///< by direction: tiles that send the color on there
  DenseWays ways_;           ///< tx_ as the kernels want it; planes do not move once laid
  std::vector<std::size_t> source_words_, ramp_words_;  ///< words of a plane that hold such tiles
  std::vector<std::pair<std::size_t, std::uint64_t>> aside_;
  std::vector<std::uint8_t> rx_;
  std::vector<std::int32_t> end_cell_;
  std::int64_t entered_ = 0;
  const DenseKernels& kernels_;
};

}  // namespace weft::sim::word
