// SPDX-License-Identifier: Apache-2.0
#include "mapper/waferllm/two_level.h"

namespace weft::mapper {
namespace {

using isa::Opcode;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// A test of a flag, and what it decides stands right behind it.
void test_flags(isa::RoleBuilder& role, int count) {
  for (int i = 0; i < count; ++i) {
    role.land(role.branch(Opcode::br_eq, kFlagRegister, 0));
  }
}

}  // namespace

TwoLevelPlace TwoLevelPlace::of(const collectives::LinePlan& plan, int index) {
  const collectives::Tree& tree = plan.tree();
  const int i = plan.line().position(index);
  const collectives::Place line = plan.place(index);
  TwoLevelPlace place;
  const auto& children = tree.children[at(i)];
  for (std::size_t c = 0; c < children.size(); ++c) {
    (tree.level[at(children[c])] == 0 ? place.near : place.far).push_back(line.in[c]);
  }
  place.out = line.out;
  place.back = line.back;
  const bool group_root = i == tree.root || tree.level[at(i)] > 0;
  if (i == tree.root) {  // root? last? | root? last? | root? last?
    place.kind = Kind::root;
    place.tests = {2, 2, 2};
  } else if (group_root) {  // root? last? | root? group root? first? last? upper? | root? upper?
    place.kind = Kind::group_root;
    place.tests = {2, place.far.empty() ? (i < tree.root ? 3 : 4) : 5, 2};
  } else if (children.empty()) {  // root? first? last? | root? group root? | root? upper?
    place.tests = {tree.parent[at(i)] > i ? 2 : 3, 2, 2};
  } else {  // root? first? last? upper? | …
    place.kind = Kind::inner;
    place.tests = {4, 2, 2};
  }
  return place;
}

void emit_two_level(isa::RoleBuilder& role, const TwoLevelPlace& place,
                    const collectives::Colors& colors, Opcode receive, Opcode forward, int t) {
  using Kind = TwoLevelPlace::Kind;
  const auto take = [&](const std::vector<int>& flows) {
    for (const int flow : flows) {
      role.receive(receive, t, colors[at(flow)]);
    }
  };
  const auto pass_on = [&](const std::vector<int>& flows) {
    if (flows.empty()) {
      role.send(colors[at(place.out)], t);
    } else {
      role.forward(forward, colors[at(place.out)], colors[at(flows.front())], t);
    }
  };
  const bool groups = place.kind == Kind::group_root || place.kind == Kind::root;
  test_flags(role, place.tests[0]);
  groups ? take(place.near) : pass_on(place.near);
  test_flags(role, place.tests[1]);
  if (place.kind == Kind::root) {
    take(place.far);
  } else if (groups) {
    pass_on(place.far);
  }
  test_flags(role, place.tests[2]);
  if (place.kind == Kind::root) {
    role.send(colors[at(place.back)], t);
  } else {
    role.receive(Opcode::recv_set, t, colors[at(place.back)]);
  }
}

}  // namespace weft::mapper
