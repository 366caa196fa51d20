// SPDX-License-Identifier: Apache-2.0
#include "cli/task.h"

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/run_arguments.h"
#include "mapper/mapping_file.h"

namespace weft::cli {
namespace {

mapper::Phase phase_of(const std::string& name) {
  return name == "prefill"  ? mapper::Phase::prefill
         : name == "decode" ? mapper::Phase::decode
                            : mapper::Phase::generate;
}

}  // namespace

Result<std::optional<models::Tokenizer>> open_tokenizer(const models::Checkpoint& checkpoint) {
  if (!models::Tokenizer::present(checkpoint.folder)) {
    return std::optional<models::Tokenizer>();
  }
  WEFT_ASSIGN(auto tokenizer,
              models::Tokenizer::open(checkpoint.folder, checkpoint.graph.vocabulary()));
  return std::optional(std::move(tokenizer));
}

Result<std::vector<int>> read_prompt(const RunArguments& arguments,
                                     const models::Checkpoint& checkpoint,
                                     const std::optional<models::Tokenizer>& tokenizer) {
  std::vector<int> prompt;
  if (arguments.prompt) {
    if (!tokenizer) {
      return input_error(fmt::format(
          "{}: no tokenizer.model in this folder; give the prompt as ids with --prompt-tokens",
          checkpoint.folder.string()));
    }
    if (checkpoint.graph.bos_token() >= 0) {
      prompt.push_back(checkpoint.graph.bos_token());
    }
    const auto pieces = tokenizer->encode(*arguments.prompt);
    prompt.insert(prompt.end(), pieces.begin(), pieces.end());
    WEFT_TRY(check_prompt("--prompt", prompt, checkpoint.graph));
  } else if (!arguments.prompt_tokens.empty()) {
    WEFT_ASSIGN(prompt, parse_tokens(arguments.prompt_tokens, "--prompt-tokens"));
    WEFT_TRY(check_prompt("--prompt-tokens", prompt, checkpoint.graph));
  }
  return prompt;
}

std::string any_prompt(int tokens) {
  std::string ids = "1";
  for (int i = 1; i < tokens; ++i) {
    ids += ",1";
  }
  return ids;
}

Result<mapper::Request> request_of(const RunArguments& arguments, const std::vector<int>& prompt) {
  mapper::Request request;
  request.phase = phase_of(arguments.phase);
  request.prompt = prompt;
  request.new_tokens = arguments.new_tokens;
  request.first_position = arguments.sequence;
  request.all_logits = arguments.logits == "all";
  request.stop = interrupted;
  if (request.phase == mapper::Phase::decode) {
    request.prompt.clear();
  }
  if (!arguments.region.empty()) {
    WEFT_ASSIGN(request.region, parse_region(arguments.region));
  }
  return request;
}

Result<mapper::Decision> map_task(const RunArguments& arguments, const models::Graph& graph,
                                  const arch::Machine& machine, const mapper::Request& request) {
  if (arguments.mapping.empty()) {
    return mapper::decide(graph, machine, request);
  }
  const auto said = mapper::read_mapping(arguments.mapping);
  if (!said) {
    return said.error().kind == ErrorKind::io ? at_option("--mapping", said.error()) : said.error();
  }
  return mapper::decide(graph, machine, request, *said);
}

}  // namespace weft::cli
