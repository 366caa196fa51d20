// SPDX-License-Identifier: Apache-2.0
// All of the executor and of the recording program but CUDA itself: kernels run on host threads,
// launches with the grids and shared memory they have on a GPU, products by loops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/checkpoint.h"
#include "reference/cuda/decoder.h"
#include "reference/cuda/executor.h"
#include "reference/cuda/generate.h"
#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/timing.h"
#include "reference/cuda/record/values.h"

namespace weft::reference::cuda {
namespace {

using testing::IsEmpty;

std::unique_ptr<Device> open_device() {
  auto device = Device::open();
  EXPECT_TRUE(device.ok());
  return std::move(*device);
}

TEST(OnHost, EveryOpCaseIsNearFloat64) {
  const auto device = open_device();
  std::vector<OpCase> cases = op_cases(20261122, false);
  const std::size_t count = cases.size();
  Findings findings;
  run_cases(*device, cases, findings);
  EXPECT_THAT(findings.faults, IsEmpty());
  EXPECT_EQ(cases.size(), count);
  EXPECT_EQ(findings.lines.size(), count);
  for (const OpCase& one : cases) {
    EXPECT_GT(one.output.data.size(), 0U) << one.name;
  }
}

TEST(OnHost, ACaseThatIsWrongIsNamedAndLeftOut) {
  const auto device = open_device();
  std::vector<OpCase> cases = op_cases(3, false);
  cases.resize(2);
  cases[1].kernel = Kernel::split;  // there is none for a norm
  Findings findings;
  run_cases(*device, cases, findings);
  EXPECT_EQ(cases.size(), 1U);
  ASSERT_EQ(findings.faults.size(), 1U);
  EXPECT_THAT(findings.faults[0], testing::HasSubstr("rms_norm"));
}

TEST(OnHost, FunctionalModelsGiveTheTokensOfFloat64) {
  const auto device = open_device();
  Findings findings;
  std::vector<FunctionalModel> models = functional_models();
  for (FunctionalModel& model : models) {
    model.prompt.count = model.shape.dtype == DType::f32 ? 4 : 2;
  }
  const auto runs = run_models(*device, models, WEFT_SOURCE_DIR, findings);
  EXPECT_THAT(findings.faults, IsEmpty());
  EXPECT_EQ(runs.size(), 6U) << "four models, two of them with fp16 sums too";
  for (const ModelRun& run : runs) {
    const std::size_t positions = run.prompt.size() + run.generated.size() - 1;
    for (const NodeRun& node : run.nodes) {
      EXPECT_EQ(node.output.shape[0], static_cast<std::int64_t>(positions)) << node.name;
    }
  }
}

TEST(OnHost, TheExecutorGivesWhatTheModelsGive) {
  auto loaded = models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m");
  ASSERT_TRUE(loaded.ok());
  auto executor = Executor::create(loaded->graph, loaded->weights);
  ASSERT_TRUE(executor.ok()) << executor.error().message;
  const std::vector<int> prompt{1, 431, 354};
  auto made = executor->generate(prompt, 3);
  ASSERT_TRUE(made.ok()) << made.error().message;
  std::vector<int> fed = prompt;
  fed.insert(fed.end(), made->tokens.begin(), made->tokens.end() - 1);
  auto whole = executor->run(fed);
  ASSERT_TRUE(whole.ok());
  (*whole)["tokens"] = {{5}, {fed.begin(), fed.end()}};
  for (const models::Node& node : loaded->graph.nodes()) {
    std::vector<const Values*> inputs;
    for (const std::string& name : node.inputs()) {
      if (whole->contains(name)) {
        inputs.push_back(&whole->at(name));
      }
    }
    if (node.layer() > 0) {
      continue;  // the same operations again
    }
    auto alone = executor->run_node(node, inputs);
    ASSERT_TRUE(alone.ok()) << node.name() << ": " << alone.error().message;
    EXPECT_EQ(alone->data, whole->at(node.name()).data) << node.name();
    EXPECT_EQ(made->outputs.at(node.name()).data, whole->at(node.name()).data)
        << node.name() << ": one token at a time is all at once";
  }
  EXPECT_FALSE(executor->run({512}).ok());
  EXPECT_FALSE(executor->run({}).ok());
  EXPECT_FALSE(executor->run(std::vector<int>(257, 1)).ok());
}

/// Small, but with all that the timed ones have: shared heads, whole packs.
constexpr LlamaShape kSmall{"small", DType::f16, 128, 96, 1, 8, 2, 16, 200, 256};

TEST(OnHost, DecodeIsMeasuredForOneSequenceAndForTwo) {
  const auto device = open_device();
  Telemetry telemetry("none");
  for (const int batch : {1, 2}) {
    Measured measured;
    measured.copy_gb_per_s = 1;
    Findings findings;
    const Status status =
        measure_decode(*device, telemetry, kSmall, batch, 40, {1, 0}, measured, findings);
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_THAT(findings.faults, IsEmpty());
    ASSERT_EQ(measured.rows.size(), 1U);
    EXPECT_EQ(measured.rows[0].seconds.size(), 1U);
    EXPECT_EQ(measured.rows[0].context, 40);
    EXPECT_GT(measured.rows[0].fraction, 0);
  }
}

TEST(OnHost, PrefillIsMeasuredWithTheHeadOnItsLastRow) {
  const auto device = open_device();
  Telemetry telemetry("none");
  Measured measured;
  measured.gemm_tflops = 1;
  Findings findings;
  const Status status = measure_prefill(*device, telemetry, kSmall, 9, {1, 0}, measured, findings);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_THAT(findings.faults, IsEmpty());
  ASSERT_EQ(measured.rows.size(), 1U);
  EXPECT_EQ(measured.rows[0].seconds.size(), 1U);
}

}  // namespace
}  // namespace weft::reference::cuda
