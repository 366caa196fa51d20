// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"
#include "mapper/decoder.h"
#include "mapper/map.h"

namespace weft::mapper {

/// Bytes of the fullest tile of a role, by what they are for.
struct TileBytes {
  std::int64_t weights = 0;
  std::int64_t cache = 0;
  std::int64_t program = 0;
  std::int64_t scratch = 0;  ///< everything else, gaps between buffers included
  std::int64_t total() const { return weights + cache + program + scratch; }
};
TileBytes tile_bytes(const isa::Role& role);

/// The role of a region with the fullest tile.
const isa::Role& fullest_role(const isa::Bundle& bundle, const weft::Rect& region);

/// What was decided on the way to a bundle, a line each; what was looked at and does not fit, too.
std::vector<std::string> say_decisions(const Decoder& decoder, const Plan& plan,
                                       const Request& request, const arch::Machine& machine,
                                       const isa::Bundle& bundle);

}  // namespace weft::mapper
