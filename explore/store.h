// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/job.pb.h"

namespace weft::explore {

/// A point of a study: its place in it, what it sets along each axis, and the job of the last rung
/// it has come to; without a job, why it has none.
struct PlannedPoint {
  std::int64_t index = 0;
  std::vector<std::string> values;  ///< one an axis, as the study names them; "-" where it is idle
  std::string key;                  ///< of a job; empty: refused
  std::string refusal;
  int rung = 0;
};

/// How far the jobs of a study are, those of all rungs.
struct JobCounts {
  std::int64_t points = 0, refused_points = 0;
  std::int64_t jobs = 0;   ///< distinct
  std::int64_t ended = 0;  ///< … that have a result, good or bad
  std::int64_t done = 0;   ///< … that have figures
  double cpu_seconds = 0;  ///< of the results
  int rung = 0;            ///< the last that points have come to
};

/// Why jobs have no figures, and how many of them.
struct Cause {
  std::int64_t jobs = 0;
  std::string message;
};

/// A file (SQLite, write-ahead log) with jobs and their results, each computed once, ever, and with
/// the points of one study or several. Every change is one transaction: after a crash a job has its
/// whole result or none, and after an error the store is as before the call. Errors: io, naming the
/// file and the mend: full disk, read-only, no store, corrupted, of a newer program.
class Store {
 public:
  static Result<Store> open(const std::filesystem::path& file);  ///< made where there is none
  static Result<Store> open_existing(const std::filesystem::path& file, bool read_only);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// One transaction per call. Of jobs that are there only the limits become these.
  Status add_jobs(std::span<const Job> jobs);
  /// Replaces the points of a study; all begin at rung 0. Their jobs have to be there.
  Status set_points(const std::string& study, std::span<const PlannedPoint> points);
  /// Adds these jobs and brings their points, by index, to `rung`, from the one before. One
  /// transaction.
  Status promote(const std::string& study, int rung,
                 std::span<const std::pair<std::int64_t, Job>> points);
  /// Text kept with a study (its YAML, its progress through rungs); empty: none.
  Status set_text(const std::string& study, const std::string& name, const std::string& text);
  Result<std::string> text(const std::string& study, const std::string& name) const;

  /// Jobs of the study that have no result, in the order of their points; `limit` 0: all.
  Result<std::vector<Job>> missing(const std::string& study, std::int64_t limit) const;
  Result<std::vector<std::string>> missing_keys(const std::string& study) const;
  Result<std::optional<Job>> job(const std::string& key) const;
  /// The first result of a job stays; a later one is ignored.
  Status put(std::span<const Outcome> outcomes);
  /// Forgets results that are no figures, so that they are tried again.
  Result<std::int64_t> forget_failures(const std::string& study);

  Result<JobCounts> counts(const std::string& study) const;
  /// Of the jobs that ended without figures, the most frequent first.
  Result<std::vector<Cause>> causes(const std::string& study) const;
  /// Every point with the result of its job where there is one, in order of index.
  Status each_row(const std::string& study,
                  const std::function<void(const PlannedPoint&, const Outcome*)>& row) const;

 private:
  struct Handle;
  explicit Store(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace weft::explore
