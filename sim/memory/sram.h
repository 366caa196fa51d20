// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"

namespace weft::sim {

/// The SRAM contents of every tile of a region: one allocation, each tile as many bytes as its
/// role's memory map reaches. Empty with data off.
class Sram {
 public:
  /// `role_of` gives the role of each tile, row-major over the region, -1: none. Every byte is
  /// `fill`.
  void allocate(const isa::Bundle& bundle, std::span<const std::int32_t> role_of,
                std::uint8_t fill = 0);

  /// Fills buffers as the bundle's loads say, their padding with zeros; `stop` is asked between
  /// tiles. Errors: input (tensor missing or of another shape), failed (stopped).
  Status load(const isa::Bundle& bundle, std::span<const std::int32_t> role_of,
              const TensorSource& tensors, const std::function<bool()>& stop);

  std::span<std::byte> of(std::size_t tile) {
    return {bytes_.get() + first_[tile], first_[tile + 1] - first_[tile]};
  }
  bool empty() const { return bytes_ == nullptr; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::vector<std::size_t> first_;
};

/// Bytes a role's memory map reaches: program at 0 plus buffers.
std::int64_t sram_extent(const isa::Role& role);

}  // namespace weft::sim
