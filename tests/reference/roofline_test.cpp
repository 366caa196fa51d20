// SPDX-License-Identifier: Apache-2.0
#include "reference/roofline.h"

#include <gtest/gtest.h>

#include "models/checkpoint.h"
#include "reference/training.h"

namespace weft::reference {
namespace {

models::Graph llama3_8b() {
  auto loaded = models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/llama-3-8b");
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
  return loaded.ok() ? loaded->graph : models::Graph();
}

Device device(std::int64_t memory, double gb_per_s, double tflops) {
  Device made;
  made.set_memory(memory);
  made.set_memory_gb_per_s(gb_per_s);
  made.set_dense_tflops(tflops);
  return made;
}

// 32 layers of q and o, k and v, gate, up and down; two norms each and one behind; the head.
constexpr double kLayer = 2.0 * 4096 * 4096 + 2.0 * 1024 * 4096 + 3.0 * 4096 * 14336;
constexpr double kRead = 32 * (kLayer + 2 * 4096) + 4096 + 128256.0 * 4096;
constexpr double kPosition = 32 * 2 * 1024 * 2.0;  // bytes of keys and values

TEST(Roofline, DecodingReadsWeightsOnceAndEveryCache) {
  const models::Graph graph = llama3_8b();
  for (const int batch : {1, 8}) {
    const StepLoad load = decode_load(graph, 4095, batch);
    // The cache of 4,096 positions is read and one is written; of the embedding a row is read.
    EXPECT_DOUBLE_EQ(load.bytes, 2 * kRead + batch * (4097 * kPosition + 2 * 4096)) << batch;
    EXPECT_EQ(load.resident_bytes, 16'060'522'496 + batch * 4096 * kPosition) << batch;
    EXPECT_EQ(load.tokens, batch);
  }
  EXPECT_EQ(decode_load(graph, 4095, 8).flops, 8 * decode_load(graph, 4095, 1).flops);
}

TEST(Roofline, PrefillIsCausalAndHasLogitsOfOnePosition) {
  const StepLoad load = prefill_load(llama3_8b(), 2048, 1);
  const double products = 2 * (2048 * 32 * kLayer + 128256.0 * 4096);
  const double attention = 4.0 * 4096 * 32 * (2048.0 * 2049 / 2);
  EXPECT_GT(load.flops, products + attention);
  EXPECT_LT(load.flops, (products + attention) * 1.01);  // norms, softmax, activations
  EXPECT_EQ(load.tokens, 2048);
}

TEST(Roofline, TheSlowerOfMemoryAndProductsRules) {
  const StepLoad load{2e9, 3e12, 1e9, 1};
  const Roofline memory = roofline(load, device(2'000'000'000, 1000, 3000));
  EXPECT_DOUBLE_EQ(memory.seconds, 2e-3);
  EXPECT_TRUE(memory.memory_bound);
  EXPECT_EQ(memory.devices, 1);
  const Roofline products = roofline(load, device(2'000'000'000, 1000, 1000));
  EXPECT_DOUBLE_EQ(products.seconds, 3e-3);
  EXPECT_FALSE(products.memory_bound);
  EXPECT_DOUBLE_EQ(roofline(load, device(2'000'000'000, 1000, 1000), 0.5).seconds, 6e-3);
}

TEST(Roofline, WhatDoesNotFitIsSharedEvenly) {
  const StepLoad load{2e9, 3e12, 10e9, 1};
  const Roofline shared = roofline(load, device(4'000'000'000, 1000, 3000));
  EXPECT_EQ(shared.devices, 3);
  EXPECT_DOUBLE_EQ(shared.seconds, 2e-3 / 3);
  EXPECT_EQ(roofline(load, device(10'000'000'000, 1, 1)).devices, 1);
  EXPECT_EQ(roofline(load, device(9'999'999'999, 1, 1)).devices, 2);
  EXPECT_EQ(roofline(load, device(10'000'000'000, 1, 1), 1, 5).devices, 5);
}

TEST(Training, DaysAndDollarsByHand) {
  // 8.64e19 FLOP are a petaflop-day: 1,000 days at 1 TFLOP/s.
  const TrainingCost cost = training_cost(kPetaflopDay, 1e12, 10, 2.0);
  EXPECT_DOUBLE_EQ(cost.device_days, 1000);
  EXPECT_DOUBLE_EQ(cost.days, 100);
  EXPECT_DOUBLE_EQ(*cost.usd, 48000);
  EXPECT_DOUBLE_EQ(cost.device_years(), 1000.0 / 365);
  EXPECT_FALSE(training_cost(1, 1, 1, {}).usd.has_value());
}

TEST(Training, LambdasEstimateOfGpt3FollowsFromItsAssumptions) {
  const TrainingCost cost = training_cost(3.14e23, 28e12, 1, 1.5);
  EXPECT_NEAR(cost.device_years(), 355, 1);
  EXPECT_NEAR(*cost.usd, 4.6e6, 0.1e6);
}

}  // namespace
}  // namespace weft::reference
