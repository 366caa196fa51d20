// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace weft::explore {

/// A prepared statement. Values are bound from 1 on and have to live until `step`; columns are read
/// from 0 on. An error leaves it as before its first step.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement, std::string file);

  Statement& bind(int place, std::int64_t value);
  Statement& bind(int place, double value);
  Statement& bind(int place, std::string_view text);
  Statement& bind_bytes(int place, std::string_view bytes);
  Statement& bind_nothing(int place);

  /// Whether there is another row; after the last the statement can be bound again.
  Result<bool> step();
  /// Steps to the end.
  Status run();

  bool is_nothing(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  ///< until the next step
  std::string_view bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
};

/// One connection to a SQLite file. Every error is one line that names the file, what went wrong
/// with it and what to do. Not for use by a forked process.
class Database {
 public:
  enum class Mode { create, write, read };

  /// Opens the file; what it holds is not looked at.
  static Result<Database> open(const std::filesystem::path& file, Mode mode);
  /// For a file that nobody writes, in a folder where no lock can be put.
  static Result<Database> open_immutable(const std::filesystem::path& file);

  Status execute(const char* sql) const;
  Result<Statement> prepare(const char* sql) const;
  /// The integer that a query of one row and column gives.
  Result<std::int64_t> integer(const char* sql) const;
  /// All that `change` does becomes true together, or nothing of it.
  Status transaction(const std::function<Status()>& change) const;
  std::int64_t changes() const;
  const std::string& file() const { return file_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(sqlite3* database, std::string file);

  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

}  // namespace weft::explore
