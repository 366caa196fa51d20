// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/measurement.h"

namespace weft::bench {

/// One figure as it was measured: the median over the repetitions.
struct Row {
  std::string name;
  std::string unit;
  double value = 0;
  double at_least = 0;
  double aim = 0;
  bool lower_is_better = false;
  std::string reached;  ///< "aim", "at least" or "no"
  std::string note;
};

/// What rows of different hosts are to be compared by.
struct Host {
  struct Kernels {
    std::string product, dataflow, word;
  };
  std::string cpu;
  Kernels kernels;                ///< sets of instructions, picked at run time
  double copy_gb_per_second = 0;  ///< bytes copied from memory to memory, by CPU second
};

/// Those whose name holds `filter`, in any case of letters. Errors: input, with the nearest name.
Result<std::vector<Measurement>> chosen(const std::string& filter);

/// Five repetitions (quick: one) of each.
Result<std::vector<Row>> measure(const std::vector<Measurement>& what, const Setting& setting);
Host measure_host(const Setting& setting);

double median(std::vector<double> values);

}  // namespace weft::bench
