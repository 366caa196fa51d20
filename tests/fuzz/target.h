// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// What libFuzzer calls; in builds without it, replay.cpp does, for every file of the corpus.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace weft::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A property of every accepted input; one that breaks it is kept by libFuzzer as a crash.
inline void require(bool holds, const char* property) {
  if (!holds) {
    std::fprintf(stderr, "fuzz: does not hold: %s\n", property);
    std::abort();
  }
}

/// What is refused is told in words.
template <class Result>
void require_message(const Result& result) {
  require(!result.error().message.empty(), "a refusal has a message");
}

}  // namespace weft::fuzz
