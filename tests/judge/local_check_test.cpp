// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "judge/bounds.h"
#include "judge/compare.h"
#include "judge/end_to_end.h"
#include "models/checkpoint.h"
#include "models/graph.h"
#include "reference/executor.h"
#include "tests/judge/half_machine.h"

namespace weft::judge {
namespace {

using reference::Executor;
using reference::NodeResult;
using reference::Precision;
using reference::Values;

constexpr const char* folder = WEFT_SOURCE_DIR "/models/zoo/fable-1m";

BoundSpec spec_of(const models::Graph& graph, const models::Node& node) {
  BoundSpec spec;
  const models::Tensor& output = *models::find_tensor(graph, node.name());
  spec.output = models::dtype_of(output.dtype());
  spec.columns = output.shape_size() > 1 ? output.shape(1) : 1;
  switch (node.op()) {
    case models::RMS_NORM:
      spec.kind = BoundKind::norm;
      spec.length = spec.columns;
      break;
    case models::LINEAR:
      spec.kind = BoundKind::product;
      spec.length = models::weight_of(graph, node)->shape(1);
      break;
    case models::ROPE:
      spec.kind = BoundKind::rope;
      break;
    case models::ATTENTION:
      spec.kind = BoundKind::attention;
      spec.length = node.head_dim();
      break;
    case models::SILU_MUL:
      spec.kind = BoundKind::silu_mul;
      break;
    case models::ADD:
      spec.kind = BoundKind::sum;
      break;
    default:
      spec.kind = BoundKind::exact;
  }
  return spec;
}

/// fable-1m through the fp16/fp32 stand-in, every node checked on its simulated inputs.
class LocalCheckTest : public testing::Test {
 protected:
  struct Checked {
    BoundSpec spec;
    NodeResult right;
    std::vector<double> bounds;
    Comparison comparison;
  };

  static models::Checkpoint load() {
    auto loaded = models::load_checkpoint(folder);
    EXPECT_TRUE(loaded.ok()) << loaded.error().message;
    return std::move(loaded).value();
  }

  static std::vector<int> tokens() {
    const auto expected =
        nlohmann::json::parse(std::ifstream(std::string(folder) + "/expected.json"));
    auto ids = expected["prompts"][3]["prompt_ids"].get<std::vector<int>>();
    const auto more = expected["prompts"][3]["new_ids"].get<std::vector<int>>();
    ids.insert(ids.end(), more.begin(), more.end());
    return ids;
  }

  void simulate(int parts, int block) {
    const std::vector<int> ids = tokens();
    const auto rows = static_cast<std::int64_t>(ids.size());
    const HalfMachine machine(parts, block);
    values_["tokens"] = {ids.begin(), ids.end()};
    for (const models::Node& node : checkpoint_.graph.nodes()) {
      std::vector<const std::vector<float>*> inputs;
      std::vector<Values> exact;
      for (const std::string& name : node.inputs()) {
        if (const auto found = values_.find(name); found != values_.end()) {
          inputs.push_back(&found->second);
          Values values{{rows}, {found->second.begin(), found->second.end()}};
          if (name != "tokens") {
            values.shape.push_back(static_cast<std::int64_t>(values.data.size()) / rows);
          }
          exact.push_back(std::move(values));
        }
      }
      std::vector<const Values*> pointers;
      for (const Values& values : exact) {
        pointers.push_back(&values);
      }
      auto right = executor_.run_node(node, pointers);
      ASSERT_TRUE(right.ok()) << right.error().message;
      if (node.op() == models::EMBEDDING || node.op() == models::ARGMAX) {
        values_[node.name()] = {right->value.data.begin(), right->value.data.end()};
      } else {
        values_[node.name()] = machine.run(node, inputs, decoded_weight(node), rows);
      }
      check(node, std::move(right).value());
    }
  }

  std::vector<float> decoded_weight(const models::Node& node) const {
    std::vector<float> values;
    if (const models::Tensor* tensor = models::weight_of(checkpoint_.graph, node)) {
      const TensorView& view = *checkpoint_.weights.find(tensor->weight_name());
      for (std::int64_t i = 0; i < view.elements(); ++i) {
        values.push_back(load_element(view.data.data(), view.dtype, i));
      }
    }
    return values;
  }

  void check(const models::Node& node, NodeResult right) {
    const BoundSpec spec = spec_of(checkpoint_.graph, node);
    auto bounds =
        bound_tensor(spec, right.value.data, right.magnitude.data, right.score_magnitude.data);
    ASSERT_TRUE(bounds.ok()) << bounds.error().message;
    auto comparison =
        compare(node.name(), spec.columns, values_[node.name()], right.value.data, *bounds);
    ASSERT_TRUE(comparison.ok()) << comparison.error().message;
    checked_[node.name()] = {spec, std::move(right), std::move(bounds).value(),
                             std::move(comparison).value()};
  }

  models::Checkpoint checkpoint_ = load();
  Executor executor_{checkpoint_.graph, checkpoint_.weights, Precision::f64};
  std::map<std::string, std::vector<float>> values_;
  std::map<std::string, Checked> checked_;
};

/// The same, for several ways of splitting the sums: (parts of a product, keys of a softmax block).
class SplitTest : public LocalCheckTest, public testing::WithParamInterface<std::pair<int, int>> {};

TEST_P(SplitTest, EveryNodeIsInsideItsBoundAndAWrongElementIsNot) {
  simulate(GetParam().first, GetParam().second);
  std::map<std::string, double> worst;
  for (const models::Node& node : checkpoint_.graph.nodes()) {
    const Checked& checked = checked_.at(node.name());
    EXPECT_TRUE(checked.comparison.pass()) << describe(checked.comparison.worst);
    EXPECT_GE(checked.comparison.cosine, lowest_layer_cosine) << node.name();
    double& ratio = worst[models::Op_Name(node.op())];
    ratio = std::max(ratio, checked.comparison.worst.ratio);

    std::vector<float> wrong = values_[node.name()];
    const std::size_t at = wrong.size() * 2 / 3;
    wrong[at] = checked.bounds[at] > 0 ? wrong[at] + static_cast<float>(3 * checked.bounds[at])
                                       : std::nextafter(wrong[at], 1e9F);
    const auto verdict =
        compare(node.name(), checked.spec.columns, wrong, checked.right.value.data, checked.bounds);
    ASSERT_TRUE(verdict.ok());
    EXPECT_FALSE(verdict->pass()) << node.name();
    ASSERT_TRUE(verdict->first_bad.has_value()) << node.name();
    const auto index = static_cast<std::int64_t>(at);
    EXPECT_EQ(verdict->first_bad->row, index / checked.spec.columns);
    EXPECT_EQ(verdict->first_bad->column, index % checked.spec.columns);
  }
  for (const auto& [op, ratio] : worst) {
    RecordProperty("worst_ratio_" + op, fmt::format("{:.3f}", ratio));
  }
}

TEST_P(SplitTest, EndToEnd) {
  simulate(GetParam().first, GetParam().second);
  const auto exact = executor_.run(tokens());
  ASSERT_TRUE(exact.ok());
  double logit_error = 0;
  double lowest = 1;
  for (const models::Node& node : checkpoint_.graph.nodes()) {
    const Values& right = exact->at(node.name());
    if (node.name() == "logits") {
      for (std::size_t i = 0; i < right.data.size(); ++i) {
        logit_error = std::max(logit_error, std::abs(values_["logits"][i] - right.data[i]));
      }
    }
    if (node.name().ends_with("mlp_residual") || node.name() == "logits") {
      lowest = std::min(lowest, cosine(values_[node.name()], right.data));
    }
  }
  EXPECT_GE(lowest, lowest_layer_cosine);
  EXPECT_LT(logit_error, 0.05);
  RecordProperty("logit_error", fmt::format("{:.4f}", logit_error));
  RecordProperty("lowest_cosine", fmt::format("{:.8f}", lowest));

  std::vector<double> margins;
  const Values& logits = exact->at("logits");
  const auto vocabulary = static_cast<std::size_t>(logits.shape[1]);
  for (std::size_t row = 0; row < logits.data.size() / vocabulary; ++row) {
    std::vector<double> sorted(
        logits.data.begin() + static_cast<std::int64_t>(row * vocabulary),
        logits.data.begin() + static_cast<std::int64_t>((row + 1) * vocabulary));
    std::ranges::nth_element(sorted, sorted.begin() + 1, std::ranges::greater{});
    margins.push_back(sorted[0] - sorted[1]);
  }
  const std::vector<int> simulated(values_["token"].begin(), values_["token"].end());
  const std::vector<int> expected(exact->at("token").data.begin(), exact->at("token").data.end());
  const auto verdict = check_tokens(simulated, expected, margins, logit_error);
  ASSERT_TRUE(verdict.ok());
  EXPECT_TRUE(verdict->pass()) << *verdict->first_bad;
  RecordProperty("teacher_forced", std::to_string(verdict->forced));
}

/// A kernel that rounds its running sum to fp16 looks plausible; the bound tells.
TEST_F(LocalCheckTest, RoundingPartialSumsToHalfIsCaught) {
  simulate(1, 64);
  const Checked& checked = checked_.at("layers.1.down");
  std::vector<float> wrong = values_["layers.1.down"];
  const std::vector<float> x = values_["layers.1.silu_mul"];
  const std::vector<float> w =
      decoded_weight(*models::find_node(checkpoint_.graph, "layers.1.down"));
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const std::size_t row = i / 128;
    float sum = 0;
    for (std::size_t k = 0; k < 352; ++k) {
      sum = f16_to_f32(f32_to_f16(sum + x[row * 352 + k] * w[i % 128 * 352 + k]));
    }
    wrong[i] = sum;
  }
  const auto verdict =
      compare("layers.1.down", 128, wrong, checked.right.value.data, checked.bounds);
  ASSERT_TRUE(verdict.ok());
  EXPECT_GT(verdict->bad, verdict->elements / 4);
  EXPECT_GT(verdict->cosine, 0.999);  // correlation would have let it pass
}

INSTANTIATE_TEST_SUITE_P(Splits, SplitTest,
                         testing::Values(std::pair{1, 1000}, std::pair{8, 16}, std::pair{32, 1}));

}  // namespace
}  // namespace weft::judge
