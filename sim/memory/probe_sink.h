// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "isa/program_state.h"

namespace weft::sim {

/// Puts what probes show together into logical tensors; names and layouts are resolved before the
/// run. Costs no cycles: the machine does not know it.
class ProbeSink {
 public:
  void prepare(const isa::Bundle& bundle);

  /// Descriptor [rows, columns] of the tile at (tx, ty) holds rows first_row… of probe `probe`.
  void show(int probe, int index, std::int64_t first_row, const isa::Coordinates& at,
            const isa::Descriptor& tensor, std::span<const std::byte> sram);

  std::map<std::string, DenseTensor> take(const isa::Bundle& bundle);

 private:
  struct Entry {
    const isa::Probe* probe = nullptr;
    std::vector<std::vector<std::int64_t>> logical;  ///< by part, filled when first seen
    std::vector<DenseTensor> by_index;
  };
  std::vector<Entry> entries_;
};

}  // namespace weft::sim
