// SPDX-License-Identifier: Apache-2.0
#include "cli/check_cpu.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cli/interrupt.h"
#include "isa/bundle.h"
#include "isa/layout.h"
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
  explicit Checker(const CheckInput& input)
      : input_(input),
        graph_(input.checkpoint.graph),
        executor_(graph_, input.checkpoint.weights, reference::Precision::f64) {}

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
  // Nodes after the layers are simulated only where logits are wanted.
  std::int64_t first_row(const models::Node& node) const {
    const bool head =
        node.op() == models::ARGMAX || (node.layer() < 0 && node.op() != models::EMBEDDING);
    return head ? input_.first_logits : 0;
  }

  Result<Values> simulated(const std::string& name, std::int64_t from) const {
    Values values;
    if (name == "tokens") {
      values.data.assign(input_.tokens.begin() + from, input_.tokens.end());
      values.shape = {static_cast<std::int64_t>(values.data.size())};
      return values;
    }
    if (const auto inside = unshown_.find(name); inside != unshown_.end()) {
      return inside->second;
    }
    const auto at = input_.tensors.find(name);
    const auto rows = static_cast<std::int64_t>(input_.tokens.size());
    if (at == input_.tensors.end() || at->second.shape.at(0) != rows) {
      return internal_error(fmt::format("the run did not show {} at every position", name));
    }
    const std::int64_t columns = at->second.shape[1];
    values.shape = {rows - from, columns};
    values.data.assign(at->second.values.begin() + from * columns, at->second.values.end());
    return values;
  }

  Status check_node(const models::Node& node) {
    const std::int64_t from = first_row(node);
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
    if (node.op() == models::RMS_NORM && !input_.tensors.contains(node.name())) {
      unshown_[node.name()] = std::move(right.value);  // rides with the product that follows
      return {};
    }
    WEFT_ASSIGN(const Values mine, simulated(node.name(), from));
    const std::int64_t columns = mine.shape.back();
    judge::BoundSpec spec;
    spec.kind = bound_kind(node.op());
    spec.output = models::dtype_of(models::find_tensor(graph_, node.name())->dtype());
    spec.columns = columns;
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
      const std::string tile = tile_of(node.name(), static_cast<int>(bad.column));
      bad.row += from;
      check_.set_first_bad(judge::describe(bad) + tile);
    }
    return {};
  }

  std::int64_t length_of(const models::Node& node, const std::vector<Values>& inputs) const {
    return node.op() == models::ATTENTION ? node.head_dim() : inputs.front().shape.back();
  }

  // ", tile (3,0)": the tile that answers for a column of a logical tensor.
  std::string tile_of(const std::string& name, int column) const {
    const auto& region = input_.bundle.region();
    for (const isa::Probe& probe : input_.bundle.probes()) {
      bool match = probe.name() == name;
      for (int layer = 0; layer < graph_.layers() && !match; ++layer) {
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

  Status check_end_to_end() {
    WEFT_ASSIGN(const auto right, executor_.run(input_.tokens));
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
    return check_tokens(right);
  }

  Status check_tokens(const std::map<std::string, Values>& right) {
    const std::string& logits_name = graph_.nodes(graph_.nodes_size() - 2).name();
    WEFT_ASSIGN(const Values mine, simulated(logits_name, input_.first_logits));
    const Values& logits = right.at(logits_name);
    const std::int64_t columns = logits.shape.back();
    const double* rows = logits.data.data() + input_.first_logits * columns;
    double error = 0;
    for (std::size_t i = 0; i < mine.data.size(); ++i) {
      error = std::max(error, std::fabs(mine.data[i] - rows[i]));
    }
    check_.set_logit_error(error);
    std::vector<int> expected;
    std::vector<double> margins;
    for (std::size_t r = 0; r < input_.generated.size(); ++r) {
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
                judge::check_tokens(input_.generated, expected, margins, error));
    check_.set_tokens_compared(static_cast<std::int32_t>(verdict.positions));
    check_.set_tokens_teacher_forced(static_cast<std::int32_t>(verdict.forced));
    if (verdict.first_bad && check_.first_bad().empty()) {
      const auto at = static_cast<std::size_t>(*verdict.first_bad);
      check_.set_first_bad(fmt::format(
          "end to end: generated token {} is {}, the reference chooses {} by a margin of {:.4f}",
          at, input_.generated[at], expected[at], margins[at]));
    }
    return {};
  }

  const CheckInput& input_;
  const models::Graph& graph_;
  reference::Executor executor_;
  std::map<std::string, Values> unshown_;  ///< norms that ride with a product, unrounded
  traces::Check check_;
};

}  // namespace

Result<traces::Check> check_against_cpu(const CheckInput& input) { return Checker(input).check(); }

}  // namespace weft::cli
