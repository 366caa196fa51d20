// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::models {

/// sentencepiece model of a checkpoint folder (tokenizer.model).
class Tokenizer {
 public:
  /// Errors: input (absent: use --prompt-tokens; another vocabulary size), io.
  static Result<Tokenizer> open(const std::filesystem::path& folder, int vocabulary);
  static bool present(const std::filesystem::path& folder);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Pieces of `text`, without BOS.
  std::vector<int> encode(const std::string& text) const;
  std::string decode(const std::vector<int>& ids) const;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::models
