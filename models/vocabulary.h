// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/sentencepiece.pb.h"

namespace weft::models {

/// The pieces of a sentencepiece model and the byte-pair merging over them: from the characters of
/// a normalized text the adjacent pair with the best score (ties: the leftmost) is merged until no
/// pair is a piece. User-defined pieces are taken whole first and never merged.
class Vocabulary {
 public:
  using Type = sentencepiece::Piece::Type;

  explicit Vocabulary(const sentencepiece::Model& model);
  Vocabulary(const Vocabulary&) = delete;  // the maps look into pieces_
  Vocabulary& operator=(const Vocabulary&) = delete;

  int size() const { return static_cast<int>(pieces_.size()); }
  const std::string& piece(int id) const { return pieces_[static_cast<std::size_t>(id)].text; }
  Type type(int id) const { return pieces_[static_cast<std::size_t>(id)].type; }
  int unknown() const { return unknown_; }                        ///< -1: none
  int of_byte(unsigned char byte) const { return bytes_[byte]; }  ///< -1: none
  int byte_of(int id) const;  ///< the byte a BYTE piece stands for, or -1

  /// Length of the longest user-defined piece `text` begins with, or 0.
  std::size_t user_defined_prefix(std::string_view text) const;

  /// Segments of a normalized (valid UTF-8) text, left to right; not all need be pieces.
  std::vector<std::string_view> merge(std::string_view text) const;

  /// Id of a segment, or the unknown id.
  int id_of(std::string_view segment) const;

 private:
  struct Entry {
    std::string text;
    float score = 0;
    Type type = sentencepiece::Piece::NORMAL;
  };

  std::vector<Entry> pieces_;
  std::unordered_map<std::string_view, int> merged_;  ///< normal, user-defined and unused pieces
  std::vector<std::string_view> user_defined_;
  std::array<int, 256> bytes_{};
  int unknown_ = -1;
};

}  // namespace weft::models
