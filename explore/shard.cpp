// SPDX-License-Identifier: Apache-2.0
#include "explore/shard.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "explore/record.h"

namespace weft::explore {

namespace {

ShardContent content_of(std::string_view bytes) {
  ShardContent content;
  std::string_view rest = bytes;
  while (const auto record = take_record(rest)) {
    Outcome outcome;
    if (!outcome.ParseFromArray(record->data(), static_cast<int>(record->size()))) {
      break;
    }
    content.outcomes.push_back(std::move(outcome));
    content.bytes = static_cast<std::int64_t>(bytes.size() - rest.size());
  }
  content.cut = content.bytes < static_cast<std::int64_t>(bytes.size());
  return content;
}

}  // namespace

Result<ShardContent> read_shard(const std::filesystem::path& file, std::int64_t from) {
  WEFT_ASSIGN(const std::string bytes, read_file(file));
  const auto begin = std::min(static_cast<std::size_t>(from), bytes.size());
  ShardContent content = content_of(std::string_view(bytes).substr(begin));
  content.bytes += static_cast<std::int64_t>(begin);
  return content;
}

ShardWriter::ShardWriter(ShardWriter&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      content_(std::move(other.content_)) {}

ShardWriter::~ShardWriter() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

Error ShardWriter::fault(int code) const {
  return io_error(
      fmt::format("cannot write '{}': {}; make room there, or change permissions, and "
                  "run the task again: what is recorded stays",
                  path_.string(), std::generic_category().message(code)));
}

Result<ShardWriter> ShardWriter::open(const std::filesystem::path& file) {
  ShardWriter writer(file, ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (writer.file_ < 0) {
    return writer.fault(errno);
  }
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  if (::fcntl(writer.file_, F_SETLK, &whole) != 0 && (errno == EAGAIN || errno == EACCES)) {
    return failed_error(
        fmt::format("'{}' is being written by another run of the same task; let "
                    "that one end",
                    file.string()));
  }
  // Through this descriptor: closing another one of the file would let go of the lock.
  std::string bytes;
  char block[1 << 14];
  for (ssize_t count = 1; count > 0;) {
    count = ::pread(writer.file_, block, sizeof block, static_cast<off_t>(bytes.size()));
    bytes.append(block, count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  writer.content_ = content_of(bytes);
  if (::ftruncate(writer.file_, writer.content_.bytes) != 0) {
    return writer.fault(errno);
  }
  return writer;
}

Status ShardWriter::add(const Outcome& outcome) {
  const std::string record = record_of(outcome.SerializeAsString());
  for (std::size_t at = 0; at < record.size();) {
    const ssize_t count =
        ::pwrite(file_, record.data() + at, record.size() - at,
                 static_cast<off_t>(content_.bytes + static_cast<std::int64_t>(at)));
    if (count < 0 && errno != EINTR) {
      return fault(errno);
    }
    at += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  if (::fdatasync(file_) != 0) {
    return fault(errno);
  }
  content_.bytes += static_cast<std::int64_t>(record.size());
  return {};
}

}  // namespace weft::explore
