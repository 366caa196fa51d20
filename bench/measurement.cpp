// SPDX-License-Identifier: Apache-2.0
#include "bench/measurement.h"

#include <ctime>

namespace weft::bench {

double Figure::value(double amount, double cpu_seconds) const {
  switch (kind) {
    case Kind::rate:
      return amount / cpu_seconds / scale;
    case Kind::seconds:
      return cpu_seconds / amount / scale;
    case Kind::peak:
      return amount / scale;
  }
  return 0;
}

std::string Figure::reached(double value) const {
  const auto holds = [&](double bar) { return lower_is_better() ? value <= bar : value >= bar; };
  return holds(aim) ? "aim" : holds(at_least) ? "at least" : "no";
}

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace weft::bench
