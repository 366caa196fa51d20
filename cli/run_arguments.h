// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "cli/run.h"
#include "isa/bundle.pb.h"
#include "models/graph.pb.h"

namespace weft::cli {

/// Whether what was asked for makes sense by itself, before any file is opened.
Status check_run_arguments(const RunArguments& arguments);

/// The command as typed; with --reproducible without --threads, which is a matter of the host.
std::vector<std::string> recorded_command(const RunArguments& arguments);

/// Ids inside the vocabulary, and not more of them than the context holds.
Status check_prompt(const std::string& option, const std::vector<int>& prompt,
                    const models::Graph& graph);

/// Whether a bundle given by name is for this machine and finds its tensors.
Status check_bundle(const RunArguments& arguments, const isa::Bundle& bundle,
                    const arch::Machine& machine);

}  // namespace weft::cli
