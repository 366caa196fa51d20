// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "cli/run.h"
#include "mapper/decisions.h"
#include "models/checkpoint.h"
#include "models/tokenizer.h"

namespace weft::cli {

/// The tokenizer of a model folder, where there is one.
Result<std::optional<models::Tokenizer>> open_tokenizer(const models::Checkpoint& checkpoint);

/// Token ids of every sequence of a batch.
using Prompts = std::vector<std::vector<int>>;

/// --prompt or --prompt-tokens as ids, of each of --batch sequences, held against vocabulary and
/// context and of one length; empty without either.
Result<Prompts> read_prompts(const RunArguments& arguments, const models::Checkpoint& checkpoint,
                             const std::optional<models::Tokenizer>& tokenizer);

/// --prompt-tokens of a run without values, whose time does not depend on which ids they are.
std::string any_prompt(int tokens);

/// What the options ask the mapper for. Without prompts: what of the task needs none.
Result<mapper::Request> request_of(const RunArguments& arguments, const Prompts& prompts);

/// Maps as --mapping says, or as the mapper decides where there is none.
Result<mapper::Decision> map_task(const RunArguments& arguments, const models::Graph& graph,
                                  const arch::Machine& machine, const mapper::Request& request);

}  // namespace weft::cli
