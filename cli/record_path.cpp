// SPDX-License-Identifier: Apache-2.0
#include "cli/record_path.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "isa/bundle.h"
#include "isa/text.h"

namespace weft::cli {
namespace {

using Kind = sim::PathSegment::Kind;

struct Sum {
  std::int64_t cycles = 0;
  std::int64_t stretches = 0;
  std::map<std::int32_t, std::int64_t> by_tile;
};

constexpr std::array<const char*, static_cast<std::size_t>(Kind::count_)> kKinds = {
    "compute", "setup", "words", "link", "places"};

}  // namespace

std::string without_layer(const std::string& pattern) {
  constexpr std::string_view kLayer = "layers.{}.";
  return pattern.starts_with(kLayer) ? pattern.substr(kLayer.size()) : pattern;
}

void record_path(const sim::CriticalPath& path, const isa::Bundle& bundle,
                 traces::CriticalPath& recording) {
  recording.set_unknown_because(path.unknown_because);
  const int width = bundle.region().width();
  const auto place = [&](std::int32_t tile) {
    return std::pair(tile % width + bundle.region().x(), tile / width + bundle.region().y());
  };
  std::map<std::int32_t, int> roles;
  // Kind, op, role, instruction, color; own work of a core is not told apart by instruction.
  std::map<std::tuple<Kind, int, int, int, int>, Sum> sums;
  std::int64_t messages = 0;
  std::int64_t steps = 0;
  for (const sim::PathSegment& segment : path.segments) {
    const auto [role, fresh] = roles.try_emplace(segment.tile, -1);
    if (fresh) {
      role->second = isa::role_at(bundle, place(segment.tile).first, place(segment.tile).second);
    }
    const bool own = segment.kind == Kind::compute || segment.kind == Kind::setup;
    Sum& sum = sums[{segment.kind, segment.graph_op, own ? -1 : role->second, own ? -1 : segment.pc,
                     segment.color}];
    const std::int64_t cycles = segment.times * (segment.end - segment.begin);
    sum.cycles += cycles;
    sum.stretches += segment.times;
    sum.by_tile[segment.tile] += cycles;
    steps += segment.times;
    messages += segment.kind == Kind::link ? segment.times : 0;
  }
  recording.set_steps(steps);
  recording.set_messages(messages);
  std::map<int, std::vector<std::string>> texts;
  for (const auto& [key, sum] : sums) {
    const auto& [kind, op, role, pc, color] = key;
    traces::PathRow& row = *recording.add_rows();
    row.set_kind(kKinds[static_cast<std::size_t>(kind)]);
    if (op >= 0 && op < bundle.graph_ops_size()) {
      row.set_op(without_layer(bundle.graph_ops(op)));
    }
    row.set_pc(pc);
    if (role >= 0) {
      row.set_role(bundle.roles(role).name());
      auto& text = texts[role];
      if (text.empty()) {
        text = isa::print_instructions(bundle, bundle.roles(role));
      }
      if (pc >= 0 && static_cast<std::size_t>(pc) < text.size()) {
        row.set_instruction(text[static_cast<std::size_t>(pc)]);
      }
    }
    row.set_color(color);
    row.set_cycles(sum.cycles);
    row.set_stretches(sum.stretches);
    row.set_tiles(static_cast<std::int32_t>(sum.by_tile.size()));
    const auto most =
        std::max_element(sum.by_tile.begin(), sum.by_tile.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    row.set_x(place(most->first).first);
    row.set_y(place(most->first).second);
  }
  std::stable_sort(
      recording.mutable_rows()->begin(), recording.mutable_rows()->end(),
      [](const traces::PathRow& a, const traces::PathRow& b) { return a.cycles() > b.cycles(); });
}

}  // namespace weft::cli
