// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// `weft run` as given on the command line, each value still in the user's words.
struct RunArguments {
  std::string arch;
  std::string model;
  std::string bundle;  ///< run this one instead of mapping
  std::string phase = "generate";
  std::optional<std::string> prompt;
  std::string prompt_tokens;  ///< "1,2,3" or @FILE
  /// Of the other sequences of a batch, where each has its own.
  std::vector<std::string> more_prompts, more_prompt_tokens;
  int new_tokens = 16;
  int batch = 1;
  int sequence = 0;  ///< decode: tokens already in the cache
  std::string region;
  std::string strategy = "tensor";
  std::filesystem::path mapping;  ///< obey this file of decisions
  std::string engine = "auto";
  std::string data = "on";
  std::string repeat = "on";
  int threads = 0;  ///< of this host; 0: as many as it has
  std::string check = "none";
  std::filesystem::path recorded;  ///< where GPU recordings lie; empty: the project's
  std::string logits = "last";
  std::string perplexity;  ///< JSON file with token ids: prefill in windows of the context
  int windows = 0;         ///< at most so many of them; 0: all
  std::vector<std::string> overrides;
  std::filesystem::path out;
  bool json = false;
  std::string trace_tiles;           ///< record these tiles event by event
  std::string trace_cycles;          ///< … in these cycles
  std::string timeline = "on";       ///< with `out`: how the run went over time is recorded
  bool tensors = false;              ///< write the logical tensors too
  bool reproducible = false;         ///< nothing of this host in the recording
  std::vector<std::string> command;  ///< as typed, for the provenance
};

/// What a run leaves: the recording everything is printed from, what was decided, what was written.
struct RunOutcome {
  traces::Recording recording;
  std::vector<std::string> decisions;
  std::vector<std::string> notes;  ///< for the user, about what came out otherwise than asked
  std::vector<std::filesystem::path> written;
  sim::RunResult result;

  /// 0, or 1 when the run deadlocked, an audit or the check failed.
  int exit_code() const;
};

/// Hooks tests use to enter behind the verifier.
struct RunHooks {
  std::function<void(isa::Bundle&)> change_bundle;
  sim::WordFault fault;
};

/// The whole way: machine and model, mapping, verifier, simulation, check, recording, files.
Result<RunOutcome> run(const RunArguments& arguments, const RunHooks& hooks = {});

}  // namespace weft::cli
