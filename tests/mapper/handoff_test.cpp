// SPDX-License-Identifier: Apache-2.0
#include "mapper/handoff.h"

#include <gtest/gtest.h>

#include <set>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "isa/route_map.h"

namespace weft::mapper {
namespace {

Placement regions_at(const std::vector<weft::Rect>& rects) {
  Placement placement;
  for (const weft::Rect& rect : rects) {
    placement.regions.push_back(
        {"r" + std::to_string(placement.regions.size()), rect, 0, 1, false});
  }
  return placement;
}

arch::Machine machine() {
  return *arch::load_machine("mesh32", {"grid.width=64", "grid.height=64"});
}

isa::Bundle bundle_of(const Placement& placement, const Handoffs& handoffs) {
  isa::Bundle bundle;
  isa::Region& region = *bundle.mutable_region();
  region.set_width(64);
  region.set_height(64);
  for (isa::Route& route : handoff_routes(placement, handoffs)) {
    *bundle.add_routes() = std::move(route);
  }
  return bundle;
}

struct Case {
  std::vector<weft::Rect> regions;
  int root = 0;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int root : {0, 3, 7, 8, 15}) {
    all.push_back({{{0, 0, 16, 8}, {0, 8, 16, 8}, {0, 16, 16, 8}}, root});   // below each other
    all.push_back({{{0, 0, 16, 8}, {16, 0, 16, 8}, {32, 0, 16, 8}}, root});  // side by side
    all.push_back(
        {{{0, 0, 16, 8}, {16, 0, 16, 8}, {16, 8, 16, 8}, {0, 8, 16, 8}}, root});  // a loop
    all.push_back({{{0, 0, 16, 24}, {0, 24, 16, 24}}, root});                     // bands
    all.push_back({{{0, 0, 16, 14}, {0, 14, 16, 14}, {0, 28, 16, 14}}, root});    // two sides
    all.push_back({{{30, 40, 16, 8}, {3, 1, 16, 8}, {40, 3, 16, 8}}, root});      // anywhere
  }
  return all;
}

/// Calls body(case, hand-offs, their routes) for every case.
template <class Body>
void each_case(Body&& body) {
  const arch::Machine its = machine();
  for (const Case& c : cases()) {
    const Placement placement = regions_at(c.regions);
    const auto handoffs = plan_handoffs(placement, c.root, 0, 24);
    ASSERT_TRUE(handoffs.ok()) << handoffs.error().message;
    body(c, *handoffs, isa::RouteMap(bundle_of(placement, *handoffs), its));
  }
}

// What comes after keeps its trains apart only where rows begin together.
TEST(Handoff, WaysOfAllRowsAreEquallyLong) {
  each_case([](const Case& c, const Handoffs& handoffs, const isa::RouteMap& routes) {
    for (const Handoff& way : handoffs.ways) {
      const weft::Rect& a = c.regions[static_cast<std::size_t>(way.from)];
      const weft::Rect& b = c.regions[static_cast<std::size_t>(way.to)];
      EXPECT_TRUE(a.contains(way.source(0), a.y));
      EXPECT_TRUE(a.contains(way.source(a.height - 1), a.y));
      EXPECT_EQ(way.relay_column, b.x + c.root);
      std::set<std::int64_t> lengths;
      for (int row = 0; row < a.height; ++row) {
        const int color = way.colors.at(static_cast<std::size_t>(way.band(row)));
        const auto found = routes.way_to(color, way.relay_column, b.y + row);
        ASSERT_TRUE(found.has_value()) << "row " << row;
        EXPECT_EQ(found->x, way.source(row)) << "row " << row;
        EXPECT_EQ(found->y, a.y + row);
        lengths.insert(found->hops);
      }
      EXPECT_EQ(lengths.size(), 1u) << way.from << " to " << way.to << " root " << c.root;
    }
  });
}

TEST(Handoff, TheRelayOfARowIsHeardInAllOfIt) {
  each_case([](const Case& c, const Handoffs& handoffs, const isa::RouteMap& routes) {
    for (const weft::Rect& region : c.regions) {
      for (int y = region.y; y < region.y + region.height; ++y) {
        for (int x = region.x; x < region.x + region.width; ++x) {
          const auto way = routes.way_to(handoffs.row_color, x, y);
          ASSERT_EQ(way.has_value(), x != region.x + c.root) << x << "," << y;
          if (way) {
            EXPECT_EQ(way->x, region.x + c.root);
            EXPECT_EQ(way->y, y);
          }
        }
      }
    }
  });
}

// A router has one rule a color: two that differ would be a way that crosses another.
TEST(Handoff, NoTwoWaysOfAColorCross) {
  for (const Case& c : cases()) {
    const Placement placement = regions_at(c.regions);
    const auto handoffs = plan_handoffs(placement, c.root, 0, 24);
    ASSERT_TRUE(handoffs.ok()) << handoffs.error().message;
    std::set<std::tuple<int, int, int>> taken;
    for (const isa::Route& route : handoff_routes(placement, *handoffs)) {
      const weft::TileSet tiles = isa::tile_set_of(route.tiles());
      for (int j = 0; j < tiles.y.count; ++j) {
        for (int i = 0; i < tiles.x.count; ++i) {
          const int x = tiles.x.first + i * tiles.x.step;
          const int y = tiles.y.first + j * tiles.y.step;
          EXPECT_TRUE(taken.emplace(route.color(), x, y).second)
              << "color " << route.color() << " at (" << x << "," << y << ")";
        }
      }
    }
  }
}

// Rows a lane apart follow each other on it so closely that their trains meet.
TEST(Handoff, WithRoomOnBothSidesOfTheRelayEveryRowHasALaneOfItsOwn) {
  const Placement placement = regions_at({{0, 0, 16, 14}, {0, 14, 16, 14}});
  const auto handoffs = plan_handoffs(placement, 8, 0, 24);
  ASSERT_TRUE(handoffs.ok()) << handoffs.error().message;
  for (const Handoff& way : handoffs->ways) {
    EXPECT_EQ(way.colors.size(), 1u);
    std::set<int> lanes;
    for (int row = 0; row < 14; ++row) {
      EXPECT_TRUE(lanes.insert(way.lane(row, 14)).second) << "row " << row;
    }
  }
}

TEST(Handoff, MoreColorsThanThereAreAreRefused) {
  const auto refused = plan_handoffs(regions_at({{0, 0, 16, 24}, {0, 24, 16, 24}}), 0, 20, 24);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("raise fabric.colors to"), std::string::npos)
      << refused.error().message;
}

}  // namespace
}  // namespace weft::mapper
