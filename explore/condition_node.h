// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "explore/condition.h"

namespace weft::explore {

/// A condition as a tree. The parser has seen to it that numbers stand where numbers are asked.
struct Condition::Node {
  enum class Kind {
    value,
    add,
    subtract,
    multiply,
    divide,
    equal,
    unequal,
    less,
    less_equal,
    both,
    either,
    no
  };

  Kind kind = Kind::value;
  // Of a value: one element, or one a place on the axis and one for none.
  int axis = -1;
  std::vector<double> numbers;     ///< empty: it is text
  std::vector<std::string> texts;  ///< empty: it is computed
  std::shared_ptr<const Node> left, right;

  std::size_t at(const std::vector<int>& point) const {
    if (axis < 0) {
      return 0;
    }
    const int place = point[static_cast<std::size_t>(axis)];
    return place < 0 ? std::max(numbers.size(), texts.size()) - 1 : static_cast<std::size_t>(place);
  }

  bool is_number() const { return kind != Kind::value || !numbers.empty(); }

  double number(const std::vector<int>& point) const {
    switch (kind) {
      case Kind::value:
        return numbers[at(point)];
      case Kind::add:
        return left->number(point) + right->number(point);
      case Kind::subtract:
        return left->number(point) - right->number(point);
      case Kind::multiply:
        return left->number(point) * right->number(point);
      default:
        return left->number(point) / right->number(point);
    }
  }

  bool equals(const std::vector<int>& point) const {
    if (left->is_number() && right->is_number()) {
      return left->number(point) == right->number(point);
    }
    return left->texts[left->at(point)] == right->texts[right->at(point)];
  }

  bool holds(const std::vector<int>& point) const {
    switch (kind) {
      case Kind::equal:
        return equals(point);
      case Kind::unequal:
        return !equals(point);
      case Kind::less:
        return left->number(point) < right->number(point);
      case Kind::less_equal:
        return left->number(point) <= right->number(point);
      case Kind::both:
        return left->holds(point) && right->holds(point);
      case Kind::either:
        return left->holds(point) || right->holds(point);
      default:
        return !left->holds(point);
    }
  }

  bool is_truth() const { return kind >= Kind::equal; }
};

}  // namespace weft::explore
