// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"

namespace weft::mapper {

/// What a picture of a mapping shows, as plain data.
struct PictureInput {
  struct Region {
    std::string name;
    weft::Rect tiles;
    int first_layer = 0;
    int layers = 0;
    bool embedding = false;
    bool head = false;
    std::int64_t sram = 0;  ///< bytes of its fullest tile
  };
  /// Activations that go from one region to another, by index.
  struct HandOff {
    int from = 0;
    int to = 0;
    std::string name;
  };
  struct Flow {
    std::string name;
    int color = 0;
  };

  std::string title;
  int width = 0;  ///< tiles of the machine
  int height = 0;
  std::int64_t sram = 0;  ///< bytes of a tile
  std::vector<Region> regions;
  std::vector<HandOff> hand_offs;
  std::vector<weft::Rect> blocked;
  std::vector<Flow> flows;  ///< names for the colors of the bundle
  isa::Bundle bundle;       ///< only its routes are looked at
};

/// A self-contained SVG, 1200 pixels wide: the wafer with its regions, how full their SRAM is and
/// what they hand on, and for every color a small wafer with its routes. Where tiles are too small
/// to be seen, routes are those of squares of tiles. The same input gives the same bytes; a wafer
/// of a million tiles takes no more of them than one of forty by forty.
std::string mapping_svg(const PictureInput& input);

}  // namespace weft::mapper
