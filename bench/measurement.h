// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::bench {

/// What one repetition did: an amount for each figure of its measurement, in CPU time.
struct Sample {
  std::vector<double> amounts;
  double cpu_seconds = 0;
  std::string note;  ///< what else is to be known of the figures
};

/// Does one repetition; what must be there before it was prepared.
using Repeat = std::function<Result<Sample>()>;

/// How the value of a figure comes out of a Sample.
enum class Kind {
  rate,     ///< amount by CPU second; higher is better
  seconds,  ///< CPU seconds by amount; lower is better
  peak,     ///< the amount itself; lower is better
};

/// A figure that the project holds itself to; value, at_least and aim are in `unit`, which is
/// `scale` of what a repetition counts in.
struct Figure {
  std::string unit;
  double scale = 1;
  Kind kind = Kind::rate;
  double at_least = 0;
  double aim = 0;

  bool lower_is_better() const { return kind != Kind::rate; }
  double value(double amount, double cpu_seconds) const;
  /// "aim", "at least" or "no".
  std::string reached(double value) const;
};

/// What a measurement may take from its surroundings.
struct Setting {
  bool quick = false;  ///< tiny sizes, one repetition: does it work at all
  /// The command that loads the program of load_wafer once in a process of its own and prints
  /// LoadCost.
  std::vector<std::string> load_command;
};

/// Something that is measured: its figures and how a repetition of it is prepared.
struct Measurement {
  std::string name;
  std::vector<Figure> figures;
  Result<Repeat> (*prepare)(const Setting& setting);
};

/// CPU time of this process, user and system.
double cpu_seconds();

}  // namespace weft::bench
