// SPDX-License-Identifier: Apache-2.0
#include "cli/area.h"

#include <gtest/gtest.h>

#include "arch/machine.h"

namespace weft::cli {
namespace {

constexpr double kTiles = 750.0 * 994;

arch::Machine wse2(const std::vector<std::string>& overrides = {}) {
  return arch::load_machine("wse2", overrides).value();
}

TEST(Area, StartsFromThePublishedTile) { EXPECT_NEAR(area_proxy(wse2()) / kTiles, 0.038, 1e-9); }

TEST(Area, GrowsWithSramMacsLinksPlacesAndTiles) {
  const double base = area_proxy(wse2());
  const auto more = [&](const std::string& setting) {
    return (area_proxy(wse2({setting})) - base) / kTiles;
  };
  EXPECT_NEAR(more("tile.sram=96 KiB"), 0.019, 1e-9);
  EXPECT_NEAR(more("fabric.words_per_cycle=1/2"), -0.019 / 16, 1e-9);
  EXPECT_NEAR(more("fabric.places_per_hop=3"), 0.019 / 4, 1e-9);
  EXPECT_NEAR(more("tile.tensor_macs.f16=8"), 0.019 / 4, 1e-9);
  EXPECT_NEAR(more("grid.width=1500"), 0.038, 1e-9);
}

}  // namespace
}  // namespace weft::cli
