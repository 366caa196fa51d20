// SPDX-License-Identifier: Apache-2.0
#include "traces/limits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "traces/figures.h"
#include "traces/layout.h"

namespace weft::traces {
namespace {

/// What takes time, in words, and what would shorten it.
struct Cause {
  std::string_view key;
  std::string_view what;
  std::string_view mend;
  std::array<std::string_view, 3> fields;
};

constexpr Cause kBins[] = {
    {"compute",
     "computing",
     "faster arithmetic, or more SRAM bandwidth where products read each weight once",
     {"tile.tensor_macs", "tile.vector_lanes", "tile.read_bandwidth"}},
    {"setup",
     "setting instructions up and stepping through programs",
     "cheaper instructions, or larger blocks, so that a tile runs fewer of them",
     {"tile.setup.compute", "tile.setup.transfer", "tile.setup.tensor_descriptor"}},
    {"moving",
     "moving words",
     "fewer words a tile, or links that take more of them a cycle",
     {"fabric.words_per_cycle", "", ""}},
    {"input",
     "waiting for words that have not arrived",
     "words that come sooner: shorter ways (a smaller region), lower latency, work meanwhile",
     {"fabric.ramp_latency", "fabric.hop_latency", "fabric.words_per_cycle"}},
    {"output",
     "held back by the fabric",
     "more room on the way, or receivers that are ready sooner",
     {"fabric.places_per_hop", "tile.input_queue_words", "fabric.words_per_cycle"}},
    {"unit",
     "waiting for a unit an earlier instruction holds",
     "more queue engines, or transfers issued in another order",
     {"tile.queue_engines", "", ""}},
    {"memory",
     "waiting for edge memory",
     "a faster edge, or a model that stays in SRAM",
     {"edge.bytes_per_cycle", "edge.latency", ""}},
    {"idle",
     "tiles without work",
     "a mapping that gives these tiles something to do, or a smaller region",
     {"", "", ""}},
};

constexpr Cause kStretches[] = {
    {"compute", "computing", kBins[0].mend, kBins[0].fields},
    {"setup", kBins[1].what, kBins[1].mend, kBins[1].fields},
    {"words",
     "words of a train following each other",
     "fewer words a train, or links that take more of them a cycle",
     {"fabric.words_per_cycle", "", ""}},
    {"link",
     "the way from core to core",
     "shorter ways (a smaller region, fewer steps of a reduction) or lower latency",
     {"fabric.ramp_latency", "fabric.hop_latency", "fabric.turn_latency"}},
    {"places",
     "trains held up by the train before them",
     "more room on the way",
     {"fabric.places_per_hop", "tile.input_queue_words", ""}},
};

const Cause* cause_of(std::span<const Cause> causes, std::string_view key) {
  const auto found =
      std::find_if(causes.begin(), causes.end(), [&](const Cause& c) { return c.key == key; });
  return found == causes.end() ? nullptr : &*found;
}

Limit limit_of(const Cause& cause, const std::string& op, double share) {
  Limit limit;
  limit.what = op.empty() ? std::string(cause.what) : fmt::format("{}, in {}", cause.what, op);
  limit.share = share;
  limit.mend = cause.mend;
  for (const std::string_view field : cause.fields) {
    if (!field.empty()) {
      limit.fields.emplace_back(field);
    }
  }
  limit.key = cause.key;
  limit.op = op;
  return limit;
}

std::int64_t of_bin(const Bins& bins, std::size_t bin) { return rows_of(bins)[bin].cycles; }

/// "on 1,023 of 1,024 tiles, most on (31,5) with 61 % of its time". A bin is not kept by tile and
/// op together, so this is of the bin in all ops.
std::string where_bin_lies(const Recording& recording, std::size_t bin) {
  std::int64_t most = 0;
  std::int64_t with = 0;
  int at = 0;
  for (int i = 0; i < recording.tiles_size(); ++i) {
    const std::int64_t cycles = of_bin(recording.tiles(i).bins(), bin);
    with += cycles > 0 ? 1 : 0;
    if (cycles > most) {
      most = cycles;
      at = i;
    }
  }
  const Region& region = recording.region();
  if (most == 0 || region.width() <= 0) {
    return "";
  }
  const double share = 100.0 * static_cast<double>(most) /
                       static_cast<double>(std::max<std::int64_t>(1, recording.summary().cycles()));
  return fmt::format("on {} of {} tiles, most on ({},{}), {:.0f} % of its time", with_commas(with),
                     with_commas(recording.tiles_size()), region.x() + at % region.width(),
                     region.y() + at / region.width(), share);
}

Limits limits_by_bins(const Recording& recording, std::size_t most) {
  Limits limits;
  limits.basis = "of the time of all tiles";
  struct Row {
    std::int64_t cycles;
    std::size_t bin;
    std::string op;
  };
  std::vector<Row> rows;
  const auto add = [&](const Bins& bins, const std::string& op) {
    for (std::size_t bin = 0; bin < std::size(kBins); ++bin) {
      if (const std::int64_t cycles = of_bin(bins, bin); cycles > 0) {
        rows.push_back({cycles, bin, op});
      }
    }
  };
  for (const OpTotals& op : recording.op_totals()) {
    add(op.bins(), op.name());
  }
  if (recording.op_totals().empty()) {
    add(recording.summary().bins(), "");
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.cycles > b.cycles; });
  rows.resize(std::min(rows.size(), most));
  std::int64_t whole = 0;
  for (const BinRow& row : rows_of(recording.summary().bins())) {
    whole += row.cycles;
  }
  for (const Row& row : rows) {
    limits.reasons.push_back(limit_of(
        kBins[row.bin], row.op,
        static_cast<double>(row.cycles) / static_cast<double>(std::max<std::int64_t>(1, whole))));
    limits.reasons.back().where = where_bin_lies(recording, row.bin);
  }
  return limits;
}

Limits limits_by_path(const Recording& recording, std::size_t most) {
  Limits limits;
  limits.basis = "of the cycles of the run, on its critical path";
  limits.of_path = true;
  struct Sum {
    std::int64_t cycles = 0;
    int tiles = 0;
    const PathRow* largest = nullptr;
  };
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const PathRow& row : recording.path().rows()) {
    Sum& sum = sums[{row.kind(), row.op()}];
    sum.cycles += row.cycles();
    sum.tiles = std::max(sum.tiles, row.tiles());
    if (sum.largest == nullptr || row.cycles() > sum.largest->cycles()) {
      sum.largest = &row;
    }
  }
  std::vector<std::pair<std::pair<std::string, std::string>, Sum>> rows(sums.begin(), sums.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.cycles > b.second.cycles; });
  const auto whole = static_cast<double>(std::max<std::int64_t>(1, recording.summary().cycles()));
  for (const auto& [key, sum] : rows) {
    const Cause* cause = cause_of(kStretches, key.first);
    if (limits.reasons.size() == most || cause == nullptr) {
      break;
    }
    limits.reasons.push_back(limit_of(*cause, key.second, static_cast<double>(sum.cycles) / whole));
    const PathRow& row = *sum.largest;
    std::string& where = limits.reasons.back().where;
    where = row.tiles() == 1 ? fmt::format("most of it on ({},{})", row.x(), row.y())
                             : fmt::format("on {} tiles or more, most on ({},{})",
                                           with_commas(sum.tiles), row.x(), row.y());
    if (!row.instruction().empty()) {
      where += fmt::format(", at `{}` of {}", row.instruction(), row.role());
    }
  }
  return limits;
}

}  // namespace

Limits limits_of(const Recording& recording, std::size_t most) {
  return recording.has_path() && recording.path().unknown_because().empty()
             ? limits_by_path(recording, most)
             : limits_by_bins(recording, most);
}

std::string limits_text(const Limits& limits) {
  constexpr std::size_t kColumns = 80;
  constexpr std::size_t kIndent = 12;
  std::vector<std::string> lines;
  lines.push_back("  what limits it, " + limits.basis);
  for (const Limit& limit : limits.reasons) {
    std::string mend = "shorter with " + limit.mend;
    if (!limit.fields.empty()) {
      mend += fmt::format(" ({})", fmt::join(limit.fields, ", "));
    }
    std::vector<std::string> parts;
    for (const std::string& text : {limit.what, limit.where, mend}) {
      for (std::string& line : wrap(text, kColumns - kIndent, 3)) {
        parts.push_back(std::move(line));
      }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      lines.push_back(i == 0 ? fmt::format("  {:5.1f} %   {}", 100 * limit.share, parts[i])
                             : std::string(kIndent, ' ') + parts[i]);
    }
  }
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace weft::traces
