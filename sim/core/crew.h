// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace weft::sim {

/// As many threads as the host runs at once.
int host_threads();

/// Threads that share the parts of one loop after another with whoever calls, and sleep in between.
/// They begin with the first loop. What a part does must not depend on who else runs.
class Crew {
 public:
  /// At most so many threads, the caller's counted.
  explicit Crew(int threads) : most_(threads) {}
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  int most() const { return most_; }
  /// That have worked on a loop.
  int threads() const { return static_cast<int>(helpers_.size()) + 1; }
  /// Calls body(0) … body(parts - 1), each once on some thread, and returns when all have ended.
  /// The body must not throw.
  void run(int parts, const std::function<void(int)>& body);

 private:
  void help();
  void take_parts(const std::function<void(int)>& body, int parts);

  int most_;
  std::vector<std::thread> helpers_;
  std::atomic<int> next_ = 0;  ///< part that nobody took
  std::mutex mutex_;           ///< of all below
  std::condition_variable begun_, ended_;
  const std::function<void(int)>* body_ = nullptr;
  int parts_ = 0;
  int loop_ = 0;  ///< number of the loop; -1: no more of them
  int busy_ = 0;  ///< helpers that have not ended with this loop
};

}  // namespace weft::sim
