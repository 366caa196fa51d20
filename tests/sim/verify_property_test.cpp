// SPDX-License-Identifier: Apache-2.0
// Random small programs: the verifier accepts exactly those that the engine, which knows nothing of
// it, runs to the end.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "contract_case.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "isa/verify.h"
#include "sim/simulate.h"
#include "tests/isa/loaded.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using isa::RoleBuilder;

constexpr int kCases = 20000;
constexpr int kDamaged = 5000;
constexpr int kMostTrains = 7;

/// A color's tree along a line of tiles: the source and the tiles that take its words.
struct Wire {
  int source = 0;
  std::vector<int> sinks;
};

/// One end of one train, as some tile will issue it.
struct End {
  int color = 0;
  int train = 0;
  int words = 0;
  bool sends = false;
  int out_color = -1;  ///< forwards: receives `color`, sends this
};

/// 2 to 4 tiles in a row, exclusive trees, trains that both ends agree on, and an order of issue on
/// every tile that is now and then shuffled: some of it waits in a circle.
class Case {
 public:
  explicit Case(unsigned seed)
      : random_(seed), tiles_(2 + pick(3)), rounds_(pick(3) == 0 ? 2 + pick(3) : 1) {
    ends_.resize(static_cast<std::size_t>(tiles_));
    draw_wires();
    draw_trains();
    shuffle_some();
    machine_ = contract_machine(tiles_, 1);
    machine_.mutable_fabric()->set_ramp_latency(pick(3));
    machine_.mutable_fabric()->set_places_per_hop(1 + pick(2));
    machine_.mutable_tile()->set_input_queue_words(1 + pick(3));
    machine_.mutable_tile()->set_queue_engines(3);
    for (int tile = 0; tile < tiles_; ++tile) {
      add_role(tile);
    }
    auto& region = *bundle_.mutable_region();
    region.set_width(tiles_);
    region.set_height(1);
  }

  const isa::Bundle& bundle() const { return bundle_; }
  const arch::Machine& machine() const { return machine_; }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  void draw_wires() {
    for (int color = 0; color < 2 + pick(4); ++color) {
      Wire wire;
      wire.source = pick(tiles_);
      const bool east = wire.source == 0 || (wire.source + 1 < tiles_ && pick(2) == 0);
      const int step = east ? 1 : -1;
      const int reach = east ? tiles_ - 1 - wire.source : wire.source;
      const int last = 1 + pick(reach);
      for (int i = 1; i <= last; ++i) {
        const int tile = wire.source + i * step;
        const bool takes = i == last || pick(2) == 0;
        isa::Route& route = add_route(color, tile, east ? isa::WEST : isa::EAST);
        if (takes) {
          wire.sinks.push_back(tile);
          route.add_tx(isa::RAMP);
        }
        if (i < last) {
          route.add_tx(east ? isa::EAST : isa::WEST);
        }
      }
      add_route(color, wire.source, isa::RAMP).add_tx(east ? isa::EAST : isa::WEST);
      wires_.push_back(wire);
    }
  }

  isa::Route& add_route(int color, int tile, isa::Direction from) {
    isa::Route& route = *bundle_.add_routes();
    route.set_color(color);
    *route.mutable_tiles() = isa::to_proto({{tile, 1, 1}, {0, 1, 1}});
    route.set_rx(from);
    return route;
  }

  // Trains in one global order, which never deadlocks; a forward joins a receive with a send.
  void draw_trains() {
    const int trains = 1 + pick(kMostTrains);
    for (int t = 0; t < trains; ++t) {
      const int color = pick(static_cast<int>(wires_.size()));
      const Wire& wire = wires_[static_cast<std::size_t>(color)];
      const int words = 1 + (pick(3) == 0 ? pick(24) : pick(6));
      const int joined = pick(3) == 0 ? wire_from(wire.sinks.front()) : -1;
      at(wire.source).push_back({color, t, words, true, -1});
      for (const int sink : wire.sinks) {
        const bool forwards = joined >= 0 && sink == wire.sinks.front();
        at(sink).push_back({color, t, words, false, forwards ? joined : -1});
      }
      if (joined >= 0) {
        for (const int sink : wires_[static_cast<std::size_t>(joined)].sinks) {
          at(sink).push_back({joined, t, words, false, -1});
        }
      }
    }
  }

  // A color whose source is `tile`, or -1.
  int wire_from(int tile) {
    std::vector<int> colors;
    for (std::size_t c = 0; c < wires_.size(); ++c) {
      if (wires_[c].source == tile) {
        colors.push_back(static_cast<int>(c));
      }
    }
    return colors.empty() ? -1
                          : colors[static_cast<std::size_t>(pick(static_cast<int>(colors.size())))];
  }

  std::vector<End>& at(int tile) { return ends_[static_cast<std::size_t>(tile)]; }

  static bool same_wire(const End& a, const End& b) {
    const auto sent = [](const End& e) { return e.sends ? e.color : e.out_color; };
    const auto taken = [](const End& e) { return e.sends ? -2 : e.color; };
    return (sent(a) >= 0 && sent(a) == sent(b)) || taken(a) == taken(b);
  }

  // Swaps neighbours of different colors, so that the trains of each color keep their order.
  void shuffle_some() {
    for (auto& ends : ends_) {
      if (ends.size() < 2 || pick(3) == 0) {
        continue;
      }
      for (int swaps = pick(6); swaps > 0; --swaps) {
        const auto i = static_cast<std::size_t>(pick(static_cast<int>(ends.size()) - 1));
        if (!same_wire(ends[i], ends[i + 1])) {
          std::swap(ends[i], ends[i + 1]);
        }
      }
    }
  }

  // Every transfer its own buffer, so that no fence is in the way; every event waited for before it
  // is taken again, some only at the end and some never.
  void add_role(int tile) {
    RoleBuilder role(fmt::format("t{}", tile));
    std::vector<int> free_events{0, 1, 2, 3, 4, 5};
    std::vector<int> due;
    const auto settle = [&](std::size_t which) {
      role.wait(due[which]);
      free_events.push_back(due[which]);
      due.erase(due.begin() + static_cast<std::ptrdiff_t>(which));
    };
    int t = 0;
    role.loop(rounds_);
    for (const End& end : at(tile)) {
      if (pick(4) == 0) {
        role.emit(Opcode::busy, {pick(20)});
      }
      if (!due.empty() && (free_events.empty() || pick(4) == 0)) {
        settle(static_cast<std::size_t>(pick(static_cast<int>(due.size()))));
      }
      const int buffer = role.buffer(fmt::format("x{}", t), end.words * 4);
      role.td(t, buffer, 0, DType::f32, {end.words});
      int engine = -1;
      int event = 0;
      if (pick(2) == 0) {
        engine = pick(3);
        event = free_events.back();
        free_events.pop_back();
        due.push_back(event);
      }
      if (end.sends) {
        role.send(end.color, t, engine, event);
      } else if (end.out_color >= 0) {
        role.forward(pick(2) == 0 ? Opcode::fwd_add : Opcode::fwd_max, end.out_color, end.color, t,
                     engine, event);
      } else {
        role.receive(pick(2) == 0 ? Opcode::recv_add : Opcode::recv_set, t, end.color, engine,
                     event);
      }
      ++t;
    }
    while (!due.empty() && (rounds_ > 1 || pick(8) != 0)) {
      settle(static_cast<std::size_t>(pick(static_cast<int>(due.size()))));
    }
    role.end();
    isa::Role made = role.finish(0);
    *made.add_tiles() = isa::to_proto({{tile, 1, 1}, {0, 1, 1}});
    *bundle_.add_roles() = std::move(made);
  }

  std::mt19937 random_;
  int tiles_;
  int rounds_;  ///< how often every tile runs its ends
  std::vector<Wire> wires_;
  std::vector<std::vector<End>> ends_;
  isa::Bundle bundle_;
  arch::Machine machine_;
};

TEST(VerifyProperty, AcceptsExactlyWhatTheEngineRunsToTheEnd) {
  int accepted = 0;
  int refused = 0;
  for (unsigned seed = 0; seed < kCases; ++seed) {
    const Case drawn(seed);
    const auto found = isa::find_violations(isa::loaded(drawn.bundle()), drawn.machine());
    const auto run = simulate(drawn.bundle(), drawn.machine(), {});
    ASSERT_TRUE(run.ok()) << "seed " << seed << ": " << run.error().message;
    // Trees of this test may share a link, whose bandwidth the engine then does not model.
    std::string broken;
    for (const Audit& audit : run->audits) {
      broken += audit.ok || !run->exact ? "" : audit.name + ": " + audit.detail + "\n";
    }
    EXPECT_EQ(found.empty(), run->deadlock.empty() && broken.empty())
        << "seed " << seed << "\n"
        << broken << (found.empty() ? "accepted" : found.front()) << "\n"
        << (run->deadlock.empty() ? "runs" : run->deadlock.front());
    for (const std::string& line : found) {
      EXPECT_TRUE(line.starts_with("cyclic wait: ")) << "seed " << seed << ": " << line;
    }
    ++(found.empty() ? accepted : refused);
  }
  RecordProperty("accepted", accepted);
  RecordProperty("refused", refused);
  EXPECT_GE(accepted, kCases / 5) << refused;
  EXPECT_GE(refused, kCases / 5) << accepted;
}

// Changes a few operands of a few instructions to small or extreme numbers.
isa::Bundle mutate(const isa::Bundle& from, unsigned seed) {
  constexpr std::int32_t kValues[] = {-1, 0, 1, 2, 3, 4, 5, 8, 16, 1 << 20, INT32_MAX, INT32_MIN};
  std::mt19937 random(seed);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  isa::Bundle bundle = from;
  for (int changes = 1 + pick(3); changes > 0; --changes) {
    isa::Role& role = *bundle.mutable_roles(pick(bundle.roles_size()));
    isa::Instruction& instruction = *role.mutable_code(pick(role.code_size()));
    if (pick(4) == 0) {
      instruction.set_registers(1u << pick(isa::kMaxArgs));
    }
    if (instruction.args_size() > 0) {
      instruction.set_args(pick(instruction.args_size()),
                           kValues[pick(static_cast<int>(std::size(kValues)))]);
    }
  }
  return bundle;
}

TEST(VerifyProperty, WhatItAcceptsOfDamagedProgramsRunsToTheEnd) {
  int accepted = 0;
  int refused = 0;
  for (unsigned seed = 0; seed < kDamaged; ++seed) {
    const Case drawn(seed);
    const isa::Bundle damaged = mutate(drawn.bundle(), seed);
    if (!isa::find_violations(isa::loaded(damaged), drawn.machine()).empty()) {
      ++refused;
      continue;
    }
    ++accepted;
    const auto run = simulate(damaged, drawn.machine(), {});
    ASSERT_TRUE(run.ok()) << "seed " << seed << ": " << run.error().message;
    EXPECT_TRUE(run->deadlock.empty()) << "seed " << seed << ": " << run->deadlock.front();
    for (const Audit& audit : run->audits) {
      EXPECT_TRUE(audit.ok || !run->exact) << "seed " << seed << ": " << audit.name;
    }
  }
  EXPECT_GE(accepted, kDamaged / 10) << refused;
  EXPECT_GE(refused, kDamaged / 5) << accepted;
}

}  // namespace
}  // namespace weft::sim
