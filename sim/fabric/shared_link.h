// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace weft::sim {

/// A link that several trees are routed over, and when words of each were on it. Counts the times
/// words of two trees met. Uses of one tree come in order of time, so what every other tree has
/// passed is forgotten: memory stays bounded in a run that keeps all its trees busy.
class SharedLink {
 public:
  void add_tree(std::int32_t tree) { users_.push_back({tree, {}}); }

  /// Words of `tree` may have been on the link in cycles [first, last].
  void use(std::int32_t tree, std::int64_t first, std::int64_t last);

  /// Times two trees met, with nothing more to come.
  std::int64_t meetings() const;

 private:
  struct Use {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  struct User {
    std::int32_t tree = 0;
    std::deque<Use> uses;
  };
  static std::int64_t settle(std::vector<User>& users, bool ended);

  std::vector<User> users_;
  std::int64_t meetings_ = 0;
};

}  // namespace weft::sim
