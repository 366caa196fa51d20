// SPDX-License-Identifier: Apache-2.0
#include "traces/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>

namespace weft::traces {
namespace {

/// Sums cycles by name and keeps the order of first appearance.
class CyclesByName {
 public:
  void add(std::string_view name, std::int64_t cycles) {
    const auto [found, fresh] = index_.try_emplace(std::string(name), rows_.size());
    if (fresh) {
      rows_.push_back({std::string(name), 0});
    }
    rows_[found->second].cycles += cycles;
  }
  std::vector<NamedCycles> take() { return std::move(rows_); }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<NamedCycles> rows_;
};

void add_times(const Summary& summary, Figures& figures) {
  if (summary.frequency() <= 0) {
    return;
  }
  const auto seconds = [&](std::int64_t cycles) {
    return static_cast<double>(cycles) / summary.frequency();
  };
  figures.seconds = seconds(summary.cycles());
  const bool prefill = summary.phase() == "prefill" || summary.new_tokens() == 0;
  const int tokens = prefill ? summary.prompt_tokens() : summary.new_tokens();
  if (tokens > 0 && summary.cycles() > 0) {
    figures.tokens_per_second = static_cast<double>(tokens) * figures.batch / figures.seconds;
  }
  const std::int64_t first = summary.first_token_cycles();
  if (first > 0) {
    figures.time_to_first_token = seconds(first);
    if (summary.new_tokens() > 1) {
      figures.time_per_output_token =
          seconds(summary.cycles() - first) / (summary.new_tokens() - 1);
    }
  }
}

void add_energy(const Recording& recording, Figures& figures) {
  if (!recording.has_energy()) {
    return;
  }
  const Energy& energy = recording.energy();
  figures.energy = {{"mac", "MACs", energy.mac()},
                    {"lane", "vector lanes", energy.lane()},
                    {"special", "special functions", energy.special()},
                    {"sram", "SRAM", energy.sram()},
                    {"instruction", "instructions", energy.instruction()},
                    {"ramp", "ramps", energy.ramp()},
                    {"hop", "links", energy.hop()},
                    {"idle", "idle draw", energy.idle()}};
  double picojoules = 0;
  for (const EnergyRow& row : figures.energy) {
    picojoules += row.picojoules;
  }
  figures.joules = picojoules * 1e-12;
  if (figures.seconds > 0) {
    figures.watts = *figures.joules / figures.seconds;
    if (figures.tokens_per_second) {
      figures.joules_per_token = *figures.watts / *figures.tokens_per_second;
    }
  }
}

}  // namespace

std::string_view op_without_layer(std::string_view name) {
  constexpr std::string_view prefix = "layers.";
  if (!name.starts_with(prefix)) {
    return name;
  }
  std::size_t at = prefix.size();
  while (at < name.size() && std::isdigit(static_cast<unsigned char>(name[at])) != 0) {
    ++at;
  }
  const bool whole = at > prefix.size() && at + 1 < name.size() && name[at] == '.';
  return whole ? name.substr(at + 1) : name;
}

std::array<BinRow, 8> rows_of(const Bins& bins) {
  return {{{"compute", "compute", bins.compute()},
           {"setup", "set-up", bins.setup()},
           {"moving", "moving", bins.moving()},
           {"input", "wait: input", bins.input()},
           {"output", "wait: output", bins.output()},
           {"unit", "wait: unit", bins.unit()},
           {"memory", "wait: memory", bins.memory()},
           {"idle", "idle", bins.idle()}}};
}

Figures figures_of(const Recording& recording) {
  Figures figures;
  figures.batch = std::max(1, recording.summary().batch());
  add_times(recording.summary(), figures);

  add_energy(recording, figures);
  figures.bins = rows_of(recording.summary().bins());
  for (const BinRow& row : figures.bins) {
    figures.bin_total += row.cycles;
  }

  CyclesByName layers;
  CyclesByName ops;
  for (const OpSpan& span : recording.ops()) {
    const std::int64_t cycles = span.end() - span.begin();
    const std::string_view name = op_without_layer(span.name());
    ops.add(name, cycles);
    layers.add(span.layer() < 0 ? std::string(name) : fmt::format("layers.{}", span.layer()),
               cycles);
  }
  figures.layers = layers.take();
  figures.ops = ops.take();
  return figures;
}

std::vector<std::int64_t> rounded_shares(std::span<const std::int64_t> parts, std::int64_t whole) {
  std::vector<std::int64_t> shares(parts.size(), 0);
  const std::int64_t total = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  if (total <= 0) {
    return shares;
  }
  std::vector<std::int64_t> remainders(parts.size());
  std::int64_t left = whole;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const __int128 scaled = static_cast<__int128>(parts[i]) * whole;
    shares[i] = static_cast<std::int64_t>(scaled / total);
    remainders[i] = static_cast<std::int64_t>(scaled % total);
    left -= shares[i];
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) {
    ++shares[order[i]];
  }
  return shares;
}

}  // namespace weft::traces
