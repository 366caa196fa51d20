// SPDX-License-Identifier: Apache-2.0
#include "explore/store.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "explore/store_handle.h"
#include "explore/store_schema.h"

namespace weft::explore {

namespace {

Result<std::int64_t> study_id(const Database& database, const std::string& name) {
  WEFT_ASSIGN(Statement add, database.prepare("INSERT OR IGNORE INTO study(name) VALUES(?)"));
  WEFT_TRY(add.bind(1, name).run());
  return find_study(database, name);
}

Result<std::int64_t> job_id(Statement& find, const std::string& key) {
  WEFT_ASSIGN(const std::int64_t id, one(find.bind(1, key)));
  if (id == 0) {
    return internal_error(fmt::format("job '{}' is not in the store", key));
  }
  return id;
}

// With a write-ahead log only a power cut can lose a commit, never the file; its job is run anew.
constexpr const char* kLog = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";

constexpr const char* kFindJob = "SELECT id FROM job WHERE key = ?";

constexpr const char* kAddJob =
    "INSERT INTO job(key, task, seconds, memory) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(key) DO UPDATE "
    "SET seconds = ?3, memory = ?4 WHERE seconds != ?3 OR memory != ?4";

Status add_job(Statement& add, const Job& job) {
  const std::string task = job.task().SerializeAsString();
  add.bind(1, job.key()).bind_bytes(2, task).bind(3, job.seconds());
  return add.bind(4, std::int64_t{job.memory()}).run();
}

std::string text_of(const std::vector<std::string>& values) {
  return nlohmann::json(values).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Store::Store(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::filesystem::path& file) {
  WEFT_ASSIGN(Database database, Database::open(file, Database::Mode::create));
  WEFT_TRY(prepare_store(database, Database::Mode::create));
  WEFT_TRY(database.execute(kLog));
  return Store(std::make_unique<Handle>(Handle{std::move(database)}));
}

Result<Store> Store::open_existing(const std::filesystem::path& file, bool read_only) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return io_error(
        fmt::format("cannot read '{}': there is none; weft sweep plan makes it", file.string()));
  }
  if (!read_only) {
    WEFT_ASSIGN(Database database, Database::open(file, Database::Mode::write));
    WEFT_TRY(prepare_store(database, Database::Mode::write));
    WEFT_TRY(database.execute(kLog));
    return Store(std::make_unique<Handle>(Handle{std::move(database)}));
  }
  WEFT_ASSIGN(Database database, Database::open(file, Database::Mode::read));
  Status status = prepare_store(database, Database::Mode::read);
  std::filesystem::path log = file;
  log += "-wal";
  // Without a log nothing is written; a folder that takes no locks can still be read.
  if (!status && !std::filesystem::exists(log, ignored)) {
    WEFT_ASSIGN(Database still, Database::open_immutable(file));
    database = std::move(still);
    status = prepare_store(database, Database::Mode::read);
  }
  WEFT_TRY(status);
  return Store(std::make_unique<Handle>(Handle{std::move(database)}));
}

Status Store::add_jobs(std::span<const Job> jobs) {
  const Database& database = handle_->database;
  return database.transaction([&]() -> Status {
    WEFT_ASSIGN(Statement add, database.prepare(kAddJob));
    for (const Job& job : jobs) {
      WEFT_TRY(add_job(add, job));
    }
    return {};
  });
}

Status Store::set_points(const std::string& study, std::span<const PlannedPoint> points) {
  const Database& database = handle_->database;
  return database.transaction([&]() -> Status {
    WEFT_ASSIGN(const std::int64_t id, study_id(database, study));
    for (const char* sql :
         {"DELETE FROM step WHERE study = ?", "DELETE FROM point WHERE study = ?"}) {
      WEFT_ASSIGN(Statement forget, database.prepare(sql));
      WEFT_TRY(forget.bind(1, id).run());
    }
    WEFT_ASSIGN(Statement find, database.prepare(kFindJob));
    WEFT_ASSIGN(Statement add, database.prepare("INSERT INTO point VALUES(?, ?, ?, ?, 0)"));
    WEFT_ASSIGN(Statement step, database.prepare("INSERT INTO step VALUES(?, 0, ?, ?)"));
    for (const PlannedPoint& point : points) {
      const std::string values = text_of(point.values);
      add.bind(1, id).bind(2, point.index).bind(3, values).bind(4, point.refusal);
      WEFT_TRY(add.run());
      if (!point.key.empty()) {
        WEFT_ASSIGN(const std::int64_t job, job_id(find, point.key));
        WEFT_TRY(step.bind(1, id).bind(2, point.index).bind(3, job).run());
      }
    }
    return {};
  });
}

Status Store::promote(const std::string& study, int rung,
                      std::span<const std::pair<std::int64_t, Job>> points) {
  const Database& database = handle_->database;
  return database.transaction([&]() -> Status {
    WEFT_ASSIGN(const std::int64_t id, find_study(database, study));
    WEFT_ASSIGN(Statement add, database.prepare(kAddJob));
    WEFT_ASSIGN(Statement find, database.prepare(kFindJob));
    WEFT_ASSIGN(Statement step, database.prepare("INSERT INTO step VALUES(?, ?, ?, ?)"));
    WEFT_ASSIGN(Statement move,
                database.prepare("UPDATE point SET rung = ?3 WHERE study = ?1 AND point = ?2"));
    for (const auto& [index, job] : points) {
      WEFT_TRY(add_job(add, job));
      WEFT_ASSIGN(const std::int64_t number, job_id(find, job.key()));
      step.bind(1, id).bind(2, std::int64_t{rung}).bind(3, index).bind(4, number);
      WEFT_TRY(step.run());
      WEFT_TRY(move.bind(1, id).bind(2, index).bind(3, std::int64_t{rung}).run());
    }
    return {};
  });
}

Status Store::set_text(const std::string& study, const std::string& name, const std::string& text) {
  const Database& database = handle_->database;
  return database.transaction([&]() -> Status {
    WEFT_ASSIGN(const std::int64_t id, study_id(database, study));
    WEFT_ASSIGN(Statement set, database.prepare("INSERT OR REPLACE INTO text VALUES(?, ?, ?)"));
    return set.bind(1, id).bind(2, name).bind(3, text).run();
  });
}

Status Store::put(std::span<const Outcome> outcomes) {
  const Database& database = handle_->database;
  return database.transaction([&]() -> Status {
    WEFT_ASSIGN(Statement find, database.prepare(kFindJob));
    WEFT_ASSIGN(Statement add,
                database.prepare("INSERT OR IGNORE INTO result VALUES(?, ?, ?, ?, ?, ?, ?)"));
    WEFT_ASSIGN(Statement figure, database.prepare("INSERT INTO figure VALUES(?, ?, ?)"));
    for (const Outcome& outcome : outcomes) {
      WEFT_ASSIGN(const std::int64_t job, job_id(find, outcome.key()));
      add.bind(1, job).bind(2, std::int64_t{outcome.exit()}).bind(3, outcome.message());
      add.bind(4, outcome.log()).bind(5, outcome.wall_seconds()).bind(6, outcome.cpu_seconds());
      WEFT_TRY(add.bind(7, std::int64_t{outcome.peak_bytes()}).run());
      if (database.changes() == 0 || outcome.exit() != EXIT_DONE) {
        continue;
      }
      for (const auto& [metric, value] : outcome.figures()) {
        WEFT_TRY(figure.bind(1, job).bind(2, metric).bind(3, value).run());
      }
    }
    return {};
  });
}

Result<std::int64_t> Store::forget_failures(const std::string& study) {
  const Database& database = handle_->database;
  std::int64_t forgotten = 0;
  const Status status = database.transaction([&]() -> Status {
    WEFT_ASSIGN(Statement forget,
                database.prepare("DELETE FROM result WHERE exit != ?1 AND job IN (SELECT job FROM "
                                 "step JOIN study ON id = study WHERE name = ?2)"));
    WEFT_TRY(forget.bind(1, std::int64_t{EXIT_DONE}).bind(2, study).run());
    forgotten = database.changes();
    return {};
  });
  WEFT_TRY(status);
  return forgotten;
}

}  // namespace weft::explore
