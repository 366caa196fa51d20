// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/probe_sink.h"

#include "isa/bundle.h"
#include "isa/layout.h"
#include "sim/core/element.h"

namespace weft::sim {

void ProbeSink::prepare(const isa::Bundle& bundle) {
  entries_.clear();
  for (const isa::Probe& probe : bundle.probes()) {
    Entry entry;
    entry.probe = &probe;
    entries_.push_back(std::move(entry));
  }
}

void ProbeSink::show(int probe, int index, std::int64_t first_row, const isa::Coordinates& at,
                     const isa::Descriptor& tensor, std::span<const std::byte> sram) {
  Entry& entry = entries_[static_cast<std::size_t>(probe)];
  const isa::Axis& axis = entry.probe->columns();
  if (!isa::is_owner(*entry.probe, at.tx, at.ty)) {
    return;
  }
  const auto part = static_cast<std::size_t>(isa::part_of(axis, at.tx, at.ty));
  if (entry.logical.size() <= part) {
    entry.logical.resize(part + 1);
  }
  auto& logical = entry.logical[part];
  if (logical.empty()) {
    for (int i = 0; i < axis.local(); ++i) {
      logical.push_back(isa::logical_index(axis, static_cast<int>(part), i));
    }
  }
  if (entry.by_index.size() <= static_cast<std::size_t>(index)) {
    entry.by_index.resize(static_cast<std::size_t>(index) + 1);
  }
  DenseTensor& out = entry.by_index[static_cast<std::size_t>(index)];
  const std::int64_t rows = first_row + tensor.dims[0];
  if (out.shape.empty() || out.shape[0] < rows) {
    out.shape = {rows, axis.size()};
    out.values.resize(static_cast<std::size_t>(rows * axis.size()));
  }
  for (std::int64_t i = 0; i < tensor.dims[0]; ++i) {
    for (std::int64_t j = 0; j < tensor.dims[1]; ++j) {
      const std::int64_t column = logical[static_cast<std::size_t>(j)];
      if (column >= 0) {
        out.values[static_cast<std::size_t>((first_row + i) * axis.size() + column)] =
            load(sram, tensor.dtype, address(tensor, i, j, 0));
      }
    }
  }
}

std::map<std::string, DenseTensor> ProbeSink::take(const isa::Bundle& bundle) {
  std::map<std::string, DenseTensor> tensors;
  for (std::size_t p = 0; p < entries_.size(); ++p) {
    for (std::size_t i = 0; i < entries_[p].by_index.size(); ++i) {
      DenseTensor& tensor = entries_[p].by_index[i];
      if (!tensor.shape.empty()) {
        tensors.emplace(
            isa::indexed_name(bundle.probes(static_cast<int>(p)).name(), static_cast<int>(i)),
            std::move(tensor));
      }
    }
  }
  return tensors;
}

}  // namespace weft::sim
