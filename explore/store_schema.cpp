// SPDX-License-Identifier: Apache-2.0
#include "explore/store_schema.h"

#include <fmt/format.h>

namespace weft::explore {
namespace {

constexpr int kApplication = 0x57656674;  // "Weft", in the header of the file
constexpr int kVersion = 1;

// docs/exploration.md describes the tables.
constexpr const char* kTables = R"sql(
  CREATE TABLE job(
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, task BLOB NOT NULL, seconds REAL NOT NULL,
    memory INTEGER NOT NULL);
  CREATE TABLE result(
    job INTEGER PRIMARY KEY REFERENCES job(id), exit INTEGER NOT NULL, message TEXT NOT NULL,
    log TEXT NOT NULL, wall_seconds REAL NOT NULL, cpu_seconds REAL NOT NULL,
    peak_bytes INTEGER NOT NULL);
  CREATE TABLE figure(
    job INTEGER NOT NULL REFERENCES result(job), metric TEXT NOT NULL, value REAL,
    PRIMARY KEY(job, metric)) WITHOUT ROWID;
  CREATE TABLE study(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE point(
    study INTEGER NOT NULL REFERENCES study(id), point INTEGER NOT NULL, choice TEXT NOT NULL,
    refusal TEXT NOT NULL, rung INTEGER NOT NULL, PRIMARY KEY(study, point)) WITHOUT ROWID;
  CREATE TABLE step(
    study INTEGER NOT NULL REFERENCES study(id), rung INTEGER NOT NULL, point INTEGER NOT NULL,
    job INTEGER NOT NULL REFERENCES job(id), PRIMARY KEY(study, rung, point)) WITHOUT ROWID;
  CREATE TABLE text(
    study INTEGER NOT NULL REFERENCES study(id), name TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY(study, name)) WITHOUT ROWID;
)sql";

Status check(const Database& database, std::int64_t application) {
  if (application != kApplication) {
    return io_error(
        fmt::format("'{}' is no store of a study; give another file or folder", database.file()));
  }
  WEFT_ASSIGN(const std::int64_t version, database.integer("PRAGMA user_version"));
  if (version > kVersion) {
    return io_error(fmt::format(
        "'{}' was written by a newer weft (store version {}, this one knows {}); use that one",
        database.file(), version, kVersion));
  }
  return {};
}

}  // namespace

Status prepare_store(const Database& database, Database::Mode mode) {
  WEFT_ASSIGN(std::int64_t application, database.integer("PRAGMA application_id"));
  if (application == 0 && mode == Database::Mode::create) {
    const Status made = database.transaction([&]() -> Status {
      // Another program may have been here first.
      WEFT_ASSIGN(application, database.integer("PRAGMA application_id"));
      WEFT_ASSIGN(const std::int64_t tables,
                  database.integer("SELECT count(*) FROM sqlite_schema"));
      if (application != 0 || tables != 0) {
        return {};
      }
      WEFT_TRY(database.execute(kTables));
      WEFT_TRY(database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                            kApplication, kVersion)
                                    .c_str()));
      application = kApplication;
      return {};
    });
    WEFT_TRY(made);
  }
  return check(database, application);
}

}  // namespace weft::explore
