// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/scalar/engine.h"

// What a core does by its program alone is not told step by step: between two stretches that are
// told it steps through its program and sets up.

namespace weft::sim::scalar {

void Engine::keep_timeline(const TimelineLimits& limits) {
  timeline_.emplace(machine_, region_, routes_, limits);
  told_.assign(tiles_.size(), 0);
}

void Engine::tell(std::int32_t tile, Bin bin, Time from, Time to) {
  std::int64_t& told = told_[static_cast<std::size_t>(tile)];
  timeline_->spent(tile, Bin::setup, told, from + epoch_);
  timeline_->spent(tile, bin, from + epoch_, to + epoch_);
  told = to + epoch_;
}

// The core stood still from now to the operation's end, as settle() books it.
void Engine::tell_wait(const Operation& operation, Time now) {
  constexpr Bin kBinOf[] = {Bin::unit, Bin::input, Bin::output};
  const auto stand = [&](Bin bin, Time until) {
    if (until > now) {
      tell(operation.tile, bin, now, until);
      now = until;
    }
  };
  const auto pass = [&](const Pause& pause) {
    stand(Bin::moving, pause.begin);
    stand(kBinOf[static_cast<std::size_t>(pause.cause)], pause.end);
  };
  stand(Bin::unit, operation.start);
  stand(kBinOf[static_cast<std::size_t>(operation.before)], operation.first);
  if (operation.pause != Operation::kNoPause && operation.inside == Wait::count_) {
    for (const Pause& pause : pauses_[static_cast<std::size_t>(operation.pause)]) {
      pass(pause);
    }
  } else if (operation.pause != Operation::kNoPause) {
    const Time length = operation.end - operation.first - code_of(operation).amount;
    pass({operation.pause, operation.pause + length, operation.inside});
  }
  stand(Bin::moving, operation.end);
}

void Engine::tell_sent(const Operation& operation) {
  const Code& code = code_of(operation);
  const std::int32_t out = out_port(operation, code);
  const std::int32_t segment =
      out >= 0 ? out : branches_[static_cast<std::size_t>(junction_at(-2 - out).first)];
  timeline_->sent(ends_at(segment).tree, operation.first + epoch_, operation.end + epoch_,
                  code.amount);
}

}  // namespace weft::sim::scalar
