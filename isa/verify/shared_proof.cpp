// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/shared_proof.h"

#include "isa/verify/replay.h"

namespace weft::isa {

bool prove_sound(const Bundle& bundle, const arch::Machine& machine, const ResolvedBundle& resolved,
                 int most_executed_log2, const std::function<bool()>& stop) {
  const auto traces = write_traces(bundle, resolved, most_executed_log2, stop);
  if (!traces) {
    return false;
  }
  auto net = lay_net(bundle, machine, resolved.region, *traces);
  return net && Replay(*traces, std::move(*net), stop).completes();
}

}  // namespace weft::isa
