// SPDX-License-Identifier: Apache-2.0
#include "isa/text/operands.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>

#include "base/dtype.h"
#include "isa/opcode_table.h"
#include "isa/text/layout.h"

namespace weft::isa {
namespace {

constexpr int kLastEngine = 255;
constexpr std::uint32_t kNan = 0x7fc00000;
constexpr std::uint32_t kNegativeNan = 0xffc00000;

/// Operands written: commas outside brackets, plus one.
int count_operands(std::span<const Token> rest) {
  int count = rest.front().kind == Token::Kind::end ? 0 : 1;
  int depth = 0;
  for (const Token& token : rest) {
    depth += token.is_punctuation("[") ? 1 : token.is_punctuation("]") ? -1 : 0;
    count += token.is_punctuation(",") && depth == 0 ? 1 : 0;
  }
  return count;
}

class OperandReader {
 public:
  OperandReader(Cursor& cursor, const OperandNames& names, Instr& instr)
      : cursor_(cursor), names_(names), instr_(instr) {}

  std::optional<LabelUse> run() {
    check_count();
    bool first = true;
    for (const Operand operand : info_of(instr_.opcode).operands) {
      const bool left_out = is_optional(operand) && cursor_.at_end();
      if (!first && !left_out) {
        cursor_.expect(",");
      }
      read(operand, left_out);
      slot_ += slots_of(operand);
      first = false;
    }
    cursor_.finish();
    return label_;
  }

 private:
  static bool is_optional(Operand operand) {
    return operand == Operand::strides || operand == Operand::async;
  }

  void check_count() {
    const auto rest = cursor_.rest();
    if (rest.back().kind == Token::Kind::fault) {
      cursor_.fail(rest.back(), {});
      return;
    }
    const OpcodeInfo& info = info_of(instr_.opcode);
    const int found = count_operands(rest);
    int least = 0;
    int most = 0;
    for (const Operand operand : info.operands) {
      least += is_optional(operand) ? 0 : 1;
      most += operand == Operand::async ? 2 : 1;
    }
    if (found < least || found > most || (found == least + 1 && most == least + 2)) {
      const std::string range = most == 0 ? "no operands"
                                : least == most
                                    ? fmt::format("{} operand{}", most, most == 1 ? "" : "s")
                                    : fmt::format("{} or {} operands", least, most);
      cursor_.fail(
          fmt::format("{} takes {}, not {}: {}", info.mnemonic, range, found, usage_of(info)));
    }
  }

  void set(int slot, std::int64_t value) {
    instr_.arg[static_cast<std::size_t>(slot)] = static_cast<std::int32_t>(value);
  }

  void read(Operand operand, bool left_out) {
    switch (operand) {
      case Operand::scalar_out:
      case Operand::scalar:
        return set(slot_, cursor_.numbered('s', "an s register", kScalarRegisters - 1));
      case Operand::tensor_out:
      case Operand::tensor:
        return set(slot_, cursor_.numbered('t', "a t register", kTensorRegisters - 1));
      case Operand::color:
        return set(slot_, cursor_.numbered('c', "a color", kLastColor));
      case Operand::event:
        return set(slot_, cursor_.numbered('e', "an event", kEvents - 1));
      case Operand::value:
        return read_value(slot_);
      case Operand::number:
        return read_number();
      case Operand::buffer:
        return read_buffer();
      case Operand::dtype:
        return read_dtype();
      case Operand::dims:
        return read_dims();
      case Operand::strides:
        return left_out ? fill_strides() : read_strides();
      case Operand::csr:
        return read_csr();
      case Operand::skip:
        label_ = LabelUse{cursor_.peek(), slot_};
        cursor_.name("a label");
        return;
      case Operand::async:
        return read_async(left_out);
      case Operand::name:
        return read_probe();
    }
  }

  void read_value(int slot) {
    const Token& token = cursor_.peek();
    if (token.is_word() && numbered_of(token.text, 's')) {
      set(slot, cursor_.numbered('s', "an s register", kScalarRegisters - 1));
      instr_.registers = static_cast<std::uint16_t>(instr_.registers | 1u << slot);
      return;
    }
    if (token.is_word() && integer_of(token.text)) {
      return set(slot, cursor_.integer("value", kInt32Least, kInt32Most));
    }
    cursor_.fail(fmt::format("expected an integer or an s register, found {}", token.what()));
  }

  void read_number() {
    const Token at = cursor_.take();
    if (at.is_word() && (at.text == "nan" || at.text == "-nan")) {
      const auto bits = cursor_.accept(":") ? cursor_.integer("bits", 0, 0xffffffff)
                                            : (at.text == "nan" ? kNan : kNegativeNan);
      return set(slot_, bits);
    }
    float number = 0;
    const char* last = at.text.data() + at.text.size();
    const auto read = std::from_chars(at.text.data(), last, number);
    if (!at.is_word() || read.ec == std::errc::invalid_argument || read.ptr != last) {
      return cursor_.fail(at, fmt::format("expected a number, found {}", at.what()));
    }
    if (read.ec == std::errc::result_out_of_range) {
      return cursor_.fail(at, fmt::format("number {} out of range of fp32", at.text));
    }
    set(slot_, std::bit_cast<std::int32_t>(number));
  }

  void read_buffer() {
    const Token at = cursor_.peek();
    const std::string name = cursor_.name("a buffer");
    const auto index = names_.buffers.find(name);
    if (!index) {
      return cursor_.fail(
          at, fmt::format("unknown buffer '{}'{}", name, names_.buffers.suggestion(name)));
    }
    set(slot_, *index);
    if (cursor_.accept("+")) {
      read_value(slot_ + 1);
    }
  }

  void read_dtype() {
    const Token at = cursor_.peek();
    const auto type = dtype_of(cursor_.name("an element type"));
    if (!type) {
      return cursor_.fail(
          at, fmt::format("unknown element type '{}', one of f32, f16, bf16, i32", at.text));
    }
    set(slot_, static_cast<int>(*type));
  }

  /// Values in brackets from `slot` on; how many there were.
  int read_list(int slot) {
    const Token at = cursor_.peek();
    cursor_.expect("[");
    int count = 0;
    do {
      if (count == 3) {
        cursor_.fail(at, "a descriptor has 1 to 3 dimensions");
        return 3;
      }
      read_value(slot + count++);
    } while (cursor_.accept(","));
    cursor_.expect("]");
    return count;
  }

  void read_dims() {
    dims_ = slot_;
    set(slot_, read_list(slot_ + 1));
  }

  void read_strides() {
    const Token at = cursor_.peek();
    const int count = read_list(slot_);
    const int rank = instr_.arg[static_cast<std::size_t>(dims_)];
    if (count != rank) {
      cursor_.fail(at, fmt::format("{} strides for {} dimensions", count, rank));
    }
  }

  void fill_strides() {
    if (!cursor_.ok()) {
      return;
    }
    const auto strides = dense_strides(instr_, dims_);
    if (!strides) {
      return cursor_.fail(
          "strides can be left out only where they follow from the dimensions written as integers");
    }
    for (int i = 0; i < 3; ++i) {
      set(slot_ + i, (*strides)[static_cast<std::size_t>(i)]);
    }
  }

  void read_csr() {
    const std::vector<std::string> names(std::begin(kCsrNames), std::end(kCsrNames));
    set(slot_, read_choice(cursor_, "csr", names));
  }

  void read_async(bool left_out) {
    set(slot_, -1);
    set(slot_ + 1, 0);
    if (!left_out) {
      set(slot_, cursor_.numbered('q', "a queue engine", kLastEngine));
      cursor_.expect(",");
      set(slot_ + 1, cursor_.numbered('e', "an event", kEvents - 1));
    }
  }

  void read_probe() {
    const Token at = cursor_.peek();
    const std::string name = cursor_.name("a probe");
    const auto index = names_.probes.find(name);
    if (!index) {
      return cursor_.fail(
          at, fmt::format("unknown probe '{}'{}", name, names_.probes.suggestion(name)));
    }
    set(slot_, *index);
  }

  Cursor& cursor_;
  const OperandNames& names_;
  Instr& instr_;
  int slot_ = 0;
  int dims_ = 0;
  std::optional<LabelUse> label_;
};

}  // namespace

std::optional<LabelUse> read_operands(Cursor& cursor, const OperandNames& names, Instr& instr) {
  return OperandReader(cursor, names, instr).run();
}

std::string print_number(std::int32_t bits) {
  const auto number = std::bit_cast<float>(bits);
  const auto raw = static_cast<std::uint32_t>(bits);
  if (!std::isnan(number) || raw == kNan || raw == kNegativeNan) {
    return fmt::format("{}", number);
  }
  return fmt::format("nan:{:#010x}", raw);
}

std::optional<std::array<std::int32_t, 3>> dense_strides(const Instr& instr, int dims) {
  std::array<std::int32_t, 3> strides{};
  const int rank = instr.arg[static_cast<std::size_t>(dims)];
  std::int64_t stride = 1;
  for (int i = rank - 1; i >= 0; --i) {
    strides[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(stride);
    const int slot = dims + 1 + i;
    if (i > 0 && instr.is_register(slot)) {
      return std::nullopt;
    }
    stride *= instr.arg[static_cast<std::size_t>(slot)];
    if (i > 0 && (stride < kInt32Least || stride > kInt32Most)) {
      return std::nullopt;
    }
  }
  return strides;
}

}  // namespace weft::isa
