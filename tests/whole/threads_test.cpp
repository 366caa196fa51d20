// SPDX-License-Identifier: Apache-2.0
// A whole model on one, two and four threads: the same bytes, and those of the engine that works
// out values and times together.
#include <gtest/gtest.h>

#include <cstring>

#include "arch/machine.h"
#include "isa/verify.h"
#include "mapper/map.h"
#include "models/checkpoint.h"
#include "tests/whole/fable.h"
#include "traces/report.h"

namespace weft {
namespace {

bool same_bytes(const DenseTensor& a, const DenseTensor& b) {
  return a.shape == b.shape && a.values.size() == b.values.size() &&
         std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(a.values[0])) == 0;
}

TEST(Threads, ValuesOfPrefillAndDecodeAreThoseOfTheEngineThatKnowsTimesToo) {
  const auto checkpoint = models::load_checkpoint(fable_folder());
  const auto machine = arch::load_machine("mesh32", {});
  ASSERT_TRUE(checkpoint.ok() && machine.ok());
  mapper::Request request;
  request.phase = mapper::Phase::generate;
  request.prompt = {1, 431, 354, 372, 283};
  request.new_tokens = 3;
  request.region = Rect{2, 1, 13, 7};
  auto mapped = mapper::map_model(checkpoint->graph, *machine, request);
  ASSERT_TRUE(mapped.ok()) << mapped.error().message;
  const sim::TensorSource tensors{&checkpoint->weights, mapped->host_tensors};
  sim::Options options;
  options.scalar = true;
  const auto both = sim::simulate(mapped->bundle, *machine, tensors, options);
  ASSERT_TRUE(both.ok());
  EXPECT_GT(both->tensors.size(), 60u);
  options.scalar = false;
  for (const int threads : {1, 2, 4}) {
    options.threads = threads;
    const auto apart = sim::simulate(mapped->bundle, *machine, tensors, options);
    ASSERT_TRUE(apart.ok()) << apart.error().message;
    EXPECT_EQ(apart->threads, threads);
    EXPECT_TRUE(apart->vectors) << apart->scalar_because;
    EXPECT_EQ(apart->cycles, both->cycles);
    EXPECT_EQ(apart->instructions, both->instructions);
    EXPECT_EQ(apart->op_bins, both->op_bins);
    ASSERT_EQ(apart->tensors.size(), both->tensors.size());
    for (const auto& [name, tensor] : both->tensors) {
      EXPECT_TRUE(same_bytes(tensor, apart->tensors.at(name))) << name;
    }
    for (std::size_t i = 0; i < both->tiles.size(); ++i) {
      EXPECT_EQ(apart->tiles[i].bins, both->tiles[i].bins) << "tile " << i;
    }
  }
}

TEST(Threads, ReportsDoNotTellHowManyThereWere) {
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.reproducible = true;
  std::string reports[3];
  for (const int i : {0, 1, 2}) {
    arguments.threads = 1 << i;
    arguments.command = {"run", "--threads", std::to_string(1 << i), "--check=cpu"};
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->result.threads, arguments.threads);
    reports[i] = traces::report_json(outcome->recording) + outcome->recording.SerializeAsString();
  }
  EXPECT_EQ(reports[0], reports[1]);
  EXPECT_EQ(reports[0], reports[2]);
}

}  // namespace
}  // namespace weft
