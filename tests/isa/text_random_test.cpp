// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "isa/text.h"
#include "random_bundle.h"

namespace weft::isa {
namespace {

constexpr std::uint64_t kBundles = 2000;

TEST(RandomBundles, ComeBackFromTheirTextByteForByte) {
  for (std::uint64_t seed = 0; seed < kBundles; ++seed) {
    const Bundle bundle = random_bundle(seed);
    const std::string text = print_bundle(bundle);
    const auto parsed = parse_bundle(text, "random");
    ASSERT_TRUE(parsed.ok()) << "seed " << seed << '\n' << parsed.error().message << '\n' << text;
    ASSERT_EQ(parsed->SerializeAsString(), bundle.SerializeAsString()) << "seed " << seed << '\n'
                                                                       << text << "\nread back as\n"
                                                                       << print_bundle(*parsed);
    ASSERT_EQ(print_bundle(*parsed), text) << "seed " << seed;
  }
}

TEST(RandomBundles, ComeBackFromTheirFileByteForByte) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("weft_random_" + std::to_string(::getpid()) + ".bundle");
  for (std::uint64_t seed = 0; seed < kBundles; seed += 20) {
    const Bundle bundle = random_bundle(seed);
    ASSERT_TRUE(write_bundle(path, bundle).ok());
    const auto read = read_bundle(path);
    ASSERT_TRUE(read.ok()) << read.error().message;
    ASSERT_EQ(read->SerializeAsString(), bundle.SerializeAsString()) << "seed " << seed;
  }
  std::filesystem::remove(path);
}

TEST(RandomBundles, DecodeAndEncodeToTheSame) {
  for (std::uint64_t seed = 0; seed < kBundles; ++seed) {
    const Bundle bundle = random_bundle(seed);
    for (const Role& role : bundle.roles()) {
      const auto program = decode_program(role);
      ASSERT_TRUE(program.ok()) << program.error().message;
      for (int i = 0; i < role.code_size(); ++i) {
        ASSERT_EQ(encode((*program)[static_cast<std::size_t>(i)]).SerializeAsString(),
                  role.code(i).SerializeAsString());
      }
    }
  }
}

TEST(RandomBundles, HoldEveryInstruction) {
  std::set<int> seen;
  for (std::uint64_t seed = 0; seed < kBundles; ++seed) {
    const Bundle bundle = random_bundle(seed);
    for (const Role& role : bundle.roles()) {
      for (const Instruction& instruction : role.code()) {
        seen.insert(instruction.opcode());
      }
    }
  }
  EXPECT_EQ(seen.size(), all_opcodes().size());
}

/// No text, however broken, does more than fail.
TEST(RandomBundles, DamagedTextIsReadOrRefused) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::string text = print_bundle(random_bundle(seed));
    std::uint64_t state = seed;
    for (int change = 0; change < 20; ++change) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const std::size_t at = (state >> 33) % text.size();
      switch (state >> 62) {
        case 0:
          text.erase(at, 1 + (state >> 20) % 5);
          break;
        case 1:
          text.insert(at, text.substr((state >> 12) % text.size(), 8));
          break;
        default:
          text[at] = static_cast<char>(state >> 24);
      }
      text += ' ';
      const auto parsed = parse_bundle(text, "damaged");
      if (parsed.ok()) {
        const std::string printed = print_bundle(*parsed);
        const auto again = parse_bundle(printed, "again");
        ASSERT_TRUE(again.ok()) << again.error().message << '\n' << printed;
        ASSERT_EQ(again->SerializeAsString(), parsed->SerializeAsString());
      } else {
        ASSERT_EQ(parsed.error().kind, ErrorKind::input);
      }
    }
  }
}

}  // namespace
}  // namespace weft::isa
