// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/shared_proof.h"

#include <algorithm>

#include "isa/verify/class_replay.h"
#include "isa/verify/replay.h"

namespace weft::isa {
namespace {

// Whether tiles keep out of each other's edge memory is asked tile by tile.
bool writes_edge(const ResolvedBundle& resolved) {
  return std::any_of(
      resolved.programs.begin(), resolved.programs.end(), [](const Program& program) {
        return std::any_of(program.code.begin(), program.code.end(),
                           [](const Instr& instr) { return instr.opcode == Opcode::edge_write; });
      });
}

}  // namespace

bool prove_sound(const Bundle& bundle, const arch::Machine& machine, const ResolvedBundle& resolved,
                 int most_executed_log2, const std::function<bool()>& stop) {
  if (writes_edge(resolved)) {
    return false;
  }
  const auto traces = write_traces(bundle, resolved, most_executed_log2, stop);
  if (!traces) {
    return false;
  }
  auto net = lay_net(bundle, machine, resolved.region, *traces);
  if (!net) {
    return false;
  }
  {
    ClassReplay classes(*traces, *net, stop);
    if (classes.completes(ClassReplay::PauseAt::every_loop) ||
        classes.completes(ClassReplay::PauseAt::outermost_loop)) {
      return true;
    }
  }
  return Replay(*traces, std::move(*net), stop).completes();
}

}  // namespace weft::isa
