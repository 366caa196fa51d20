// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace weft {

/// What kind of fault an Error is; the value is the exit code of the program.
enum class ErrorKind {
  failed = 1,    ///< the simulation or a check failed
  input = 2,     ///< usage or bad input: the user's fault
  io = 3,        ///< a file could not be read or written
  internal = 4,  ///< ours
};

/// The user's fault as a value: one line that says place, cause and mend.
/// Libraries return it; only cli prints it. Our own faults are assertions.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
};

inline Error input_error(std::string message) { return {ErrorKind::input, std::move(message)}; }
inline Error io_error(std::string message) { return {ErrorKind::io, std::move(message)}; }
inline Error failed_error(std::string message) { return {ErrorKind::failed, std::move(message)}; }
inline Error internal_error(std::string message) {
  return {ErrorKind::internal, std::move(message)};
}

/// Either a value or an Error. `Result<void>` is a Status.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return assert(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const { return assert(!ok_), error_; }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace weft

/// `WEFT_TRY(status)` returns the error of a Status or Result from the enclosing function.
#define WEFT_TRY(...)                       \
  do {                                      \
    auto&& weft_try_result = (__VA_ARGS__); \
    if (!weft_try_result.ok()) {            \
      return weft_try_result.error();       \
    }                                       \
  } while (false)

#define WEFT_CONCAT_(a, b) a##b
#define WEFT_CONCAT(a, b) WEFT_CONCAT_(a, b)
/// `WEFT_ASSIGN(auto x, expression)` declares x from a Result, or returns its error.
#define WEFT_ASSIGN(declaration, ...)                       \
  auto WEFT_CONCAT(weft_result_, __LINE__) = (__VA_ARGS__); \
  if (!WEFT_CONCAT(weft_result_, __LINE__).ok()) {          \
    return WEFT_CONCAT(weft_result_, __LINE__).error();     \
  }                                                         \
  declaration = std::move(WEFT_CONCAT(weft_result_, __LINE__)).value()
