// SPDX-License-Identifier: Apache-2.0
#include "isa/bundle.h"

#include "arch/machine.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "tests/fuzz/target.h"

// A bundle in binary form: an accepted one reads the same again, can be verified whatever it holds,
// and prints as text. Text asks for more (names used once, a region); what it accepts is a bundle
// whose text means the same.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  static const arch::Machine machine = *arch::load_machine("mesh8");
  constexpr int kMostExecutedLog2 = 12;  // a long loop is refused before it takes long
  const auto bundle = isa::decode_bundle(fuzz::text_of(data, size), "input");
  if (!bundle) {
    fuzz::require_message(bundle);
    return 0;
  }
  const std::string bytes = isa::encode_bundle(*bundle);
  const auto twin = isa::decode_bundle(bytes, "again");
  fuzz::require(twin.ok() && isa::encode_bundle(*twin) == bytes, "a bundle reads as written");
  for (const std::string& line : isa::find_violations(*bundle, machine, kMostExecutedLog2)) {
    fuzz::require(!line.empty(), "a violation is told in words");
  }
  const auto parsed = isa::parse_bundle(isa::print_bundle(*bundle), "text");
  if (parsed) {
    const auto again = isa::parse_bundle(isa::print_bundle(*parsed), "again");
    fuzz::require(again.ok() && isa::encode_bundle(*again) == isa::encode_bundle(*parsed),
                  "text means the same bundle");
  }
  return 0;
}
