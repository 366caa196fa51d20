// SPDX-License-Identifier: Apache-2.0
#include "isa/text/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace weft::isa {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_word_char(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == '{' || c == '}';
}
bool looks_like_number(std::string_view word) {
  const std::size_t first = word.starts_with('-') ? 1 : 0;
  return word.size() > first && (is_digit(word[first]) || word[first] == '.');
}
bool ends_in_exponent(std::string_view word) {
  return looks_like_number(word) && (word.ends_with('e') || word.ends_with('E'));
}

/// Bytes of the well-formed UTF-8 character at the start of `text`, 0 where there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool outside = (lead == 0xed && byte(1) > 0x9f) || (lead == 0xf4 && byte(1) > 0x8f);
  return overlong || outside ? 0 : length;
}

/// Takes the tokens of one line off its front.
class LineLexer {
 public:
  LineLexer(std::string_view text, int line, Faults& faults)
      : text_(text), line_(line), faults_(faults) {}

  /// Empty where the line holds nothing.
  Line run() {
    Line tokens;
    while (skip_blanks()) {
      Token token{Token::Kind::end, {}, line_, static_cast<int>(at_) + 1};
      if (!take(token)) {
        token.kind = Token::Kind::fault;
        tokens.push_back(std::move(token));
        return tokens;
      }
      tokens.push_back(std::move(token));
    }
    if (!tokens.empty()) {
      tokens.push_back({Token::Kind::end, {}, line_, end_column_});
    }
    return tokens;
  }

 private:
  char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }

  bool skip_blanks() {
    end_column_ = static_cast<int>(at_) + 1;
    while (at_ < text_.size() && is_blank(now())) {
      ++at_;
    }
    return at_ < text_.size() && now() != ';' && now() != '#';
  }

  bool take(Token& token) {
    if (now() == '"') {
      token.kind = Token::Kind::string;
      return take_string(token);
    }
    if (now() == '-' && next() == '>') {
      token.kind = Token::Kind::punctuation;
      token.text = "->";
      at_ += 2;
      return true;
    }
    if (is_word_char(now())) {
      token.kind = Token::Kind::word;
      take_word(token.text);
      return true;
    }
    constexpr std::string_view kPunctuation = ",:=+[]()";
    if (kPunctuation.find(now()) == std::string_view::npos) {
      const bool printable = now() > ' ' && now() <= '~';
      faults_.add(token, printable
                             ? fmt::format("unexpected character '{}'", now())
                             : fmt::format("unexpected byte 0x{:02x}; names with it need quotes",
                                           static_cast<unsigned char>(now())));
      return false;
    }
    token.kind = Token::Kind::punctuation;
    token.text = now();
    ++at_;
    return true;
  }

  void take_word(std::string& word) {
    while (at_ < text_.size()) {
      const bool exponent_sign = now() == '+' && is_digit(next()) && ends_in_exponent(word);
      if ((!is_word_char(now()) && !exponent_sign) || (now() == '-' && next() == '>')) {
        return;
      }
      word += now();
      ++at_;
    }
  }

  bool take_string(Token& token) {
    for (++at_; at_ < text_.size() && now() != '"';) {
      if (now() == '\\') {
        if (!take_escape(token)) {
          return false;
        }
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0) {
        faults_.add(line_, static_cast<int>(at_) + 1, "a name must be UTF-8");
        return false;
      }
      token.text += text_.substr(at_, length);
      at_ += length;
    }
    if (at_ >= text_.size()) {
      faults_.add(token, "string without a closing quote");
      return false;
    }
    ++at_;
    return true;
  }

  bool take_escape(Token& token) {
    const int column = static_cast<int>(at_) + 1;
    if (next() == '"' || next() == '\\') {
      token.text += next();
      at_ += 2;
      return true;
    }
    unsigned code = 0x100;
    const std::string_view digits = text_.substr(std::min(at_ + 2, text_.size()), 2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (next() != 'x' || digits.size() < 2 || read.ptr != digits.data() + 2 || code > 0x7f) {
      faults_.add(line_, column, "unknown escape: write \\\", \\\\ or \\x00 to \\x7f");
      return false;
    }
    token.text += static_cast<char>(code);
    at_ += 4;
    return true;
  }

  std::string_view text_;
  int line_;
  Faults& faults_;
  std::size_t at_ = 0;
  int end_column_ = 1;
};

}  // namespace

std::string Token::what() const {
  return kind == Kind::end ? "the end of the line" : fmt::format("'{}'", text);
}

void Faults::add(int line, int column, std::string message) {
  faults_.push_back({line, column, std::move(message)});
}

Error Faults::error(const std::string& file) const {
  std::vector<Fault> sorted = faults_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostFaults); ++i) {
    text += fmt::format("{}{}:{}:{}: {}", i == 0 ? "" : "\n", file, sorted[i].line,
                        sorted[i].column, sorted[i].message);
  }
  if (sorted.size() > kMostFaults) {
    text += fmt::format("\n{}: {} more faults", file, sorted.size() - kMostFaults);
  }
  return input_error(std::move(text));
}

std::vector<Line> lex(std::string_view text, Faults& faults) {
  std::vector<Line> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    if (Line line = LineLexer(text.substr(0, length), number, faults).run(); !line.empty()) {
      lines.push_back(std::move(line));
    }
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return lines;
}

bool is_bare_name(std::string_view name) {
  return !name.empty() && (is_letter(name[0]) || is_digit(name[0]) || name[0] == '{') &&
         std::all_of(name.begin(), name.end(), is_word_char) && !ends_in_exponent(name);
}

std::string spelled(std::string_view name) {
  if (is_bare_name(name)) {
    return std::string(name);
  }
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      text += fmt::format("\\x{:02x}", c);
    } else {
      text += c;
    }
  }
  return text + '"';
}

}  // namespace weft::isa
