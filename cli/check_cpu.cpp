// SPDX-License-Identifier: Apache-2.0
#include "cli/check_cpu.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/interrupt.h"
#include "judge/bounds.h"
#include "judge/compare.h"
#include "judge/end_to_end.h"
#include "models/graph.h"
#include "reference/executor.h"

namespace weft::cli {
namespace {

using reference::Values;

judge::BoundKind bound_kind(models::Op op) {
  switch (op) {
    case models::LINEAR:
      return judge::BoundKind::product;
    case models::RMS_NORM:
      return judge::BoundKind::norm;
    case models::ROPE:
      return judge::BoundKind::rope;
    case models::ATTENTION:
      return judge::BoundKind::attention;
    case models::SILU_MUL:
      return judge::BoundKind::silu_mul;
    case models::ADD:
      return judge::BoundKind::sum;
    default:
      return judge::BoundKind::exact;
  }
}

/// The checker of one run: walks the graph once locally, then compares end to end.
class Checker {
 public:
  explicit Checker(const CheckedRun& run)
      : run_(run),
        graph_(run.checkpoint.graph),
        executor_(graph_, run.checkpoint.weights, reference::Precision::f64) {}

  Result<traces::Check> check() {
    check_.set_against("cpu");
    for (const models::Node& node : graph_.nodes()) {
      if (interrupted()) {
        return interrupted_error();
      }
      WEFT_TRY(check_node(node));
    }
    WEFT_TRY(check_end_to_end());
    check_.set_verdict(check_.first_bad().empty() ? "pass" : "fail");
    return check_;
  }

 private:
  // What a norm that rides with a product would have put out stands for what nobody saw.
  Result<Values> simulated(const std::string& name, std::int64_t from) const {
    const auto inside = unshown_.find(name);
    return inside != unshown_.end() ? Result<Values>(inside->second) : run_.simulated(name, from);
  }

  Status check_node(const models::Node& node) {
    const std::int64_t from = run_.first_row(node);
    std::vector<Values> inputs;
    for (const std::string& name : node.inputs()) {
      const models::Tensor* tensor = models::find_tensor(graph_, name);
      if (tensor == nullptr || tensor->weight_name().empty()) {
        WEFT_ASSIGN(inputs.emplace_back(), simulated(name, from));
      }
    }
    std::vector<const Values*> pointers;
    for (const Values& values : inputs) {
      pointers.push_back(&values);
    }
    WEFT_ASSIGN(reference::NodeResult right, executor_.run_node(node, pointers));
    if (!run_.shows(node)) {
      unshown_[node.name()] = std::move(right.value);  // rides with the product that follows
      return {};
    }
    WEFT_ASSIGN(const Values mine, simulated(node.name(), from));
    const std::int64_t columns = mine.shape.back();
    judge::BoundSpec spec;
    spec.kind = bound_kind(node.op());
    spec.output = models::dtype_of(models::find_tensor(graph_, node.name())->dtype());
    spec.columns = columns;
    const bool product = node.op() == models::LINEAR || node.op() == models::ATTENTION;
    spec.accumulate = product ? run_.sums : DType::f32;
    spec.length = length_of(node, inputs);
    if (std::any_of(node.inputs().begin(), node.inputs().end(),
                    [&](const std::string& name) { return unshown_.contains(name); })) {
      spec.rounded_input = models::dtype_of(graph_.dtype());
    }
    WEFT_ASSIGN(const std::vector<double> bounds,
                judge::bound_tensor(spec, right.value.data, right.magnitude.data,
                                    right.score_magnitude.data));
    const std::vector<float> values(mine.data.begin(), mine.data.end());
    WEFT_ASSIGN(const judge::Comparison verdict,
                judge::compare(node.name(), columns, values, right.value.data, bounds));
    check_.set_ops_checked(check_.ops_checked() + 1);
    check_.set_elements_checked(check_.elements_checked() + verdict.elements);
    if (verdict.worst.ratio > check_.worst().error_over_bound() || !check_.has_worst()) {
      check_.mutable_worst()->set_op(node.name());
      check_.mutable_worst()->set_error_over_bound(verdict.worst.ratio);
    }
    if (!verdict.pass() && check_.first_bad().empty()) {
      judge::Finding bad = *verdict.first_bad;
      const std::string tile = run_.tile_of(node.name(), bad.column);
      bad.row += from;
      check_.set_first_bad(judge::describe(bad) + tile);
    }
    return {};
  }

  std::int64_t length_of(const models::Node& node, const std::vector<Values>& inputs) const {
    return node.op() == models::ATTENTION ? node.head_dim() : inputs.front().shape.back();
  }

  Status check_end_to_end() {
    WEFT_ASSIGN(const auto right, executor_.run(run_.tokens));
    double lowest = 1;
    for (const models::Node& node : graph_.nodes()) {
      if (!node.name().ends_with("mlp_residual")) {
        continue;
      }
      WEFT_ASSIGN(const Values mine, simulated(node.name(), 0));
      const std::vector<float> values(mine.data.begin(), mine.data.end());
      const double cosine = judge::cosine(values, right.at(node.name()).data);
      lowest = std::min(lowest, cosine);
      if (!(cosine >= judge::lowest_layer_cosine) && check_.first_bad().empty()) {
        check_.set_first_bad(fmt::format("end to end: {} has cosine {:.6f} with the reference",
                                         node.name(), cosine));
      }
    }
    check_.set_worst_cosine(lowest);
    const std::string& logits = graph_.nodes(graph_.nodes_size() - 2).name();
    return check_tokens(run_, right.at(logits), check_);
  }

  const CheckedRun& run_;
  const models::Graph& graph_;
  reference::Executor executor_;
  std::map<std::string, Values> unshown_;  ///< norms that ride with a product, unrounded
  traces::Check check_;
};

}  // namespace

Result<traces::Check> check_against_cpu(const CheckedRun& run) { return Checker(run).check(); }

}  // namespace weft::cli
