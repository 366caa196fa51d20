// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::models {

/// sentencepiece model of a checkpoint folder (tokenizer.model): BPE with or without byte fallback,
/// identity normalization, as the Llama family has it. The reader is our own: Debian's
/// sentencepiece library exports an older protobuf of its own that stops any program that also
/// links protobuf.
class Tokenizer {
 public:
  /// Errors: input (absent: use --prompt-tokens; another kind or vocabulary), io.
  static Result<Tokenizer> open(const std::filesystem::path& folder, int vocabulary);
  /// The same from bytes in memory; `file` is what they go by in messages.
  static Result<Tokenizer> parse(const std::string& bytes, const std::string& file, int vocabulary);
  static bool present(const std::filesystem::path& folder);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Pieces of `text`, without BOS.
  std::vector<int> encode(const std::string& text) const;
  /// Ids without a piece read as the unknown piece; BOS and EOS as nothing.
  std::string decode(const std::vector<int>& ids) const;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::models
