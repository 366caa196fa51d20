// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/yaml_places.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// A study as a file says it.
struct StudyFile {
  Study study;
  YamlPlaces places;
  std::string text;
};

/// Reads and checks everything that can be said without a design space: metrics, sampling, rungs.
/// What is left out has its value afterwards: limits, goals, the objective tokens_per_second.
/// Errors: input, a line `file:line:col: …` for each fault; io.
Result<StudyFile> parse_study(std::string_view text, const std::string& file);
Result<StudyFile> read_study(const std::filesystem::path& path);

/// What an axis is called in tables and conditions: its name, or else the first field it turns.
std::string name_of(const Axis& axis);

/// How closely the first jobs of a study look.
Fidelity first_fidelity(const Study& study);

}  // namespace weft::explore
