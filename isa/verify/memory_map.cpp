// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "isa/verify/static_rules.h"

namespace weft::isa {
namespace {

void check_role(const Role& role, const arch::Tile& tile, Findings& findings) {
  const std::int64_t sram = tile.sram();
  const std::int64_t program =
      static_cast<std::int64_t>(role.code_size()) * tile.instruction_bytes();
  if (program > sram) {
    findings.add(fmt::format(
        "role {}: {} instructions of {} bytes need {} bytes of SRAM and a tile has {}; shorten "
        "the program",
        role.name(), role.code_size(), tile.instruction_bytes(), program, sram));
  }
  std::vector<const Buffer*> laid;
  std::set<std::string> names;
  for (const Buffer& buffer : role.buffers()) {
    const auto fault = [&](const std::string& what) {
      findings.add(fmt::format("role {}: buffer {} {}", role.name(), buffer.name(), what));
    };
    if (!names.insert(buffer.name()).second) {
      fault("is declared twice; rename one");
    }
    if (buffer.bytes() < 0 || buffer.offset() < 0 || buffer.bytes() > sram ||
        buffer.offset() > sram - buffer.bytes()) {
      fault(
          fmt::format("of {} bytes at {} does not lie inside the {} bytes of SRAM; use a larger "
                      "region or tile.sram",
                      buffer.bytes(), buffer.offset(), sram));
    } else if (buffer.bytes() > 0 && buffer.offset() < program) {
      fault(fmt::format("at {} overlaps the program, which takes bytes 0 to {}; lay it behind",
                        buffer.offset(), program - 1));
    } else if (buffer.bytes() > 0) {
      laid.push_back(&buffer);
    }
  }
  std::stable_sort(laid.begin(), laid.end(),
                   [](const Buffer* a, const Buffer* b) { return a->offset() < b->offset(); });
  const Buffer* furthest = nullptr;
  for (const Buffer* buffer : laid) {
    if (furthest != nullptr && buffer->offset() < furthest->offset() + furthest->bytes()) {
      findings.add(fmt::format(
          "role {}: buffers {} (bytes {} to {}) and {} (from byte {}) overlap; move one",
          role.name(), furthest->name(), furthest->offset(),
          furthest->offset() + furthest->bytes() - 1, buffer->name(), buffer->offset()));
    }
    if (furthest == nullptr ||
        buffer->offset() + buffer->bytes() > furthest->offset() + furthest->bytes()) {
      furthest = buffer;
    }
  }
}

}  // namespace

void check_memory_map(const Bundle& bundle, const arch::Machine& machine, Findings& findings) {
  for (const Role& role : bundle.roles()) {
    check_role(role, machine.tile(), findings);
  }
}

}  // namespace weft::isa
