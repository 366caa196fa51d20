// SPDX-License-Identifier: Apache-2.0
#include "cli/what_if.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "arch/machine.h"
#include "base/schema.h"
#include "base/text.h"
#include "base/yaml_reader.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/record.h"
#include "cli/record_path.h"
#include "cli/replay.h"
#include "isa/verify.h"
#include "sim/simulate.h"
#include "traces/layout.h"
#include "traces/limits.h"
#include "traces/progress.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using traces::Limit;
using traces::Limits;
using traces::Recording;

constexpr const char* kOption = "--what-if";
constexpr std::size_t kColumns = 80;
constexpr std::size_t kAllReasons = 16;

std::string value_of(const arch::Machine& machine, std::string_view path) {
  for (const SchemaLeaf& leaf : arch::fields_of(machine)) {
    if (leaf.path == path) {
      return leaf.text;
    }
  }
  return "";
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  const auto last = text.find_last_not_of(' ');
  return first == std::string_view::npos ? "" : std::string(text.substr(first, last - first + 1));
}

// The message of a refused `--set`, said of this option.
Error of_this_option(const Error& error) {
  constexpr std::string_view kSet = "--set";
  return error.message.starts_with(kSet)
             ? Error{error.kind, kOption + error.message.substr(kSet.size())}
             : Error{error.kind, fmt::format("{}: {}", kOption, error.message)};
}

Result<arch::Machine> changed(const arch::Machine& machine, const std::string& assignment) {
  arch::Machine other = machine;
  if (const Status status = set_field(other, assignment); !status) {
    return of_this_option(status.error());
  }
  if (const Status status = arch::check_machine(other); !status) {
    return of_this_option(status.error());
  }
  return other;
}

// The run on another machine: what it took, and where it says so the critical path.
Result<Recording> run_on(const fs::path& run, const Recording& recording,
                         const arch::Machine& machine, const std::string& assignment) {
  WEFT_ASSIGN(isa::Bundle bundle, recorded_bundle(run, recording, "explain"));
  bundle.set_machine_hash(arch::machine_hash(machine));
  if (const Status status = isa::verify(bundle, machine, interrupted); !status) {
    if (interrupted()) {
      return interrupted_error();
    }
    const std::string& why = status.error().message;
    return input_error(fmt::format(
        "{} {}: the programs of this run do not fit that machine ({}); map again with --set",
        kOption, assignment, why.substr(0, why.find('\n'))));
  }
  traces::Progress progress("simulating with " + assignment, stderr);
  sim::Options options;
  options.data = false;
  options.critical_path = true;
  options.progress = [&](std::int64_t cycle, double fraction) {
    progress.update(fraction, fmt::format("cycle {}", with_commas(cycle)));
    return !interrupted();
  };
  auto result = sim::simulate(bundle, machine, {}, options);
  if (!result) {
    return interrupted() ? interrupted_error() : result.error();
  }
  if (!result->deadlock.empty()) {
    return failed_error(fmt::format("{} {}: then the run ends in a deadlock: {}", kOption,
                                    assignment, result->deadlock.front()));
  }
  Recording other;
  record_result(*result, bundle, machine, other);
  if (result->path) {
    record_path(*result->path, bundle, *other.mutable_path());
  }
  return other;
}

// Of both runs the same kind of reasons: on the critical path where both have one.
std::pair<Limits, Limits> limits_of_both(Recording before, Recording after) {
  auto both =
      std::pair(traces::limits_of(before, kAllReasons), traces::limits_of(after, kAllReasons));
  if (both.first.of_path != both.second.of_path) {
    before.clear_path();
    after.clear_path();
    both = {traces::limits_of(before, kAllReasons), traces::limits_of(after, kAllReasons)};
  }
  return both;
}

void add_reason(const Limit& limit, const std::string& path, bool is_before, WhatIf& what_if) {
  auto& reasons = what_if.reasons;
  auto at = std::find_if(reasons.begin(), reasons.end(),
                         [&](const WhatIf::Reason& reason) { return reason.key == limit.key; });
  if (at == reasons.end()) {
    at = reasons.insert(at, {limit.key, limit.what, 0, 0, traces::names_field(limit, path)});
  }
  (is_before ? at->before : at->after) = limit.share;
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

void judge(WhatIf& of) {
  const auto before = static_cast<double>(of.cycles_before);
  const auto after = static_cast<double>(of.cycles_after);
  const double saved = before - after;
  double held = 0;
  double less = 0;
  std::vector<std::string> names;
  for (const WhatIf::Reason& reason : of.reasons) {
    if (reason.named) {
      held += reason.before;
      less += reason.before * before - reason.after * after;
      names.push_back(reason.what);
    }
  }
  const std::string change =
      saved == 0 ? "changes no cycle of the run"
                 : fmt::format("{} the run by {}", saved > 0 ? "shortens" : "lengthens",
                               percent(std::abs(saved) / std::max(1.0, before)));
  of.verdict = fmt::format("{} {} -> {} {}; ", of.path, of.before, of.after, change);
  if (names.empty()) {
    of.verdict += "no reason names it";
    return;
  }
  of.confirmed = saved != 0 && less * saved > 0;
  const std::string what = fmt::format("{}", fmt::join(names, ", "));
  of.verdict =
      (*of.confirmed ? "confirmed: " : "not confirmed: ") + of.verdict +
      (*of.confirmed ? fmt::format("{} was {} of it", what, percent(held))
                     : fmt::format("{}, {} of it, hangs on something else", what, percent(held)));
}

}  // namespace

Status check_what_if(const arch::Machine& machine, const std::string& assignment) {
  WEFT_TRY(changed(machine, assignment));
  return {};
}

Result<WhatIf> what_if(const fs::path& run, const Recording& recording,
                       const std::string& assignment) {
  WEFT_ASSIGN(const arch::Machine machine, recorded_machine(run, recording));
  WEFT_ASSIGN(const arch::Machine other, changed(machine, assignment));
  WhatIf result;
  result.path = trimmed(std::string_view(assignment).substr(0, assignment.find('=')));
  result.before = value_of(machine, result.path);
  result.after = value_of(other, result.path);
  result.cycles_before = result.cycles_after = recording.summary().cycles();
  if (result.before == result.after) {
    result.verdict = fmt::format("nothing changes: {} is {} already", result.path, result.before);
    return result;
  }
  WEFT_ASSIGN(const Recording after, run_on(run, recording, other, assignment));
  result.cycles_after = after.summary().cycles();
  const auto [limits_before, limits_after] = limits_of_both(recording, after);
  result.basis = limits_before.basis;
  for (const Limit& limit : limits_before.reasons) {
    add_reason(limit, result.path, true, result);
  }
  for (const Limit& limit : limits_after.reasons) {
    add_reason(limit, result.path, false, result);
  }
  judge(result);
  return result;
}

std::vector<std::string> worth_trying(const Recording& recording, const arch::Machine& machine,
                                      const std::vector<std::string>& fields) {
  // Of rates by type, that of the weights.
  const auto& roofs = recording.floorplan().roofs();
  constexpr double kWide = 4;
  const std::string type = roofs.weight_bytes() >= kWide ? ".f32" : ".f16";
  std::vector<std::string> tries;
  for (const std::string& field : fields) {
    std::string path = field;
    std::string value = value_of(machine, path);
    if (value.empty()) {
      path += type;
      value = value_of(machine, path);
    }
    const std::size_t digits = value.find_first_not_of("0123456789");
    if (digits == 0 || value.empty()) {
      continue;
    }
    constexpr std::size_t kMostDigits = 12;
    const std::int64_t now = std::stoll(value.substr(0, std::min(digits, kMostDigits)));
    const std::int64_t then = traces::less_is_faster(path) ? now / 2 : now * 2;
    const std::string assignment =
        fmt::format("{}={}{}", path, then, digits == std::string::npos ? "" : value.substr(digits));
    if (then != now && changed(machine, assignment)) {
      tries.push_back(assignment);
    }
  }
  return tries;
}

std::string what_if_text(const WhatIf& of) {
  std::vector<std::string> lines;
  if (of.before != of.after) {
    lines.push_back(traces::clip(
        fmt::format("  what if {} were {}, not {}", of.path, of.after, of.before), kColumns));
    lines.push_back(fmt::format("  cycles  {} -> {}", with_commas(of.cycles_before),
                                with_commas(of.cycles_after)));
    lines.emplace_back();
    lines.push_back(fmt::format("   before     after  {}", of.basis));
    bool named = false;
    for (const WhatIf::Reason& reason : of.reasons) {
      named = named || reason.named;
      lines.push_back(
          traces::clip(fmt::format("  {:>7} -> {:>7}  {}{}", percent(reason.before),
                                   percent(reason.after), reason.named ? "* " : "", reason.what),
                       kColumns));
    }
    if (named) {
      lines.push_back(traces::clip(fmt::format("  * names {}", of.path), kColumns));
    }
    lines.emplace_back();
  }
  constexpr std::size_t kMostLines = 4;
  for (const std::string& line : traces::wrap(of.verdict, kColumns - 2, kMostLines)) {
    lines.push_back("  " + line);
  }
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace weft::cli
