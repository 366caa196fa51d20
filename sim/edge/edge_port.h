// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace weft::sim {

/// One access of a tile to the memory beyond the edge.
struct EdgeRequest {
  std::int64_t cycle = 0;  ///< in which it is made
  std::int32_t channel = 0;
  std::int32_t operation = 0;  ///< the engine's number of it
  bool writes = false;
  std::uint64_t address = 0;
  std::vector<std::byte> data;  ///< what a write brings; as many bytes as a read wants
};

struct EdgeAnswer {
  std::int32_t operation = 0;
  std::int64_t cycle = 0;  ///< from which it is done; later than its request
  std::vector<std::byte> data;
};

/// Where an engine and whoever answers for the memory meet. The engine asks in any order of time;
/// requests are taken by cycle, then channel, then order of asking, and only those of cycles before
/// which the engine has nothing more to ask: the safe time of docs/timing_model.md, "Edge". Knows
/// nothing of SystemC.
class EdgePort {
 public:
  static constexpr std::int64_t kNever = INT64_MAX;

  void ask(EdgeRequest request);
  /// Cycle of the earliest request not taken yet; kNever: none.
  std::int64_t earliest() const;
  EdgeRequest take();
  void answer(EdgeAnswer answer) { answers_.push_back(std::move(answer)); }

  bool has_answer() const { return !answers_.empty(); }
  EdgeAnswer next_answer();
  /// Requests whose answer the engine has not had.
  std::int64_t open() const { return open_; }

  /// A memory that refuses ends the run: the first reason is kept.
  void refuse(std::string why);
  const std::string& refusal() const { return refusal_; }

 private:
  using Key = std::tuple<std::int64_t, std::int32_t, std::int64_t>;  ///< cycle, channel, number
  std::map<Key, EdgeRequest> requests_;
  std::deque<EdgeAnswer> answers_;
  std::int64_t asked_ = 0;
  std::int64_t open_ = 0;
  std::string refusal_;
};

}  // namespace weft::sim
