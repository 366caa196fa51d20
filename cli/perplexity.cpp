// SPDX-License-Identifier: Apache-2.0
#include "cli/perplexity.h"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "judge/end_to_end.h"
#include "reference/executor.h"
#include "reference/perplexity.h"

namespace weft::cli {
namespace {

// Sum of -log p(target) over the rows of one window's logits.
double window_likelihood(std::span<const double> logits, const std::vector<int>& ids) {
  const std::size_t rows = ids.size() - 1;
  const std::size_t columns = logits.size() / rows;
  double sum = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    sum += reference::negative_log_likelihood(logits.subspan(r * columns, columns), ids[r + 1]);
  }
  return sum;
}

}  // namespace

Result<std::vector<std::vector<int>>> read_windows(const std::string& path,
                                                   const models::Graph& graph, int limit) {
  WEFT_ASSIGN(const std::vector<int> ids, parse_tokens("@" + path, "--perplexity"));
  WEFT_TRY(check_vocabulary(fmt::format("--perplexity {}", path), ids, graph.vocabulary()));
  const int length = graph.context();
  std::vector<std::vector<int>> windows;
  for (std::size_t at = 0; at + static_cast<std::size_t>(length) < ids.size();
       at += static_cast<std::size_t>(length)) {
    if (limit > 0 && windows.size() == static_cast<std::size_t>(limit)) {
      break;
    }
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(at);
    windows.emplace_back(first, first + length + 1);
  }
  if (windows.empty()) {
    return input_error(fmt::format(
        "--perplexity {}: {} ids are less than one window; give at least {}, the context and one "
        "more",
        path, ids.size(), length + 1));
  }
  return windows;
}

void PerplexityRun::add(sim::RunResult result, int window) {
  const auto& values = result.tensors.at("logits").values;
  const std::vector<double> logits(values.begin(), values.end());
  likelihood_ += window_likelihood(logits, windows_[static_cast<std::size_t>(window)]);
  predicted_ += static_cast<std::int64_t>(windows_[static_cast<std::size_t>(window)].size()) - 1;
  if (window == 0) {
    total_ = std::move(result);
    return;
  }
  const int steps = total_.ops.empty() ? 0 : total_.ops.back().outer + 1;
  for (sim::OpInstance op : result.ops) {
    op.outer += steps;
    op.end += total_.cycles;
    total_.ops.push_back(op);
  }
  total_.cycles += result.cycles;
  total_.macs += result.macs;
  total_.words_sent += result.words_sent;
  total_.instructions += result.instructions;
  total_.exact = total_.exact && result.exact;
  for (std::size_t t = 0; t < total_.tiles.size(); ++t) {
    for (std::size_t b = 0; b < sim::kBins; ++b) {
      total_.tiles[t].bins[b] += result.tiles[t].bins[b];
    }
    total_.tiles[t].words_sent += result.tiles[t].words_sent;
    total_.tiles[t].words_received += result.tiles[t].words_received;
    total_.tiles[t].macs += result.tiles[t].macs;
  }
  for (std::size_t a = 0; a < total_.audits.size(); ++a) {
    if (total_.audits[a].ok && !result.audits[a].ok) {
      total_.audits[a] = result.audits[a];
    }
  }
}

Status PerplexityRun::finish(const models::Checkpoint* checkpoint, traces::Recording& recording) {
  const double simulated = std::exp(likelihood_ / static_cast<double>(predicted_));
  recording.mutable_summary()->set_perplexity(simulated);
  if (checkpoint == nullptr) {
    return {};
  }
  const reference::Executor executor(checkpoint->graph, checkpoint->weights,
                                     reference::Precision::f64);
  const std::string& name = checkpoint->graph.nodes(checkpoint->graph.nodes_size() - 2).name();
  double sum = 0;
  for (const std::vector<int>& ids : windows_) {
    if (interrupted()) {
      return interrupted_error();
    }
    WEFT_ASSIGN(const auto right, executor.run({ids.begin(), ids.end() - 1}));
    sum += window_likelihood(right.at(name).data, ids);
  }
  const double expected = std::exp(sum / static_cast<double>(predicted_));
  auto& check = *recording.mutable_check();
  check.set_against("cpu");
  check.set_elements_checked(predicted_);
  if (judge::perplexity_agrees(simulated, expected)) {
    check.set_verdict("pass");
  } else {
    check.set_verdict("fail");
    check.set_first_bad(
        fmt::format("perplexity {:.6f}, the float64 reference has {:.6f}", simulated, expected));
  }
  return {};
}

}  // namespace weft::cli
