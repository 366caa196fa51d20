// SPDX-License-Identifier: Apache-2.0
#include "cli/check_against.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/check_cpu.h"
#include "cli/check_gpu.h"
#include "cli/usage.h"

namespace weft::cli {

namespace {

Result<traces::Check> check_one(const std::string& reference, const std::filesystem::path& recorded,
                                const CheckedRun& run) {
  if (reference == "cpu") {
    return check_against_cpu(run);
  }
  if (reference == "cuda") {
    return check_against_cuda(run);
  }
  return check_against_recorded(run, recorded.empty() ? reference::recorded_folder() : recorded);
}

// The verdict on all sequences so far: counts add up, the worst of each stays.
void add(const traces::Check& one, int sequence, traces::Check& all) {
  if (all.first_bad().empty() && !one.first_bad().empty()) {
    all.set_first_bad(fmt::format("sequence {}: {}", sequence + 1, one.first_bad()));
  }
  if (one.worst().error_over_bound() > all.worst().error_over_bound()) {
    *all.mutable_worst() = one.worst();
  }
  if (one.verdict() != "pass") {
    all.set_verdict(one.verdict());
  }
  all.set_ops_checked(all.ops_checked() + one.ops_checked());
  all.set_elements_checked(all.elements_checked() + one.elements_checked());
  all.set_worst_cosine(std::min(all.worst_cosine(), one.worst_cosine()));
  all.set_tokens_compared(all.tokens_compared() + one.tokens_compared());
  all.set_tokens_teacher_forced(all.tokens_teacher_forced() + one.tokens_teacher_forced());
  all.set_logit_error(std::max(all.logit_error(), one.logit_error()));
}

}  // namespace

Result<traces::Check> check_against(const std::string& reference,
                                    const std::filesystem::path& recorded,
                                    const std::vector<CheckedRun>& runs) {
  WEFT_ASSIGN(traces::Check all, check_one(reference, recorded, runs.front()));
  if (runs.size() > 1 && !all.first_bad().empty()) {
    all.set_first_bad("sequence 1: " + all.first_bad());
  }
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const auto one = check_one(reference, recorded, runs[i]);
    if (!one) {
      return Error{one.error().kind, fmt::format("sequence {}: {}", i + 1, one.error().message)};
    }
    add(*one, runs[i].sequence, all);
  }
  return all;
}

CLI::Option* add_recorded_option(CLI::App& command, std::filesystem::path& recorded) {
  return command
      .add_option("--recorded", recorded,
                  "where GPU recordings lie (default: those that come with Weft)")
      ->check(not_empty())
      ->type_name("FOLDER");
}

}  // namespace weft::cli
