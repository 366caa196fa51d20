// SPDX-License-Identifier: Apache-2.0
#include "random_bundle.h"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace weft::isa {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  Bundle run() {
    bundle_.set_version(kBundleVersion);
    bundle_.set_machine(chance(2) ? name("machine", 0) : "");
    bundle_.set_machine_hash(chance(2) ? content() : "");
    bundle_.set_model(chance(2) ? name("model", 0) : "");
    bundle_.set_phase(chance(2) ? "generate" : "");
    auto& region = *bundle_.mutable_region();
    region.set_x(below(40));
    region.set_y(below(40));
    region.set_width(1 + below(40));
    region.set_height(1 + below(40));
    for (int i = below(4); i > 0; --i) {
      bundle_.add_graph_ops(name("op", i));
    }
    for (int i = below(4); i > 0; --i) {
      auto& probe = *bundle_.add_probes();
      probe.set_name(name("layers.{}.p", i));
      *probe.mutable_columns() = axis();
      probe.set_rows(static_cast<Axis::Along>(below(3)));
    }
    for (int i = below(4); i > 0; --i) {
      route();
    }
    for (int i = 1 + below(3); i > 0; --i) {
      role(i);
    }
    for (int i = below(4); i > 0; --i) {
      load();
    }
    for (int i = below(3); i > 0; --i) {
      *bundle_.add_edge_loads() = edge_tensor();
      *bundle_.add_edge_shows() = edge_tensor();
    }
    return bundle_;
  }

 private:
  std::uint64_t next() {  // splitmix64
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  EdgeTensor edge_tensor() {
    EdgeTensor tensor;
    tensor.set_tensor(name("host.numbers", below(9)));
    tensor.set_address(below(1 << 30));
    tensor.set_dtype(below(4));
    tensor.set_rows(1 + below(100));
    tensor.set_columns(1 + below(100));
    return tensor;
  }

  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  bool chance(int one_in) { return below(one_in) == 0; }

  std::string content() { return fmt::format("{:016x}{:016x}", next(), next()); }

  /// Unlike for unlike numbers; some need quotes.
  std::string name(std::string_view stem, int number) {
    constexpr std::array kTails = {"",     "-x", "/y",     " with blank", "\"quoted\\",
                                   "\n\t", "é",  ";#,:=+", "->",          ".{}_Z"};
    constexpr std::array kHeads = {"", "", "", "-", ".", "7e", "\x01"};
    return fmt::format("{}{}{}{}", kHeads[next() % kHeads.size()], stem, number,
                       kTails[next() % kTails.size()]);
  }

  std::int32_t integer() {
    switch (below(6)) {
      case 0:
        return std::numeric_limits<std::int32_t>::min();
      case 1:
        return std::numeric_limits<std::int32_t>::max();
      case 2:
        return static_cast<std::int32_t>(next());
      default:
        return below(100) - 20;
    }
  }

  std::int32_t number_bits() {
    switch (below(4)) {
      case 0:
        return static_cast<std::int32_t>(next());
      case 1:
        return static_cast<std::int32_t>(0x7f800000 + below(4) * 0x200000 + below(2));
      case 2:
        return static_cast<std::int32_t>(0xff800000 + below(4) * 0x200000);
      default:
        return std::bit_cast<std::int32_t>(static_cast<float>(below(2000) - 1000) / 8);
    }
  }

  void stride(Stride& stride) {
    stride.set_first(below(100));
    stride.set_step(1 + below(3));
    stride.set_count(1 + below(20));
  }

  Axis axis() {
    if (chance(3)) {
      const int per_group = 1 + below(3);
      const HeadSplitSizes sizes{1 + below(4), per_group, 2 * (1 + below(8))};
      return heads(sizes);
    }
    Axis axis;
    axis.set_kind(static_cast<Axis::Kind>(below(3)));
    axis.set_along(static_cast<Axis::Along>(below(3)));
    axis.set_size(1 + below(1000));
    axis.set_parts(1 + below(9));
    axis.set_local(1 + below(1000));
    if (chance(2)) {
      axis.set_local(axis.kind() == Axis::REPLICATED
                         ? axis.size()
                         : (axis.size() + axis.parts() - 1) / axis.parts());
    }
    return axis;
  }

  struct HeadSplitSizes {
    int groups;
    int heads_per_group;
    int head_dim;
  };
  Axis heads(const HeadSplitSizes& sizes) {
    Axis axis;
    axis.set_kind(chance(2) ? Axis::HEADS : Axis::PAIRS);
    axis.set_along(Axis::X);
    axis.set_size(sizes.groups * sizes.heads_per_group * sizes.head_dim);
    axis.set_parts(1 + below(9));
    axis.set_groups(sizes.groups);
    axis.set_heads_per_group(sizes.heads_per_group);
    axis.set_head_dim(sizes.head_dim);
    axis.set_columns_per_group(1 + below(4));
    axis.set_groups_per_column(1 + below(2));
    axis.set_local(2 * axis.heads_per_group() * axis.groups_per_column() * (1 + below(4)));
    return axis;
  }

  void route() {
    auto& route = *bundle_.add_routes();
    route.set_color(below(64));
    stride(*route.mutable_tiles()->mutable_x());
    stride(*route.mutable_tiles()->mutable_y());
    route.set_rx(static_cast<Direction>(below(5)));
    const int first = below(5);
    for (int i = 1 + below(5); i > 0; --i) {
      route.add_tx(static_cast<Direction>((first + i) % 5));
    }
  }

  void load() {
    const Role& role = bundle_.roles(below(bundle_.roles_size()));
    if (role.buffers_size() == 0) {
      return;
    }
    auto& load = *bundle_.add_loads();
    load.set_tensor(name("model.layers.0.weight", below(9)));
    load.set_buffer(role.buffers(below(role.buffers_size())).name());
    load.set_offset(chance(2) ? below(1000) : 0);
    load.set_dtype(below(4));
    if (chance(2)) {
      *load.mutable_rows() = axis();
    }
    if (chance(2)) {
      *load.mutable_columns() = axis();
    }
    load.set_row_stride(chance(2) && load.has_columns() ? load.columns().local() : below(3));
    load.set_column_stride(below(3));
    load.set_transposed(chance(2));
  }

  void role(int number) {
    auto& role = *bundle_.add_roles();
    role.set_name(name("role", number));
    for (int i = 1 + below(2); i > 0; --i) {
      auto& tiles = *role.add_tiles();
      stride(*tiles.mutable_x());
      stride(*tiles.mutable_y());
    }
    for (int i = below(4); i > 0; --i) {
      auto& buffer = *role.add_buffers();
      buffer.set_name(name("b", i));
      buffer.set_offset(below(100000));
      buffer.set_bytes(below(100000));
    }
    program(role);
  }

  void program(Role& role) {
    const int length = below(30);
    int depth = 0;
    for (int i = 0; i < length; ++i) {
      Instr instr;
      instr.opcode = static_cast<Opcode>(below(static_cast<int>(Opcode::count_)));
      if (depth == length - i) {  // just enough room to close every loop
        instr.opcode = Opcode::end;
      } else if (!fits(role, instr.opcode, depth, length - i)) {
        instr.opcode = Opcode::busy;
      }
      depth += instr.opcode == Opcode::loop ? 1 : instr.opcode == Opcode::end ? -1 : 0;
      instr.graph_op = static_cast<std::int16_t>(below(bundle_.graph_ops_size() + 1) - 1);
      operands(role, instr, length - i - 1);
      *role.add_code() = encode(instr);
    }
  }

  bool fits(const Role& role, Opcode opcode, int depth, int left) {
    switch (opcode) {
      case Opcode::loop:
        return depth < kLoopDepth && left >= depth + 2;
      case Opcode::end:
        return depth > 0;
      case Opcode::td:
        return role.buffers_size() > 0;
      case Opcode::probe:
        return bundle_.probes_size() > 0;
      default:
        return true;
    }
  }

  void value(Instr& instr, int slot) {
    const bool in_register = chance(3);
    instr.arg[static_cast<std::size_t>(slot)] = in_register ? below(kScalarRegisters) : integer();
    if (in_register) {
      instr.registers = static_cast<std::uint16_t>(instr.registers | 1u << slot);
    }
  }

  void operands(const Role& role, Instr& instr, int left) {
    int slot = 0;
    int dims = 0;
    for (const Operand operand : info_of(instr.opcode).operands) {
      std::int32_t& arg = instr.arg[static_cast<std::size_t>(slot)];
      switch (operand) {
        case Operand::scalar_out:
        case Operand::scalar:
          arg = below(kScalarRegisters);
          break;
        case Operand::tensor_out:
        case Operand::tensor:
          arg = below(kTensorRegisters);
          break;
        case Operand::value:
          value(instr, slot);
          break;
        case Operand::number:
          arg = number_bits();
          break;
        case Operand::buffer:
          arg = below(role.buffers_size());
          if (chance(2)) {
            value(instr, slot + 1);
          }
          break;
        case Operand::dtype:
        case Operand::csr:
          arg = below(4);
          break;
        case Operand::dims:
          dims = slot;
          arg = 1 + below(3);
          for (int i = 1; i <= arg; ++i) {
            value(instr, slot + i);
          }
          break;
        case Operand::strides:
          strides(instr, dims, slot);
          break;
        case Operand::skip:
          arg = below(left + 1);
          break;
        case Operand::color:
          arg = below(64);
          break;
        case Operand::async:
          arg = below(9) - 1;
          instr.arg[static_cast<std::size_t>(slot) + 1] = arg < 0 ? 0 : below(kEvents);
          break;
        case Operand::event:
          arg = below(kEvents);
          break;
        case Operand::name:
          arg = below(bundle_.probes_size());
          break;
      }
      slot += slots_of(operand);
    }
  }

  /// Dense ones half of the time, where the product fits.
  void strides(Instr& instr, int dims, int slot) {
    const int rank = instr.arg[static_cast<std::size_t>(dims)];
    const bool dense = chance(2);
    std::int64_t stride = 1;
    for (int i = rank - 1; i >= 0; --i) {
      if (dense) {
        instr.arg[static_cast<std::size_t>(slot + i)] = static_cast<std::int32_t>(stride);
        stride = static_cast<std::int32_t>(
            stride * instr.arg[static_cast<std::size_t>(dims + 1 + i)] % 100000);
      } else {
        value(instr, slot + i);
      }
    }
  }

  std::uint64_t state_;
  Bundle bundle_;
};

}  // namespace

Bundle random_bundle(std::uint64_t seed) { return Generator(seed).run(); }

}  // namespace weft::isa
