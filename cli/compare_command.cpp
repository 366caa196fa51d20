// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/compare.h"
#include "cli/help.h"
#include "cli/usage.h"

namespace weft::cli {
namespace {

void add_subject(CLI::App& command, CompareArguments& a) {
  command.add_option("--model", a.model, "a zoo name (weft model list) or a folder")
      ->required()
      ->check(not_empty())
      ->type_name("MODEL");
  command
      .add_option("--seq", a.sequence,
                  "decode: tokens in the cache; prefill: of the prompt (default: 4096, or as "
                  "many as fit); training: of a sequence (default: the context)")
      ->check(whole_number(1))
      ->type_name("N");
  command.add_option("--gpu", a.gpu, "only machines with this in their name: H100")
      ->check(not_empty())
      ->type_name("NAME");
  command.add_flag("--json", a.json, "JSON on standard output and nothing else");
}

void add_throughput(CLI::App& command, CompareArguments& a) {
  const char* group = "Throughput";
  command.add_option("--phase", a.phase, "what is compared")
      ->capture_default_str()
      ->type_name("decode|prefill")
      ->group(group);
  command.add_option("--batch", a.batch, "sequences at a time")
      ->capture_default_str()
      ->check(whole_number(1))
      ->type_name("N")
      ->group(group);
  command.add_option("--arch", a.arch, "the wafer: a preset or a YAML file; none: no wafer")
      ->capture_default_str()
      ->check(not_empty())
      ->type_name("MACHINE")
      ->group(group);
  command
      .add_option("--set", a.overrides, "override a machine field: tile.sram=128KiB; repeatable")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("FIELD=VALUE")
      ->group(group);
  command.add_option("--run", a.run, "take this run of weft run --out instead of simulating")
      ->check(not_empty())
      ->type_name("FOLDER")
      ->group(group);
  command
      .add_option("--measured", a.measured,
                  "where recordings of GPUs lie (default: reference/measured)")
      ->check(not_empty())
      ->type_name("FOLDER")
      ->group(group);
  command
      .add_option("--efficiency", a.efficiency,
                  "part of bandwidth and peak the rooflines reach; 1: the ideal")
      ->capture_default_str()
      ->check(fraction())
      ->type_name("F")
      ->group(group);
  command.add_flag("--all", a.all, "published figures of other lengths too")->group(group);
  command.add_flag("--sources", a.sources, "sources of every number of the rooflines")
      ->group(group);
}

void add_training(CLI::App& command, CompareArguments& a) {
  const char* group = "Training";
  command.add_flag("--train", a.train, "what training takes, in closed form")->group(group);
  command.add_option("--tokens", a.tokens, "tokens to train on: 300e9")
      ->check(positive_number())
      ->type_name("N")
      ->group(group);
  command
      .add_option("--utilization", a.utilization,
                  "part of the dense 16-bit peak that is sustained (default: 0.4, assumed)")
      ->check(fraction())
      ->type_name("F")
      ->group(group);
  command
      .add_option("--price-per-hour", a.price_per_hour,
                  "dollars for an hour of any machine (default: published quotes)")
      ->check(positive_number())
      ->type_name("USD")
      ->group(group);
  command.add_option("--gpus", a.devices, "how many of a kind share the work")
      ->capture_default_str()
      ->check(whole_number(1))
      ->type_name("N")
      ->group(group);
}

// Options that would silently do nothing.
void add_conflicts(CLI::App& command) {
  for (const char* name : {"--phase", "--batch", "--arch", "--set", "--run", "--measured",
                           "--efficiency", "--all", "--sources"}) {
    command.get_option(name)->excludes("--train");
  }
  for (const char* name : {"--tokens", "--utilization", "--price-per-hour", "--gpus"}) {
    command.get_option(name)->needs("--train");
  }
  command.get_option("--train")->needs("--tokens");
  for (const char* name : {"--arch", "--set"}) {
    command.get_option(name)->excludes("--run");
  }
}

Status compare(const CompareArguments& a) {
  if (a.train) {
    WEFT_ASSIGN(const auto training, compare_training(a));
    fmt::print("{}",
               a.json ? judge::training_json(training) + "\n" : judge::training_table(training));
    return {};
  }
  WEFT_ASSIGN(const auto throughput, compare_throughput(a));
  fmt::print("{}", a.json ? judge::throughput_json(throughput) + "\n"
                          : judge::throughput_table(throughput));
  return {};
}

}  // namespace

void add_compare_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "compare", "Sets a wafer beside GPUs: simulated, measured, published, at best.");
  auto a = std::make_shared<CompareArguments>();
  add_subject(*command, *a);
  add_throughput(*command, *a);
  add_training(*command, *a);
  add_conflicts(*command);
  set_footer(*command,
             "  weft compare --model llama3-8b --phase decode --seq 4096 --batch 1\n"
             "  weft compare --model llama3-8b --gpu H100 --arch none --sources\n"
             "  weft compare --train --model gpt3-175b --tokens 300e9 --gpu V100\n");
  command->callback([a, &invocation] {
    if (const Status status = compare(*a); !status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
