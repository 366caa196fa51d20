// SPDX-License-Identifier: Apache-2.0
#include "mapper/loads.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "isa/layout.h"
#include "models/checkpoint.h"

namespace weft::mapper {
namespace {

// Every element of every weight lies on the tiles: at least once, and as often as every other of
// the same tensor (replicas are whole).
TEST(Loads, EveryElementOfEveryWeightIsPlaced) {
  const auto checkpoint = models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m");
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
  const Decoder decoder = *fuse_decoder(checkpoint->graph);
  Request request;
  request.prompt = {1, 2, 3};
  for (const weft::Rect region :
       {weft::Rect{0, 0, 8, 8}, weft::Rect{0, 0, 13, 7}, weft::Rect{0, 0, 3, 5}}) {
    const Shape shape = Shape::of(decoder, region, 3, 20);
    std::map<std::string, std::vector<int>> placed;
    for (const isa::Load& load :
         plan_loads(decoder, shape, request, place_in_one(decoder, region))) {
      const TensorView* weight = checkpoint->weights.find(load.tensor());
      if (weight == nullptr) {
        EXPECT_EQ(load.tensor().rfind("host.", 0), 0u) << load.tensor();
        continue;
      }
      auto& count = placed[load.tensor()];
      count.resize(static_cast<std::size_t>(weight->elements()));
      const auto columns = static_cast<std::size_t>(weight->shape.back());
      for (int ty = 0; ty < region.height; ++ty) {
        for (int tx = 0; tx < region.width; ++tx) {
          for (int i = 0; i < load.rows().local(); ++i) {
            for (int j = 0; j < load.columns().local(); ++j) {
              auto row = isa::logical_index(load.rows(), isa::part_of(load.rows(), tx, ty), i);
              auto column =
                  isa::logical_index(load.columns(), isa::part_of(load.columns(), tx, ty), j);
              if (load.transposed()) {
                std::swap(row, column);
              }
              if (row >= 0 && column >= 0) {
                ++count[static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column)];
              }
            }
          }
        }
      }
    }
    EXPECT_EQ(placed.size(), checkpoint->weights.tensors().size());
    for (const auto& [name, count] : placed) {
      EXPECT_GE(count.front(), 1) << name;
      EXPECT_EQ(std::set<int>(count.begin(), count.end()).size(), 1u) << name;
    }
  }
}

TEST(Loads, AnglesAreFp32OfFloat64) {
  Decoder decoder;
  decoder.head_dim = 8;
  decoder.rope_theta = 10000;
  Shape shape;
  shape.positions = 300;
  const auto tensors = make_host_tensors(decoder, shape, {}, place_in_one(decoder, {0, 0, 1, 1}));
  const DenseTensor& cosines = tensors.at("host.rope_cos");
  EXPECT_EQ(cosines.shape, (std::vector<std::int64_t>{300, 4}));
  EXPECT_EQ(cosines.values[0], 1.0f);
  EXPECT_EQ(cosines.values[299 * 4 + 1], static_cast<float>(std::cos(299 * 0.1)));
  EXPECT_EQ(tensors.at("host.rope_sin").values[299 * 4 + 2], static_cast<float>(std::sin(2.99)));
}

TEST(Loads, AnglesOfLlama31TurnSlowerTheLongerTheirWave) {
  Decoder decoder;
  decoder.head_dim = 128;
  decoder.rope_theta = 500000;
  const std::vector<double> plain = rope_frequencies(decoder);
  decoder.rope_scaling.set_factor(8);
  decoder.rope_scaling.set_low_frequency(1);
  decoder.rope_scaling.set_high_frequency(4);
  decoder.rope_scaling.set_original_context(8192);
  const std::vector<double> scaled = rope_frequencies(decoder);
  ASSERT_EQ(scaled.size(), 64u);
  for (std::size_t i = 0; i < 64; ++i) {
    const double turns = 8192 * plain[i] / (2 * std::numbers::pi);
    if (turns > 4) {
      EXPECT_EQ(scaled[i], plain[i]) << i;
    } else if (turns < 1) {
      EXPECT_EQ(scaled[i], plain[i] / 8) << i;
    } else {
      EXPECT_NEAR(scaled[i], plain[i] * (1 + 7 * (turns - 1) / 3) / 8, 1e-15) << i;
    }
  }
  EXPECT_EQ(scaled[28], plain[28]);      // 4.2 turns
  EXPECT_EQ(scaled[35], plain[35] / 8);  // 0.997
}

}  // namespace
}  // namespace weft::mapper
