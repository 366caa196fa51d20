// SPDX-License-Identifier: Apache-2.0
#include "explore/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "base/file.h"
#include "explore/driver.h"
#include "explore/record.h"
#include "explore/shard.h"

namespace weft::explore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPutAtOnce = 1000;

template <class Message>
bool read_record(std::string_view& bytes, Message* message) {
  const auto record = take_record(bytes);
  return record && message->ParseFromArray(record->data(), static_cast<int>(record->size()));
}

/// The jobs of one task.
Result<std::vector<Job>> read_slice(const fs::path& file, int task) {
  WEFT_ASSIGN(const std::string bytes, read_file(file));
  std::string_view rest = bytes;
  Batch batch;
  std::vector<Job> jobs;
  bool whole = read_record(rest, &batch);
  if (whole && (task < 0 || task >= batch.tasks())) {
    return input_error(
        fmt::format("'{}' has tasks 0 to {}, not {}", file.string(), batch.tasks() - 1, task));
  }
  for (std::int64_t i = 0; whole && i < batch.jobs(); ++i) {
    Job job;
    whole = read_record(rest, &job);
    if (i % batch.tasks() == task) {
      jobs.push_back(std::move(job));
    }
  }
  if (!whole) {
    return input_error(fmt::format(
        "'{}' is no batch of jobs, or cut; weft sweep resume writes a new one", file.string()));
  }
  return jobs;
}

Status put_known(Store& store, std::span<const Outcome> outcomes, Merged* merged) {
  std::vector<Outcome> known;
  for (const Outcome& outcome : outcomes) {
    WEFT_ASSIGN(const auto job, store.job(outcome.key()));
    if (job.has_value()) {
      known.push_back(outcome);
    } else {
      ++merged->strange;
    }
  }
  merged->outcomes += static_cast<std::int64_t>(known.size());
  return store.put(known);
}

}  // namespace

Status write_batch(const fs::path& file, std::span<const Job> jobs, int tasks) {
  Batch batch;
  batch.set_tasks(tasks);
  batch.set_jobs(static_cast<std::int64_t>(jobs.size()));
  std::string bytes = record_of(batch.SerializeAsString());
  for (const Job& job : jobs) {
    bytes += record_of(job.SerializeAsString());
  }
  return write_file(file, bytes);
}

fs::path shard_of(const fs::path& batch, int task) {
  const fs::path folder = fs::absolute(batch).parent_path().parent_path();
  return folder / "shards" / fmt::format("{}-{}.shard", batch.stem().string(), task);
}

Result<TaskReport> run_task(const fs::path& batch, int task, DesignSpace& space,
                            const LocalOptions& options) {
  WEFT_ASSIGN(const std::vector<Job> jobs, read_slice(batch, task));
  WEFT_ASSIGN(ShardWriter shard, ShardWriter::open(shard_of(batch, task)));
  std::set<std::string> there;
  for (const Outcome& outcome : shard.there()) {
    there.insert(outcome.key());
  }
  std::vector<Job> missing;
  std::ranges::copy_if(jobs, std::back_inserter(missing),
                       [&](const Job& job) { return !there.contains(job.key()); });
  TaskReport report;
  report.jobs = static_cast<std::int64_t>(jobs.size());
  report.ended = static_cast<std::int64_t>(jobs.size() - missing.size());
  if (!missing.empty()) {
    WEFT_TRY(check_program(missing.front(), space));
  }
  LocalOptions alone = options;
  alone.workers = 1;
  WEFT_TRY(run_local(missing, space, alone, [&](const Outcome& outcome) {
    const Status added = shard.add(outcome);
    report.ended += added.ok() ? 1 : 0;
    return added;
  }));
  return report;
}

Result<Merged> merge_shards(const fs::path& shards, const std::string& study, Store& store) {
  std::vector<fs::path> files;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(shards, fault)) {
    if (entry.path().extension() == ".shard") {
      files.push_back(entry.path());
    }
  }
  if (fault) {
    return io_error(
        fmt::format("cannot read '{}': {}; check the path", shards.string(), fault.message()));
  }
  std::ranges::sort(files);
  Merged merged;
  for (const fs::path& file : files) {
    const std::string place = "merged " + file.filename().string();
    WEFT_ASSIGN(const std::string seen, store.text(study, place));
    std::int64_t from = 0;
    std::from_chars(seen.data(), seen.data() + seen.size(), from);
    WEFT_ASSIGN(const ShardContent content, read_shard(file, from));
    ++merged.shards;
    merged.cut += content.cut ? 1 : 0;
    const std::span<const Outcome> all = content.outcomes;
    for (std::size_t i = 0; i < all.size(); i += kPutAtOnce) {
      WEFT_TRY(put_known(store, all.subspan(i, std::min(kPutAtOnce, all.size() - i)), &merged));
    }
    if (content.bytes > from) {
      WEFT_TRY(store.set_text(study, place, std::to_string(content.bytes)));
    }
  }
  return merged;
}

}  // namespace weft::explore
