// SPDX-License-Identifier: Apache-2.0
#include "isa/bundle.h"
#include "isa/text.h"
#include "tests/fuzz/target.h"

// The text form of a bundle: an accepted one prints, and what is printed means the same bundle.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto bundle = isa::parse_bundle(fuzz::text_of(data, size), "input");
  if (!bundle) {
    fuzz::require_message(bundle);
    return 0;
  }
  const std::string text = isa::print_bundle(*bundle);
  const auto twin = isa::parse_bundle(text, "printed");
  fuzz::require(twin.ok(), "what is printed is accepted");
  fuzz::require(isa::encode_bundle(*twin) == isa::encode_bundle(*bundle),
                "what is printed is the same bundle");
  fuzz::require(isa::print_bundle(*twin) == text, "it prints the same again");
  return 0;
}
