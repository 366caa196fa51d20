// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/paced_block.h"

#include <algorithm>
#include <utility>

namespace weft::sim::vector {

void PacedBlock::begin(const TreeSet& set, std::vector<bool> issues, std::int32_t words,
                       const Pace& pace) {
  set_ = &set;
  issues_ = std::move(issues);
  words_ = words;
  pace_ = pace;
  const std::size_t nodes = set.nodes.size();
  child_.assign(nodes, 0);
  sibling_.assign(nodes, 0);
  for (std::size_t v = nodes - 1; v > 0; --v) {
    std::int32_t& first = child_[static_cast<std::size_t>(set.nodes[v].parent)];
    sibling_[v] = first;
    first = static_cast<std::int32_t>(v);
  }
  before_.resize(std::max(before_.size(), nodes));
}

std::int32_t PacedBlock::most() const {
  constexpr std::int64_t kScratch = std::int64_t{1} << 18;
  const std::int64_t each = static_cast<std::int64_t>(set_->nodes.size()) * words_;
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(kScratch / std::max<std::int64_t>(1, each) / 16 * 16, 16, 256));
}

void PacedBlock::resize(std::int32_t count) {
  count_ = count;
  if (held_up_) {
    for (auto& rows : before_) {
      rows.clear();
    }
  }
  held_up_ = false;
  const std::size_t size = set_->nodes.size() * static_cast<std::size_t>(count);
  for (auto* rows : {&hold_, &first_, &last_, &phase_, &shape_}) {
    rows->resize(std::max(rows->size(), size));
  }
  for (auto* rows : {&due_phase_, &input_, &output_}) {
    rows->assign(size, 0);
  }
  due_.assign(size, kNever);
  never_.assign(static_cast<std::size_t>(count), kNever);
  room_.resize(static_cast<std::size_t>(count));
}

std::vector<std::int32_t>& PacedBlock::before(std::size_t v) {
  held_up_ = true;
  before_[v].resize(
      static_cast<std::size_t>(std::min(set_->nodes[v].places, words_) * std::int64_t{count_}));
  return before_[v];
}

bool PacedBlock::run() {
  constexpr std::size_t kMostWords = std::size_t{1} << 28;  // 1 GiB
  on_time_ = !held_up_ && run_on_time();
  if (on_time_) {
    return true;
  }
  const std::size_t nodes = set_->nodes.size();
  const std::size_t size =
      nodes * static_cast<std::size_t>(count_) * static_cast<std::size_t>(words_);
  if (size > kMostWords) {
    return false;
  }
  words_at_.resize(std::max(words_at_.size(), size));
  for (std::size_t v = 0; v < nodes; ++v) {
    first_word(v);
  }
  for (std::int32_t w = 1; w < words_; ++w) {
    for (std::size_t v = 0; v < nodes; ++v) {
      const NetNode& node = set_->nodes[v];
      const std::int32_t* const above =
          node.parent < 0 ? never_.data() : word(static_cast<std::size_t>(node.parent), w);
      const std::int32_t* const room = room_for(v, w);
      if (issues_[v]) {
        const IssueRows rows{row(phase_, v), row(input_, v), row(output_, v), row(shape_, v)};
        kernels().issue_word(pace_, w, word(v, w - 1), above, node.latency, room, rows, word(v, w),
                             count_);
      } else {
        kernels().pass_word(word(v, w - 1), above, node.latency, room, word(v, w), count_);
      }
    }
  }
  for (std::size_t v = 1; v < nodes; ++v) {
    if (set_->nodes[v].port >= 0 && !issues_[v]) {
      shape_of_receive(v);
    }
  }
  return true;
}

// Nothing is held up when no place is missed: word `places` leaves a point at the pace, so the
// point below must have begun by then (before, for the bins: on a tie it is the place that was
// waited for). False, with nothing decided, where that is not so.
bool PacedBlock::run_on_time() {
  std::copy_n(hold(0), count_, row(first_, 0));
  for (std::size_t v = 1; v < set_->nodes.size(); ++v) {
    const NetNode& node = set_->nodes[v];
    const std::int32_t slack =
        kernels().first(row(hold_, v), row(first_, static_cast<std::size_t>(node.parent)),
                        node.latency, row(first_, v), count_);
    if ((words_ > node.places && slack >= pace_.whole(node.places)) ||
        (node.port < 0 && slack > node.latency)) {
      return false;
    }
  }
  for (std::size_t v = 0; v < set_->nodes.size(); ++v) {
    last_on_time(v);
  }
  return true;
}

void PacedBlock::last_on_time(std::size_t v) {
  const NetNode& node = set_->nodes[v];
  const auto parent = static_cast<std::size_t>(std::max(0, node.parent));
  const auto train = static_cast<std::int32_t>(pace_.whole(words_ - 1));
  const std::int32_t* const from = row(first_, v);
  std::int32_t* const to = row(last_, v);
  const std::int32_t* const above = row(last_, parent);
  if (!issues_[v]) {
    for (std::int32_t k = 0; k < count_; ++k) {
      to[k] = std::max(from[k] + words_ - 1, above[k] + node.latency);
    }
  }
  Shape shape;
  if (issues_[v]) {
    std::fill_n(row(phase_, v), count_,
                static_cast<std::int32_t>(std::int64_t{words_ - 1} * pace_.den % pace_.num));
    shape.first = node.parent < 0 ? Gap::none : Gap::input;
    for (std::int32_t k = 0; k < count_; ++k) {
      to[k] = from[k] + train;
    }
  }
  std::fill_n(row(shape_, v), count_, shape.packed());
  if (issues_[v] && node.parent >= 0) {
    shape.before = Gap::input;
    const std::int32_t follows = shape.packed();
    shape.before = Gap::moving;
    const std::int32_t late = shape.packed();
    for (std::int32_t k = 0; k < count_; ++k) {
      row(shape_, v)[k] = to[k] == above[k] + node.latency ? follows : late;
    }
  }
}

// When every branch below v has a place for word w.
const std::int32_t* PacedBlock::room_for(std::size_t v, std::int32_t w) {
  const std::int32_t* room = nullptr;
  for (auto c = static_cast<std::size_t>(child_[v]); c > 0;
       c = static_cast<std::size_t>(sibling_[c])) {
    const std::int32_t places = set_->nodes[c].places;
    const std::int32_t* freed = nullptr;
    if (w >= places) {
      freed = word(c, w - places);
    } else if (!before_[c].empty()) {
      freed = before_[c].data() + static_cast<std::ptrdiff_t>(w) * count_;
    }
    if (freed == nullptr) {
      continue;
    }
    if (room == nullptr) {
      room = freed;
      continue;
    }
    if (room != room_.data()) {
      std::copy_n(room, count_, room_.data());
      room = room_.data();
    }
    for (std::int32_t k = 0; k < count_; ++k) {
      room_[static_cast<std::size_t>(k)] = std::max(room_[static_cast<std::size_t>(k)], freed[k]);
    }
  }
  return room == nullptr ? never_.data() : room;
}

void PacedBlock::first_word(std::size_t v) {
  const NetNode& node = set_->nodes[v];
  const std::int32_t* const above =
      node.parent < 0 ? never_.data() : word(static_cast<std::size_t>(node.parent), 0);
  const std::int32_t* const room = room_for(v, 0);
  std::int32_t* const out = word(v, 0);
  for (std::int32_t k = 0; k < count_; ++k) {
    const std::int32_t start = hold(v)[k];
    const std::int32_t comes = above[k] + node.latency;
    const std::int32_t ready = std::max({start, comes, room[k]});
    const std::int32_t allowed = issues_[v] ? due(v)[k] : kNever;
    out[k] = std::max(ready, allowed);
    Shape shape;
    shape.first = allowed > ready  ? Gap::moving
                  : comes == ready ? Gap::input
                  : ready > start  ? Gap::output
                                   : Gap::none;
    if (issues_[v]) {
      row(phase_, v)[k] = allowed >= ready ? due_phase(v)[k] : 0;
      shape.irregular = phase(v)[k] != 0;
    }
    row(shape_, v)[k] = shape.packed();
  }
}

// Do words come a cycle each and then at the pace, as PacedTrain says?
void PacedBlock::shape_of_receive(std::size_t v) {
  const std::int32_t* const from = first(v);
  const std::int32_t* const to = last(v);
  std::int32_t* const odd = room_.data();
  std::fill_n(odd, count_, 0);
  for (std::int32_t w = 0; w + 1 < words_; ++w) {
    const std::int32_t* const at = word(v, w);
    const auto rest = static_cast<std::int32_t>(pace_.whole(words_ - 1) - pace_.whole(w));
    for (std::int32_t k = 0; k < count_; ++k) {
      odd[k] |= at[k] - std::max(from[k] + w, to[k] - rest);
    }
  }
  for (std::int32_t k = 0; k < count_; ++k) {
    std::int32_t& packed = row(shape_, v)[k];
    Shape shape = Shape::of(packed);
    shape.irregular = odd[k] != 0;
    packed = shape.packed();
  }
}

bool PacedBlock::steady(std::size_t v) const {
  if (on_time_) {
    return true;
  }
  const std::int32_t* const from = first(v);
  std::int32_t odd = 0;
  for (std::int32_t w = 1; w < words_; ++w) {
    const std::int32_t* const at = word(v, w);
    const auto later = static_cast<std::int32_t>(pace_.whole(w));
    for (std::int32_t k = 0; k < count_; ++k) {
      odd |= at[k] - from[k] - later;
    }
  }
  return odd == 0;
}

}  // namespace weft::sim::vector
