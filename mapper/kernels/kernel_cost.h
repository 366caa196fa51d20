// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/arch.pb.h"
#include "base/dtype.h"

namespace weft::mapper {

/// What the kernels reckon with to foretell their cycles: the figures of docs/timing_model.md for a
/// core that finds everything else in step with it. No substitute for a run.
class KernelCost {
 public:
  explicit KernelCost(const arch::Machine& machine) : machine_(machine) {}

  std::int64_t scalars(int count) const { return count * setup().scalar(); }
  std::int64_t descriptors(int count) const { return count * setup().tensor_descriptor(); }
  std::int64_t loop_end() const { return setup().loop_iteration(); }
  std::int64_t loop_entry() const { return setup().loop_entry(); }
  /// From issue to the first cycle of an asynchronous transfer, and what the core pays for it.
  std::int64_t live() const { return setup().transfer(); }
  std::int64_t issue() const { return live() + 1; }

  /// fp32 [rows, columns] (+)= [rows, inner] x [inner, columns], set-up included.
  std::int64_t product(std::int64_t rows, std::int64_t inner, std::int64_t columns, DType dtype,
                       bool accumulates) const;
  /// A pass over fp32 elements, set-up included; bytes as stored.
  std::int64_t vector(std::int64_t elements, std::int64_t read, std::int64_t written,
                      std::int64_t special) const;
  /// Cycles in which so many elements leave a core.
  std::int64_t train(std::int64_t elements, DType dtype) const;
  /// From leaving one core to consumption in another.
  std::int64_t latency(int hops, int turns = 0) const;

 private:
  const arch::Setup& setup() const { return machine_.tile().setup(); }

  const arch::Machine& machine_;
};

}  // namespace weft::mapper
