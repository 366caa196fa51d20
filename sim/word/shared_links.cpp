// SPDX-License-Identifier: Apache-2.0
#include "sim/word/shared_links.h"

#include <algorithm>

namespace weft::sim::word {

void SharedLinks::ask(std::int32_t who, std::int32_t color, std::span<const std::int32_t> links) {
  const std::size_t begin = wanted_.size();
  wanted_.insert(wanted_.end(), links.begin(), links.end());
  requests_.push_back({who, color, begin, wanted_.size()});
}

// Distance from the color after the one served last; trees of one color never share a link.
bool SharedLinks::goes_before(const Request& a, const Request& b, const Link& link) const {
  const bool a_wraps = a.color <= link.served;
  const bool b_wraps = b.color <= link.served;
  return a_wraps != b_wraps ? b_wraps : a.color < b.color;
}

void SharedLinks::serve(const Request& request, std::int64_t now) {
  for (const std::int32_t index : wanted(request)) {
    Link& link = links_[static_cast<std::size_t>(index)];
    link.served = request.color;
    link.used = now;
  }
}

bool SharedLinks::is_open(const Request& request, std::int64_t now) const {
  const auto links = wanted(request);
  return std::all_of(links.begin(), links.end(), [&](std::int32_t link) {
    return links_[static_cast<std::size_t>(link)].used != now;
  });
}

// The requests that are first on every link they want; if there is none (each first on a link of
// another's), the lowest of all.
void SharedLinks::serve_first(std::int64_t now, std::vector<std::int32_t>& granted) {
  for (const std::int32_t index : wanted_) {
    links_[static_cast<std::size_t>(index)].first = -1;
  }
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    for (const std::int32_t index : wanted(requests_[i])) {
      Link& link = links_[static_cast<std::size_t>(index)];
      if (link.first < 0 ||
          goes_before(requests_[i], requests_[static_cast<std::size_t>(link.first)], link)) {
        link.first = static_cast<std::int32_t>(i);
      }
    }
  }
  const std::size_t before = granted.size();
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    const auto links = wanted(requests_[i]);
    if (std::all_of(links.begin(), links.end(), [&](std::int32_t link) {
          return links_[static_cast<std::size_t>(link)].first == static_cast<std::int32_t>(i);
        })) {
      serve(requests_[i], now);
      granted.push_back(requests_[i].who);
    }
  }
  if (granted.size() == before) {
    const auto lowest =
        std::min_element(requests_.begin(), requests_.end(),
                         [](const Request& a, const Request& b) { return a.who < b.who; });
    serve(*lowest, now);
    granted.push_back(lowest->who);
  }
}

void SharedLinks::grant(std::int64_t now, std::vector<std::int32_t>& granted,
                        std::vector<std::int32_t>& refused) {
  while (true) {
    const auto open =
        std::stable_partition(requests_.begin(), requests_.end(),
                              [&](const Request& request) { return !is_open(request, now); });
    for (auto closed = requests_.begin(); closed != open; ++closed) {
      if (std::find(granted.begin(), granted.end(), closed->who) == granted.end()) {
        refused.push_back(closed->who);
      }
    }
    requests_.erase(requests_.begin(), open);
    if (requests_.empty()) {
      break;
    }
    serve_first(now, granted);
  }
  wanted_.clear();
}

}  // namespace weft::sim::word
