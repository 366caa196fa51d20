// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::isa {

/// A word (name, number or register: its place in the line says which), a quoted string, one of
/// `, : = + [ ] ( ) ->`, the end of the line, or the rest of a line after a fault already told.
struct Token {
  enum class Kind { word, string, punctuation, end, fault };

  Kind kind = Kind::end;
  std::string text;  ///< of a string: what the quotes hold
  int line = 1;
  int column = 1;

  bool is(Kind wanted, std::string_view spelling) const {
    return kind == wanted && text == spelling;
  }
  bool is_word() const { return kind == Kind::word; }
  bool is_punctuation(std::string_view spelling) const { return is(Kind::punctuation, spelling); }
  /// "'text'" or "the end of the line", for messages.
  std::string what() const;
};

/// The faults of one text, told together and in the order of their places.
class Faults {
 public:
  void add(const Token& at, std::string message) { add(at.line, at.column, std::move(message)); }
  void add(int line, int column, std::string message);
  bool empty() const { return faults_.empty(); }
  /// One input error of a line for each fault, at most kMostFaults of them.
  Error error(const std::string& file) const;

  static constexpr std::size_t kMostFaults = 50;

 private:
  struct Fault {
    int line;
    int column;
    std::string message;
  };
  std::vector<Fault> faults_;
};

/// The tokens of one line, the last of them Kind::end or Kind::fault.
using Line = std::vector<Token>;

/// Lines that hold more than blanks and comments.
std::vector<Line> lex(std::string_view text, Faults& faults);

/// Whether a name can stand in the text without quotes.
bool is_bare_name(std::string_view name);
/// The name as the text spells it, in quotes where it needs them.
std::string spelled(std::string_view name);

}  // namespace weft::isa
