// SPDX-License-Identifier: Apache-2.0
#include "explore/study_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/file.h"

namespace weft::explore {
namespace {

namespace fs = std::filesystem;

/// A record lock: it goes with its process and is not passed on to those it forks.
struct flock whole_file() {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

FolderLock::FolderLock(int file, fs::path cancel) : file_(file), cancel_(std::move(cancel)) {}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)), cancel_(std::move(other.cancel_)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(cancel_, other.cancel_);
  return *this;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) {
    std::error_code ignored;
    fs::remove(cancel_, ignored);
    ::close(file_);
  }
}

Result<StudyFolder> StudyFolder::make(const fs::path& path) {
  StudyFolder folder(path);
  for (const fs::path& each : {path, folder.slurm(), folder.shards(), folder.points()}) {
    WEFT_TRY(make_output_folder(each));
  }
  return folder;
}

Result<StudyFolder> StudyFolder::open(const fs::path& path) {
  StudyFolder folder(path);
  std::error_code ignored;
  if (!fs::exists(folder.store(), ignored)) {
    return input_error(
        fmt::format("'{}' holds no study: there is no {} in it; weft sweep plan "
                    "STUDY.yaml --out {} makes one",
                    path.string(), folder.store().filename().string(), path.string()));
  }
  return folder;
}

Result<FolderLock> StudyFolder::lock() const {
  const int file = ::open(lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    return io_error(fmt::format("cannot write '{}': {}; change its permissions",
                                lock_file().string(), std::generic_category().message(errno)));
  }
  FolderLock held(file, cancel_file());
  struct flock wanted = whole_file();
  if (::fcntl(file, F_SETLK, &wanted) != 0) {
    const bool taken = errno == EAGAIN || errno == EACCES;
    const std::string cause = std::generic_category().message(errno);
    held.file_ = -1;  // so that the wish to end stays for the holder
    const std::string who = holder();
    ::close(file);
    if (!taken) {
      return io_error(fmt::format("cannot lock '{}': {}; put the study on a disk of this host",
                                  lock_file().string(), cause));
    }
    return failed_error(
        fmt::format("the study in '{}' is being changed by {}; wait for it, or end it with weft "
                    "sweep cancel {}",
                    path_.string(), who.empty() ? "another process" : who, path_.string()));
  }
  std::error_code ignored;
  fs::remove(cancel_file(), ignored);
  const std::string mine = fmt::format("process {} on {}\n", ::getpid(), host_name());
  if (::ftruncate(file, 0) == 0) {
    (void)!::pwrite(file, mine.data(), mine.size(), 0);
  }
  return held;
}

std::string StudyFolder::holder() const {
  const int file = ::open(lock_file().c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    return "";
  }
  struct flock held = whole_file();
  const bool asked = ::fcntl(file, F_GETLK, &held) == 0;
  char written[256] = {};
  const ssize_t count = ::pread(file, written, sizeof written - 1, 0);
  ::close(file);
  if (!asked || held.l_type == F_UNLCK) {
    return "";
  }
  // A holder on another host has no process number here; it wrote its own.
  std::string text(written, count > 0 ? static_cast<std::size_t>(count) : 0);
  text.erase(std::min(text.find('\n'), text.size()));
  return held.l_pid > 0 ? fmt::format("process {}", held.l_pid) : text;
}

Result<bool> StudyFolder::cancel() const {
  if (holder().empty()) {
    return false;
  }
  WEFT_TRY(write_file(cancel_file(), ""));
  return true;
}

bool StudyFolder::cancelled() const { return ::access(cancel_file().c_str(), F_OK) == 0; }

}  // namespace weft::explore
