// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/path/dependencies.h"
#include "sim/vector/state.h"

namespace weft::sim::vector {

/// What groups did, kept instead of forgotten: operations with their planes, and where cores stood
/// still. Takes the memory of its planes and no time to speak of. Cycles of an entry count from its
/// epoch.
class DependencyLog final : public Dependencies {
 public:
  DependencyLog(std::size_t groups, std::int64_t most_bytes) : groups_(groups), left_(most_bytes) {}

  /// False once it would take more memory than it may: nothing is kept from there on.
  bool whole() const { return left_ >= 0; }

  struct Entry {
    CoreEvent::Kind kind = CoreEvent::Kind::op;
    Times time;
    Times before;  ///< of a resume: the clock it stood at
    std::int64_t epoch = 0;
    std::int64_t computed = 0;
    std::int32_t operation = -1;
    std::int32_t graph_op = -1;
    std::int32_t layer = -1;
    std::int32_t step = -1;
    std::int64_t cycles = 0;
    std::int64_t period = 0;
  };
  void issue(std::size_t g, const Group& group, Entry entry, const OperationPtr& operation);
  void note(std::size_t g, const Group& group, Entry entry);

  /// Once the run has ended: who stood where, and the clocks groups ended with.
  void finish(Groups groups, const std::vector<GroupState>& states, const Rect& region);

  std::int32_t tiles() const override;
  std::int64_t core_end(std::int32_t tile) const override;
  std::int64_t events(std::int32_t tile) const override;
  CoreEvent event(std::int32_t tile, std::int64_t index) const override;
  std::int32_t operations(std::int32_t tile) const override;
  Dependencies::Operation operation(std::int32_t tile, std::int32_t id) const override;
  std::int32_t sender(std::int32_t tile, int color, std::int64_t number) const override;
  std::int32_t receiver(std::int32_t tile, int color, std::int64_t number) const override;

 private:
  struct Issued {
    OperationPtr operation;
    Times live;
    std::int64_t epoch = 0;  ///< of `live`
    std::int64_t event = 0;
  };
  using Numbered = std::pair<std::int64_t, std::int32_t>;  // train, operation
  struct OfGroup {
    std::vector<Entry> entries;
    std::vector<Issued> issued;
    std::vector<std::vector<Numbered>> sent, received;  ///< by slot, ascending
    Times end;
    std::int64_t end_epoch = 0;
  };
  struct At {
    const OfGroup& log;
    const Group& group;
    const Member& member;
    std::size_t lane;
  };
  At at(std::int32_t tile) const;
  void take(const Group& group, std::int64_t planes);
  static std::int32_t find(const std::vector<std::vector<Numbered>>& by_slot, int slot,
                           std::int64_t number);

  std::vector<OfGroup> groups_;
  std::int64_t left_;
  Groups layout_;
  Rect region_;
};

}  // namespace weft::sim::vector
