// SPDX-License-Identifier: Apache-2.0
#include "cli/checked_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "isa/bundle.h"
#include "isa/layout.h"
#include "judge/end_to_end.h"
#include "sim/core/datapath.h"

namespace weft::cli {

using reference::Values;

std::int64_t CheckedRun::first_row(const models::Node& node) const {
  const bool head =
      node.op() == models::ARGMAX || (node.layer() < 0 && node.op() != models::EMBEDDING);
  return head ? first_logits : 0;
}

bool CheckedRun::shows(const models::Node& node) const {
  return node.op() != models::RMS_NORM || tensors.contains(node.name());
}

Result<Values> CheckedRun::simulated(const std::string& name, std::int64_t from) const {
  Values values;
  if (name == "tokens") {
    values.data.assign(tokens.begin() + from, tokens.end());
    values.shape = {static_cast<std::int64_t>(values.data.size())};
    return values;
  }
  const auto at = tensors.find(name);
  const auto rows = static_cast<std::int64_t>(tokens.size());
  if (at == tensors.end() || at->second.shape.at(0) != rows * batch) {
    return internal_error(fmt::format("the run did not show {} at every position", name));
  }
  const std::int64_t columns = at->second.shape[1];
  values.shape = {rows - from, columns};
  for (std::int64_t row = from; row < rows; ++row) {
    const auto first = at->second.values.begin() + (row * batch + sequence) * columns;
    values.data.insert(values.data.end(), first, first + columns);
  }
  return values;
}

std::string CheckedRun::tile_of(const std::string& name, std::int64_t column) const {
  const auto& region = bundle.region();
  for (const isa::Probe& probe : bundle.probes()) {
    bool match = probe.name() == name;
    for (int layer = 0; layer < checkpoint.graph.layers() && !match; ++layer) {
      match = isa::indexed_name(probe.name(), layer) == name;
    }
    if (!match) {
      continue;
    }
    for (int y = 0; y < region.height(); ++y) {
      for (int x = 0; x < region.width(); ++x) {
        if (!isa::is_owner(probe, x, y)) {
          continue;
        }
        const int part = isa::part_of(probe.columns(), x, y);
        for (int i = 0; i < probe.columns().local(); ++i) {
          if (isa::logical_index(probe.columns(), part, i) == column) {
            return fmt::format(", tile ({},{})", x + region.x(), y + region.y());
          }
        }
      }
    }
  }
  return {};
}

namespace {

Result<CheckedRun> one_of(const models::Checkpoint& checkpoint, const isa::Bundle& bundle,
                          const std::map<std::string, DenseTensor>& tensors,
                          const traces::Recording& recording, const arch::Machine& machine,
                          int sequence) {
  const auto& ids = sequence == 0 ? recording.generated() : recording.more_generated(sequence - 1);
  const int batch = recording.more_generated_size() + 1;
  const auto shown = tensors.find("token");
  if (shown == tensors.end() || ids.prompt_ids().empty() || ids.token_ids().empty()) {
    return input_error("the run shows no tokens to hold against a reference; run it with values");
  }
  std::vector<int> tokens(ids.prompt_ids().begin(), ids.prompt_ids().end());
  if (recording.summary().phase() == "generate") {
    tokens.insert(tokens.end(), ids.token_ids().begin(), ids.token_ids().end() - 1);
  }
  std::vector<int> greedy(ids.token_ids().begin(), ids.token_ids().end());
  if (ids.first_logits() == 0 && ids.prompt_ids_size() > 1) {
    greedy.clear();
    const auto& values = shown->second.values;
    for (auto i = static_cast<std::size_t>(sequence); i < values.size();
         i += static_cast<std::size_t>(batch)) {
      greedy.push_back(static_cast<int>(values[i]));
    }
  }
  return CheckedRun{checkpoint,
                    bundle,
                    tensors,
                    std::move(tokens),
                    std::move(greedy),
                    ids.first_logits(),
                    ids.prompt_ids_size(),
                    sim::product_sums(machine),
                    sequence,
                    batch};
}

}  // namespace

Result<std::vector<CheckedRun>> checked_runs(const models::Checkpoint& checkpoint,
                                             const isa::Bundle& bundle,
                                             const std::map<std::string, DenseTensor>& tensors,
                                             const traces::Recording& recording,
                                             const arch::Machine& machine) {
  std::vector<CheckedRun> runs;
  for (int i = 0; i <= recording.more_generated_size(); ++i) {
    WEFT_ASSIGN(CheckedRun run, one_of(checkpoint, bundle, tensors, recording, machine, i));
    runs.push_back(std::move(run));
  }
  return runs;
}

Status check_tokens(const CheckedRun& run, const Values& logits, traces::Check& check) {
  const models::Graph& graph = run.checkpoint.graph;
  const std::string& name = graph.nodes(graph.nodes_size() - 2).name();
  WEFT_ASSIGN(const Values mine, run.simulated(name, run.first_logits));
  const std::int64_t columns = logits.shape.back();
  const double* rows = logits.data.data() + run.first_logits * columns;
  const auto there = logits.data.size() - static_cast<std::size_t>(run.first_logits * columns);
  double error = 0;
  for (std::size_t i = 0; i < std::min(there, mine.data.size()); ++i) {
    error = std::max(error, std::fabs(mine.data[i] - rows[i]));
  }
  check.set_logit_error(error);
  std::vector<int> expected;
  std::vector<double> margins;
  for (std::size_t r = 0; r < run.generated.size(); ++r) {
    const double* row = rows + static_cast<std::int64_t>(r) * columns;
    const double* best = std::max_element(row, row + columns);
    double second = -INFINITY;
    for (const double* z = row; z < row + columns; ++z) {
      second = z == best ? second : std::max(second, *z);
    }
    expected.push_back(static_cast<int>(best - row));
    margins.push_back(*best - second);
  }
  WEFT_ASSIGN(const judge::TokenVerdict verdict,
              judge::check_tokens(run.generated, expected, margins, error));
  check.set_tokens_compared(static_cast<std::int32_t>(verdict.positions));
  check.set_tokens_teacher_forced(static_cast<std::int32_t>(verdict.forced));
  if (verdict.first_bad && check.first_bad().empty()) {
    const auto at = static_cast<std::size_t>(*verdict.first_bad);
    check.set_first_bad(fmt::format(
        "end to end: generated token {} is {}, the reference chooses {} by a margin of {:.4f}", at,
        run.generated[at], expected[at], margins[at]));
  }
  return {};
}

}  // namespace weft::cli
