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

std::vector<int> ids_of(const std::string& text, const models::Checkpoint& checkpoint,
                        const models::Tokenizer& tokenizer) {
  std::vector<int> ids;
  if (checkpoint.graph.bos_token() >= 0) {
    ids.push_back(checkpoint.graph.bos_token());
  }
  const auto pieces = tokenizer.encode(text);
  ids.insert(ids.end(), pieces.begin(), pieces.end());
  return ids;
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

Result<Prompts> read_prompts(const RunArguments& arguments, const models::Checkpoint& checkpoint,
                             const std::optional<models::Tokenizer>& tokenizer) {
  Prompts prompts;
  const std::string option = arguments.prompt ? "--prompt" : "--prompt-tokens";
  if (arguments.prompt) {
    if (!tokenizer) {
      return input_error(fmt::format(
          "{}: no tokenizer.model in this folder; give the prompt as ids with --prompt-tokens",
          checkpoint.folder.string()));
    }
    prompts.push_back(ids_of(*arguments.prompt, checkpoint, *tokenizer));
    for (const std::string& text : arguments.more_prompts) {
      prompts.push_back(ids_of(text, checkpoint, *tokenizer));
    }
  } else if (!arguments.prompt_tokens.empty()) {
    WEFT_ASSIGN(prompts.emplace_back(), parse_tokens(arguments.prompt_tokens, option));
    for (const std::string& ids : arguments.more_prompt_tokens) {
      WEFT_ASSIGN(prompts.emplace_back(), parse_tokens(ids, option));
    }
  }
  for (const std::vector<int>& prompt : prompts) {
    WEFT_TRY(check_prompt(option, prompt, checkpoint.graph));
    if (prompt.size() != prompts.front().size()) {
      return input_error(fmt::format(
          "{}: the prompt of sequence {} has {} tokens and that of the first {}; give prompts of "
          "one length, or run them one by one",
          option, &prompt - prompts.data() + 1, prompt.size(), prompts.front().size()));
    }
  }
  if (prompts.size() == 1) {
    prompts.resize(static_cast<std::size_t>(arguments.batch), prompts.front());
  }
  return prompts;
}

std::string any_prompt(int tokens) {
  std::string ids = "1";
  for (int i = 1; i < tokens; ++i) {
    ids += ",1";
  }
  return ids;
}

Result<mapper::Request> request_of(const RunArguments& arguments, const Prompts& prompts) {
  mapper::Request request;
  request.phase = phase_of(arguments.phase);
  request.batch = arguments.batch;
  const std::size_t length = prompts.empty() ? 0 : prompts.front().size();
  for (std::size_t i = 0; i < length; ++i) {
    for (const std::vector<int>& prompt : prompts) {
      request.prompt.push_back(prompt[i]);
    }
  }
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
