// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/shared_link.h"

#include <algorithm>

namespace weft::sim {

// Takes uses in order of their end as long as no earlier-ending one can still come, which is
// certain once every tree has one waiting (or the run has ended); counts those that reach into
// another's first.
std::int64_t SharedLink::settle(std::vector<User>& users, bool ended) {
  std::int64_t meetings = 0;
  while (true) {
    User* first = nullptr;
    for (User& user : users) {
      if (user.uses.empty()) {
        if (!ended) {
          return meetings;
        }
        continue;
      }
      if (first == nullptr || user.uses.front().last < first->uses.front().last) {
        first = &user;
      }
    }
    if (first == nullptr) {
      return meetings;
    }
    for (const User& other : users) {
      if (&other != first && !other.uses.empty() &&
          other.uses.front().first <= first->uses.front().last) {
        ++meetings;
      }
    }
    first->uses.pop_front();
  }
}

void SharedLink::use(std::int32_t tree, std::int64_t first, std::int64_t last) {
  const auto user = std::find_if(users_.begin(), users_.end(),
                                 [&](const User& candidate) { return candidate.tree == tree; });
  if (!user->uses.empty() && first <= user->uses.back().last + 1) {
    user->uses.back().last = last;
  } else {
    user->uses.push_back({first, last});
  }
  meetings_ += settle(users_, false);
}

std::int64_t SharedLink::meetings() const {
  std::vector<User> rest = users_;
  return meetings_ + settle(rest, true);
}

}  // namespace weft::sim
