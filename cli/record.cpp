// SPDX-License-Identifier: Apache-2.0
#include "cli/record.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "arch/machine.h"
#include "cli/record_floorplan.h"
#include "cli/record_path.h"
#include "isa/bundle.h"

namespace weft::cli {
namespace {

void put_bins(const sim::BinCycles& from, traces::Bins& to) {
  const auto at = [&](sim::Bin bin) { return from[static_cast<std::size_t>(bin)]; };
  to.set_compute(at(sim::Bin::compute));
  to.set_setup(at(sim::Bin::setup));
  to.set_moving(at(sim::Bin::moving));
  to.set_input(at(sim::Bin::input));
  to.set_output(at(sim::Bin::output));
  to.set_unit(at(sim::Bin::unit));
  to.set_memory(at(sim::Bin::memory));
  to.set_idle(at(sim::Bin::idle));
}

void record_ops(const sim::RunResult& result, const isa::Bundle& bundle,
                traces::Recording& recording) {
  for (std::size_t op = 0; op < result.op_bins.size(); ++op) {
    traces::OpTotals& totals = *recording.add_op_totals();
    if (op + 1 < result.op_bins.size()) {
      totals.set_name(without_layer(bundle.graph_ops(static_cast<int>(op))));
    }
    put_bins(result.op_bins[op], *totals.mutable_bins());
    if (!result.energy.ops.empty()) {
      totals.set_energy(result.energy.ops[op]);
      totals.set_macs(result.energy.work[op].macs);
      totals.set_words_sent(result.energy.work[op].words_sent);
      totals.set_words_received(result.energy.work[op].words_received);
    }
  }
}

void record_energy(const sim::EnergyAccount& account, const arch::Machine& machine,
                   traces::Recording& recording) {
  if (!account.unknown_because.empty() || account.tiles.empty()) {
    return;
  }
  const auto of = [&](sim::EnergyKind kind) {
    return account.kinds[static_cast<std::size_t>(kind)];
  };
  traces::Energy& energy = *recording.mutable_energy();
  energy.set_mac(of(sim::EnergyKind::mac));
  energy.set_lane(of(sim::EnergyKind::lane));
  energy.set_special(of(sim::EnergyKind::special));
  energy.set_sram(of(sim::EnergyKind::sram));
  energy.set_instruction(of(sim::EnergyKind::instruction));
  energy.set_ramp(of(sim::EnergyKind::ramp));
  energy.set_hop(of(sim::EnergyKind::hop));
  energy.set_idle(of(sim::EnergyKind::idle));
  const auto fields = arch::field_sources(machine);
  energy.set_assumed(std::any_of(fields.begin(), fields.end(), [](const arch::FieldSource& field) {
    return field.path.starts_with("energy.") &&
           (field.source.empty() || field.source.starts_with("assumed"));
  }));
}

// Empty where there is one way only: with values, and word by word.
std::string how_tiles_moved(const sim::RunResult& result) {
  if (result.vectors) {
    return "tiles moved as vectors";
  }
  std::string why = result.scalar_because;
  if (!result.lean && !result.general_because.empty()) {
    why += (why.empty() ? "" : "; ") + result.general_because;
  }
  if (!result.lean && why.empty()) {
    return "";
  }
  const std::string how = result.lean ? "tiles moved one by one, trains as a whole"
                                      : "tiles moved one by one, trains stretch by stretch";
  return why.empty() ? how : how + ": " + why;
}

}  // namespace

std::int64_t first_token_cycles(const sim::RunResult& result, const isa::Bundle& bundle,
                                int groups) {
  for (const sim::OpInstance& op : result.ops) {
    if (bundle.graph_ops(op.graph_op) == "token" && --groups == 0) {
      return op.end.count();
    }
  }
  return 0;
}

void record_result(const sim::RunResult& result, const isa::Bundle& bundle,
                   const arch::Machine& machine, traces::Recording& recording) {
  auto& summary = *recording.mutable_summary();
  summary.set_machine(machine.name());
  summary.set_model(bundle.model());
  summary.set_phase(bundle.phase());
  summary.set_cycles(result.cycles.count());
  summary.set_frequency(machine.frequency());
  summary.set_macs(result.macs);
  summary.set_words_sent(result.words_sent);
  summary.set_sram_peak_bytes(result.sram_peak_bytes);
  summary.set_sram_bytes(machine.tile().sram());
  const auto& region = bundle.region();
  const double capacity = peak_macs(bundle, machine) * static_cast<double>(result.tiles.size()) *
                          static_cast<double>(result.cycles.count());
  summary.set_utilization(capacity > 0 ? static_cast<double>(result.macs) / capacity : 0);
  recording.mutable_region()->set_x(region.x());
  recording.mutable_region()->set_y(region.y());
  recording.mutable_region()->set_width(region.width());
  recording.mutable_region()->set_height(region.height());
  sim::BinCycles sum{};
  for (const sim::TileResult& tile : result.tiles) {
    traces::TileTotals& totals = *recording.add_tiles();
    put_bins(tile.bins, *totals.mutable_bins());
    totals.set_words_sent(tile.words_sent);
    totals.set_words_received(tile.words_received);
    totals.set_macs(tile.macs);
    if (!result.energy.tiles.empty()) {
      constexpr double kPicojoulesANanojoule = 1000;
      totals.set_energy(static_cast<float>(
          result.energy.tiles[static_cast<std::size_t>(recording.tiles_size()) - 1] /
          kPicojoulesANanojoule));
    }
    for (std::size_t b = 0; b < sim::kBins; ++b) {
      sum[b] += tile.bins[b];
    }
  }
  put_bins(sum, *summary.mutable_bins());
  record_ops(result, bundle, recording);
  record_energy(result.energy, machine, recording);
  std::int64_t before = 0;
  int layers = 0;
  for (const sim::OpInstance& op : result.ops) {
    const std::string& pattern = bundle.graph_ops(op.graph_op);
    const bool layered = pattern.find("{}") != std::string::npos;
    traces::OpSpan& span = *recording.add_ops();
    span.set_name(layered ? isa::indexed_name(pattern, op.inner) : pattern);
    span.set_layer(layered ? op.inner : -1);
    span.set_step(op.outer);
    span.set_begin(before);
    span.set_end(op.end.count());
    before = op.end.count();
    layers = std::max(layers, span.layer() + 1);
  }
  record_floorplan(bundle, machine, layers, *recording.mutable_floorplan());
  for (const sim::Audit& audit : result.audits) {
    traces::Audit& to = *recording.add_audits();
    to.set_name(audit.name);
    to.set_ok(audit.ok);
    to.set_detail(audit.detail);
  }
  for (const std::string& line : result.deadlock) {
    recording.mutable_deadlock()->add_cycle(line);
  }
  auto& engine = *recording.mutable_engine();
  engine.set_name(result.engine);
  engine.set_exact(result.exact);
  if (result.error_percent) {
    engine.set_error_percent(*result.error_percent);
  }
  engine.set_note(result.exactness);
  engine.set_how(result.trains ? "cycles by the train model" : how_tiles_moved(result));
  for (const sim::RunResult::Repeat& from : result.repeats) {
    traces::Repeat& repeat = *engine.add_repeats();
    repeat.set_from(from.from.count());
    repeat.set_iterations(from.iterations);
    repeat.set_period(from.period);
  }
}

void record_host(double wall_seconds, int threads, traces::Recording& recording) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  auto& host = *recording.mutable_host();
  host.set_wall_seconds(wall_seconds);
  host.set_cpu_seconds(seconds(usage.ru_utime) + seconds(usage.ru_stime));
  host.set_peak_bytes(usage.ru_maxrss * 1024L);
  host.set_threads(threads);
}

}  // namespace weft::cli
