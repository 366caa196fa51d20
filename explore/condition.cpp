// SPDX-License-Identifier: Apache-2.0
#include "explore/condition.h"

#include <fmt/format.h>

#include <cassert>
#include <cctype>
#include <utility>

#include "explore/amount.h"
#include "explore/condition_node.h"

namespace weft::explore {
namespace {

using Node = Condition::Node;
using Kind = Node::Kind;
using Pointer = std::shared_ptr<const Node>;

/// Recursive descent, loosest first: or, and, not, comparison, sum, product, value.
class Parser {
 public:
  Parser(std::string_view text, const Condition::Lookup& lookup) : text_(text), lookup_(lookup) {}

  Result<Pointer> parse() {
    WEFT_ASSIGN(Pointer root, either());
    skip();
    if (at_ != text_.size()) {
      return input_error(fmt::format("nothing is expected at '{}'", text_.substr(at_)));
    }
    return truth(std::move(root));
  }

 private:
  Result<Pointer> either() { return chain(&Parser::both, "or", Kind::either); }
  Result<Pointer> both() { return chain(&Parser::negation, "and", Kind::both); }

  Result<Pointer> chain(Result<Pointer> (Parser::*part)(), const char* word, Kind kind) {
    WEFT_ASSIGN(Pointer left, (this->*part)());
    while (take_word(word)) {
      WEFT_ASSIGN(left, truth(std::move(left)));
      WEFT_ASSIGN(Pointer right, (this->*part)());
      WEFT_ASSIGN(right, truth(std::move(right)));
      left = node(kind, std::move(left), std::move(right));
    }
    return left;
  }

  Result<Pointer> negation() {
    if (!take_word("not")) {
      return comparison();
    }
    WEFT_TRY(deeper());
    WEFT_ASSIGN(Pointer part, negation());
    --depth_;
    WEFT_ASSIGN(part, truth(std::move(part)));
    return node(Kind::no, std::move(part), nullptr);
  }

  Result<Pointer> comparison() {
    WEFT_ASSIGN(Pointer left, sum());
    struct Sign {
      const char* text;
      Kind kind;
      bool swapped;
    };
    static constexpr Sign signs[] = {
        {"==", Kind::equal, false},      {"!=", Kind::unequal, false},
        {"<=", Kind::less_equal, false}, {">=", Kind::less_equal, true},
        {"<", Kind::less, false},        {">", Kind::less, true}};
    for (const Sign& sign : signs) {
      if (!take(sign.text)) {
        continue;
      }
      WEFT_ASSIGN(Pointer right, sum());
      const bool sized = sign.kind == Kind::less || sign.kind == Kind::less_equal;
      if (left->is_truth() || right->is_truth()) {
        return input_error(fmt::format("'{}' compares values, not conditions", sign.text));
      }
      const bool numbers = left->is_number() && right->is_number();
      const bool texts = !left->texts.empty() && !right->texts.empty();
      if (!numbers && (sized || !texts)) {
        return input_error(fmt::format("'{}' needs a number on both sides", sign.text));
      }
      return sign.swapped ? node(sign.kind, std::move(right), std::move(left))
                          : node(sign.kind, std::move(left), std::move(right));
    }
    return left;
  }

  Result<Pointer> sum() {
    WEFT_ASSIGN(Pointer left, product());
    while (true) {
      const Kind kind = take("+") ? Kind::add : take("-") ? Kind::subtract : Kind::value;
      if (kind == Kind::value) {
        return left;
      }
      WEFT_ASSIGN(Pointer right, product());
      WEFT_ASSIGN(left, computed(kind, std::move(left), std::move(right)));
    }
  }

  Result<Pointer> product() {
    WEFT_ASSIGN(Pointer left, value());
    while (true) {
      const Kind kind = take("*") ? Kind::multiply : take("/") ? Kind::divide : Kind::value;
      if (kind == Kind::value) {
        return left;
      }
      WEFT_ASSIGN(Pointer right, value());
      WEFT_ASSIGN(left, computed(kind, std::move(left), std::move(right)));
    }
  }

  Result<Pointer> value() {
    skip();
    if (take("(")) {
      WEFT_TRY(deeper());
      WEFT_ASSIGN(Pointer inside, either());
      --depth_;
      if (!take(")")) {
        return input_error("a bracket is not closed");
      }
      return inside;
    }
    if (at_ == text_.size()) {
      return input_error("it ends where a value is expected");
    }
    const char first = text_[at_];
    if (first == '\'' || first == '"') {
      const std::size_t end = text_.find(first, at_ + 1);
      if (end == std::string_view::npos) {
        return input_error("a quote is not closed");
      }
      const std::string text(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return leaf({-1, {text}});
    }
    if (std::isdigit(static_cast<unsigned char>(first)) != 0) {
      return number();
    }
    const std::string name = word();
    if (name.empty()) {
      return input_error(fmt::format("a value is expected at '{}'", text_.substr(at_)));
    }
    WEFT_ASSIGN(Named named, lookup_(name));
    return leaf(std::move(named));
  }

  /// Digits and, behind them, the unit if one stands there.
  Result<Pointer> number() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '.')) {
      ++end;
    }
    std::string digits(text_.substr(at_, end - at_));
    std::size_t unit = end;
    while (unit < text_.size() && text_[unit] == ' ') {
      ++unit;
    }
    std::size_t unit_end = unit;
    while (unit_end < text_.size() &&
           std::isalpha(static_cast<unsigned char>(text_[unit_end])) != 0) {
      ++unit_end;
    }
    const std::string with_unit = digits + " " + std::string(text_.substr(unit, unit_end - unit));
    if (unit_end > unit && parse_amount(with_unit)) {
      at_ = unit_end;
      return leaf({-1, {with_unit}});
    }
    if (!parse_amount(digits)) {
      return input_error(fmt::format("'{}' is no number; text stands in quotes", digits));
    }
    at_ = end;
    return leaf({-1, {digits}});
  }

  static Result<Pointer> leaf(Named named) {
    assert(!named.texts.empty());
    auto made = std::make_shared<Node>();
    made->axis = named.axis;
    for (const std::string& text : named.texts) {
      const auto amount = parse_amount(text);
      if (!amount) {
        made->numbers.clear();
        break;
      }
      made->numbers.push_back(amount->value);
    }
    made->texts = std::move(named.texts);
    return Pointer(std::move(made));
  }

  static Result<Pointer> computed(Kind kind, Pointer left, Pointer right) {
    if (left->is_truth() || right->is_truth() || !left->is_number() || !right->is_number()) {
      return input_error("what is added, subtracted, multiplied or divided has to be numbers");
    }
    return node(kind, std::move(left), std::move(right));
  }

  static Result<Pointer> truth(Pointer part) {
    if (!part->is_truth()) {
      return input_error("a value stands where a condition is expected; compare it with something");
    }
    return part;
  }

  static Pointer node(Kind kind, Pointer left, Pointer right) {
    auto made = std::make_shared<Node>();
    made->kind = kind;
    made->left = std::move(left);
    made->right = std::move(right);
    return made;
  }

  Status deeper() {
    return ++depth_ > 100 ? Status(input_error("more than 100 brackets inside each other"))
                          : Status();
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    }
  }

  bool take(std::string_view sign) {
    skip();
    if (text_.substr(at_, sign.size()) != sign) {
      return false;
    }
    at_ += sign.size();
    return true;
  }

  bool take_word(std::string_view wanted) {
    skip();
    const std::size_t before = at_;
    if (word() == wanted) {
      return true;
    }
    at_ = before;
    return false;
  }

  /// A hyphen belongs to a name where no blank is before it.
  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool part = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
                        (c == '-' && at_ > begin);
      if (!part) {
        break;
      }
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  const Condition::Lookup& lookup_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<Condition> Condition::parse(std::string_view text, const Lookup& lookup) {
  Condition condition;
  WEFT_ASSIGN(condition.root_, Parser(text, lookup).parse());
  return condition;
}

bool Condition::holds(const std::vector<int>& point) const { return root_->holds(point); }

}  // namespace weft::explore
