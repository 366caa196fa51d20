// SPDX-License-Identifier: Apache-2.0
#include "cli/check_gpu.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "judge/compare.h"
#include "judge/gpu_rule.h"
#include "models/graph.h"
#include "reference/cuda/executor.h"
#include "reference/executor.h"

namespace weft::cli {
namespace {

using reference::Values;

// Rows [from, to) of a matrix.
Values rows_of(const Values& all, std::int64_t from, std::int64_t to) {
  const std::int64_t columns = all.shape.back();
  Values rows{{to - from, columns}, {}};
  rows.data.assign(all.data.begin() + from * columns, all.data.begin() + to * columns);
  return rows;
}

/// One run against one of a GPU, over the positions at which both saw the same tokens.
class GpuChecker {
 public:
  /// `outputs`: of each op, where they are not in `gpu`.
  GpuChecker(const CheckedRun& run, const reference::GpuRun& gpu, const std::string& against,
             const std::map<std::string, Values>* outputs = nullptr)
      : run_(run), gpu_(gpu.run), outputs_(outputs) {
    const auto& from = gpu.provenance;
    check_.set_against(fmt::format("{} ({}{}{})", against, from.device(),
                                   from.date().empty() ? "" : ", ", from.date()));
  }

  Result<traces::Check> check() {
    std::vector<int> theirs(gpu_.prompt_tokens().begin(), gpu_.prompt_tokens().end());
    theirs.insert(theirs.end(), gpu_.generated_tokens().begin(), gpu_.generated_tokens().end());
    const auto apart =
        std::mismatch(run_.tokens.begin(), run_.tokens.end(), theirs.begin(), theirs.end());
    rows_ = std::min<std::int64_t>(apart.first - run_.tokens.begin(), std::ssize(theirs) - 1);
    if (rows_ <= run_.first_logits) {
      return internal_error("a GPU run of another prompt was taken");
    }
    const std::vector<int> tokens(run_.tokens.begin(), run_.tokens.begin() + rows_);
    const reference::Executor executor(run_.checkpoint.graph, run_.checkpoint.weights,
                                       reference::Precision::f64);
    WEFT_ASSIGN(const auto right, executor.run(tokens));
    for (const models::Node& node : run_.checkpoint.graph.nodes()) {
      if (interrupted()) {
        return interrupted_error();
      }
      if (run_.shows(node) && node.op() != models::ARGMAX) {
        WEFT_TRY(check_node(node, right.at(node.name())));
      }
    }
    WEFT_TRY(check_generated());
    check_.set_verdict(check_.first_bad().empty() ? "pass" : "fail");
    return check_;
  }

 private:
  // Null where it was not recorded.
  const reference::NodeRun* kept(const models::Node& node) const {
    const auto at = std::find_if(gpu_.nodes().begin(), gpu_.nodes().end(),
                                 [&](const auto& one) { return one.name() == node.name(); });
    return at == gpu_.nodes().end() ? nullptr : &*at;
  }

  Result<Values> recorded(const models::Node& node, std::int64_t columns) const {
    if (outputs_ != nullptr) {
      return rows_of(outputs_->at(node.name()), 0, rows_);
    }
    const reference::NodeRun* at = kept(node);
    if (at == nullptr) {
      return input_error(
          fmt::format("the GPU recording of {} lacks {}; record it again with scripts/record-gpu",
                      gpu_.model(), node.name()));
    }
    WEFT_ASSIGN(const Values all, reference::values_of(at->output()));
    if (all.shape.size() != 2 || all.shape[0] < rows_ || all.shape[1] != columns) {
      return input_error(
          fmt::format("the GPU recording of {} has {} in another shape; record it again with "
                      "scripts/record-gpu",
                      gpu_.model(), node.name()));
    }
    return rows_of(all, 0, rows_);
  }

  // A recording says how far off it is: an element that is further off was changed since, and would
  // widen the bounds of the run.
  Status check_recording(const models::Node& node, std::int64_t from, const Values& theirs,
                         const Values& right) const {
    if (outputs_ != nullptr) {
      return {};
    }
    const double said = kept(node)->max_error();
    for (std::size_t i = 0; i < right.data.size(); ++i) {
      const double error = std::fabs(theirs.data[i] - right.data[i]);
      if (!(error <= said * (1 + 1e-6) + 1e-9 * (1 + std::fabs(right.data[i])))) {
        const auto at = static_cast<std::int64_t>(i);
        const std::int64_t columns = right.shape.back();
        return input_error(fmt::format(
            "the GPU recording of {} is damaged: {} row {} column {} is {:.6g}, {:.3g} from "
            "float64, where it says {:.3g} at most; record it again with scripts/record-gpu",
            gpu_.model(), node.name(), from + at / columns, at % columns, theirs.data[i], error,
            said));
      }
    }
    return {};
  }

  Status check_node(const models::Node& node, const Values& all_right) {
    const std::int64_t from = run_.first_row(node);
    const Values right = rows_of(all_right, from, rows_);
    const std::int64_t columns = right.shape.back();
    WEFT_ASSIGN(const Values all_theirs, recorded(node, columns));
    const Values theirs = rows_of(all_theirs, from, rows_);
    WEFT_TRY(check_recording(node, from, theirs, right));
    WEFT_ASSIGN(Values mine, run_.simulated(node.name(), from));
    mine = rows_of(mine, 0, rows_ - from);
    WEFT_ASSIGN(const judge::ErrorSize gpu, judge::error_size(theirs.data, right.data));
    WEFT_ASSIGN(const judge::ErrorSize here, judge::error_size(mine.data, right.data));
    const DType stored =
        models::dtype_of(models::find_tensor(run_.checkpoint.graph, node.name())->dtype());
    const std::vector<double> bounds = judge::gpu_bounds(gpu, stored, right.data);
    const std::vector<float> values(mine.data.begin(), mine.data.end());
    WEFT_ASSIGN(const judge::Comparison verdict,
                judge::compare(node.name(), columns, values, right.data, bounds));
    check_.set_ops_checked(check_.ops_checked() + 1);
    check_.set_elements_checked(check_.elements_checked() + verdict.elements);
    if (verdict.worst.ratio > check_.worst().error_over_bound() || !check_.has_worst()) {
      check_.mutable_worst()->set_op(node.name());
      check_.mutable_worst()->set_error_over_bound(verdict.worst.ratio);
    }
    if (!check_.first_bad().empty()) {
      return {};
    }
    if (!verdict.pass()) {
      judge::Finding bad = *verdict.first_bad;
      const std::string tile = run_.tile_of(node.name(), bad.column);
      bad.row += from;
      check_.set_first_bad(judge::describe(bad) + tile);
    } else if (here.rms > judge::gpu_error_factor * gpu.rms && here.largest > 0 &&
               !rounds_only(here, stored, right)) {
      check_.set_first_bad(fmt::format(
          "{}: root mean square error {:.3g} against float64, more than twice the {:.3g} of the "
          "GPU",
          node.name(), here.rms, gpu.rms));
    }
    return {};
  }

  // Nobody can store the right answer with a smaller error than this.
  static bool rounds_only(const judge::ErrorSize& here, DType stored, const Values& right) {
    double largest = 0;
    for (const double value : right.data) {
      largest = std::max(largest, std::fabs(value));
    }
    return here.largest <= unit_roundoff(stored) * largest;
  }

  // The GPU's choices; its own margins excuse a token that differs.
  Status check_generated() {
    const models::Graph& graph = run_.checkpoint.graph;
    const models::Node& head = graph.nodes(graph.nodes_size() - 2);
    WEFT_ASSIGN(const Values logits, recorded(head, graph.vocabulary()));
    CheckedRun same = run_;
    same.tokens.resize(static_cast<std::size_t>(rows_));
    const auto steps = static_cast<std::size_t>(rows_ - run_.first_logits);
    same.generated.resize(std::min(same.generated.size(), steps));
    return check_tokens(same, logits, check_);
  }

  const CheckedRun& run_;
  const reference::ModelRun& gpu_;
  const std::map<std::string, Values>* outputs_;
  std::int64_t rows_ = 0;
  traces::Check check_;
};

}  // namespace

Result<traces::Check> check_against_gpu(const CheckedRun& run, const reference::GpuRun& gpu,
                                        const std::string& against) {
  return GpuChecker(run, gpu, against).check();
}

Result<traces::Check> check_against_cuda(const CheckedRun& run) {
  WEFT_TRY(reference::cuda::available());
  WEFT_ASSIGN(auto executor, reference::cuda::Executor::create(run.checkpoint.graph,
                                                               run.checkpoint.weights, run.sums));
  const std::vector<int> prompt(run.tokens.begin(), run.tokens.begin() + run.prompt);
  const auto steps = static_cast<int>(std::ssize(run.tokens)) - run.prompt + 1;
  WEFT_ASSIGN(const auto made, executor.generate(prompt, steps));
  reference::GpuRun gpu;
  gpu.provenance.set_device("the GPU here");
  gpu.run.set_model(run.checkpoint.graph.name());
  gpu.run.mutable_prompt_tokens()->Assign(prompt.begin(), prompt.end());
  gpu.run.mutable_generated_tokens()->Assign(made.tokens.begin(), made.tokens.end());
  return GpuChecker(run, gpu, "cuda", &made.outputs).check();
}

Result<traces::Check> check_against_recorded(const CheckedRun& run,
                                             const std::filesystem::path& folder) {
  WEFT_ASSIGN(const auto recordings, reference::read_recordings(folder));
  const models::Graph& graph = run.checkpoint.graph;
  reference::GpuRunWanted wanted;
  wanted.model = graph.name();
  WEFT_ASSIGN(const std::string weights, read_file(run.checkpoint.weights.path()));
  wanted.checkpoint_hash = content_hash(weights);
  wanted.accumulate = run.sums;
  wanted.storage = models::dtype_of(graph.dtype());
  wanted.prompt.assign(run.tokens.begin(), run.tokens.begin() + run.prompt);
  WEFT_ASSIGN(const reference::GpuRun gpu, reference::find_gpu_run(recordings, wanted, folder));
  return check_against_gpu(run, gpu, "recorded");
}

}  // namespace weft::cli
