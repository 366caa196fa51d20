// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/sram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/half.h"
#include "isa/layout.h"
#include "isa/regions.h"
#include "sim/memory/logical_tensor.h"

namespace weft::sim {
namespace {

// Logical indices of the local elements of an axis on one part, padding as -1.
std::vector<std::int64_t> local_map(const isa::Axis& axis, int part) {
  std::vector<std::int64_t> map(static_cast<std::size_t>(axis.local()));
  for (int i = 0; i < axis.local(); ++i) {
    map[static_cast<std::size_t>(i)] = isa::logical_index(axis, part, i);
  }
  return map;
}

}  // namespace

std::int64_t sram_extent(const isa::Role& role) {
  std::int64_t extent = 0;
  for (const isa::Buffer& buffer : role.buffers()) {
    extent = std::max(extent, buffer.offset() + buffer.bytes());
  }
  return extent;
}

void Sram::allocate(const isa::Bundle& bundle, std::span<const std::int32_t> role_of,
                    std::uint8_t fill) {
  first_.assign(1, 0);
  for (const std::int32_t role : role_of) {
    const std::int64_t extent = role < 0 ? 0 : sram_extent(bundle.roles(role));
    first_.push_back(first_.back() + static_cast<std::size_t>(extent));
  }
  bytes_ = std::make_unique<std::byte[]>(std::max<std::size_t>(1, first_.back()));
  if (fill != 0) {
    std::fill_n(bytes_.get(), first_.back(), std::byte{fill});
  }
}

Status Sram::load(const isa::Bundle& bundle, std::span<const std::int32_t> role_of,
                  const TensorSource& tensors, const std::function<bool()>& stop) {
  const isa::Regions regions(bundle);
  // Buffer offset by role, resolved once per load: roles may place a buffer differently or lack it.
  for (const isa::Load& item : bundle.loads()) {
    WEFT_ASSIGN(const LogicalTensor source, find_tensor(item.tensor(), tensors));
    const std::int64_t want_rows = item.transposed() ? item.columns().size() : item.rows().size();
    const std::int64_t want_columns =
        item.transposed() ? item.rows().size() : item.columns().size();
    if (source.rows != want_rows || source.columns != want_columns) {
      return input_error(fmt::format("tensor {} is {}x{}, the bundle was mapped for {}x{}",
                                     item.tensor(), source.rows, source.columns, want_rows,
                                     want_columns));
    }
    std::vector<std::int64_t> offset_of(static_cast<std::size_t>(bundle.roles_size()), -1);
    for (int r = 0; r < bundle.roles_size(); ++r) {
      for (const isa::Buffer& buffer : bundle.roles(r).buffers()) {
        if (buffer.name() == item.buffer()) {
          offset_of[static_cast<std::size_t>(r)] = buffer.offset() + item.offset();
        }
      }
    }
    const auto dtype = static_cast<DType>(item.dtype());
    for (std::size_t tile = 0; tile < role_of.size(); ++tile) {
      if (tile % 64 == 0 && stop()) {
        return failed_error("stopped while weights were loaded");
      }
      if (role_of[tile] < 0 || offset_of[static_cast<std::size_t>(role_of[tile])] < 0) {
        continue;
      }
      if (item.region() != 0 && !isa::fills(item, regions.of(tile))) {
        continue;
      }
      const isa::Coordinates place = regions.at(tile);
      const auto rows = local_map(item.rows(), isa::part_of(item.rows(), place.tx, place.ty));
      const auto columns =
          local_map(item.columns(), isa::part_of(item.columns(), place.tx, place.ty));
      std::byte* base = of(tile).data() + offset_of[static_cast<std::size_t>(role_of[tile])];
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < columns.size(); ++j) {
          const bool padding = rows[i] < 0 || columns[j] < 0;
          const float value = padding             ? 0.0f
                              : item.transposed() ? source.at(columns[j], rows[i])
                                                  : source.at(rows[i], columns[j]);
          const auto at = static_cast<std::int64_t>(i) * item.row_stride() +
                          static_cast<std::int64_t>(j) * item.column_stride();
          store_element(base, dtype, at, value);
        }
      }
    }
  }
  return {};
}

}  // namespace weft::sim
