// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "mapper/decoder.h"
#include "mapper/placement.h"
#include "mapper/shape.h"

namespace weft::mapper {

/// The role whose memory map reaches furthest.
struct SramUse {
  int role = 0;
  std::int64_t bytes = 0;
};
SramUse largest_use(const isa::Bundle& bundle);

/// Bytes of layer weights on a tile of the region that holds most layers, of a batch its caches as
/// well: without planning, a bound from below to what it takes.
std::int64_t held_bytes(const Decoder& decoder, const Shape& shape, const Placement& placement);

/// The error of a model that does not fit: which tile, how many bytes over, the largest buffers,
/// and a region of the machine that fits, found by halving (`bytes_on` says what a region needs a
/// tile).
Error does_not_fit(const std::string& model, int batch, const isa::Bundle& bundle,
                   const arch::Machine& machine,
                   const std::function<std::int64_t(const weft::Rect&)>& bytes_on);

}  // namespace weft::mapper
