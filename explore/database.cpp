// SPDX-License-Identifier: Apache-2.0
#include "explore/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <limits>
#include <system_error>

namespace weft::explore {
namespace {

constexpr int kPatienceMilliseconds = 10'000;  ///< with another program's transaction

Error write_fault(const std::string& file, int code) {
  if (code == EFBIG) {
    return io_error(
        fmt::format("cannot write '{}': File too large; raise the limit on the size of "
                    "files (ulimit -f) and resume: what is recorded stays",
                    file));
  }
  return io_error(fmt::format(
      "cannot write '{}': No space left on device; make room there and resume: what is recorded "
      "stays",
      file));
}

Error fault_of(sqlite3* database, const std::string& file) {
  const int left = errno;
  const int code = sqlite3_errcode(database);
  // SQLite forgets the cause of a write that failed within a commit.
  const int cause = code == SQLITE_IOERR && sqlite3_system_errno(database) == 0
                        ? left
                        : sqlite3_system_errno(database);
  if (code == SQLITE_FULL || cause == ENOSPC || cause == EDQUOT || cause == EFBIG) {
    return write_fault(file, cause);
  }
  switch (code) {
    case SQLITE_NOTADB:
      return io_error(
          fmt::format("'{}' is no store of a study; give another file or folder", file));
    case SQLITE_CORRUPT:
      return io_error(fmt::format(
          "'{}' is corrupted; move it away and plan the study again: its jobs are then run anew",
          file));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return io_error(fmt::format(
          "cannot write '{}': it or its folder is read-only; change permissions and resume", file));
    case SQLITE_CANTOPEN:
      return io_error(fmt::format(
          "cannot open '{}': {}; check the path and its permissions", file,
          cause != 0 ? std::generic_category().message(cause) : "it or its folder cannot be used"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return io_error(fmt::format(
          "'{}' is held by another program; wait for that, or end it, and resume", file));
    case SQLITE_NOMEM:
      return io_error(fmt::format("no memory left to work on '{}'; free some and resume", file));
    default:
      return io_error(fmt::format(
          "cannot work on '{}': {}; check its disk and resume", file,
          cause != 0 ? std::generic_category().message(cause) : sqlite3_errmsg(database)));
  }
}

}  // namespace

Statement::Statement(sqlite3* database, sqlite3_stmt* statement, std::string file)
    : database_(database), statement_(statement), file_(std::move(file)) {}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int place, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), place, value);
  return *this;
}

Statement& Statement::bind(int place, double value) {
  sqlite3_bind_double(statement_.get(), place, value);
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text64(statement_.get(), place, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_bytes(int place, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  sqlite3_bind_blob64(statement_.get(), place, data, bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_nothing(int place) {
  sqlite3_bind_null(statement_.get(), place);
  return *this;
}

Result<bool> Statement::step() {
  errno = 0;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  Error fault = fault_of(database_, file_);
  sqlite3_reset(statement_.get());
  return fault;
}

Status Statement::run() {
  for (;;) {
    WEFT_ASSIGN(const bool more, step());
    if (!more) {
      return {};
    }
  }
}

bool Statement::is_nothing(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  // SQLite keeps "not a number" as nothing.
  return is_nothing(column) ? std::numeric_limits<double>::quiet_NaN()
                            : sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {text != nullptr ? text : "", static_cast<std::size_t>(size)};
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {data != nullptr ? data : "", static_cast<std::size_t>(size)};
}

Database::Database(sqlite3* database, std::string file)
    : database_(database), file_(std::move(file)) {}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::filesystem::path& file, Mode mode) {
  const int flags = mode == Mode::read
                        ? SQLITE_OPEN_READONLY
                        : SQLITE_OPEN_READWRITE | (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Database database(raw, file.string());
  if (code != SQLITE_OK) {
    return fault_of(raw, database.file_);
  }
  sqlite3_busy_timeout(raw, kPatienceMilliseconds);
  return database;
}

Result<Database> Database::open_immutable(const std::filesystem::path& file) {
  std::string name = "file:";
  for (const char letter : std::filesystem::absolute(file).string()) {
    const bool special = letter == '%' || letter == '?' || letter == '#';
    name += special ? fmt::format("%{:02x}", letter) : std::string(1, letter);
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2((name + "?immutable=1").c_str(), &raw,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  Database database(raw, file.string());
  if (code != SQLITE_OK) {
    return fault_of(raw, database.file_);
  }
  return database;
}

Status Database::execute(const char* sql) const {
  errno = 0;
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fault_of(database_.get(), file_);
  }
  return {};
}

Result<Statement> Database::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
    return fault_of(database_.get(), file_);
  }
  return Statement(database_.get(), statement, file_);
}

Result<std::int64_t> Database::integer(const char* sql) const {
  WEFT_ASSIGN(Statement statement, prepare(sql));
  WEFT_TRY(statement.step());
  return statement.integer(0);
}

Status Database::transaction(const std::function<Status()>& change) const {
  WEFT_TRY(execute("BEGIN IMMEDIATE"));
  Status status = change();
  if (status) {
    status = execute("COMMIT");
  }
  if (!status && sqlite3_get_autocommit(database_.get()) == 0) {
    (void)execute("ROLLBACK");
  }
  return status;
}

std::int64_t Database::changes() const { return sqlite3_changes64(database_.get()); }

}  // namespace weft::explore
