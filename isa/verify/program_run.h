// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isa/verify/edge_bytes.h"
#include "isa/verify/findings.h"
#include "isa/verify/skeleton_state.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {

/// Runs programs without time and without values and checks every executed instruction on the way:
/// descriptors, shapes, fences, events, written bytes, limits. When a transfer it has issued is
/// done is up to whoever derives from it.
class ProgramRun {
 public:
  static constexpr std::int32_t kMostIterations = 1 << 24;

 protected:
  /// What can be wrong with an executed instruction; said once per instruction of a role.
  enum class Rule : std::uint8_t {
    budget,
    loop_count,
    divisor,
    negative_dims,
    too_many,
    outside,
    unaligned,
    undefined,
    shape,
    fence,
    event,
    unrouted,
    unknown_event,
    probe,
    unwritten,
    edge_range,
  };

  ProgramRun(const Bundle& bundle, const ResolvedBundle& resolved, Findings& findings,
             int most_executed_log2);
  ~ProgramRun() = default;

  // What becomes of a transfer.
  /// Whether colors lead to and from the tile; false: the program cannot go on.
  virtual bool connect(Core& core, const Step& step, Transfer& transfer) = 0;
  virtual void claim_units(std::int32_t id, DType dtype) = 0;
  virtual void begin(std::int32_t id) = 0;

  // program_run.cpp
  bool resume(Core& core);
  bool step(std::int32_t tile, Core& core);
  bool issue(std::int32_t tile, Core& core, const Step& step);
  bool wait_event(Core& core);
  std::int32_t new_transfer();
  void halt(Core& core) { core.wait = Core::Wait::halted; }
  std::int32_t tile_of(const Core& core) const {
    return static_cast<std::int32_t>(&core - cores_.data());
  }

  // program_checks.cpp: false where the program cannot go on
  void say(const Core& core, Rule rule, const std::string& what);
  bool fresh(const Core& core, Rule rule) const;
  void stop(Core& core);
  bool check_loop(Core& core);
  void check_divisor(const Core& core);
  void check_dims(const Core& core);
  void check_written(const Core& core, Step& step);
  bool check_operands(Core& core, const Step& step);
  void check_shapes(const Core& core, const Step& step);
  void check_probe(const Core& core);
  void check_fences(const Core& core, const Step& step);
  void check_edge(const Core& core, const Step& step);
  std::string tile_text(std::int32_t tile) const;
  std::string place_text(std::int32_t tile, std::int32_t pc) const;
  std::string instruction_text(std::int32_t tile, std::int32_t pc) const;

  // program_data.cpp
  std::vector<WrittenBytes> written_by_loads() const;
  void check_reads(Core& core, const Step& step);
  void say_unwritten(const Core& core, int t, const ByteRange& bytes);
  std::optional<ByteRange> missing_of_used(Core& core, Descriptor d) const;
  bool is_being_written(const Core& core, const Descriptor& d) const;

  const Program& program_of(const Core& core) const {
    return resolved_.programs[static_cast<std::size_t>(core.role)];
  }
  const Instr& instr_of(const Core& core) const {
    return program_of(core).code[static_cast<std::size_t>(core.state.pc)];
  }

  const Bundle& bundle_;
  const ResolvedBundle& resolved_;
  Findings& findings_;
  int most_executed_log2_;
  std::vector<std::vector<Step>> steps_;  ///< by role, then instruction
  std::vector<Core> cores_;
  std::vector<Transfer> transfers_;
  std::vector<std::int32_t> free_transfers_;
  std::map<std::int32_t, EdgeUse> edge_use_;  ///< by tile
  bool stopped_ = false;    ///< some program could not go on: what waits says nothing
  bool exhausted_ = false;  ///< … and ran without end: the others may, too
};

/// How programs are run: each instruction of one.
std::vector<Step> plan_steps(const Program& program);

}  // namespace weft::isa
