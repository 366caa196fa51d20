// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/energy.h"

#include <numeric>
#include <utility>

#include "isa/bundle.h"
#include "isa/route_map.h"
#include "sim/core/tile_scripts.h"
#include "sim/energy/census.h"

namespace weft::sim {
namespace {

using Kinds = std::array<double, kEnergyKinds>;

double& of(Kinds& kinds, EnergyKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

double price(const std::array<std::int64_t, 3>& counts, const arch::EnergyByType& prices) {
  return static_cast<double>(counts[0]) * prices.f32() +
         static_cast<double>(counts[1]) * prices.f16() +
         static_cast<double>(counts[2]) * prices.bf16();
}

// Links aside: those depend on where the tile stands.
Kinds price(const Census& census, const arch::Energy& prices) {
  Kinds kinds{};
  of(kinds, EnergyKind::mac) = price(census.macs, prices.mac());
  of(kinds, EnergyKind::lane) = price(census.lanes, prices.lane());
  of(kinds, EnergyKind::special) = static_cast<double>(census.special) * prices.special();
  of(kinds, EnergyKind::sram) = static_cast<double>(census.read) * prices.sram_read() +
                                static_cast<double>(census.written) * prices.sram_write();
  of(kinds, EnergyKind::instruction) =
      static_cast<double>(census.instructions) * prices.instruction();
  of(kinds, EnergyKind::ramp) = static_cast<double>(census.ramp_words) * prices.ramp();
  return kinds;
}

/// What all tiles of one script take alike, and what they send.
struct ScriptEnergy {
  Kinds kinds{};   ///< one tile, links and idle aside
  double one = 0;  ///< … their sum
  std::int64_t tiles = 0;
  std::vector<Kinds> ops;  ///< one tile
  std::vector<Census> census;
  std::vector<std::int16_t> colors;  ///< it sends on
  std::vector<std::int64_t> sent;    ///< words, by index in colors
  std::vector<std::int64_t> links;   ///< of all trees its tiles send on, by index in colors
};

ScriptEnergy energy_of(const Script& script, const arch::Machine& machine, int graph_ops) {
  ScriptEnergy energy;
  const int colors = machine.fabric().colors();
  energy.census = take_census(script, graph_ops, colors);
  std::vector<std::int64_t> sent(static_cast<std::size_t>(colors));
  for (const Census& census : energy.census) {
    energy.ops.push_back(price(census, machine.energy()));
    energy.one = std::accumulate(energy.ops.back().begin(), energy.ops.back().end(), energy.one);
    for (std::size_t kind = 0; kind < kEnergyKinds; ++kind) {
      energy.kinds[kind] += energy.ops.back()[kind];
    }
    for (std::size_t color = 0; color < sent.size(); ++color) {
      sent[color] += census.sent[color];
    }
  }
  for (std::size_t color = 0; color < sent.size(); ++color) {
    if (sent[color] > 0) {
      energy.colors.push_back(static_cast<std::int16_t>(color));
      energy.sent.push_back(sent[color]);
    }
  }
  energy.links.resize(energy.colors.size());
  return energy;
}

void add_work(const Census& census, std::int64_t tiles, OpWork& work) {
  const auto sum = [](const auto& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  };
  const std::int64_t sent = sum(census.sent);
  work.macs += tiles * sum(census.macs);
  work.words_sent += tiles * sent;
  work.words_received += tiles * (census.ramp_words - sent);
}

// Sums over the tiles, op by op.
void add_up(const std::vector<ScriptEnergy>& scripts, const arch::Energy& prices,
            EnergyAccount& account) {
  for (const ScriptEnergy& script : scripts) {
    for (std::size_t op = 0; op < script.ops.size(); ++op) {
      add_work(script.census[op], script.tiles, account.work[op]);
      for (std::size_t kind = 0; kind < kEnergyKinds; ++kind) {
        const double energy = static_cast<double>(script.tiles) * script.ops[op][kind];
        account.kinds[kind] += energy;
        account.ops[op] += energy;
      }
      for (std::size_t i = 0; i < script.colors.size(); ++i) {
        const auto color = static_cast<std::size_t>(script.colors[i]);
        const double energy = static_cast<double>(script.census[op].sent[color]) *
                              static_cast<double>(script.links[i]) * prices.hop();
        of(account.kinds, EnergyKind::hop) += energy;
        account.ops[op] += energy;
      }
    }
  }
}

}  // namespace

double EnergyAccount::total() const { return std::accumulate(kinds.begin(), kinds.end(), 0.0); }

EnergyAccount account_energy(const isa::Bundle& bundle, const arch::Machine& machine,
                             std::int64_t cycles, ScriptMemo* memo) {
  EnergyAccount account;
  if (!machine.has_energy()) {
    account.unknown_because = "the machine says no energy per event";
    return account;
  }
  std::vector<isa::Program> programs;
  for (const isa::Role& role : bundle.roles()) {
    auto program = isa::resolve_program(role);
    if (!program) {
      account.unknown_because = program.error().message;
      return account;
    }
    programs.push_back(std::move(*program));
  }
  const Rect region = isa::rect_of(bundle.region());
  std::vector<ScriptEnergy> scripts;
  std::vector<std::int32_t> script_of;
  const auto keep = [&](const Script& script, int) {
    scripts.push_back(energy_of(script, machine, bundle.graph_ops_size()));
    return static_cast<std::int32_t>(scripts.size()) - 1;
  };
  if (!assign_scripts(bundle, programs, CostModel(machine), machine.tile().queue_engines(),
                      machine.fabric().colors(), keep, script_of, memo)) {
    account.unknown_because = "a program is too long to be counted";
    return account;
  }
  account.ops.resize(static_cast<std::size_t>(bundle.graph_ops_size()) + 1);
  account.work.resize(account.ops.size());
  const double idle = static_cast<double>(cycles) * machine.energy().idle();
  account.tiles.assign(script_of.size(), idle);
  of(account.kinds, EnergyKind::idle) = idle * static_cast<double>(account.tiles.size());
  const isa::RouteMap routes(bundle, machine);
  for (std::size_t tile = 0; tile < account.tiles.size(); ++tile) {
    if (script_of[tile] < 0) {
      continue;
    }
    ScriptEnergy& script = scripts[static_cast<std::size_t>(script_of[tile])];
    ++script.tiles;
    std::int64_t word_hops = 0;
    const auto at = static_cast<int>(tile);
    for (std::size_t i = 0; i < script.colors.size(); ++i) {
      std::int64_t links = 0;
      routes.walk(
          script.colors[i], at % region.width + region.x, at / region.width + region.y,
          [](const isa::RouteMap::Point&) {}, [&](const isa::RouteMap::Link&) { ++links; });
      script.links[i] += links;
      word_hops += links * script.sent[i];
    }
    account.tiles[tile] += script.one + static_cast<double>(word_hops) * machine.energy().hop();
  }
  add_up(scripts, machine.energy(), account);
  for (const ScriptEnergy& script : scripts) {
    account.scripts.push_back(script.kinds);
  }
  account.script_of = std::move(script_of);
  return account;
}

}  // namespace weft::sim
