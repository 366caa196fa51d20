// SPDX-License-Identifier: Apache-2.0
#include "explore/record.h"
#include "tests/fuzz/target.h"

// What a task of a cluster left, cut or damaged anywhere: records are taken whole or not at all,
// and one that was taken is written to the same bytes.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const std::string text(fuzz::text_of(data, size));
  std::string_view rest = text;
  while (const auto record = explore::take_record(rest)) {
    const std::string again = explore::record_of(*record);
    const std::size_t begin = text.size() - rest.size() - again.size();
    fuzz::require(text.substr(begin, again.size()) == again, "a record is what was written");
  }
  std::string mine = explore::record_of(text) + explore::record_of("next");
  std::string_view view = mine;
  const auto first = explore::take_record(view);
  fuzz::require(first && *first == text, "what is written is taken");
  fuzz::require(explore::take_record(view) == "next", "and what follows it too");
  return 0;
}
