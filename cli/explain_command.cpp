// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/record_path.h"
#include "cli/replay.h"
#include "cli/what_if.h"
#include "traces/explain.h"
#include "traces/limits.h"

namespace weft::cli {
namespace {

struct ExplainArguments {
  std::filesystem::path run;
  bool json = false;
  std::vector<std::string> what_if;
};

/// What could be tried, ready to be pasted.
std::string tries_text(const std::filesystem::path& run, const traces::Recording& recording,
                       const traces::Limits& limits, const arch::Machine& machine) {
  std::string text;
  for (const traces::Limit& limit : limits.reasons) {
    for (const std::string& assignment : worth_trying(recording, machine, limit.fields)) {
      const std::string line =
          fmt::format("  weft explain {} --what-if \"{}\"\n", run.string(), assignment);
      text += text.find(line) == std::string::npos ? line : "";
    }
  }
  return text.empty() ? text : "\n  to find out, one number at a time\n" + text;
}

std::string json_text(const traces::Recording& recording, const traces::Limits& limits,
                      const arch::Machine& machine, const std::vector<WhatIf>& what_ifs) {
  auto json = nlohmann::ordered_json::parse(traces::explain_json(recording));
  json["limits"] = nlohmann::ordered_json::array();
  for (const traces::Limit& limit : limits.reasons) {
    json["limits"].push_back({{"key", limit.key},
                              {"what", limit.what},
                              {"share", limit.share},
                              {"basis", limits.basis},
                              {"what_if", worth_trying(recording, machine, limit.fields)}});
  }
  json["what_if"] = nlohmann::ordered_json::array();
  for (const WhatIf& of : what_ifs) {
    nlohmann::ordered_json reasons = nlohmann::ordered_json::array();
    for (const WhatIf::Reason& reason : of.reasons) {
      reasons.push_back({{"key", reason.key},
                         {"before", reason.before},
                         {"after", reason.after},
                         {"named", reason.named}});
    }
    json["what_if"].push_back({{"field", of.path},
                               {"before", of.before},
                               {"after", of.after},
                               {"cycles", {of.cycles_before, of.cycles_after}},
                               {"basis", of.basis},
                               {"reasons", std::move(reasons)},
                               {"confirmed", of.confirmed ? nlohmann::ordered_json(*of.confirmed)
                                                          : nlohmann::ordered_json()},
                               {"verdict", of.verdict}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Status explain(const ExplainArguments& arguments) {
  if (arguments.run.empty()) {
    return input_error("explain: the folder of a run is missing; give weft explain RUN");
  }
  watch_interrupts();
  WEFT_ASSIGN(traces::Recording recording, read_run(arguments.run, "explain"));
  if (recording.has_deadlock()) {
    return input_error(fmt::format("{}: the run ended in a deadlock, which its report names",
                                   (arguments.run / "recording.weft").string()));
  }
  WEFT_ASSIGN(const arch::Machine machine, recorded_machine(arguments.run, recording));
  for (const std::string& assignment : arguments.what_if) {
    WEFT_TRY(check_what_if(machine, assignment));
  }
  sim::Options options;
  options.critical_path = true;
  WEFT_ASSIGN(const Replay again, replay(arguments.run, recording, "explain", options));
  record_path(*again.result.path, again.bundle, *recording.mutable_path());
  std::vector<WhatIf> what_ifs;
  for (const std::string& assignment : arguments.what_if) {
    WEFT_ASSIGN(WhatIf of, what_if(arguments.run, recording, assignment));
    what_ifs.push_back(std::move(of));
  }
  const traces::Limits limits = traces::limits_of(recording);
  if (arguments.json) {
    fmt::print("{}", json_text(recording, limits, machine, what_ifs));
    return {};
  }
  if (what_ifs.empty()) {
    fmt::print("{}\n{}{}", traces::explain_text(recording), traces::limits_text(limits),
               tries_text(arguments.run, recording, limits, machine));
  }
  for (const WhatIf& of : what_ifs) {
    fmt::print("{}{}", &of == what_ifs.data() ? "" : "\n", what_if_text(of));
  }
  return {};
}

}  // namespace

void add_explain_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "explain", "Says what a run hangs on: its critical path, by op, instruction and tile.");
  auto arguments = std::make_shared<ExplainArguments>();
  command->add_option("run", arguments->run, "folder that weft run --out wrote")
      ->option_text("RUN")
      ->type_name("FOLDER");
  command->add_flag("--json", arguments->json, "JSON on standard output and nothing else");
  command
      ->add_option("--what-if", arguments->what_if,
                   "run again with this one field of the machine changed: fabric.hop_latency=\"2 "
                   "cycles\"; repeatable, each alone")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("FIELD=VALUE");
  set_footer(*command,
             "  weft explain out/fable\n"
             "  weft explain out/fable --what-if \"fabric.ramp_latency=1 cycles\"\n");
  command->callback([arguments, &invocation] {
    const Status status = explain(*arguments);
    if (!status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
