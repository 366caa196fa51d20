// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"

namespace weft::mapper {

/// The role whose memory map reaches furthest.
struct SramUse {
  int role = 0;
  std::int64_t bytes = 0;
};
SramUse largest_use(const isa::Bundle& bundle);

/// The error of a model that does not fit: which tile, how many bytes over, the largest buffers,
/// and the smallest region of the machine that fits (`bytes_on` says what a region needs a tile).
Error does_not_fit(const std::string& model, const isa::Bundle& bundle,
                   const arch::Machine& machine,
                   const std::function<std::int64_t(const weft::Rect&)>& bytes_on);

}  // namespace weft::mapper
