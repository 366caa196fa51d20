// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/kernels/mesh_kernel.h"
#include "mapper/kernels/ring.h"

namespace weft::mapper {

/// Causal attention of `tokens` positions, whose queries, keys and values are all there: heads
/// h·heads_per_group … read kv head h. Inputs are stored as `dtype`, results are fp32.
struct AttentionSize {
  int tokens = 1;
  int kv_heads = 1;
  int heads_per_group = 1;
  int head_dim = 2;
  float scale = 1;
  DType dtype = DType::f16;
};

/// Attention of a prefill: a column of tiles for each kv head, positions in blocks along y. Keys
/// and values move along y in a ring, one train a step, while every tile takes its queries through
/// the block it has, with a running maximum m, sum l and output o (online softmax). A tile begins
/// with its own block, so that m is finite before any block is masked as a whole.
///
/// Buffers: attn.q [block, heads_per_group * head_dim], attn.kv two times keys and values [block,
/// head_dim] each, the first filled; attn.o like attn.q in fp32; attn.s, attn.m, attn.l for the
/// way.
class RingAttention {
 public:
  RingAttention(int height, const AttentionSize& size) : ring_(height), size_(size) {}

  int block() const { return block_of(size_.tokens, ring_.length()); }

  int colors() const { return ring_.colors(); }
  std::vector<isa::Route> routes(const weft::Rect& region, const std::vector<int>& colors) const;
  std::vector<PlacedRole> roles(const std::vector<int>& colors) const;
  /// Appends the program of tiles at this place. Takes t0 to t16, s20 to s23, q0 and q1, e0 and e1.
  void emit(isa::RoleBuilder& role, const RingPlace& place, const std::vector<int>& colors) const;

  /// Cycles from the start of all tiles at once to the end of the last.
  std::int64_t cycles(const arch::Machine& machine) const;

 private:
  Ring ring_;
  AttentionSize size_;
};

}  // namespace weft::mapper
