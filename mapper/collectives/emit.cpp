// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/emit.h"

#include <cassert>

namespace weft::mapper::collectives {
namespace {

int color(const Colors& colors, int flow) { return colors[static_cast<std::size_t>(flow)]; }

}  // namespace

namespace {

void reduce(isa::RoleBuilder& role, const Place& place, const Colors& colors, isa::Opcode receive,
            isa::Opcode forward, int t, const std::function<void()>& ahead_of_last) {
  const bool root = place.kind == Place::Kind::root;
  const bool passes_on = !root && !place.stores && !place.in.empty();
  const std::size_t whole = place.in.size() - (passes_on ? 1 : 0);
  for (std::size_t i = 0; i < whole; ++i) {
    if (i + 1 == place.in.size()) {
      ahead_of_last();
    }
    role.receive(receive, t, color(colors, place.in[i]));
  }
  if (passes_on) {
    ahead_of_last();
    role.forward(forward, color(colors, place.out), color(colors, place.in.back()), t);
  } else if (!root) {
    role.send(color(colors, place.out), t);
  }
}

}  // namespace

void emit_reduce(isa::RoleBuilder& role, const Place& place, const Colors& colors,
                 isa::Opcode receive, isa::Opcode forward, int t) {
  if (place.works()) {
    reduce(role, place, colors, receive, forward, t, [] {});
  }
}

void emit_return(isa::RoleBuilder& role, const Place& place, const Colors& colors, int t) {
  if (!place.works()) {
    return;
  }
  assert(place.back >= 0);
  if (place.kind == Place::Kind::root) {
    role.send(color(colors, place.back), t);
  } else {
    role.receive(isa::Opcode::recv_set, t, color(colors, place.back));
  }
}

void emit_all_reduce(isa::RoleBuilder& role, const Place& place, const Colors& colors,
                     isa::Opcode receive, isa::Opcode forward, int t,
                     const std::function<void()>& meanwhile) {
  const auto prepare = [&] {
    if (meanwhile) {
      meanwhile();
    }
  };
  if (!place.works()) {
    prepare();
    return;
  }
  const bool waits_early = place.in.size() >= 2 || place.kind == Place::Kind::root;
  const auto nothing = [] {};
  if (waits_early) {
    reduce(role, place, colors, receive, forward, t, prepare);
  } else {
    reduce(role, place, colors, receive, forward, t, nothing);
    prepare();
  }
  emit_return(role, place, colors, t);
}

}  // namespace weft::mapper::collectives
