// SPDX-License-Identifier: Apache-2.0
#include "sim/core/crew.h"

#include <algorithm>
#include <system_error>

namespace weft::sim {

int host_threads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    loop_ = -1;
  }
  begun_.notify_all();
  for (std::thread& helper : helpers_) {
    helper.join();
  }
}

void Crew::run(int parts, const std::function<void(int)>& body) {
  if (helpers_.empty()) {
    try {
      while (threads() < most_) {
        helpers_.emplace_back([this] { help(); });
      }
    } catch (const std::system_error&) {
      most_ = threads();  // a host that gives fewer threads is slower, and nothing else
    }
  }
  {
    const std::lock_guard lock(mutex_);
    body_ = &body;
    parts_ = parts;
    busy_ = threads() - 1;
    next_ = 0;
    ++loop_;
  }
  begun_.notify_all();
  take_parts(body, parts);
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return busy_ == 0; });
}

void Crew::help() {
  std::unique_lock lock(mutex_);
  for (int seen = 0;;) {
    begun_.wait(lock, [&] { return loop_ != seen; });
    if (loop_ < 0) {
      return;
    }
    seen = loop_;
    const auto& body = *body_;
    const int parts = parts_;
    lock.unlock();
    take_parts(body, parts);
    lock.lock();
    if (--busy_ == 0) {
      ended_.notify_one();
    }
  }
}

void Crew::take_parts(const std::function<void(int)>& body, int parts) {
  for (int part = next_++; part < parts; part = next_++) {
    body(part);
  }
}

}  // namespace weft::sim
