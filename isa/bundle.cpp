// SPDX-License-Identifier: Apache-2.0
#include "isa/bundle.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/file.h"
#include "base/text.h"

namespace weft::isa {
namespace {

constexpr char kMagic[8] = {'W', 'E', 'F', 'T', 'B', 'N', 'D', 'L'};
constexpr std::uint32_t kFileVersion = 2;  // magic, version, length, message; 1 had no length
constexpr std::size_t kHeader = sizeof(kMagic) + sizeof(kFileVersion) + sizeof(std::uint64_t);

template <class Value>
Value value_at(std::string_view bytes, std::size_t at) {
  Value value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

std::string deterministic_bytes(const Bundle& bundle) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  bundle.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

bool register_in_range(Operand operand, std::int32_t value) {
  switch (operand) {
    case Operand::scalar_out:
    case Operand::scalar:
      return value >= 0 && value < kScalarRegisters;
    case Operand::tensor_out:
    case Operand::tensor:
      return value >= 0 && value < kTensorRegisters;
    case Operand::event:
      return value >= 0 && value < kEvents;
    case Operand::csr:
      return value >= 0 && value < kCsrs;
    case Operand::dtype:
      return value >= 0 && value <= 3;
    case Operand::color:
      return value >= 0 && value < 4096;  // the machine says how many there are
    case Operand::skip:
    case Operand::name:
    case Operand::buffer:
      return value >= 0;
    default:
      return true;
  }
}

// Slots that may name an s register, a bit each: values, and as many dimensions and strides as the
// rank says.
std::uint32_t value_slots(const Instr& instr) {
  std::uint32_t slots = 0;
  int slot = 0;
  int rank = 0;
  for (const Operand operand : info_of(instr.opcode).operands) {
    if (operand == Operand::dims) {
      rank = instr.arg[static_cast<std::size_t>(slot)];
    }
    const std::uint32_t ranked = (1u << rank) - 1;
    slots |= (operand == Operand::value     ? 1u
              : operand == Operand::buffer  ? 2u
              : operand == Operand::dims    ? ranked << 1
              : operand == Operand::strides ? ranked
                                            : 0u)
             << slot;
    slot += slots_of(operand);
  }
  return slots;
}

Status check_registers(const Instr& instr, std::uint32_t registers) {
  const std::uint32_t wrong = registers & ~value_slots(instr);
  if (wrong != 0) {
    return input_error(
        fmt::format("slot {} of {} holds no value, so it cannot name a register; "
                    "clear its bit",
                    std::countr_zero(wrong), info_of(instr.opcode).mnemonic));
  }
  return {};
}

Status check_operands(const Instr& instr) {
  int slot = 0;
  for (const Operand operand : info_of(instr.opcode).operands) {
    const auto first = instr.arg[static_cast<std::size_t>(slot)];
    if (!register_in_range(operand, first)) {
      return input_error(fmt::format("operand {} of {} out of range: {}", slot,
                                     info_of(instr.opcode).mnemonic, first));
    }
    if (operand == Operand::dims && (first < 1 || first > 3)) {
      return input_error(fmt::format("a descriptor has 1 to 3 dimensions, not {}", first));
    }
    if (operand == Operand::async && first >= 0) {
      const auto event = instr.arg[static_cast<std::size_t>(slot) + 1];
      if (event < 0 || event >= kEvents) {
        return input_error(fmt::format("event e{} out of range, e0 to e{}", event, kEvents - 1));
      }
    }
    slot += slots_of(operand);
  }
  for (int i = 0; i < kMaxArgs; ++i) {
    const auto value = instr.arg[static_cast<std::size_t>(i)];
    if (instr.is_register(i) && (value < 0 || value >= kScalarRegisters)) {
      return input_error(fmt::format("register s{} out of range", value));
    }
  }
  return {};
}

}  // namespace

TileSet to_proto(const weft::TileSet& set) {
  TileSet proto;
  const auto fill = [](const weft::Stride& from, Stride& to) {
    to.set_first(from.first);
    to.set_step(from.step);
    to.set_count(from.count);
  };
  fill(set.x, *proto.mutable_x());
  fill(set.y, *proto.mutable_y());
  return proto;
}

Result<Instr> decode(const Instruction& instruction) {
  const auto opcode = opcode_of_number(instruction.opcode());
  if (!opcode) {
    return input_error(fmt::format("unknown opcode {}", instruction.opcode()));
  }
  if (instruction.args_size() != arg_count(*opcode)) {
    return input_error(fmt::format("{} takes {} operand slots, not {}", info_of(*opcode).mnemonic,
                                   arg_count(*opcode), instruction.args_size()));
  }
  Instr instr;
  instr.opcode = *opcode;
  instr.graph_op = static_cast<std::int16_t>(instruction.graph_op() - 1);
  instr.registers = static_cast<std::uint16_t>(instruction.registers());
  for (int i = 0; i < instruction.args_size(); ++i) {
    instr.arg[static_cast<std::size_t>(i)] = instruction.args(i);
  }
  WEFT_TRY(check_operands(instr));
  WEFT_TRY(check_registers(instr, instruction.registers()));
  return instr;
}

Instruction encode(const Instr& instr) {
  Instruction instruction;
  instruction.set_opcode(static_cast<int>(instr.opcode));
  instruction.set_registers(instr.registers);
  instruction.set_graph_op(instr.graph_op + 1);
  for (int i = 0; i < arg_count(instr.opcode); ++i) {
    instruction.add_args(instr.arg[static_cast<std::size_t>(i)]);
  }
  return instruction;
}

Result<std::vector<Instr>> decode_program(const Role& role) {
  std::vector<Instr> program;
  program.reserve(static_cast<std::size_t>(role.code_size()));
  for (int i = 0; i < role.code_size(); ++i) {
    auto instr = decode(role.code(i));
    if (!instr) {
      return input_error(
          fmt::format("role {}, instruction {}: {}", role.name(), i, instr.error().message));
    }
    program.push_back(*instr);
  }
  return program;
}

std::string encode_bundle(const Bundle& bundle) {
  const std::string message = deterministic_bytes(bundle);
  const std::uint64_t length = message.size();
  std::string bytes(kMagic, sizeof(kMagic));
  bytes.append(reinterpret_cast<const char*>(&kFileVersion), sizeof(kFileVersion));
  bytes.append(reinterpret_cast<const char*>(&length), sizeof(length));
  return bytes + message;
}

Result<Bundle> decode_bundle(std::string_view bytes, const std::string& file) {
  const auto refused = [&](const std::string& cause) {
    return input_error(fmt::format("{}: {}", file, cause));
  };
  if (!bytes.starts_with(std::string_view(kMagic, sizeof(kMagic)))) {
    return refused("not a Weft bundle; `weft run --out` and `weft asm` write them");
  }
  const auto* damaged = "bundle is truncated or damaged; map or assemble it again";
  if (bytes.size() < kHeader) {
    return refused(damaged);
  }
  const auto version = value_at<std::uint32_t>(bytes, sizeof(kMagic));
  if (version != kFileVersion) {
    return refused(fmt::format("bundle version {}, this program reads {}; {}", version,
                               kFileVersion,
                               version > kFileVersion ? "use a newer Weft" : "map it again"));
  }
  const std::size_t length = bytes.size() - kHeader;
  Bundle bundle;
  if (value_at<std::uint64_t>(bytes, kHeader - sizeof(std::uint64_t)) != length ||
      length > INT32_MAX ||
      !bundle.ParseFromArray(bytes.data() + kHeader, static_cast<int>(length))) {
    return refused(damaged);
  }
  return bundle;
}

Status write_bundle(const std::filesystem::path& path, const Bundle& bundle) {
  return write_file(path, encode_bundle(bundle));
}

Result<Bundle> read_bundle(const std::filesystem::path& path) {
  WEFT_ASSIGN(const std::string bytes, read_file(path));
  return decode_bundle(bytes, path.string());
}

std::string bundle_hash(const Bundle& bundle) { return content_hash(deterministic_bytes(bundle)); }

bool uses_edge(const Bundle& bundle) {
  const auto goes_there = [](const Instruction& instruction) {
    const auto opcode = opcode_of_number(instruction.opcode());
    return opcode && is_edge(*opcode);
  };
  return bundle.edge_loads_size() > 0 || bundle.edge_shows_size() > 0 ||
         std::any_of(bundle.roles().begin(), bundle.roles().end(), [&](const Role& role) {
           return std::any_of(role.code().begin(), role.code().end(), goes_there);
         });
}

std::string indexed_name(const std::string& pattern, int index) {
  const auto at = pattern.find("{}");
  if (at == std::string::npos) {
    return pattern;
  }
  return pattern.substr(0, at) + std::to_string(index) + pattern.substr(at + 2);
}

int role_at(const Bundle& bundle, int x, int y) {
  for (int r = 0; r < bundle.roles_size(); ++r) {
    for (const TileSet& set : bundle.roles(r).tiles()) {
      if (tile_set_of(set).contains(x, y)) {
        return r;
      }
    }
  }
  return -1;
}

}  // namespace weft::isa
