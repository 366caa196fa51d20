// SPDX-License-Identifier: Apache-2.0
#include "traces/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "traces/figures.h"
#include "traces/packed.h"
#include "traces/planes.h"

namespace weft::traces {
namespace {

std::string summary_table(const Recording& recording) {
  const Summary& summary = recording.summary();
  const Figures figures = figures_of(recording);
  std::string out = "key,unit,value\n";
  const auto row = [&](const char* key, const char* unit, const auto& value) {
    out += fmt::format("{},{},{}\n", key, unit, value);
  };
  const auto maybe = [&](const char* key, const char* unit, const std::optional<double>& value) {
    if (value) {
      row(key, unit, *value);
    }
  };
  row("machine", "", csv_cell(summary.machine()));
  row("model", "", csv_cell(summary.model()));
  row("phase", "", csv_cell(summary.phase()));
  row("engine", "", csv_cell(recording.engine().name()));
  row("exact", "", recording.engine().exact());
  row("cycles", "cycles", summary.cycles());
  row("frequency", "Hz", summary.frequency());
  row("seconds", "s", figures.seconds);
  row("batch", "sequences", figures.batch);
  row("prompt_tokens", "tokens", summary.prompt_tokens());
  row("new_tokens", "tokens", summary.new_tokens());
  maybe("tokens_per_second", "1/s", figures.tokens_per_second);
  maybe("time_to_first_token", "s", figures.time_to_first_token);
  maybe("time_per_output_token", "s", figures.time_per_output_token);
  row("utilization", "fraction", summary.utilization());
  row("macs", "MACs", summary.macs());
  row("words_sent", "words", summary.words_sent());
  row("sram_peak", "bytes", summary.sram_peak_bytes());
  row("sram", "bytes", summary.sram_bytes());
  maybe("joules", "J", figures.joules);
  maybe("watts", "W", figures.watts);
  row("check", "", csv_cell(recording.check().verdict()));
  return out;
}

std::string bins_table(const Recording& recording) {
  const Figures figures = figures_of(recording);
  std::string out = "bin,cycles,fraction\n";
  for (const BinRow& bin : figures.bins) {
    out += fmt::format("{},{},{}\n", bin.key, bin.cycles,
                       static_cast<double>(bin.cycles) /
                           static_cast<double>(std::max<std::int64_t>(1, figures.bin_total)));
  }
  return out;
}

std::string tiles_table(const Region& region, const std::vector<TilePlane>& planes) {
  std::string out = "x,y";
  for (const TilePlane& plane : planes) {
    out += fmt::format(",{} ({})", plane.name, plane.unit);
  }
  out += '\n';
  auto to = std::back_inserter(out);
  for (std::size_t i = 0; !planes.empty() && i < planes[0].values.size(); ++i) {
    const auto width = static_cast<std::size_t>(region.width());
    fmt::format_to(to, "{},{}", region.x() + static_cast<int>(i % width),
                   region.y() + static_cast<int>(i / width));
    for (const TilePlane& plane : planes) {
      fmt::format_to(to, ",{}", plane.values[i]);
    }
    out += '\n';
  }
  return out;
}

std::string ops_table(const Recording& recording) {
  std::string out = "name,layer,step,begin (cycles),end (cycles)\n";
  auto to = std::back_inserter(out);
  for (const OpSpan& op : recording.ops()) {
    fmt::format_to(to, "{},{},{},{},{}\n", csv_cell(op.name()), op.layer(), op.step(), op.begin(),
                   op.end());
  }
  return out;
}

std::string ops_by_name_table(const Recording& recording) {
  struct Sum {
    std::int64_t times = 0, cycles = 0, longest = 0;
  };
  std::map<std::string_view, Sum> sums;
  for (const OpSpan& op : recording.ops()) {
    Sum& sum = sums[op_without_layer(op.name())];
    ++sum.times;
    sum.cycles += op.end() - op.begin();
    sum.longest = std::max(sum.longest, op.end() - op.begin());
  }
  std::string out = "op,times,cycles (cycles),fraction,mean (cycles),longest (cycles)\n";
  const auto whole = static_cast<double>(std::max<std::int64_t>(1, recording.summary().cycles()));
  for (const NamedCycles& op : figures_of(recording).ops) {
    const Sum& sum = sums.at(op.name);
    out +=
        fmt::format("{},{},{},{},{},{}\n", csv_cell(op.name), sum.times, sum.cycles,
                    static_cast<double>(sum.cycles) / whole,
                    static_cast<double>(sum.cycles) / static_cast<double>(sum.times), sum.longest);
  }
  return out;
}

std::string op_totals_table(const Recording& recording) {
  std::string out = "op";
  for (const BinRow& bin : rows_of(Bins())) {
    out += fmt::format(",{} (cycles)", bin.key);
  }
  out += ",energy (pJ),macs (MACs),words_sent (words),words_received (words)\n";
  for (const OpTotals& op : recording.op_totals()) {
    out += csv_cell(op.name());
    for (const BinRow& bin : rows_of(op.bins())) {
      out += fmt::format(",{}", bin.cycles);
    }
    out +=
        fmt::format(",{},{},{},{}\n", op.energy(), op.macs(), op.words_sent(), op.words_received());
  }
  return out;
}

std::string energy_table(const Recording& recording) {
  std::string out = "kind,energy (pJ)\n";
  for (const EnergyRow& row : figures_of(recording).energy) {
    out += fmt::format("{},{}\n", row.key, row.picojoules);
  }
  return out;
}

std::string path_table(const CriticalPath& path) {
  std::string out = "kind,op,role,pc,instruction,color,cycles,stretches,tiles,x,y\n";
  for (const PathRow& row : path.rows()) {
    out +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(row.kind()), csv_cell(row.op()),
                    csv_cell(row.role()), row.pc(), csv_cell(row.instruction()), row.color(),
                    row.cycles(), row.stretches(), row.tiles(), row.x(), row.y());
  }
  return out;
}

std::string path_kinds_table(const CriticalPath& path) {
  std::map<std::string, std::int64_t> kinds;
  for (const PathRow& row : path.rows()) {
    kinds[row.kind()] += row.cycles();
  }
  std::string out = "kind,cycles\n";
  for (const auto& [kind, cycles] : kinds) {
    out += fmt::format("{},{}\n", csv_cell(kind), cycles);
  }
  return out;
}

std::string audits_table(const Recording& recording) {
  std::string out = "audit,ok,detail\n";
  for (const Audit& audit : recording.audits()) {
    out += fmt::format("{},{},{}\n", csv_cell(audit.name()), audit.ok(), csv_cell(audit.detail()));
  }
  return out;
}

/// A row for each slice: every series as its mean over the tiles, power as that of all.
Result<std::string> timeline_table(const Timeline& timeline, const Region& region) {
  const auto width = static_cast<std::size_t>(timeline.width());
  const std::size_t cells = width * static_cast<std::size_t>(timeline.height());
  const auto slices = static_cast<std::size_t>(timeline.slices());
  std::string head = "slice,begin (simulated cycles)";
  std::vector<std::string> columns;
  for (const Series& series : timeline.series()) {
    head += fmt::format(",{} ({})", csv_cell(series.name()),
                        series.has_scale() ? csv_cell(series.scale().unit()) : "fraction");
    WEFT_ASSIGN(std::string bytes, inflated(series.mean(), cells * slices));
    columns.push_back(std::move(bytes));
  }
  // Cells at the far edges count by the tiles they hold.
  std::vector<double> weights(cells);
  constexpr double kWhole = 255;
  const double tiles = static_cast<double>(region.width()) * region.height();
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const auto size = [&](std::size_t at, int length) {
      return std::min(timeline.scale(), length - static_cast<int>(at) * timeline.scale());
    };
    weights[cell] =
        size(cell % width, region.width()) * size(cell / width, region.height()) / (kWhole * tiles);
  }
  std::string out = head + "\n";
  for (std::size_t slice = 0; slice < slices; ++slice) {
    out += fmt::format("{},{}", slice, static_cast<std::int64_t>(slice) * timeline.slice());
    for (std::size_t row = 0; row < columns.size(); ++row) {
      const std::string& column = columns[row];
      double sum = 0;
      for (std::size_t i = 0; i < cells; ++i) {
        sum += weights[i] * static_cast<unsigned char>(column[slice * cells + i]);
      }
      const Series& series = timeline.series(static_cast<int>(row));
      const SeriesScale& scale = series.scale();
      out += series.has_scale()
                 ? fmt::format(",{:.6g}", tiles * std::lerp(scale.zero(), scale.full(), sum))
                 : fmt::format(",{:.5f}", sum);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string out = "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + "\"";
}

Result<CsvTables> csv_tables(const PageRun& run) {
  const Recording& recording = *run.recording;
  WEFT_ASSIGN(const std::vector<TilePlane> planes, tile_planes(recording));
  CsvTables tables = {{"summary", summary_table(recording)},
                      {"bins", bins_table(recording)},
                      {"tiles", tiles_table(recording.region(), planes)},
                      {"ops", ops_table(recording)},
                      {"ops_by_name", ops_by_name_table(recording)},
                      {"op_totals", op_totals_table(recording)},
                      {"audits", audits_table(recording)}};
  if (recording.has_energy()) {
    tables.emplace_back("energy", energy_table(recording));
  }
  if (recording.has_path()) {
    tables.emplace_back("path", path_table(recording.path()));
    tables.emplace_back("path_kinds", path_kinds_table(recording.path()));
  }
  if (recording.has_timeline()) {
    WEFT_ASSIGN(std::string text, timeline_table(recording.timeline(), recording.region()));
    tables.emplace_back("timeline", std::move(text));
  }
  for (auto& table : csv_verdicts(run)) {
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace weft::traces
