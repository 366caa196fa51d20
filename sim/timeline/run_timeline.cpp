// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/run_timeline.h"

#include <algorithm>

namespace weft::sim {

std::vector<std::int64_t> RunTimeline::cycles_of_slices() const {
  std::vector<std::int64_t> lengths;
  for (std::int64_t begin = 0; std::ssize(lengths) < slices; begin += slice) {
    const std::int64_t end = std::min(begin + slice, cycles);
    std::int64_t length = end - begin;
    for (const Added& row : added) {
      const std::int64_t from = std::max(begin, row.at - row.period);
      length += row.iterations * std::max<std::int64_t>(0, std::min(end, row.at) - from);
    }
    lengths.push_back(length);
  }
  return lengths;
}

}  // namespace weft::sim
