// SPDX-License-Identifier: Apache-2.0
// The executor where there is a GPU; elsewhere its words.
#include "reference/cuda/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/checkpoint.h"

namespace weft::reference::cuda {
namespace {

using testing::HasSubstr;

class CudaExecutorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const Status status = available(); !status.ok()) {
      GTEST_SKIP() << "skipped, no GPU to test on: " << status.error().message;
    }
  }

  static models::Checkpoint load() {
    auto loaded = models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m");
    EXPECT_TRUE(loaded.ok()) << loaded.error().message;
    return std::move(loaded).value();
  }

  models::Checkpoint checkpoint_ = load();
  const std::vector<int> prompt_{1, 431, 354, 372, 283, 261};
};

TEST(CudaExecutor, WithoutAGpuTheErrorNamesTheRecordings) {
  const Status status = available();
  if (status.ok()) {
    GTEST_SKIP() << "there is a GPU";
  }
  EXPECT_EQ(status.error().kind, ErrorKind::failed);
  EXPECT_THAT(status.error().message, HasSubstr("--check recorded"));
  auto loaded = models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m");
  const auto executor = Executor::create(loaded->graph, loaded->weights);
  ASSERT_FALSE(executor.ok());
  EXPECT_EQ(executor.error().message, status.error().message);
}

TEST_F(CudaExecutorTest, FableIsNearFloat64AndItsTokensAreTheSame) {
  auto executor = Executor::create(checkpoint_.graph, checkpoint_.weights);
  ASSERT_TRUE(executor.ok()) << executor.error().message;
  auto made = executor->generate(prompt_, 32);
  ASSERT_TRUE(made.ok()) << made.error().message;
  std::vector<int> fed = prompt_;
  fed.insert(fed.end(), made->tokens.begin(), made->tokens.end() - 1);
  auto exact = reference::Executor(checkpoint_.graph, checkpoint_.weights, Precision::f64).run(fed);
  ASSERT_TRUE(exact.ok());
  for (const auto& [name, values] : *exact) {
    const Values& own = made->outputs.at(name);
    ASSERT_EQ(own.shape, values.shape) << name;
    for (std::size_t i = 0; i < values.data.size(); ++i) {
      ASSERT_NEAR(own.data[i], values.data[i], 0.05 * (1 + std::abs(values.data[i]))) << name;
    }
  }
  for (std::size_t i = 0; i < made->tokens.size(); ++i) {
    EXPECT_EQ(made->tokens[i], exact->at("token").data[prompt_.size() - 1 + i]);
  }
}

TEST_F(CudaExecutorTest, NodeByNodeEqualsTheWholeRun) {
  auto executor = Executor::create(checkpoint_.graph, checkpoint_.weights);
  ASSERT_TRUE(executor.ok()) << executor.error().message;
  auto whole = executor->run(prompt_);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  (*whole)["tokens"] = {{static_cast<std::int64_t>(prompt_.size())},
                        {prompt_.begin(), prompt_.end()}};
  for (const models::Node& node : checkpoint_.graph.nodes()) {
    std::vector<const Values*> inputs;
    for (const std::string& name : node.inputs()) {
      if (whole->contains(name)) {
        inputs.push_back(&whole->at(name));
      }
    }
    auto alone = executor->run_node(node, inputs);
    ASSERT_TRUE(alone.ok()) << alone.error().message;
    EXPECT_EQ(alone->shape, whole->at(node.name()).shape) << node.name();
    for (std::size_t i = 0; i < alone->data.size(); ++i) {
      ASSERT_NEAR(alone->data[i], whole->at(node.name()).data[i],
                  1e-3 * (1 + std::abs(alone->data[i])))
          << node.name();
    }
  }
}

}  // namespace
}  // namespace weft::reference::cuda
