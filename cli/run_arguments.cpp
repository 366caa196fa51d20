// SPDX-License-Identifier: Apache-2.0
#include "cli/run_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arch/machine.h"
#include "cli/arguments.h"
#include "cli/window_arguments.h"
#include "models/utf8.h"
#include "models/zoo.h"

namespace weft::cli {
namespace {

Status check_values(const RunArguments& a) {
  WEFT_TRY(check_choice("--phase", a.phase, {"generate", "prefill", "decode"}));
  WEFT_TRY(check_choice("--strategy", a.strategy, {"tensor", "waferllm"}));
  WEFT_TRY(check_choice("--engine", a.engine, {"auto", "word", "dataflow"}));
  WEFT_TRY(check_choice("--data", a.data, {"on", "off"}));
  WEFT_TRY(check_choice("--repeat", a.repeat, {"on", "off"}));
  WEFT_TRY(check_choice("--check", a.check, {"none", "cpu", "recorded", "cuda"}));
  WEFT_TRY(check_choice("--timeline", a.timeline, {"on", "off"}));
  WEFT_TRY(check_choice("--logits", a.logits, {"last", "all"}));
  if (!a.region.empty()) {
    WEFT_TRY(parse_region(a.region));
  }
  WEFT_TRY(parse_window(a.trace_tiles, a.trace_cycles, "--trace-"));
  return {};
}

// A published schedule that is replayed: its time, on a square.
Status check_waferllm(const RunArguments& a) {
  if (a.phase != "decode" || a.data == "on") {
    return input_error(
        "--strategy waferllm replays the published time of decoding: add --phase decode --data "
        "off");
  }
  const auto region = parse_region(a.region);
  if (a.region.empty() || !region || region->width != region->height || region->x != 0 ||
      region->y != 0) {
    return input_error(fmt::format(
        "--strategy waferllm runs on a square from the corner on: give --region 420x420{}",
        a.region.empty() ? "" : " instead of " + a.region));
  }
  return {};
}

// The two arguments that are easiest to swap.
Status check_names(const RunArguments& a) {
  const std::vector<std::string> machines = arch::preset_names();
  // The zoo is looked for on disk, so only where it may matter: a study asks for every point.
  const bool known = std::ranges::find(machines, a.arch) != machines.end();
  const auto models = known ? std::vector<std::string>() : models::zoo_names();
  if (std::ranges::find(models, a.arch) != models.end()) {
    return input_error(
        fmt::format("--arch {0}: is a model; give it as --model {0} and a machine, such as {1}, as "
                    "--arch",
                    a.arch, machines.front()));
  }
  if (std::ranges::find(machines, a.model) != machines.end()) {
    return input_error(fmt::format(
        "--model {0}: is a machine; give it as --arch {0}, and a model as --model", a.model));
  }
  return {};
}

Status check_text(const std::string& prompt) {
  for (std::string_view rest = prompt; !rest.empty();) {
    const std::size_t length = models::utf8_length(rest);
    if (length == 0) {
      return input_error(
          fmt::format("--prompt: byte {} is not UTF-8; give UTF-8 text, or ids with "
                      "--prompt-tokens",
                      prompt.size() - rest.size() + 1));
    }
    rest.remove_prefix(length);
  }
  return {};
}

Status check_batch(const RunArguments& a) {
  if (a.batch > 1 && !a.perplexity.empty()) {
    return input_error(fmt::format(
        "--batch {}: perplexity reads one window after the other; drop it or --perplexity",
        a.batch));
  }
  if (a.batch > 1 && a.strategy == "waferllm") {
    return input_error(fmt::format(
        "--batch {}: the published schedule of --strategy waferllm is of one sequence; drop it, or "
        "use tensor",
        a.batch));
  }
  const std::size_t prompts = (a.prompt ? 1 : 0) + a.more_prompts.size() +
                              a.more_prompt_tokens.size() + (a.prompt_tokens.empty() ? 0 : 1);
  if (prompts > 1 && std::cmp_not_equal(prompts, a.batch)) {
    return input_error(
        fmt::format("--batch {}: {} prompts are given; give one for all sequences, or --batch {}",
                    a.batch, prompts, prompts));
  }
  return {};
}

Status check_values_wanted(const RunArguments& a) {
  if (a.data == "on") {
    return {};
  }
  const std::string option = a.check != "none"       ? "--check"
                             : a.tensors             ? "--tensors"
                             : !a.perplexity.empty() ? "--perplexity"
                                                     : "";
  if (!option.empty()) {
    return input_error(fmt::format("--data off computes no values: drop it or {}", option));
  }
  return {};
}

}  // namespace

Status check_run_arguments(const RunArguments& a) {
  WEFT_TRY(check_values(a));
  WEFT_TRY(check_names(a));
  WEFT_TRY(check_text(a.prompt.value_or("")));
  for (const std::string& prompt : a.more_prompts) {
    WEFT_TRY(check_text(prompt));
  }
  if (a.model.empty() && a.bundle.empty()) {
    return input_error("nothing to run: give --model (a folder or zoo name) or --bundle");
  }
  if (a.new_tokens < 1 && a.phase != "prefill") {
    return input_error(fmt::format(
        "--new-tokens {}: nothing to generate; give at least 1, or --phase prefill", a.new_tokens));
  }
  if (a.prompt && !a.prompt_tokens.empty()) {
    return input_error("--prompt and --prompt-tokens are two ways to say one thing: give one");
  }
  WEFT_TRY(check_batch(a));
  WEFT_TRY(check_values_wanted(a));
  if (a.check != "none" && !a.bundle.empty()) {
    return input_error(fmt::format(
        "--check {}: a --bundle has no graph to check against; drop one, or map --model", a.check));
  }
  if (a.check != "none" && a.check != "cpu" && !a.perplexity.empty()) {
    return input_error(
        fmt::format("--check {}: perplexity is checked against cpu; use --check cpu", a.check));
  }
  if (a.phase == "decode" && a.data == "on" && a.bundle.empty()) {
    return input_error(
        "--phase decode starts from a cache nobody filled: use --data off for its timing, or "
        "--phase generate");
  }
  if (a.strategy == "waferllm") {
    WEFT_TRY(check_waferllm(a));
  }
  if (a.sequence != 0 && a.phase != "decode") {
    return input_error(fmt::format(
        "--seq {}: only --phase decode starts with a filled cache; use it or drop --seq",
        a.sequence));
  }
  return {};
}

std::vector<std::string> recorded_command(const RunArguments& arguments) {
  std::vector<std::string> words = arguments.command;
  if (arguments.reproducible) {
    for (auto word = words.begin(); word != words.end();) {
      const bool apart = *word == "--threads" && std::next(word) != words.end();
      word = apart                             ? words.erase(word, word + 2)
             : word->starts_with("--threads=") ? words.erase(word)
                                               : std::next(word);
    }
  }
  return words;
}

Status check_prompt(const std::string& option, const std::vector<int>& prompt,
                    const models::Graph& graph) {
  WEFT_TRY(check_vocabulary(option, prompt, graph.vocabulary()));
  const int length = static_cast<int>(prompt.size());
  if (length > graph.context()) {
    return input_error(fmt::format("{}: {} tokens, and the context of {} is {}; shorten it by {}",
                                   option, length, graph.name(), graph.context(),
                                   length - graph.context()));
  }
  return {};
}

namespace {

// Of a bundle that was given: whether what it loads can be had.
Status check_load(const RunArguments& arguments, const std::string& tensor) {
  if (tensor.starts_with("host.")) {
    return input_error(fmt::format(
        "--bundle {}: its {} comes from the mapper and is not in the file; use --data off for "
        "the timing, or map --model again for the values",
        arguments.bundle, tensor));
  }
  if (arguments.model.empty()) {
    return input_error(
        fmt::format("--bundle {}: it loads {}; give --model, or --data off for the timing",
                    arguments.bundle, tensor));
  }
  return {};
}

}  // namespace

Status check_bundle(const RunArguments& arguments, const isa::Bundle& bundle,
                    const arch::Machine& machine) {
  const std::string& hash = bundle.machine_hash();
  if (!hash.empty() && hash != arch::machine_hash(machine)) {
    return input_error(fmt::format(
        "--bundle {}: mapped for another machine ({}, hash {}); map the model again for {} (hash "
        "{})",
        arguments.bundle, bundle.machine(), hash, machine.name(), arch::machine_hash(machine)));
  }
  if (arguments.data == "off") {
    return {};
  }
  for (const isa::Load& load : bundle.loads()) {
    WEFT_TRY(check_load(arguments, load.tensor()));
  }
  for (const isa::EdgeTensor& load : bundle.edge_loads()) {
    WEFT_TRY(check_load(arguments, load.tensor()));
  }
  return {};
}

}  // namespace weft::cli
