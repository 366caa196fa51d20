// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "isa/verify/comm_trace.h"
#include "isa/verify/net.h"

namespace weft::isa {

/// Carries out the traces of a bundle for whole classes of tiles at once (isa/tile_classes.h): a
/// transfer of a class is done, whole, once every class that sends, forwards or receives words of
/// the same trains has come to it and has its units free. Then all of these words can go, one
/// after the other, through places that are empty before and after. That is one order among the
/// many a Replay may take, and whatever ends in one ends in all; a class that waits for itself, or
/// a sender that has to be done before its receiver begins, says nothing.
class ClassReplay {
 public:
  /// Where classes pause until nothing else moves, so that rounds that repeat are counted off:
  /// where any loop begins again, or their outermost one.
  enum class PauseAt : std::uint8_t { every_loop, outermost_loop };

  ClassReplay(const CommTraces& traces, const Net& net, const std::function<bool()>& stop);

  /// Whether all programs end and all their transfers are done. False says nothing.
  bool completes(PauseAt pause_at);

 private:
  static constexpr std::int64_t kMostTransfers = std::int64_t{1} << 26;

  /// A transfer that is not yet done.
  struct Transfer {
    std::uint32_t step = 0;
    std::uint32_t in_train = 0, out_train = 0;  ///< how many its ports carried before
    bool granted = false;                       ///< its units are free
  };
  using Peer = std::pair<std::int32_t, std::int8_t>;  ///< class and port
  struct Port {
    std::uint32_t trains = 0;  ///< issued
    std::vector<Peer> peers;
  };
  struct Class {
    std::int32_t trace = -1;
    std::uint32_t at = 0;     ///< step
    std::uint32_t round = 0;  ///< the last it was released for
    bool queued = false, paused = false, halted = false;
    std::vector<std::uint32_t> iterations;  ///< still to run, by level
    std::vector<Port> ports;
    std::vector<Transfer> pending;  ///< in issue order
  };
  /// What transfers not yet done hold.
  struct Held {
    std::uint64_t engines = 0;
    std::uint32_t events = 0;
    std::uint8_t units = 0;
    bool core = false;
  };
  using Member = std::pair<std::int32_t, std::size_t>;  ///< class, index into its pending

  // class_replay_classes.cpp
  bool forwards_end() const;
  void connect(std::int32_t from, std::int16_t out, std::int32_t to, std::int16_t in);

  // class_replay.cpp
  void begin();
  void settle();
  void next_round();
  void advance(std::int32_t c);
  Held grant(std::int32_t c);
  bool complete(Member first);
  bool add_peers(const Port& port, bool receivers, std::uint32_t train);
  bool take(std::int32_t c, const CommStep& step, const Held& held);
  bool repeat(std::int32_t c, const CommStep& end);
  void queue(std::int32_t c);
  const CommStep& step_of(const Class& its, const Transfer& transfer) const {
    return traces_.traces[static_cast<std::size_t>(its.trace)].steps[transfer.step];
  }
  Class& at(std::int32_t c) { return classes_[static_cast<std::size_t>(c)]; }

  const CommTraces& traces_;
  const Net& net_;
  const std::function<bool()>& stop_;
  std::vector<Class> classes_;
  std::vector<std::int32_t> work_, paused_;
  std::vector<Member> members_;
  std::int64_t pending_ = 0;  ///< transfers not yet done
  std::int64_t done_ = 0;
  PauseAt pause_at_ = PauseAt::outermost_loop;
  std::uint32_t round_ = 0;
  bool round_repeats_ = false;
};

}  // namespace weft::isa
