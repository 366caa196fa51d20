// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/explore/fake_space.h"

namespace weft::explore {

/// A Slurm of one node on loopback with keys, sockets and state in a folder of its own. A process
/// of its own starts the daemons and ends everything that came of them when this object goes, or
/// this program does, in whatever way.
class SlurmCluster {
 public:
  /// Why there can be none here; empty: there can.
  static std::string absence();

  SlurmCluster();
  ~SlurmCluster();
  SlurmCluster(const SlurmCluster&) = delete;
  SlurmCluster& operator=(const SlurmCluster&) = delete;

  /// Whether its node takes jobs; waits for that.
  bool up() const;
  /// The logs of its daemons.
  std::string logs() const;

 private:
  void configure() const;
  [[noreturn]] void keep(int life) const;

  TestFolder folder_;
  pid_t keeper_ = -1;
  int life_ = -1;  ///< closed at the end: the keeper sees it
};

}  // namespace weft::explore
