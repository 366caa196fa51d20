// SPDX-License-Identifier: Apache-2.0
#include "isa/bundle.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <tuple>

#include "base/file.h"
#include "random_bundle.h"

namespace weft::isa {
namespace {

class BundleFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  std::string read_fault(const std::string& bytes) {
    EXPECT_TRUE(write_file(path_, bytes).ok());
    const auto bundle = read_bundle(path_);
    EXPECT_FALSE(bundle.ok());
    EXPECT_EQ(bundle.error().kind, ErrorKind::input);
    return bundle.error().message.substr(path_.string().size());
  }

  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("weft_bundle_" + std::to_string(::getpid()) + ".bundle");
};

TEST_F(BundleFile, ComesBackAsWritten) {
  const Bundle bundle = random_bundle(7);
  ASSERT_TRUE(write_bundle(path_, bundle).ok());
  const auto read = read_bundle(path_);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->SerializeAsString(), bundle.SerializeAsString());
  EXPECT_EQ(bundle_hash(*read), bundle_hash(bundle));
}

TEST_F(BundleFile, RefusesWhatIsNone) {
  EXPECT_EQ(read_fault(""), ": not a Weft bundle; `weft run --out` and `weft asm` write them");
  EXPECT_EQ(read_fault("WEFTBND"),
            ": not a Weft bundle; `weft run --out` and `weft asm` write them");
  EXPECT_EQ(read_fault("something else altogether"),
            ": not a Weft bundle; `weft run --out` and `weft asm` write them");
}

TEST_F(BundleFile, RefusesOtherVersions) {
  const std::string rest(11, '\0');
  EXPECT_EQ(read_fault("WEFTBNDL\x03" + rest),
            ": bundle version 3, this program reads 2; use a newer Weft");
  EXPECT_EQ(read_fault("WEFTBNDL\x01" + rest),
            ": bundle version 1, this program reads 2; map it again");
}

TEST_F(BundleFile, RefusesTruncatedOnesAtEveryByte) {
  ASSERT_TRUE(write_bundle(path_, random_bundle(7)).ok());
  const std::string bytes = *read_file(path_);
  for (std::size_t size = 8; size < bytes.size(); size += 1 + size / 16) {
    EXPECT_EQ(read_fault(bytes.substr(0, size)),
              ": bundle is truncated or damaged; map or assemble it again")
        << size;
  }
  EXPECT_EQ(read_fault(bytes + '\0'), ": bundle is truncated or damaged; map or assemble it again");
}

TEST_F(BundleFile, MissingOnesAreAnInputOutputFault) {
  const auto bundle = read_bundle(path_);
  ASSERT_FALSE(bundle.ok());
  EXPECT_EQ(bundle.error().kind, ErrorKind::io);
}

TEST(BundleHash, ChangesWithTheBundle) {
  Bundle bundle = random_bundle(7);
  const std::string before = bundle_hash(bundle);
  EXPECT_EQ(before.size(), 32u);
  bundle.mutable_region()->set_x(bundle.region().x() + 1);
  EXPECT_NE(bundle_hash(bundle), before);
}

Instruction instruction(Opcode opcode, std::initializer_list<int> args, unsigned registers = 0) {
  Instruction result;
  result.set_opcode(static_cast<int>(opcode));
  for (const int arg : args) {
    result.add_args(arg);
  }
  result.set_registers(registers);
  return result;
}

std::string decode_fault(const Instruction& instruction) {
  const auto instr = decode(instruction);
  return instr.ok() ? "" : instr.error().message;
}

TEST(Decode, RefusesWhatNoTileRuns) {
  Instruction unknown;
  unknown.set_opcode(static_cast<int>(Opcode::count_));
  EXPECT_EQ(decode_fault(unknown),
            "unknown opcode " + std::to_string(static_cast<int>(Opcode::count_)));
  EXPECT_EQ(decode_fault(instruction(Opcode::add, {1, 2})), "add takes 3 operand slots, not 2");
  EXPECT_EQ(decode_fault(instruction(Opcode::add, {32, 2, 3})),
            "operand 0 of add out of range: 32");
  EXPECT_EQ(decode_fault(instruction(Opcode::add, {1, 2, 32}, 1u << 2)),
            "register s32 out of range");
  EXPECT_EQ(decode_fault(instruction(Opcode::send, {0, 0, 1, 16})),
            "event e16 out of range, e0 to e15");
  EXPECT_EQ(decode_fault(instruction(Opcode::td, {0, 0, 0, 0, 4, 1, 1, 1, 1, 1, 1})),
            "a descriptor has 1 to 3 dimensions, not 4");
}

TEST(Decode, NamesRoleAndInstruction) {
  Role role;
  role.set_name("left");
  *role.add_code() = instruction(Opcode::busy, {1});
  *role.add_code() = instruction(Opcode::wait, {16});
  const auto program = decode_program(role);
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().message,
            "role left, instruction 1: operand 0 of wait out of range: 16");
}

TEST(Decode, KeepsGraphOpAndRegisters) {
  Instr instr;
  instr.opcode = Opcode::add;
  instr.arg = {1, 2, 3};
  instr.registers = 1 << 2;
  for (const int op : {-1, 0, 41}) {
    instr.graph_op = static_cast<std::int16_t>(op);
    const auto decoded = decode(encode(instr));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(*decoded, instr);
  }
}

TEST(Opcodes, AreFoundBySpellingAndNumber) {
  for (const OpcodeInfo& info : all_opcodes()) {
    EXPECT_EQ(opcode_of(info.mnemonic), info.opcode);
    EXPECT_EQ(opcode_of_number(static_cast<int>(info.opcode)), info.opcode);
    EXPECT_LE(arg_count(info.opcode), kMaxArgs);
  }
  EXPECT_EQ(opcode_of("nop"), std::nullopt);
  EXPECT_EQ(opcode_of_number(-1), std::nullopt);
}

TEST(Transfers, HaveTheirOperandsByName) {
  const auto operands = [](Opcode opcode, std::array<std::int32_t, kMaxArgs> args) {
    Instr instr;
    instr.opcode = opcode;
    instr.arg = args;
    return transfer_operands(instr);
  };
  const auto send = operands(Opcode::send, {3, 7, 1, 9});
  EXPECT_EQ(std::tie(send.out_color, send.in_color, send.tensor, send.engine, send.event),
            std::make_tuple(3, -1, 7, 1, 9));
  const auto receive = operands(Opcode::recv_add, {7, 3, -1, -1});
  EXPECT_EQ(std::tie(receive.out_color, receive.in_color, receive.tensor, receive.engine),
            std::make_tuple(-1, 3, 7, -1));
  const auto forward = operands(Opcode::fwd_max, {4, 3, 7, 2, 5});
  EXPECT_EQ(
      std::tie(forward.out_color, forward.in_color, forward.tensor, forward.engine, forward.event),
      std::make_tuple(4, 3, 7, 2, 5));
}

TEST(IndexedName, FillsTheGap) {
  EXPECT_EQ(indexed_name("layers.{}.q", 3), "layers.3.q");
  EXPECT_EQ(indexed_name("embed", 3), "embed");
}

}  // namespace
}  // namespace weft::isa
