// SPDX-License-Identifier: Apache-2.0
#include "reference/executor.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/checkpoint.h"
#include "models/graph.h"
#include "reference/perplexity.h"

namespace weft::reference {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class FableTest : public testing::Test {
 protected:
  static constexpr const char* folder = WEFT_SOURCE_DIR "/models/zoo/fable-1m";

  static models::Checkpoint load() {
    auto loaded = models::load_checkpoint(folder);
    EXPECT_TRUE(loaded.ok()) << loaded.error().message;
    return std::move(loaded).value();
  }
  static json read(const std::string& name) {
    return json::parse(std::ifstream(std::string(folder) + "/" + name));
  }

  std::map<std::string, Values> run(const std::vector<int>& tokens, Precision precision) const {
    auto values = Executor(checkpoint_.graph, checkpoint_.weights, precision).run(tokens);
    EXPECT_TRUE(values.ok()) << values.error().message;
    return std::move(values).value();
  }

  models::Checkpoint checkpoint_ = load();
};

std::vector<double> row_of(const Values& values, std::size_t row) {
  const auto width = values.shape[1];
  const auto begin = values.data.begin() + static_cast<std::int64_t>(row) * width;
  return {begin, begin + width};
}

TEST_F(FableTest, TeacherForcedGreedyIdsMarginsAndLogits) {
  double worst_margin = 0;
  double worst_logit = 0;
  const json expected = read("expected.json");
  ASSERT_EQ(expected["prompts"].size(), 5U);
  for (const json& prompt : expected["prompts"]) {
    auto tokens = prompt["prompt_ids"].get<std::vector<int>>();
    const std::size_t first = tokens.size() - 1;  // row that predicts the first new token
    const auto new_ids = prompt["new_ids"].get<std::vector<int>>();
    const auto margins = prompt["margin"].get<std::vector<double>>();
    const auto last_logits = prompt["last_prompt_logits"].get<std::vector<double>>();
    tokens.insert(tokens.end(), new_ids.begin(), new_ids.end());
    const auto values = run(tokens, Precision::f64);
    const Values& logits = values.at("logits");
    for (std::size_t i = 0; i < new_ids.size(); ++i) {
      std::vector<double> row = row_of(logits, first + i);
      EXPECT_EQ(values.at("token").data[first + i], new_ids[i]);
      std::ranges::nth_element(row, row.begin() + 1, std::ranges::greater{});
      worst_margin = std::max(worst_margin, std::abs(row[0] - row[1] - margins[i]));
    }
    const std::vector<double> row = row_of(logits, first);
    for (std::size_t i = 0; i < row.size(); ++i) {
      worst_logit = std::max(worst_logit, std::abs(row[i] - last_logits[i]));
    }
  }
  EXPECT_LT(worst_margin, 1e-5);
  EXPECT_LT(worst_logit, 1e-5);
  EXPECT_GT(worst_logit, 0);  // the file has six digits
  RecordProperty("worst_margin_difference", fmt::format("{:.2e}", worst_margin));
  RecordProperty("worst_logit_difference", fmt::format("{:.2e}", worst_logit));
}

/// Perplexity over side-by-side windows, each from an empty context; at most `limit` of them.
double perplexity(const Executor& executor, const std::vector<int>& ids, std::size_t limit,
                  int& predicted) {
  const std::size_t window = 256;
  double total = 0;
  predicted = 0;
  for (std::size_t w = 0; w < limit && (w + 1) * window < ids.size(); ++w) {
    const auto at = ids.begin() + static_cast<std::int64_t>(w * window);
    const auto values = executor.run({at, at + window});
    EXPECT_TRUE(values.ok()) << values.error().message;
    for (std::size_t i = 0; i < window; ++i, ++predicted) {
      total += negative_log_likelihood(row_of(values->at("logits"), i), ids[w * window + i + 1]);
    }
  }
  return std::exp(total / predicted);
}

TEST_F(FableTest, PerplexityOfTheValidationSlice) {
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "30,208 tokens take minutes in this kind of build";
#endif
  const auto ids = read("val_tokens.json")["ids"].get<std::vector<int>>();
  int predicted = 0;
  const double value = perplexity(Executor(checkpoint_.graph, checkpoint_.weights, Precision::f64),
                                  ids, ids.size(), predicted);
  EXPECT_EQ(predicted, 30208);
  EXPECT_NEAR(value, 1.38194276, 1e-8);
}

TEST_F(FableTest, PerplexityIsTheSameInBothPrecisions) {
  const auto ids = read("val_tokens.json")["ids"].get<std::vector<int>>();
  const Executor exact(checkpoint_.graph, checkpoint_.weights, Precision::f64);
  const Executor single(checkpoint_.graph, checkpoint_.weights, Precision::f32);
  int predicted = 0;
  const double value = perplexity(exact, ids, 1, predicted);
  EXPECT_EQ(predicted, 256);
  EXPECT_NEAR(perplexity(single, ids, 1, predicted), value, 1e-5);
}

TEST_F(FableTest, SinglePrecisionStaysNear) {
  const auto prompt = read("expected.json")["prompts"][0]["prompt_ids"].get<std::vector<int>>();
  const auto exact = run(prompt, Precision::f64);
  const auto single = run(prompt, Precision::f32);
  ASSERT_EQ(exact.size(), single.size());
  double worst = 0;
  for (std::size_t i = 0; i < exact.at("logits").data.size(); ++i) {
    worst = std::max(worst, std::abs(exact.at("logits").data[i] - single.at("logits").data[i]));
  }
  EXPECT_GT(worst, 0);
  EXPECT_LT(worst, 1e-4);
  EXPECT_EQ(exact.at("token").data, single.at("token").data);
}

TEST_F(FableTest, NodeByNodeEqualsTheWholeRun) {
  const std::vector<int> tokens{1, 431, 354, 372, 283};
  for (Precision precision : {Precision::f64, Precision::f32}) {
    const Executor executor(checkpoint_.graph, checkpoint_.weights, precision);
    auto whole = executor.run(tokens);
    ASSERT_TRUE(whole.ok());
    (*whole)["tokens"] = {{5}, {tokens.begin(), tokens.end()}};
    for (const models::Node& node : checkpoint_.graph.nodes()) {
      std::vector<const Values*> inputs;
      for (const std::string& name : node.inputs()) {
        if (whole->contains(name)) {
          inputs.push_back(&whole->at(name));
        }
      }
      const auto result = executor.run_node(node, inputs);
      ASSERT_TRUE(result.ok()) << result.error().message;
      EXPECT_EQ(result->value.shape, whole->at(node.name()).shape) << node.name();
      EXPECT_EQ(result->value.data, whole->at(node.name()).data) << node.name();
      const bool scaled = node.op() == models::LINEAR || node.op() == models::ROPE ||
                          node.op() == models::ATTENTION || node.op() == models::SILU_MUL;
      EXPECT_EQ(result->magnitude.data.size(), scaled ? result->value.data.size() : 0);
      EXPECT_EQ(result->score_magnitude.data.size(),
                node.op() == models::ATTENTION ? result->value.data.size() : 0);
      const bool bounds_value = scaled && node.op() != models::SILU_MUL;
      for (std::size_t i = 0; bounds_value && i < result->value.data.size(); ++i) {
        const double slack = precision == Precision::f64 ? 1e-12 : 1e-4;
        ASSERT_GE(result->magnitude.data[i] * (1 + slack), std::abs(result->value.data[i]))
            << node.name();
      }
    }
  }
}

TEST_F(FableTest, FaultsNameTheNode) {
  const Executor executor(checkpoint_.graph, checkpoint_.weights, Precision::f64);
  EXPECT_THAT(executor.run({}).error().message, HasSubstr("0 tokens"));
  EXPECT_THAT(executor.run(std::vector<int>(257, 1)).error().message,
              AllOf(HasSubstr("257 tokens"), HasSubstr("256")));
  EXPECT_THAT(executor.run({1, 512}).error().message, AllOf(HasSubstr("512"), HasSubstr("0..511")));
  EXPECT_THAT(executor.run({-1}).error().message, HasSubstr("'embed'"));
  const models::Node& add = *models::find_node(checkpoint_.graph, "layers.0.attention_residual");
  const Values good{{1, 128}, std::vector<double>(128)};
  const Values narrow{{1, 64}, std::vector<double>(64)};
  const Values lying{{1, 128}, std::vector<double>(64)};
  EXPECT_TRUE(executor.run_node(add, {&good, &good}).ok());
  for (const Values* bad : {&narrow, &lying}) {
    EXPECT_THAT(executor.run_node(add, {&good, bad}).error().message,
                AllOf(HasSubstr("layers.0.attention_residual"), HasSubstr("layers.0.o"),
                      HasSubstr("[-1, 128]")));
  }
  EXPECT_THAT(executor.run_node(add, {&good}).error().message, HasSubstr("is missing"));
  EXPECT_THAT(executor.run_node(add, {&good, &good, &good}).error().message, HasSubstr("too many"));
}

}  // namespace
}  // namespace weft::reference
