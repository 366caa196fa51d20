// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace weft::explore {

/// Held by the one program that may change a study, until it ends, whatever ends it.
class FolderLock {
 public:
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  friend class StudyFolder;
  FolderLock(int file, std::filesystem::path cancel);

  int file_ = -1;
  std::filesystem::path cancel_;
};

/// Where everything of a study lies:
///   study.yaml     as it was planned
///   store.sqlite   jobs and results
///   lock, cancel   who changes it now; that somebody wants that to end
///   slurm/ shards/ batches for a cluster; what its tasks wrote
///   points/        runs of single points that were made again
class StudyFolder {
 public:
  /// Makes it where there is none. Errors: io.
  static Result<StudyFolder> make(const std::filesystem::path& path);
  /// Errors: input where it holds no study.
  static Result<StudyFolder> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path study() const { return path_ / "study.yaml"; }
  std::filesystem::path store() const { return path_ / "store.sqlite"; }
  std::filesystem::path slurm() const { return path_ / "slurm"; }
  std::filesystem::path shards() const { return path_ / "shards"; }
  std::filesystem::path points() const { return path_ / "points"; }

  /// Errors: failed, naming the process that holds it. A process that has it gets it again; the
  /// first of its locks to go ends them all.
  Result<FolderLock> lock() const;
  /// "process 123", or empty: nobody. Not for the process that holds it: asking would let go of it.
  std::string holder() const;

  /// Asks whoever holds the lock to end; false: nobody does.
  Result<bool> cancel() const;
  /// Whether the holder of the lock was asked to end.
  bool cancelled() const;

 private:
  explicit StudyFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path lock_file() const { return path_ / "lock"; }
  std::filesystem::path cancel_file() const { return path_ / "cancel"; }

  std::filesystem::path path_;
};

}  // namespace weft::explore
