// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "isa/place_groups.h"
#include "isa/verify/comm_trace.h"
#include "isa/verify/program_run.h"

namespace weft::isa {

/// Runs the program of one tile as if all its transfers were done at once, checks it, and writes
/// down what concerns others. Tiles of the role that isa/place_groups.h does not tell apart do and
/// break the same, but where a probe or vred.argmax reads what is not all written.
class RoleWalk final : private ProgramRun {
 public:
  struct Outcome {
    bool good = false;        ///< no rule broken, and short enough to write down
    bool by_place = false;    ///< other elements may count where another tile stands
    bool by_address = false;  ///< … or where a descriptor lies elsewhere
    std::vector<CommStep> steps;
    std::vector<CommPort> ports;
    std::vector<std::vector<TrainRun>> trains;  ///< by port
  };

  RoleWalk(const Bundle& bundle, const ResolvedBundle& resolved, int most_executed_log2,
           const std::function<bool()>& stop);
  /// `roams`: of group_places; empty: each place is walked that differs in any address.
  Outcome walk(int role, const Coordinates& at, const std::vector<Roaming>& roams = {});

 private:
  struct OpenLoop {
    std::size_t run = 0;     ///< the loop step of the iteration under way
    std::size_t before = 0;  ///< … of the run before it
    bool any_before = false;
  };
  static constexpr int kMostExecutedLog2 = 26;
  static constexpr std::size_t kMostSteps = std::size_t{1} << 20;
  static constexpr std::uint32_t kMostWords = std::uint32_t{1} << 24;

  bool connect(Core& core, const Step& step, Transfer& transfer) override;
  void claim_units(std::int32_t id, DType dtype) override;
  void begin(std::int32_t id) override;

  static bool counts_unwritten(Core& core, const Instr& instr);
  void follow_roaming(Core& core, const Instr& instr, const std::vector<Roaming>& roams);
  bool anywhere_is_as_good(Core& core, std::int16_t buffer, const Roaming& bytes) const;
  bool in_transfer(const Core& core, const ByteRange& bytes) const;
  void write_down(const Core& core, const Instr& instr);
  void begin_run(OpenLoop& loop);
  void end_iteration(const Core& core);
  std::int8_t port(int color, bool out);
  void count_train(std::int8_t port, const TrainRun& train);

  Findings broken_;
  const std::function<bool()>& stop_asked_;
  std::vector<WrittenBytes> loaded_;
  std::vector<OpenLoop> open_;
  Outcome outcome_;
  std::uint64_t roaming_ = 0;  ///< t registers, a bit each
  std::array<Roaming, kTensorRegisters> roaming_in_{};
  std::size_t runs_ = 0;
  std::int32_t datapath_event_ = kNobody;  ///< of the transfer that may still hold the datapath
};

}  // namespace weft::isa
