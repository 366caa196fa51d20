// SPDX-License-Identifier: Apache-2.0
#include "explore/driver.h"

#include "explore/job_key.h"
#include "explore/rungs.h"

namespace weft::explore {
namespace {

Result<Job> job_of_store(const Store& store, const std::string& key) {
  WEFT_ASSIGN(auto job, store.job(key));
  if (!job.has_value()) {
    return internal_error("job '" + key + "' is not in the store");
  }
  return std::move(*job);
}

}  // namespace

Status check_program(const Job& job, const DesignSpace& space) {
  if (job_key(job.task(), space.program()) != job.key()) {
    return input_error(
        "the study was planned by another version of this program, whose results may differ; plan "
        "it again into the same folder (what is recorded stays), or use that version");
  }
  return {};
}

Result<Driven> drive(Store& store, const Study& study, DesignSpace& space,
                     const LocalOptions& options) {
  Driven driven;
  for (;;) {
    WEFT_ASSIGN(const std::vector<std::string> keys, store.missing_keys(study.name()));
    if (!keys.empty()) {
      WEFT_ASSIGN(const Job first, job_of_store(store, keys.front()));
      WEFT_TRY(check_program(first, space));
      std::size_t next = 0;
      std::int64_t ended = 0;
      const JobStream jobs{std::ssize(keys), [&] { return job_of_store(store, keys[next++]); }};
      WEFT_TRY(run_local(jobs, space, options, [&](const Outcome& outcome) {
        ++ended;
        return store.put({&outcome, 1});
      }));
      driven.ended += ended;
      driven.stopped = ended < jobs.jobs;
    }
    std::int64_t promoted = 0;
    if (!driven.stopped) {
      WEFT_ASSIGN(promoted, advance(store, study, space));
    }
    if (promoted == 0) {
      WEFT_ASSIGN(driven.counts, store.counts(study.name()));
      return driven;
    }
  }
}

}  // namespace weft::explore
