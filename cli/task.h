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

/// --prompt or --prompt-tokens as ids, held against vocabulary and context; empty without either.
Result<std::vector<int>> read_prompt(const RunArguments& arguments,
                                     const models::Checkpoint& checkpoint,
                                     const std::optional<models::Tokenizer>& tokenizer);

/// --prompt-tokens of a run without values, whose time does not depend on which ids they are.
std::string any_prompt(int tokens);

/// What the options ask the mapper for.
Result<mapper::Request> request_of(const RunArguments& arguments, const std::vector<int>& prompt);

/// Maps as --mapping says, or as the mapper decides where there is none.
Result<mapper::Decision> map_task(const RunArguments& arguments, const models::Graph& graph,
                                  const arch::Machine& machine, const mapper::Request& request);

}  // namespace weft::cli
