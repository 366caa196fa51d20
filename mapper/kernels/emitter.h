// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "isa/role_builder.h"
#include "mapper/decoder.h"
#include "mapper/kernels/attention.h"
#include "mapper/map.h"
#include "mapper/reductions.h"
#include "mapper/shape.h"

namespace weft::mapper {

/// Scalar registers every kernel may read; the step loop keeps them.
namespace reg {
inline constexpr int position = 0;  ///< first token of this step
inline constexpr int rows = 1;      ///< tokens of this step
inline constexpr int layer = 2;
inline constexpr int tx = 3;
inline constexpr int ty = 4;
inline constexpr int new_at = 5;       ///< KV row of this tile that this step's first goes to
inline constexpr int cached = 6;       ///< most KV rows any tile has with this step
inline constexpr int cache_new = 7;    ///< rows of this step that are this tile's
inline constexpr int first_new = 8;    ///< the first of them, as a row of the step
inline constexpr int head_rows = 9;    ///< rows that get logits
inline constexpr int head_first = 10;  ///< the first of them, as a row of the step
inline constexpr int source = 11;      ///< p0: 1 + band where x leaves the region
inline constexpr int relay = 12;       ///< p1: … where it comes in
inline constexpr int shown = 13;       ///< of a batch: row of this step's first in shown tensors
inline constexpr int apart = 14;       ///< of a batch: elements between what a step stores
inline constexpr int a = 16, b = 17, c = 18;  ///< scratch
inline constexpr int d = 19, e = 20, f = 21;  ///< … of loops over sequences
}  // namespace reg

/// What the program of a region depends on beside the places of its tiles.
struct RegionKind {
  int layers = 0;
  bool vocabulary = false;
  bool single = true;        ///< nobody to hand x to
  bool before_head = false;  ///< the next region holds the head
  std::vector<int> in, out;  ///< colors by band
  int row_color = -1;

  auto operator<=>(const RegionKind&) const = default;
};

/// Names of graph ops and probes in index order, shared by all roles.
class NameTable {
 public:
  int graph_op(const std::string& name);
  int probe(const std::string& name, const isa::Axis& columns);
  const std::vector<std::string>& graph_ops() const { return graph_ops_; }
  const std::vector<isa::Probe>& probes() const { return probes_; }

 private:
  std::vector<std::string> graph_ops_;
  std::vector<isa::Probe> probes_;
};

/// Writes the program of one role: kernels add to it in execution order. Owns the role under
/// construction; reads the plan. Tensor registers are scratch within a kernel.
class Emitter {
 public:
  Emitter(const Decoder& decoder, const Shape& shape, const Request& request,
          const RegionKind& kind, const Reductions& reductions,
          const std::vector<collectives::Place>& places, NameTable& names, std::string role);

  // Kernels, one file each. Names are those of the graph's nodes.
  void embed();
  void norm(Reduction reduction, const std::string& op, const std::string& from,
            const std::string& gain, bool layered);
  void qkv();
  /// The ids of a step of a dealt prompt to all columns; zeros behind those that are dealt.
  void deal_prompt();
  void fill_spare_prompt();
  /// Zeros behind the angles of this tile's positions.
  void fill_spare_angles();
  void attention();
  void project_out(Reduction reduction, const std::string& op, const std::string& residual_op,
                   const std::string& from, int from_columns, const std::string& weight);
  void gate_up();
  void head();
  /// x to the next region; x from the one before.
  void hand_out();
  void hand_in();

  // Attention of a batch: products of every sequence with its own cache.
  void declare_attention(AttentionLayout& at);
  void each_sequence(const AttentionLayout& at, int slot, isa::Value first_d, int step_d,
                     const std::function<void()>& product);
  void score_sequences(const AttentionLayout& at, int slot);
  void weigh_sequences(const AttentionLayout& at, int slot);

  // Building blocks.
  using Meanwhile = std::function<void()>;  ///< what the tile prepares while it waits
  void all_reduce(Reduction reduction, isa::Opcode receive, isa::Opcode forward, int t,
                  const Meanwhile& meanwhile = {});
  void all_reduce_add(Reduction reduction, int t, const Meanwhile& meanwhile = {}) {
    all_reduce(reduction, isa::Opcode::recv_add, isa::Opcode::fwd_add, t, meanwhile);
  }
  void ride_in(int acc, int row, isa::Value rows);
  /// Its descriptors, then what it does.
  void prepare_ride_out(int acc, int row, int columns, isa::Value rows);
  void ride_out(int to, int from, int columns);
  void begin_op(const std::string& name, bool layered);
  /// Shows t [rows, columns] as rows first… of the logical tensor.
  void probe(const std::string& name, const isa::Axis& columns, int t, isa::Value first,
             bool layered);
  /// Row of a shown tensor that the first row of this step is. Those of a batch lie side by side:
  /// the rows of a position, then those of the next.
  isa::Value first_row() const {
    return isa::Value::reg(shape_.batched() ? reg::shown : reg::position);
  }
  /// s = layer * bytes
  void layer_offset(int s, std::int64_t bytes);

  isa::RoleBuilder& role() { return role_; }
  const Shape& shape() const { return shape_; }
  const Decoder& decoder() const { return decoder_; }
  const Request& request() const { return request_; }
  const RegionKind& kind() const { return kind_; }
  int layers() const { return kind_.layers; }
  DType dtype() const { return decoder_.dtype; }
  int element() const { return bytes_of(decoder_.dtype); }

 private:
  const Decoder& decoder_;
  const Shape& shape_;
  const Request& request_;
  const RegionKind& kind_;
  const Reductions& reductions_;
  std::vector<collectives::Place> places_;  ///< by plan
  NameTable& names_;
  isa::RoleBuilder role_;
};

}  // namespace weft::mapper
