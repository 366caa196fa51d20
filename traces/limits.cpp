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

/// Cycles of one cause, and in which ops.
struct Sum {
  const Cause* cause = nullptr;
  double cycles = 0;
  std::map<std::string, double> ops;
};

/// "attention 10.2 %, o 7.5 %, down 7.5 %": the ops that take most, at most four.
std::string in_ops(const Sum& sum, double whole) {
  std::vector<std::pair<std::string, double>> ops(sum.ops.begin(), sum.ops.end());
  std::stable_sort(ops.begin(), ops.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  constexpr std::size_t kMost = 4;
  constexpr double kLeast = 0.0005;
  for (std::size_t i = 0; i < std::min(ops.size(), kMost); ++i) {
    const double share = ops[i].second / whole;
    if (!ops[i].first.empty() && share >= kLeast) {
      text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", ops[i].first, 100 * share);
    }
  }
  return text;
}

/// The largest first, at most so many.
std::vector<Sum> largest(std::map<const Cause*, Sum>& by_cause, std::size_t most) {
  std::vector<Sum> sums;
  for (auto& [cause, sum] : by_cause) {
    sums.push_back(std::move(sum));
    sums.back().cause = cause;
  }
  std::sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) {
    return a.cycles != b.cycles ? a.cycles > b.cycles : a.cause->key < b.cause->key;
  });
  sums.resize(std::min(sums.size(), most));
  return sums;
}

Limit limit_of(const Sum& sum, double whole) {
  Limit limit;
  limit.what = sum.cause->what;
  limit.share = sum.cycles / whole;
  limit.ops = in_ops(sum, whole);
  limit.mend = sum.cause->mend;
  for (const std::string_view field : sum.cause->fields) {
    if (!field.empty()) {
      limit.fields.emplace_back(field);
    }
  }
  limit.key = sum.cause->key;
  return limit;
}

std::int64_t of_bin(const Bins& bins, std::size_t bin) { return rows_of(bins)[bin].cycles; }

/// "on 1,023 of 1,024 tiles, most on (31,5), 61 % of its time".
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
  std::map<const Cause*, Sum> sums;
  double whole = 0;
  const auto rows = rows_of(recording.summary().bins());
  for (std::size_t bin = 0; bin < rows.size(); ++bin) {
    whole += static_cast<double>(rows[bin].cycles);
    if (rows[bin].cycles > 0) {
      Sum& sum = sums[&kBins[bin]];
      sum.cycles = static_cast<double>(rows[bin].cycles);
      for (const OpTotals& op : recording.op_totals()) {
        sum.ops[op.name()] += static_cast<double>(of_bin(op.bins(), bin));
      }
    }
  }
  for (const Sum& sum : largest(sums, most)) {
    limits.reasons.push_back(limit_of(sum, whole));
    limits.reasons.back().where =
        where_bin_lies(recording, static_cast<std::size_t>(sum.cause - kBins));
  }
  return limits;
}

Limits limits_by_path(const Recording& recording, std::size_t most) {
  Limits limits;
  limits.basis = "of the cycles of the run, on its critical path";
  limits.of_path = true;
  std::map<const Cause*, Sum> sums;
  std::map<const Cause*, const PathRow*> longest;
  for (const PathRow& row : recording.path().rows()) {
    const Cause* cause = cause_of(kStretches, row.kind());
    if (cause == nullptr) {
      continue;
    }
    Sum& sum = sums[cause];
    sum.cycles += static_cast<double>(row.cycles());
    sum.ops[row.op()] += static_cast<double>(row.cycles());
    const PathRow*& most_of_it = longest[cause];
    if (most_of_it == nullptr || row.cycles() > most_of_it->cycles()) {
      most_of_it = &row;
    }
  }
  const auto whole = static_cast<double>(std::max<std::int64_t>(1, recording.summary().cycles()));
  for (const Sum& sum : largest(sums, most)) {
    limits.reasons.push_back(limit_of(sum, whole));
    const PathRow& row = *longest[sum.cause];
    limits.reasons.back().where = fmt::format("longest on ({},{}), in {}", row.x(), row.y(),
                                              row.op().empty() ? "no op" : row.op());
    if (!row.instruction().empty()) {
      limits.reasons.back().where += fmt::format(", at `{}` of {}", row.instruction(), row.role());
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

bool less_is_faster(std::string_view field) {
  return field.ends_with("latency") || field.starts_with("tile.setup.");
}

bool names_field(const Limit& limit, std::string_view field) {
  return std::any_of(limit.fields.begin(), limit.fields.end(), [&](const std::string& named) {
    return field == named || field.starts_with(named + ".");
  });
}

std::string limits_text(const Limits& limits) {
  constexpr std::size_t kColumns = 80;
  constexpr std::size_t kIndent = 12;
  std::vector<std::string> lines;
  lines.push_back("  what limits it, " + limits.basis);
  for (const Limit& limit : limits.reasons) {
    std::string mend = "would help: " + limit.mend;
    if (!limit.fields.empty()) {
      mend += fmt::format(" ({})", fmt::join(limit.fields, ", "));
    }
    std::vector<std::string> parts;
    const std::string ops = limit.ops.empty() ? "" : "in " + limit.ops;
    for (const std::string& text : {limit.what, ops, limit.where, mend}) {
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
