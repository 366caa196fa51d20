// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "traces/figures.h"
#include "traces/layout.h"
#include "traces/report.h"

namespace weft::traces {
namespace {

constexpr std::size_t kLines = 24;
constexpr std::size_t kColumns = 80;
constexpr std::size_t kLeft = 41;   // columns of the left half, its margin included
constexpr std::size_t kLabel = 13;  // columns of the labels
constexpr std::size_t kBar = 15;    // columns of the longest bar
constexpr std::size_t kTopOps = 5;

using Lines = std::vector<std::string>;

std::string both(std::string_view left, std::string_view right) {
  std::string line = right.empty() ? std::string(left) : pad_right(left, kLeft).append(right);
  line.erase(line.find_last_not_of(' ') + 1);
  return clip(line, kColumns);
}

std::string percent_of_tenths(std::int64_t tenths) {
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string left_figure(std::string_view label, std::string_view value) {
  return fmt::format("  {}{}", pad_right(label, kLabel), value);
}

std::string right_figure(std::string_view label, std::string_view value) {
  return fmt::format("{}{}", pad_right(label, 18), pad_left(value, 13));
}

std::string time_or_dash(const std::optional<double>& seconds) {
  return seconds ? human_seconds(*seconds) : "-";
}

std::string rate_or_dash(const std::optional<double>& rate) {
  if (!rate) {
    return "-";
  }
  return *rate < 1000 ? fmt::format("{:.4g}", *rate)
                      : with_commas(static_cast<std::int64_t>(std::llround(*rate)));
}

std::string title(const Recording& recording) {
  const Summary& summary = recording.summary();
  const Region& region = recording.region();
  std::string work = summary.phase() == "decode"
                         ? fmt::format("{} cached", with_commas(summary.cached_tokens()))
                         : fmt::format("{} prompt", summary.prompt_tokens());
  if (summary.new_tokens() > 0) {
    work += fmt::format(" + {} new", summary.new_tokens());
  }
  work += summary.batch() > 1 ? "" : " tokens";
  const std::string batch =
      summary.batch() > 1 ? fmt::format(", batch {}", summary.batch()) : std::string();
  return fmt::format("  {} on {}, {}x{} tiles: {}{}, {}", summary.model(), summary.machine(),
                     region.width(), region.height(), summary.phase(), batch, work);
}

void add_headline(const Recording& recording, const Figures& figures, Lines& lines) {
  const Summary& summary = recording.summary();
  lines.push_back(both(left_figure("cycles", with_commas(summary.cycles())),
                       right_figure(figures.batch > 1 ? "tokens/s in all" : "tokens/s",
                                    rate_or_dash(figures.tokens_per_second))));
  const std::string time =
      fmt::format("{} at {}", human_seconds(figures.seconds), human_hertz(summary.frequency()));
  lines.push_back(both(left_figure("time", time),
                       right_figure("to first token", time_or_dash(figures.time_to_first_token))));
  lines.push_back(
      both(left_figure("utilization", fmt::format("{:.2f} %", 100 * summary.utilization())),
           right_figure("per output token", time_or_dash(figures.time_per_output_token))));
  const std::string sram = fmt::format("{} of {}", human_bytes(summary.sram_peak_bytes()),
                                       human_bytes(summary.sram_bytes()));
  std::string beside;
  if (summary.perplexity() > 0) {
    beside = right_figure("perplexity", fmt::format("{:.4f}", summary.perplexity()));
  } else if (figures.batch > 1 && figures.tokens_per_second) {
    beside = right_figure("… of each sequence",
                          rate_or_dash(*figures.tokens_per_second / figures.batch));
  }
  lines.push_back(both(left_figure("SRAM peak", sram), beside));
}

Lines bin_rows(const Figures& figures) {
  std::vector<std::int64_t> cycles;
  for (const BinRow& row : figures.bins) {
    cycles.push_back(row.cycles);
  }
  const std::vector<std::int64_t> tenths = rounded_shares(cycles, 1000);
  const std::int64_t largest =
      std::max<std::int64_t>(1, *std::max_element(cycles.begin(), cycles.end()));
  Lines rows;
  for (std::size_t i = 0; i < cycles.size(); ++i) {
    const double fraction = static_cast<double>(cycles[i]) / static_cast<double>(largest);
    rows.push_back(fmt::format("  {}{}  {}", pad_right(figures.bins[i].label, kLabel),
                               pad_left(percent_of_tenths(tenths[i]), 7), bar(fraction, kBar)));
  }
  return rows;
}

Lines op_rows(const Figures& figures, std::int64_t run_cycles) {
  std::vector<NamedCycles> ops = figures.ops;
  std::stable_sort(ops.begin(), ops.end(),
                   [](const auto& a, const auto& b) { return a.cycles > b.cycles; });
  ops.resize(std::min(ops.size(), kTopOps));
  Lines rows;
  for (const NamedCycles& op : ops) {
    const double share =
        run_cycles > 0 ? 100.0 * static_cast<double>(op.cycles) / static_cast<double>(run_cycles)
                       : 0.0;
    rows.push_back(fmt::format("{}{}{}", pad_right(op.name, 16),
                               pad_left(with_commas(op.cycles), 15),
                               pad_left(fmt::format("{:.1f} %", share), 8)));
  }
  return rows;
}

void add_account(const Recording& recording, const Figures& figures, Lines& lines) {
  const Lines left = bin_rows(figures);
  const Lines right = op_rows(figures, recording.summary().cycles());
  lines.push_back(both("  where the time went", right.empty() ? "" : "largest ops, cycles"));
  for (std::size_t i = 0; i < left.size(); ++i) {
    lines.push_back(both(left[i], i < right.size() ? right[i] : ""));
  }
}

void add_labelled(std::string_view label, std::string_view text, std::size_t max_lines,
                  Lines& lines) {
  const std::size_t margin = 2 + kLabel;
  for (const std::string& part : wrap(text, kColumns - margin, max_lines)) {
    lines.push_back(fmt::format("  {}{}", pad_right(label, kLabel), part));
    label = "";
  }
}

void add_check(const Check& check, std::size_t max_lines, Lines& lines) {
  if (check.against().empty() || check.against() == "none") {
    add_labelled("check", "not checked; --check cpu checks every op", 1, lines);
    return;
  }
  std::string text = fmt::format("{} against {}", check.verdict(), check.against());
  if (!check.first_bad().empty()) {
    text += fmt::format(": {}", check.first_bad());
  } else if (check.tokens_compared() > 0) {
    text += fmt::format("; {} of {} tokens identical",
                        check.tokens_compared() - check.tokens_teacher_forced(),
                        check.tokens_compared());
  }
  if (check.tokens_teacher_forced() > 0) {
    text += fmt::format(", {} teacher-forced", check.tokens_teacher_forced());
  }
  add_labelled("check", text, std::min<std::size_t>(max_lines, 2), lines);
  if (check.ops_checked() > 0 && max_lines > 2) {
    const std::string worst = fmt::format("{} op results, worst {:.3g} of its bound in {}",
                                          with_commas(check.ops_checked()),
                                          check.worst().error_over_bound(), check.worst().op());
    add_labelled("", worst, 1, lines);
  }
}

std::string engine_text(const Engine& engine) {
  std::string text = engine.name();
  text += engine.exact() ? ", exact"
          : engine.has_error_percent()
              ? fmt::format(", not exact: {:.2g} % error measured", engine.error_percent())
              : ", not exact: error not measured";
  return engine.note().empty() ? text : fmt::format("{} ({})", text, engine.note());
}

void add_how(const Engine& engine, Lines& lines) {
  std::int64_t iterations = 0;
  std::int64_t cycles = 0;
  for (const Repeat& repeat : engine.repeats()) {
    iterations += repeat.iterations();
    cycles += repeat.iterations() * repeat.period();
  }
  std::string text = engine.how();
  if (iterations > 0) {
    text += fmt::format("{}{} iterations recurred and were added ({} cycles), from cycle {} on",
                        text.empty() ? "" : "; ", with_commas(iterations), with_commas(cycles),
                        with_commas(engine.repeats(0).from()));
  }
  if (!text.empty()) {
    add_labelled("", text, 2, lines);
  }
}

// The figure, and the kinds that make up most of it.
void add_energy(const Recording& recording, const Figures& figures, Lines& lines) {
  if (!figures.joules) {
    return;
  }
  std::string text = human_joules(*figures.joules);
  if (figures.joules_per_token) {
    text += fmt::format(", {} a token", human_joules(*figures.joules_per_token));
  }
  if (figures.watts) {
    constexpr double kKilo = 1000;
    text += *figures.watts < kKilo ? fmt::format(", {:.3g} W", *figures.watts)
                                   : fmt::format(", {:.3g} kW", *figures.watts / kKilo);
  }
  std::vector<EnergyRow> kinds = figures.energy;
  std::stable_sort(kinds.begin(), kinds.end(), [](const EnergyRow& a, const EnergyRow& b) {
    return a.picojoules > b.picojoules;
  });
  constexpr std::size_t kTopKinds = 3;
  kinds.resize(std::min(kinds.size(), kTopKinds));
  std::string_view separator = ": ";
  for (const EnergyRow& kind : kinds) {
    text += fmt::format("{}{} {:.0f} %", separator, kind.label,
                        100 * kind.picojoules * 1e-12 / *figures.joules);
    separator = ", ";
  }
  add_labelled("energy", text + (recording.energy().assumed() ? " (assumed prices)" : ""), 2,
               lines);
}

std::string audit_text(const Recording& recording) {
  const auto& audits = recording.audits();
  const auto held =
      std::count_if(audits.begin(), audits.end(), [](const Audit& a) { return a.ok(); });
  std::string text = fmt::format("{} of {} hold", held, audits.size());
  std::string_view separator = "; failed: ";
  for (const Audit& audit : audits) {
    if (!audit.ok()) {
      text += fmt::format("{}{}{}", separator, audit.name(),
                          audit.detail().empty() ? "" : fmt::format(" ({})", audit.detail()));
      separator = ", ";
    }
  }
  return text;
}

}  // namespace

std::string report_table(const Recording& recording) {
  const Figures figures = figures_of(recording);
  const bool deadlock = recording.has_deadlock();
  Lines lines{clip(title(recording), kColumns), ""};
  add_headline(recording, figures, lines);
  lines.emplace_back();
  add_account(recording, figures, lines);
  lines.emplace_back();
  if (deadlock) {
    add_labelled("deadlock", fmt::format("{}", fmt::join(recording.deadlock().cycle(), "; ")), 3,
                 lines);
  }
  add_check(recording.check(), deadlock ? 1 : 3, lines);
  constexpr std::size_t kBelow = 3;  // lines after it at most
  const bool room = lines.size() + 3 + kBelow <= kLines;
  add_labelled("engine", engine_text(recording.engine()), room ? 3 : 1, lines);
  add_how(recording.engine(), lines);
  add_energy(recording, figures, lines);
  if (recording.audits_size() > 0) {
    add_labelled("self-audit", audit_text(recording), 2, lines);
  }
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string check_text(const Check& check) {
  constexpr std::size_t kRoom = 6;
  Lines lines;
  add_check(check, kRoom, lines);
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace weft::traces
