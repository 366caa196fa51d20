// SPDX-License-Identifier: Apache-2.0
#include "base/yaml_places.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(YamlPlaces, AFieldIsToldWithItsLineAndColumn) {
  const YamlPlaces places("a: 1\nlist:\n  - x: 1\n    y: 2\n  - {x: 3}\n", "f.yaml");
  EXPECT_EQ(places.told("a", "no"), "f.yaml:1:1: a: no");
  EXPECT_EQ(places.told("list[0].y", "no"), "f.yaml:4:5: list[0].y: no");
  EXPECT_EQ(places.told("list[1].x", "no"), "f.yaml:5:6: list[1].x: no");
}

TEST(YamlPlaces, AFieldThatIsNotThereIsToldWhereItWouldBe) {
  const YamlPlaces places("a: 1\nlist:\n  - x: 1\n", "f.yaml");
  EXPECT_EQ(places.told("list[0].z", "no"), "f.yaml:3:5: list[0].z: no");
  EXPECT_EQ(places.told("list[7].z", "no"), "f.yaml:2:1: list[7].z: no");
  EXPECT_EQ(places.told("b.c", "no"), "f.yaml:1:1: b.c: no");
}

TEST(YamlPlaces, WithoutAFileThePathIsThePlace) {
  EXPECT_EQ(YamlPlaces().told("a.b", "no"), "a.b: no");
}

}  // namespace
}  // namespace weft
