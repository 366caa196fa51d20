// SPDX-License-Identifier: Apache-2.0
#include "send_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "isa/layout.h"
#include "isa/role_builder.h"
#include "isa/verify.h"

namespace weft::mapper::routes {
namespace {

float value_of(std::size_t flow) { return 1.5F + static_cast<float>(flow); }

/// Slot of a flow among what a column of tiles took.
int slot(const Problem& problem, int y, std::size_t flow) {
  return y * static_cast<int>(problem.flows.size()) + static_cast<int>(flow);
}

/// Colors of the two chains that sum a column up to its first tile, behind those of the problem.
int chain_color(const Problem& problem, int y) { return problem.colors + y % 2; }

void add_chains(const Problem& problem, isa::Bundle& bundle) {
  for (int y = 1; y < problem.height; ++y) {
    for (const bool sends : {true, false}) {
      isa::Route& route = *bundle.add_routes();
      route.set_color(chain_color(problem, y));
      *route.mutable_tiles() = isa::to_proto({{0, 1, problem.width}, {sends ? y : y - 1, 1, 1}});
      route.set_rx(sends ? isa::RAMP : isa::SOUTH);
      route.add_tx(sends ? isa::NORTH : isa::RAMP);
    }
  }
}

/// Every core takes part in its flows in one global order, which no set of trees can deadlock, and
/// keeps what it took in a slot of its own. Then columns are summed up and shown.
class Sender {
 public:
  explicit Sender(const Problem& problem) : problem_(problem) {
    for (int y = 0; y < problem.height; ++y) {
      for (int x = 0; x < problem.width; ++x) {
        auto& role =
            roles_.emplace(Tile{x, y}, isa::RoleBuilder(fmt::format("t{}_{}", x, y))).first->second;
        role.td(kSlots, role.buffer("slots", slots() * 4), 0, DType::f32, {1, slots()});
        role.emit_numbers(isa::Opcode::vfill, {kSlots}, {0.0F});
      }
    }
  }

  isa::Bundle bundle(const Solution& solution, int instruction_bytes) && {
    isa::Bundle bundle;
    bundle.set_version(isa::kBundleVersion);
    bundle.mutable_region()->set_width(problem_.width);
    bundle.mutable_region()->set_height(problem_.height);
    for (isa::Route& route : to_routes(problem_, solution)) {
      *bundle.add_routes() = std::move(route);
    }
    add_chains(problem_, bundle);
    isa::Probe& probe = *bundle.add_probes();
    probe.set_name("taken");
    *probe.mutable_columns() =
        isa::block_axis(isa::Axis::X, problem_.width * slots(), problem_.width);
    add_flows(solution);
    for (auto& [tile, role] : roles_) {
      sum_up(tile.y, role);
      isa::Role& done = *bundle.add_roles();
      done = role.finish(instruction_bytes);
      *done.add_tiles() = isa::to_proto({{tile.x, 1, 1}, {tile.y, 1, 1}});
    }
    return bundle;
  }

 private:
  static constexpr int kSlots = 3;  ///< descriptor of all slots

  int slots() const { return problem_.height * static_cast<int>(problem_.flows.size()); }

  void add_flows(const Solution& solution) {
    std::vector<std::size_t> order(problem_.flows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return problem_.flows[a].first < problem_.flows[b].first;
    });
    for (const std::size_t f : order) {
      const Flow& flow = problem_.flows[f];
      const int words = static_cast<int>(flow.words);
      isa::RoleBuilder& source = roles_.at(flow.source);
      source.td(0, source.buffer("x", words * 4), 0, DType::f32, {words});
      source.emit_numbers(isa::Opcode::vfill, {0}, {value_of(f)});
      source.send(solution.colors[f], 0);
      for (const Tile& at : flow.sinks) {
        isa::RoleBuilder& sink = roles_.at(at);
        const int buffer = sink.buffer("x", words * 4);
        sink.td(0, buffer, 0, DType::f32, {words});
        sink.receive(isa::Opcode::recv_set, 0, solution.colors[f]);
        sink.td(1, buffer, (words - 1) * 4, DType::f32, {1});
        sink.td(2, sink.buffer("slots", 0), slot(problem_, at.y, f) * 4, DType::f32, {1});
        sink.emit(isa::Opcode::v1_cpy, {2, 1});
      }
    }
  }

  void sum_up(int y, isa::RoleBuilder& role) const {
    if (y + 1 == problem_.height) {
      role.send(chain_color(problem_, y), kSlots);
    } else if (y > 0) {
      role.forward(isa::Opcode::fwd_add, chain_color(problem_, y), chain_color(problem_, y + 1),
                   kSlots);
    } else {
      role.receive(isa::Opcode::recv_add, kSlots, chain_color(problem_, 1));
    }
    role.emit(isa::Opcode::probe, {0, kSlots, 0, 0});
  }

  const Problem& problem_;
  std::map<Tile, isa::RoleBuilder> roles_;
};

}  // namespace

std::string send_words(const Problem& problem, const Solution& solution, sim::EngineKind engine) {
  if (problem.flows.empty()) {
    return {};
  }
  arch::Machine machine = *arch::load_machine("mesh8");
  machine.mutable_grid()->set_width(problem.width);
  machine.mutable_grid()->set_height(problem.height);
  machine.mutable_fabric()->set_colors(problem.colors + 2);
  isa::Bundle bundle = Sender(problem).bundle(solution, machine.tile().instruction_bytes());
  bundle.set_machine_hash(arch::machine_hash(machine));
  if (const Status sound = isa::verify(bundle, machine); !sound) {
    return sound.error().message;
  }
  sim::Options options;
  options.engine = engine;
  const auto result = sim::simulate(bundle, machine, {}, options);
  if (!result) {
    return result.error().message;
  }
  if (!result->deadlock.empty()) {
    return "deadlock: " + result->deadlock.front();
  }
  const auto slots = static_cast<std::size_t>(problem.height) * problem.flows.size();
  std::vector<float> expected(static_cast<std::size_t>(problem.width) * slots);
  for (std::size_t f = 0; f < problem.flows.size(); ++f) {
    for (const Tile& sink : problem.flows[f].sinks) {
      expected[static_cast<std::size_t>(sink.x) * slots +
               static_cast<std::size_t>(slot(problem, sink.y, f))] = value_of(f);
    }
  }
  return result->tensors.at("taken").values == expected ? "" : "words came out elsewhere";
}

}  // namespace weft::mapper::routes
