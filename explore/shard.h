// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/job.pb.h"

namespace weft::explore {

/// The outcomes in a shard from a place on, up to the first record that is not whole.
struct ShardContent {
  std::vector<Outcome> outcomes;
  std::int64_t bytes = 0;  ///< where the last whole record ends
  bool cut = false;
};
Result<ShardContent> read_shard(const std::filesystem::path& file, std::int64_t from);

/// The one writer of a shard. What a killed one left half written is taken off.
class ShardWriter {
 public:
  static Result<ShardWriter> open(const std::filesystem::path& file);
  ShardWriter(ShardWriter&& other) noexcept;
  ShardWriter& operator=(ShardWriter&& other) = delete;
  ~ShardWriter();

  const std::vector<Outcome>& there() const { return content_.outcomes; }
  /// On disk when it returns.
  Status add(const Outcome& outcome);

 private:
  ShardWriter(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  Error fault(int code) const;

  std::filesystem::path path_;
  int file_;
  ShardContent content_;
};

}  // namespace weft::explore
