// SPDX-License-Identifier: Apache-2.0
#include "models/tokenizer.h"

#include "models/utf8.h"
#include "tests/fuzz/target.h"

// tokenizer.model: an accepted one encodes any text to ids of its vocabulary, and decodes any ids
// to UTF-8.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  constexpr int vocabulary = 4096;
  constexpr std::size_t longest = 256;
  const std::string bytes(fuzz::text_of(data, size));
  const auto tokenizer = models::Tokenizer::parse(bytes, "input", vocabulary);
  if (!tokenizer) {
    fuzz::require_message(tokenizer);
    return 0;
  }
  const std::string tail = bytes.substr(bytes.size() - std::min(bytes.size(), longest));
  for (const std::string& text : {std::string("  Once there  was a\tfox. "), tail}) {
    for (const int id : tokenizer->encode(text)) {
      fuzz::require(id >= 0 && id < vocabulary, "an id is one of the vocabulary");
    }
  }
  std::vector<int> ids;
  for (const unsigned char c : tail) {
    ids.push_back(c * 17 - 3);
  }
  fuzz::require(models::is_utf8(tokenizer->decode(ids)), "decoded text is UTF-8");
  return 0;
}
