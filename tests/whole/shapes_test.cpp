// SPDX-License-Identifier: Apache-2.0
// Models and regions whose dimensions do not divide: padded and masked exactly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/whole/fable.h"
#include "tests/whole/random_model.h"

namespace weft {
namespace {

struct Case {
  std::string name;
  RandomModel model;
};

RandomModel model(DType dtype, int width, int hidden, int heads, int kv_heads, int head_dim,
                  int vocabulary, bool tied) {
  RandomModel m;
  m.dtype = dtype;
  m.width = width;
  m.hidden = hidden;
  m.heads = heads;
  m.kv_heads = kv_heads;
  m.head_dim = head_dim;
  m.vocabulary = vocabulary;
  m.tied = tied;
  m.seed = static_cast<std::uint64_t>(width * 1000 + hidden);
  return m;
}

class Shapes : public ::testing::TestWithParam<Case> {};

TEST_P(Shapes, EveryOpInsideItsBoundOnEveryRegion) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("weft_shapes_" + GetParam().name + std::to_string(getpid()));
  write_random_model(GetParam().model, folder);
  // One tile; fewer columns than kv heads; lines; more columns than pairs; odd rectangles off the
  // corner.
  for (const char* region : {"1x1", "2x3", "3x2", "7x1", "1x6", "5x4+3+2", "29x3", "13x7+19+25"}) {
    cli::RunArguments arguments = fable_run("mesh32", region);
    arguments.model = folder.string();
    arguments.prompt.reset();
    arguments.prompt_tokens = "1,7,3,49,0,12,30,30,2,5,6,9,11,13,17,19,23";
    arguments.new_tokens = 5;
    arguments.overrides = {"tile.sram=1 MiB"};
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << region << ": " << outcome.error().message;
    EXPECT_EQ(outcome->recording.check().verdict(), "pass")
        << region << ": " << outcome->recording.check().first_bad();
    EXPECT_EQ(outcome->exit_code(), 0) << region;
    EXPECT_EQ(outcome->recording.generated().token_ids_size(), 5);
    EXPECT_TRUE(outcome->result.exact) << region << ": " << outcome->result.exactness;
  }
  std::filesystem::remove_all(folder);
}

// Attention of one token in vector operations, logits in pieces, scaling by a product.
TEST(ShapesOfOneToken, EveryOpInsideItsBoundWhereRowsOfAProductAreDear) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("weft_shapes_one_token_" + std::to_string(getpid()));
  write_random_model(model(DType::f16, 48, 80, 4, 2, 8, 600, false), folder);
  for (const char* region : {"1x20", "2x17", "6x18", "3x2"}) {
    cli::RunArguments arguments = fable_run("wse2", region);
    arguments.model = folder.string();
    arguments.prompt.reset();
    arguments.prompt_tokens = "7";
    arguments.new_tokens = 24;
    arguments.overrides = {"tile.sram=1 MiB"};
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << region << ": " << outcome.error().message;
    EXPECT_EQ(outcome->recording.check().verdict(), "pass")
        << region << ": " << outcome->recording.check().first_bad();
    EXPECT_TRUE(outcome->result.exact) << region << ": " << outcome->result.exactness;
  }
  std::filesystem::remove_all(folder);
}

// Few columns, long ones: the logits of a tile are many more words than any train of a layer.
TEST(ShapesOfOneToken, LogitsSummedUpPieceByPieceAreInsideTheirBound) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("weft_shapes_pieces_" + std::to_string(getpid()));
  RandomModel deep = model(DType::f16, 64, 128, 4, 2, 16, 1990, false);
  deep.layers = 8;
  write_random_model(deep, folder);
  cli::RunArguments arguments = fable_run("wse2", "4x80");
  arguments.model = folder.string();
  arguments.prompt.reset();
  arguments.prompt_tokens = "1901";
  arguments.new_tokens = 6;
  const auto outcome = cli::run(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_THAT(outcome->decisions, testing::Contains(testing::HasSubstr("logits in 8 trains")));
  EXPECT_EQ(outcome->recording.check().verdict(), "pass") << outcome->recording.check().first_bad();
  EXPECT_TRUE(outcome->result.exact) << outcome->result.exactness;
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(
    Random, Shapes,
    ::testing::Values(Case{"f16_grouped", model(DType::f16, 24, 40, 4, 2, 6, 50, false)},
                      Case{"f32_tied", model(DType::f32, 30, 33, 3, 3, 10, 51, true)},
                      Case{"bf16_one_kv_head", model(DType::bf16, 32, 70, 6, 1, 8, 64, false)},
                      Case{"f16_many_heads", model(DType::f16, 36, 20, 12, 4, 2, 77, true)}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace weft
