// SPDX-License-Identifier: Apache-2.0
#include "mapper/waferllm/two_level.h"

namespace weft::mapper {
namespace {

using isa::Opcode;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// A flag is loaded and compared; what the branch decides stands right behind it.
void test_flags(isa::RoleBuilder& role, int count) {
  for (int i = 0; i < count; ++i) {
    role.emit(Opcode::li, {kFlagRegister, 1});
    role.emit(Opcode::sub, {kFlagRegister, kFlagRegister, 1});
    role.land(role.branch(Opcode::br_eq, kFlagRegister, 0));
  }
}

}  // namespace

std::vector<collectives::LineRule> TwoLevel::back_rules() const {
  const int root = tree.tree().root;
  std::vector<collectives::LineRule> rules;
  for (int i = 0; i < tree.line().length; ++i) {
    const bool last = i == 0 || i + 1 == tree.line().length;
    const auto onward = i < root ? collectives::kDown : collectives::kUp;
    const auto origin = i < root ? collectives::kUp : collectives::kDown;
    if (i != root) {
      const unsigned tx = collectives::kRamp | (last ? 0U : unsigned{onward});
      rules.push_back({i < root ? 0 : 1, i, origin, tx});
    }
  }
  if (root > 0) {
    rules.push_back({0, root, collectives::kRamp, collectives::kDown});
  }
  if (root + 1 < tree.line().length) {
    rules.push_back({1, root, collectives::kRamp, collectives::kUp});
  }
  return rules;
}

std::vector<collectives::Flow> TwoLevel::flows() const {
  std::vector<collectives::Flow> flows = tree.flows();
  for (collectives::Flow& flow : collectives::flows_of(tree.line(), back_rules(), "multicast")) {
    flows.push_back(std::move(flow));
  }
  return flows;
}

std::vector<isa::Route> TwoLevel::routes(const collectives::Colors& colors,
                                         const weft::Rect& region) const {
  std::vector<isa::Route> routes = tree.routes(colors, region);
  const collectives::Colors last(colors.begin() + back(), colors.end());
  for (isa::Route& route : collectives::routes_of(tree.line(), back_rules(), last, region)) {
    routes.push_back(std::move(route));
  }
  return routes;
}

TwoLevelPlace TwoLevelPlace::of(const TwoLevel& plan, int index) {
  const collectives::Tree& tree = plan.tree.tree();
  const int i = plan.tree.line().position(index);
  const collectives::Place line = plan.tree.place(index);
  TwoLevelPlace place;
  const auto& children = tree.children[at(i)];
  for (std::size_t c = 0; c < children.size(); ++c) {
    (tree.level[at(children[c])] == 0 ? place.near : place.far).push_back(line.in[c]);
  }
  place.out = line.out;
  if (i != tree.root) {
    place.back = {plan.back() + (i < tree.root ? 0 : 1)};
  } else {
    place.back = {plan.back()};
    if (i + 1 < tree.tiles()) {
      place.back.push_back(plan.back() + 1);
    }
  }
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
  for (const int flow : place.back) {
    if (place.kind == Kind::root) {
      role.send(colors[at(flow)], t);
    } else {
      role.receive(Opcode::recv_set, t, colors[at(flow)]);
    }
  }
}

}  // namespace weft::mapper
