// SPDX-License-Identifier: Apache-2.0
#include "models/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "models/utf8.h"

namespace weft::models {
namespace {

using sentencepiece::Piece;

/// A run of the text in the doubly linked list of segments; merged-away ones are empty.
struct Segment {
  std::string_view text;
  int previous = -1;
  int next = -1;
  bool frozen = false;
};

/// A possible merge; stale once either side has changed, which `size` tells.
struct Candidate {
  float score = 0;
  int left = 0;
  int right = 0;
  std::size_t size = 0;
};

struct Worse {
  bool operator()(const Candidate& a, const Candidate& b) const {
    return a.score < b.score || (a.score == b.score && a.left > b.left);
  }
};

std::string_view joined(const Segment& left, const Segment& right) {
  return {left.text.data(), left.text.size() + right.text.size()};
}

}  // namespace

Vocabulary::Vocabulary(const sentencepiece::Model& model) {
  bytes_.fill(-1);
  for (const Piece& piece : model.pieces()) {
    pieces_.push_back({piece.piece(), piece.score(), piece.type()});
  }
  for (int id = 0; id < size(); ++id) {
    const Entry& entry = pieces_[static_cast<std::size_t>(id)];
    switch (entry.type) {
      case Piece::UNKNOWN:
        unknown_ = id;
        break;
      case Piece::BYTE:
        for (int byte = 0; byte < 256; ++byte) {
          if (entry.text == fmt::format("<0x{:02X}>", byte)) {
            bytes_[static_cast<std::size_t>(byte)] = id;
          }
        }
        break;
      case Piece::CONTROL:
        break;
      case Piece::USER_DEFINED:
        user_defined_.push_back(entry.text);
        [[fallthrough]];
      default:
        merged_.emplace(entry.text, id);
    }
  }
  std::ranges::sort(user_defined_, std::ranges::greater{}, &std::string_view::size);
}

int Vocabulary::byte_of(int id) const {
  const auto found = type(id) == Piece::BYTE ? std::ranges::find(bytes_, id) : bytes_.end();
  return found == bytes_.end() ? -1 : static_cast<int>(found - bytes_.begin());
}

std::size_t Vocabulary::user_defined_prefix(std::string_view text) const {
  for (std::string_view piece : user_defined_) {
    if (!piece.empty() && text.starts_with(piece)) {
      return piece.size();
    }
  }
  return 0;
}

int Vocabulary::id_of(std::string_view segment) const {
  const auto found = merged_.find(segment);
  return found == merged_.end() ? unknown_ : found->second;
}

std::vector<std::string_view> Vocabulary::merge(std::string_view text) const {
  std::vector<Segment> segments;
  while (!text.empty()) {
    const std::size_t whole = user_defined_prefix(text);
    const std::size_t length = std::max<std::size_t>(whole > 0 ? whole : utf8_length(text), 1);
    const int index = static_cast<int>(segments.size());
    segments.push_back({text.substr(0, length), index - 1, index + 1, whole > 0});
    text.remove_prefix(length);
  }
  if (!segments.empty()) {
    segments.back().next = -1;
  }
  const auto at = [&](int index) -> Segment& { return segments[static_cast<std::size_t>(index)]; };
  std::priority_queue<Candidate, std::vector<Candidate>, Worse> queue;
  std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>> unused;
  const auto consider = [&](int left, int right) {
    if (left < 0 || right < 0 || at(left).frozen || at(right).frozen) {
      return;
    }
    const std::string_view pair = joined(at(left), at(right));
    const auto found = merged_.find(pair);
    if (found != merged_.end()) {
      const Entry& entry = pieces_[static_cast<std::size_t>(found->second)];
      queue.push({entry.score, left, right, pair.size()});
      if (entry.type == Piece::UNUSED) {
        unused[pair] = {at(left).text, at(right).text};
      }
    }
  };
  for (int i = 1; i < static_cast<int>(segments.size()); ++i) {
    consider(i - 1, i);
  }
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    Segment& left = at(best.left);
    Segment& right = at(best.right);
    if (left.text.empty() || right.text.empty() || joined(left, right).size() != best.size) {
      continue;
    }
    left.text = joined(left, right);
    left.next = right.next;
    if (right.next >= 0) {
      at(right.next).previous = best.left;
    }
    right.text = {};
    consider(left.previous, best.left);
    consider(best.left, left.next);
  }
  // An unused piece may be merged through but not kept: it falls apart as it was made.
  std::vector<std::string_view> result;
  std::vector<std::string_view> open;
  for (int i = segments.empty() ? -1 : 0; i >= 0; i = at(i).next) {
    open.push_back(at(i).text);
    while (!open.empty()) {
      const std::string_view segment = open.back();
      open.pop_back();
      const auto parts = unused.find(segment);
      if (parts == unused.end()) {
        result.push_back(segment);
      } else {
        open.push_back(parts->second.second);
        open.push_back(parts->second.first);
      }
    }
  }
  return result;
}

}  // namespace weft::models
