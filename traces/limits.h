// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "traces/recording.pb.h"

namespace weft::traces {

/// One reason why a run takes as long as it does.
struct Limit {
  std::string what;  ///< "the way from core to core"
  double share = 0;  ///< of what Limits.basis says
  std::string ops;   ///< those it is largest in, with their shares; empty: in none
  std::string where;
  std::string mend;                 ///< what would shorten it
  std::vector<std::string> fields;  ///< of the machine, by which that could be tried
  std::string key;                  ///< bin, or kind of stretch on the critical path
};

/// The largest reasons, largest first: the stretches of the critical path where the recording has
/// one, else the bins the time of the tiles went to.
struct Limits {
  std::string basis;  ///< what the shares are of
  bool of_path = false;
  std::vector<Limit> reasons;
};

Limits limits_of(const Recording& recording, std::size_t most = 3);

/// Whether less of a field of the machine is faster (a latency), or more of it (a rate).
bool less_is_faster(std::string_view field);
/// Whether a field of the machine is one of those a reason names, or part of one.
bool names_field(const Limit& limit, std::string_view field);

/// For a terminal, at most 80 columns.
std::string limits_text(const Limits& limits);

}  // namespace weft::traces
