// SPDX-License-Identifier: Apache-2.0
// A model that passes through several regions of the machine says what it says in one.
#include <gtest/gtest.h>

#include <optional>

#include "arch/machine.h"
#include "cli/run.h"
#include "isa/verify.h"
#include "mapper/map.h"
#include "models/checkpoint.h"
#include "sim/simulate.h"
#include "tests/whole/fable.h"

namespace weft {
namespace {

struct Grid {
  int columns = 0, rows = 0;  ///< 0: one region
  std::optional<int> chunk;
};

class Regions : public testing::Test {
 protected:
  mapper::Mapped map(const Grid& grid, mapper::Phase phase, int batch = 1) {
    mapper::Request request;
    request.batch = batch;
    request.phase = phase;
    request.chunk = grid.chunk;
    request.new_tokens = 4;
    if (phase == mapper::Phase::decode) {
      request.first_position = 40;
    } else {
      for (const int id : {1, 30, 45, 77, 100, 21, 9}) {
        for (int sequence = 0; sequence < batch; ++sequence) {
          request.prompt.push_back(id + 5 * sequence);
        }
      }
    }
    const weft::Rect all{0, 0, machine_.grid().width(), machine_.grid().height()};
    if (grid.columns == 0) {
      request.region = all;
    } else {
      request.placement = mapper::place_in_grid(*mapper::fuse_decoder(checkpoint_.graph), all,
                                                grid.columns, grid.rows);
    }
    auto mapped = mapper::map_model(checkpoint_.graph, machine_, request);
    EXPECT_TRUE(mapped.ok()) << mapped.error().message;
    const auto sound = isa::verify(mapped->bundle, machine_, nullptr);
    EXPECT_TRUE(sound.ok()) << sound.error().message;
    return std::move(*mapped);
  }

  sim::RunResult run(const mapper::Mapped& mapped, bool data,
                     sim::EngineKind engine = sim::EngineKind::dataflow) {
    sim::TensorSource source;
    source.weights = &checkpoint_.weights;
    source.host = mapped.host_tensors;
    sim::Options options;
    options.data = data;
    options.engine = engine;
    auto result = sim::simulate(mapped.bundle, machine_, source, options);
    EXPECT_TRUE(result.ok()) << result.error().message;
    EXPECT_TRUE(result->deadlock.empty()) << result->deadlock.front();
    return std::move(*result);
  }

  arch::Machine machine_ = *arch::load_machine("mesh32", {});
  Result<models::Checkpoint> loaded_ = models::load_checkpoint("fable-1m");
  const models::Checkpoint& checkpoint_ = *loaded_;
};

const std::vector<Grid> kGrids = {{2, 2, {}}, {2, 1, {}}, {1, 3, {}}, {3, 1, 3}, {3, 2, 2}};

TEST_F(Regions, TokensAreThoseOfOneRegion) {
  const auto alone = run(map({}, mapper::Phase::generate), true);
  for (const Grid& grid : kGrids) {
    const auto several = run(map(grid, mapper::Phase::generate), true);
    EXPECT_EQ(several.tensors.at("token").values, alone.tensors.at("token").values)
        << grid.columns << "x" << grid.rows;
  }
}

TEST_F(Regions, TokensOfABatchAreThoseOfOneRegion) {
  constexpr int kBatch = 3;
  const auto alone = run(map({}, mapper::Phase::generate, kBatch), true);
  EXPECT_EQ(alone.tensors.at("token").values.size(), kBatch * (7U + 4 - 1));
  for (const Grid& grid : {Grid{2, 2, {}}, Grid{1, 3, {}}}) {
    const auto several = run(map(grid, mapper::Phase::generate, kBatch), true);
    EXPECT_EQ(several.tensors.at("token").values, alone.tensors.at("token").values)
        << grid.columns << "x" << grid.rows;
  }
}

// On small regions trains of tiles that have nothing to do may meet others; then it says so.
TEST_F(Regions, BothEnginesGiveTheSameCyclesWhereNoTrainsMet) {
  for (const int batch : {1, 2}) {
    int exact = 0;
    for (const Grid& grid : kGrids) {
      for (const auto phase : {mapper::Phase::generate, mapper::Phase::decode}) {
        if (batch > 1 && phase == mapper::Phase::generate) {
          continue;  // steps of its prompt follow each other and meet
        }
        const mapper::Mapped mapped = map(grid, phase, batch);
        const auto dataflow = run(mapped, false);
        const auto word = run(mapped, false, sim::EngineKind::word);
        if (dataflow.exact) {
          EXPECT_EQ(dataflow.cycles, word.cycles) << grid.columns << "x" << grid.rows;
          ++exact;
        }
      }
    }
    EXPECT_GE(exact, batch == 1 ? 5 : 3) << "batch " << batch;
  }
}

TEST_F(Regions, LayersAreNumberedThroughAllOfThem) {
  const auto result = run(map({2, 2, {}}, mapper::Phase::generate), true);
  for (int layer = 0; layer < checkpoint_.graph.layers(); ++layer) {
    const std::string name = "layers." + std::to_string(layer) + ".mlp_residual";
    ASSERT_TRUE(result.tensors.contains(name)) << name;
    EXPECT_EQ(result.tensors.at(name).shape.front(), 7 + 4 - 1);
  }
}

TEST(Logits, OfAllPositionsDoNotChangeWhatFollows) {
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.logits = "all";
  arguments.check = "cpu";
  arguments.new_tokens = 4;
  const auto outcome = cli::run(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->recording.check().verdict(), "pass") << outcome->recording.check().first_bad();
}

}  // namespace
}  // namespace weft
