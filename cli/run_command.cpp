// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/run.h"
#include "traces/report.h"

namespace weft::cli {
namespace {

void print_outcome(const RunOutcome& outcome, bool json) {
  if (json) {
    fmt::print("{}\n", traces::report_json(outcome.recording));
  } else {
    const auto& generated = outcome.recording.generated();
    if (!generated.text().empty()) {
      fmt::print("{}{}\n\n", generated.prompt(), generated.text());
    } else if (generated.token_ids_size() > 0) {
      fmt::print("{}\n\n", fmt::join(generated.token_ids(), ","));
    }
    fmt::print("{}", traces::report_table(outcome.recording));
    for (const auto& path : outcome.written) {
      fmt::print("wrote {}\n", path.string());
    }
  }
  if (outcome.recording.has_deadlock()) {
    fmt::print(stderr, "weft: deadlock: nobody can go on\n");
    for (const std::string& line : outcome.recording.deadlock().cycle()) {
      fmt::print(stderr, "  {}\n", line);
    }
  }
  if (!outcome.recording.check().first_bad().empty()) {
    fmt::print(stderr, "weft: check failed: {}\n", outcome.recording.check().first_bad());
  }
}

}  // namespace

void add_run_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "run", "map a model onto a machine, simulate it with values and time, check and report it");
  auto arguments = std::make_shared<RunArguments>();
  auto verbose = std::make_shared<bool>(false);
  RunArguments& a = *arguments;
  command->add_option("--arch", a.arch, "machine: a preset (weft arch list) or a YAML file")
      ->required();
  command->add_option("--model", a.model, "checkpoint: a zoo name or a Hugging Face folder");
  command->add_option("--bundle", a.bundle, "run this bundle (weft asm) instead of mapping");
  command->add_option("--phase", a.phase, "generate, prefill or decode")->capture_default_str();
  command->add_option("--prompt", a.prompt, "prompt as text");
  command->add_option("--prompt-tokens", a.prompt_tokens, "prompt as ids: 1,2,3 or @FILE (JSON)");
  command->add_option("--new-tokens", a.new_tokens, "tokens to generate")->capture_default_str();
  command->add_option("--seq", a.sequence, "decode: tokens already in the cache")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--region", a.region, "tiles to use: WxH or WxH+X+Y (default: all)");
  command->add_option("--strategy", a.strategy, "mapping strategy: tensor")->capture_default_str();
  command->add_option("--engine", a.engine, "auto or dataflow")->capture_default_str();
  command->add_option("--data", a.data, "on: values and time; off: the same cycles, no values")
      ->capture_default_str();
  command->add_option("--check", a.check, "none, or cpu: hold every op against the reference")
      ->capture_default_str();
  command->add_option("--logits", a.logits, "prefill: logits of the last position or of all")
      ->capture_default_str();
  command->add_option("--perplexity", a.perplexity,
                      "JSON file with token ids: prefill in windows of the context, print perplexity");
  command->add_option("--windows", a.windows, "perplexity: at most this many windows (0: all)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--set", a.overrides, "override a machine field: tile.sram=128KiB")
      ->take_all();
  command->add_option("--out", a.out, "folder for report.json, recording.weft, mapped.bundle");
  command->add_flag("--tensors", a.tensors, "write the output of every op to --out too");
  command->add_flag("--json", a.json, "report.json on standard output and nothing else");
  command->add_flag("-v,--verbose", *verbose, "say what the mapper decided");
  command->callback([arguments, verbose, &invocation] {
    arguments->command = invocation.words;
    watch_interrupts();
    const auto outcome = run(*arguments);
    if (!outcome) {
      invocation.fail(outcome.error());
      return;
    }
    if (*verbose) {
      for (const std::string& line : outcome->decisions) {
        fmt::print(stderr, "{}\n", line);
      }
    }
    print_outcome(*outcome, arguments->json);
    invocation.exit_code = outcome->exit_code();
  });
}

}  // namespace weft::cli
