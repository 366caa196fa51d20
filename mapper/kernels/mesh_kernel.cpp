// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/mesh_kernel.h"

#include <algorithm>

#include "mapper/collectives/line.h"

namespace weft::mapper {

std::int64_t sram_bytes(std::vector<PlacedRole> roles, const arch::Machine& machine) {
  std::int64_t most = 0;
  for (PlacedRole& placed : roles) {
    const isa::Role role = placed.role.finish(machine.tile().instruction_bytes());
    most = std::max(most, std::int64_t{role.code_size()} * machine.tile().instruction_bytes());
    for (const isa::Buffer& buffer : role.buffers()) {
      most = std::max(most, buffer.offset() + buffer.bytes());
    }
  }
  return most;
}

std::vector<weft::TileSet> product_of(const std::vector<int>& columns,
                                      const std::vector<int>& rows) {
  std::vector<weft::TileSet> sets;
  for (const weft::Stride& y : collectives::strides_of(rows)) {
    for (const weft::Stride& x : collectives::strides_of(columns)) {
      sets.push_back({x, y});
    }
  }
  return sets;
}

}  // namespace weft::mapper
