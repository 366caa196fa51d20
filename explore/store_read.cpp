// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "explore/store_handle.h"

namespace weft::explore {

Result<std::int64_t> one(Statement& statement) {
  WEFT_ASSIGN(const bool found, statement.step());
  const std::int64_t value = found ? statement.integer(0) : 0;
  if (found) {
    WEFT_TRY(statement.run());
  }
  return value;
}

Result<std::int64_t> find_study(const Database& database, const std::string& name) {
  WEFT_ASSIGN(Statement find, database.prepare("SELECT id FROM study WHERE name = ?"));
  return one(find.bind(1, name));
}

namespace {

Error corrupted(const Database& database, const std::string& what) {
  return io_error(fmt::format(
      "'{}' is corrupted: {}; move it away and plan the study again: its jobs are then run anew",
      database.file(), what));
}

/// From columns key, task, seconds, memory.
Result<Job> job_in(const Statement& row, const Database& database) {
  Job job;
  job.set_key(std::string(row.text(0)));
  const std::string_view task = row.bytes(1);
  if (!job.mutable_task()->ParseFromArray(task.data(), static_cast<int>(task.size()))) {
    return corrupted(database, fmt::format("job {} cannot be read", job.key()));
  }
  job.set_seconds(row.real(2));
  job.set_memory(row.integer(3));
  return job;
}

Result<std::vector<std::string>> values_of(std::string_view text, const Database& database) {
  std::vector<std::string> values;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  bool good = json.is_array();
  for (std::size_t i = 0; good && i < json.size(); ++i) {
    good = json[i].is_string();
    values.push_back(good ? json[i].get<std::string>() : "");
  }
  if (!good) {
    return corrupted(database, "the values of a point cannot be read");
  }
  return values;
}

/// From columns 5 to 10 of a row.
Outcome outcome_in(const Statement& row) {
  Outcome outcome;
  outcome.set_exit(static_cast<Exit>(row.integer(5)));
  outcome.set_message(std::string(row.text(6)));
  outcome.set_log(std::string(row.text(7)));
  outcome.set_wall_seconds(row.real(8));
  outcome.set_cpu_seconds(row.real(9));
  outcome.set_peak_bytes(row.integer(10));
  return outcome;
}

}  // namespace

Result<std::string> Store::text(const std::string& study, const std::string& name) const {
  const Database& database = handle_->database;
  WEFT_ASSIGN(Statement get, database.prepare("SELECT content FROM text JOIN study ON id = study "
                                              "WHERE study.name = ? AND text.name = ?"));
  WEFT_ASSIGN(const bool found, get.bind(1, study).bind(2, name).step());
  return found ? std::string(get.text(0)) : std::string();
}

Result<std::vector<Job>> Store::missing(const std::string& study, std::int64_t limit) const {
  const Database& database = handle_->database;
  // Two queries: sorting whole tasks takes five times as long.
  WEFT_ASSIGN(Statement order,
              database.prepare("SELECT job FROM step "
                               "WHERE study = (SELECT id FROM study WHERE name = ?1) AND "
                               "NOT EXISTS (SELECT 1 FROM result WHERE result.job = step.job) "
                               "GROUP BY job ORDER BY min(rung), min(point) LIMIT ?2"));
  WEFT_ASSIGN(Statement get,
              database.prepare("SELECT key, task, seconds, memory FROM job WHERE id = ?"));
  order.bind(1, study).bind(2, limit > 0 ? limit : std::int64_t{-1});
  std::vector<Job> jobs;
  for (;;) {
    WEFT_ASSIGN(const bool more, order.step());
    if (!more) {
      return jobs;
    }
    WEFT_ASSIGN(const bool found, get.bind(1, order.integer(0)).step());
    if (!found) {
      return corrupted(database, "a point has a job that is not there");
    }
    WEFT_ASSIGN(Job job, job_in(get, database));
    jobs.push_back(std::move(job));
    WEFT_TRY(get.run());
  }
}

Result<std::vector<std::string>> Store::missing_keys(const std::string& study) const {
  WEFT_ASSIGN(Statement get, handle_->database.prepare(
                                 "SELECT key FROM step JOIN job ON id = job "
                                 "WHERE study = (SELECT id FROM study WHERE name = ?1) AND "
                                 "NOT EXISTS (SELECT 1 FROM result WHERE result.job = step.job) "
                                 "GROUP BY id ORDER BY min(rung), min(point)"));
  get.bind(1, study);
  std::vector<std::string> keys;
  for (;;) {
    WEFT_ASSIGN(const bool more, get.step());
    if (!more) {
      return keys;
    }
    keys.emplace_back(get.text(0));
  }
}

Result<std::optional<Job>> Store::job(const std::string& key) const {
  const Database& database = handle_->database;
  WEFT_ASSIGN(Statement get,
              database.prepare("SELECT key, task, seconds, memory FROM job WHERE key = ?"));
  WEFT_ASSIGN(const bool found, get.bind(1, key).step());
  if (!found) {
    return std::optional<Job>();
  }
  WEFT_ASSIGN(Job job, job_in(get, database));
  return std::optional<Job>(std::move(job));
}

Result<JobCounts> Store::counts(const std::string& study) const {
  const Database& database = handle_->database;
  WEFT_ASSIGN(const std::int64_t id, find_study(database, study));
  WEFT_ASSIGN(Statement points,
              database.prepare("SELECT count(*), sum(refusal != ''), max(rung) FROM point "
                               "WHERE study = ?"));
  WEFT_TRY(points.bind(1, id).step());
  WEFT_ASSIGN(Statement jobs,
              database.prepare("SELECT count(*), count(exit), sum(exit = ?1), total(cpu_seconds) "
                               "FROM (SELECT DISTINCT job FROM step WHERE study = ?2) AS mine "
                               "LEFT JOIN result ON result.job = mine.job"));
  WEFT_TRY(jobs.bind(1, std::int64_t{EXIT_DONE}).bind(2, id).step());
  JobCounts counts;
  counts.points = points.integer(0);
  counts.refused_points = points.integer(1);
  counts.rung = static_cast<int>(points.integer(2));
  counts.jobs = jobs.integer(0);
  counts.ended = jobs.integer(1);
  counts.done = jobs.integer(2);
  counts.cpu_seconds = jobs.real(3);
  return counts;
}

Result<std::vector<Cause>> Store::causes(const std::string& study) const {
  const Database& database = handle_->database;
  WEFT_ASSIGN(const std::int64_t id, find_study(database, study));
  WEFT_ASSIGN(Statement get,
              database.prepare("SELECT count(*) AS jobs, message FROM result WHERE exit != ?1 "
                               "AND job IN (SELECT job FROM step WHERE study = ?2) "
                               "GROUP BY message ORDER BY jobs DESC, message"));
  get.bind(1, std::int64_t{EXIT_DONE}).bind(2, id);
  std::vector<Cause> causes;
  for (;;) {
    WEFT_ASSIGN(const bool more, get.step());
    if (!more) {
      return causes;
    }
    causes.push_back({get.integer(0), std::string(get.text(1))});
  }
}

Status Store::each_row(const std::string& study,
                       const std::function<void(const PlannedPoint&, const Outcome*)>& row) const {
  const Database& database = handle_->database;
  WEFT_ASSIGN(
      Statement get,
      database.prepare(
          "SELECT point.point, choice, refusal, point.rung, key, exit, message, log, "
          "wall_seconds, cpu_seconds, peak_bytes, job.id FROM point "
          "LEFT JOIN step USING(study, rung, point) LEFT JOIN job ON job.id = step.job "
          "LEFT JOIN result ON result.job = job.id "
          "WHERE point.study = (SELECT id FROM study WHERE name = ?) ORDER BY point.point"));
  WEFT_ASSIGN(Statement figures,
              database.prepare("SELECT metric, value FROM figure WHERE job = ?"));
  get.bind(1, study);
  for (;;) {
    WEFT_ASSIGN(const bool more, get.step());
    if (!more) {
      return {};
    }
    PlannedPoint point;
    point.index = get.integer(0);
    WEFT_ASSIGN(point.values, values_of(get.text(1), database));
    point.refusal = get.text(2);
    point.rung = static_cast<int>(get.integer(3));
    point.key = get.text(4);
    if (get.is_nothing(5)) {
      row(point, nullptr);
      continue;
    }
    Outcome outcome = outcome_in(get);
    outcome.set_key(point.key);
    figures.bind(1, get.integer(11));
    for (;;) {
      WEFT_ASSIGN(const bool another, figures.step());
      if (!another) {
        break;
      }
      (*outcome.mutable_figures())[std::string(figures.text(0))] = figures.real(1);
    }
    row(point, &outcome);
  }
}

}  // namespace weft::explore
