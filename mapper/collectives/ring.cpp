// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace weft::mapper::collectives {
namespace {

using isa::Opcode;
using isa::Value;

std::size_t at(int tile) { return static_cast<std::size_t>(tile); }

}  // namespace

// Left end first, every train takes the first color that is free: three, every third alike.
Ring::Ring(const Line& line) : line_(line), out_(at(line.length), -1), in_(at(line.length), -1) {
  if (line.length == 1) {
    return;
  }
  std::vector<int> from(at(line.length));
  std::iota(from.begin(), from.end(), 0);
  std::stable_sort(from.begin(), from.end(),
                   [&](int a, int b) { return std::min(a, next(a)) < std::min(b, next(b)); });
  std::vector<unsigned> taken(at(line.length), 0);
  for (const int i : from) {
    const auto [low, high] = std::minmax({i, next(i)});
    unsigned used = 0;
    for (int router = low; router <= high; ++router) {
      used |= taken[at(router)];
    }
    int color = 0;
    while ((used >> color & 1U) != 0) {
      ++color;
    }
    for (int router = low; router <= high; ++router) {
      taken[at(router)] |= 1U << color;
    }
    out_[at(i)] = in_[at(next(i))] = color;
    colors_ = std::max(colors_, color + 1);
  }
}

int Ring::next(int position) const {
  const int last = line_.length - 1;
  if (position % 2 == 0) {
    return position + 2 <= last ? position + 2 : position + 1 <= last ? position + 1 : position - 1;
  }
  return position == 1 ? 0 : position - 2;
}

int Ring::order(int position) const {
  return position % 2 == 0 ? position / 2 : line_.length - (position + 1) / 2;
}

RingPlace Ring::place(int index) const {
  if (line_.length == 1 || !line_.contains(index)) {
    return {};
  }
  const int i = line_.position(index);
  return {true, i % 2 != 0, in_[at(i)], out_[at(i)]};
}

std::vector<LineRule> Ring::rules() const {
  std::vector<LineRule> rules;
  for (int i = 0; i < line_.length && line_.length > 1; ++i) {
    add_way(out_[at(i)], i, next(i), rules);
  }
  return rules;
}

std::vector<Flow> Ring::flows() const {
  return flows_of(line_, rules(), line_.along_x ? "ring x" : "ring y");
}

std::vector<isa::Route> Ring::routes(const Colors& colors, const weft::Rect& region) const {
  return routes_of(line_, rules(), colors, region);
}

std::string Ring::text(std::int64_t share_words, const Timing& timing) const {
  return fmt::format("all-reduce {}, {} words over {} tiles: ring, {} colors, {} cycles",
                     line_.along_x ? "x" : "y", share_words * line_.length, line_.length, colors_,
                     all_reduce_cost(share_words, timing));
}

// Step by step as the emitted code runs, all tiles starting together.
std::int64_t Ring::cost(int rounds, bool gather, std::int64_t share_words,
                        const Timing& timing) const {
  const std::size_t tiles = at(line_.length);
  if (tiles == 1) {
    return 0;
  }
  std::vector<std::int64_t> now(tiles);
  std::vector<std::int64_t> sent(tiles);
  std::vector<std::int64_t> done(tiles);
  const std::int64_t span = timing.span(share_words);
  for (int i = 0; i < line_.length; ++i) {
    const int start = 3 + (gather ? 2 : 0) + (line_.first != 0 ? 1 : 0) +
                      (line_.lines > 1 ? 1 : 0) + (i % 2 != 0 ? 3 : 0);
    now[at(i)] = start * timing.scalar;
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::int64_t& cycle : now) {
      cycle += timing.loop_entry;
    }
    for (int step = 0; step + 1 < line_.length; ++step) {
      for (std::size_t i = 0; i < tiles; ++i) {
        sent[i] = now[i] + timing.scalar + timing.descriptor + timing.transfer;
      }
      std::fill(done.begin(), done.end(), 0);
      for (int i = 0; i < line_.length; ++i) {
        const int to = next(i);
        const std::int64_t hops = std::abs(to - i);
        const std::int64_t live =
            sent[at(to)] + 1 + 3 * timing.scalar + timing.descriptor + timing.transfer;
        const std::int64_t taken = std::max(live, sent[at(i)] + timing.flight(hops));
        const std::int64_t held = share_words > timing.held(hops)
                                      ? taken + timing.span(share_words - timing.held(hops))
                                      : 0;
        done[at(to)] = std::max(done[at(to)], taken + span);
        done[at(i)] = std::max({done[at(i)], sent[at(i)] + span, held});
      }
      for (std::size_t i = 0; i < tiles; ++i) {
        now[i] = done[i] + timing.loop_iteration;
      }
    }
  }
  return *std::max_element(now.begin(), now.end());
}

// a: bytes from the first share to the one this tile sends first.
void Ring::emit_start(isa::RoleBuilder& role, bool odd, bool gather,
                      const RingOperand& operand) const {
  const int bytes = operand.share * bytes_of(operand.dtype);
  role.emit(Opcode::csrr, {operand.a, line_.along_x ? 0 : 1});
  if (line_.first != 0) {
    role.emit(Opcode::sub, {operand.a, operand.a, line_.first});
  }
  if (line_.lines > 1) {
    role.emit(Opcode::mod, {operand.a, operand.a, line_.length});
  }
  if (odd) {
    role.emit(Opcode::add, {operand.a, operand.a, 1});
  }
  role.emit(Opcode::div, {operand.a, operand.a, 2});
  if (odd) {
    role.emit(Opcode::mul, {operand.a, operand.a, -1});
    role.emit(Opcode::add, {operand.a, operand.a, line_.length});
  }
  if (gather) {
    role.emit(Opcode::add, {operand.a, operand.a, 1});
    role.emit(Opcode::mod, {operand.a, operand.a, line_.length});
  }
  role.emit(Opcode::mul, {operand.a, operand.a, bytes});
}

void Ring::emit_round(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                      Opcode receive, const RingOperand& operand) const {
  const int bytes = operand.share * bytes_of(operand.dtype);
  const auto point = [&](int t) {
    role.emit(Opcode::add, {operand.b, operand.a, operand.offset});
    role.td(t, operand.buffer, Value::reg(operand.b), operand.dtype, {operand.share});
  };
  role.loop(line_.length - 1);
  point(operand.out);
  role.send(colors[at(place.out)], operand.out, operand.engine, operand.event);
  role.emit(Opcode::sub, {operand.a, operand.a, bytes});
  role.emit(Opcode::mod, {operand.a, operand.a, bytes * line_.length});
  point(operand.in);
  role.receive(receive, operand.in, colors[at(place.in)]);
  role.wait(operand.event);
  role.end();
}

void Ring::emit_reduce_scatter(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                               Opcode receive, const RingOperand& operand) const {
  if (place.works) {
    emit_start(role, place.odd, false, operand);
    emit_round(role, place, colors, receive, operand);
  }
}

void Ring::emit_all_gather(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                           const RingOperand& operand) const {
  if (place.works) {
    emit_start(role, place.odd, true, operand);
    emit_round(role, place, colors, Opcode::recv_set, operand);
  }
}

void Ring::emit_all_reduce(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                           Opcode receive, const RingOperand& operand) const {
  if (place.works) {
    emit_start(role, place.odd, false, operand);
    emit_round(role, place, colors, receive, operand);
    emit_round(role, place, colors, Opcode::recv_set, operand);
  }
}

}  // namespace weft::mapper::collectives
