// SPDX-License-Identifier: Apache-2.0
#include "sim/edge/edge_port.h"

#include <utility>

namespace weft::sim {

void EdgePort::ask(EdgeRequest request) {
  const Key key{request.cycle, request.channel, asked_++};
  ++open_;
  requests_.emplace(key, std::move(request));
}

std::int64_t EdgePort::earliest() const {
  return requests_.empty() ? kNever : std::get<0>(requests_.begin()->first);
}

EdgeRequest EdgePort::take() { return std::move(requests_.extract(requests_.begin()).mapped()); }

EdgeAnswer EdgePort::next_answer() {
  EdgeAnswer answer = std::move(answers_.front());
  answers_.pop_front();
  --open_;
  return answer;
}

void EdgePort::refuse(std::string why) {
  if (refusal_.empty()) {
    refusal_ = std::move(why);
  }
}

}  // namespace weft::sim
