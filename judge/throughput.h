// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weft::judge {

/// Where a figure comes from. Figures of different origin stand in groups of their own, in this
/// order, and are never ranked.
enum class Origin { simulated, measured, published, roofline };
inline constexpr Origin kOrigins[] = {Origin::simulated, Origin::measured, Origin::published,
                                      Origin::roofline};

std::string name_of(Origin origin);

/// A machine at the task, as one source says it; what it does not say is absent.
struct ThroughputRow {
  Origin origin = Origin::simulated;
  std::string device;
  int devices = 1;
  std::optional<double> per_user;   ///< tokens/s
  std::optional<double> aggregate;  ///< tokens/s, all sequences together
  std::optional<double> watts;
  std::optional<double> first_token;  ///< seconds
  std::string how;                    ///< conditions: exactness, precision, batch, bound
  std::vector<std::string> sources;
  std::vector<std::string> assumed;  ///< what went in that nobody published

  std::optional<double> per_watt() const;
};

/// What is said of a group, or of what it lacks.
struct ThroughputNote {
  Origin origin = Origin::simulated;
  std::string text;
  bool missing = false;  ///< a recording that somebody could make
};

/// One task and all that is known of machines at it.
struct ThroughputComparison {
  std::string model;
  std::string phase;
  int sequence = 0;
  int batch = 1;
  double efficiency = 1;  ///< of the rooflines
  std::vector<ThroughputRow> rows;
  std::vector<ThroughputNote> notes;
};

/// The table `weft compare` prints; what is assumed has a sign and a footnote.
std::string throughput_table(const ThroughputComparison& comparison);
/// The same for programs; docs/throughput.md lists the keys.
std::string throughput_json(const ThroughputComparison& comparison);

}  // namespace weft::judge
