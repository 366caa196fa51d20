// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/answers.h"
#include "explore/study.h"
#include "explore/study_folder.h"

namespace weft::cli {

/// `weft sweep plan` as given on the command line.
struct SweepPlanArguments {
  std::filesystem::path study;
  std::filesystem::path out;
  std::int64_t limit = 0;  ///< points; 0: all
};

struct SweepPlanOutcome {
  std::string name;
  std::int64_t points = 0, jobs = 0, refused = 0, known = 0;  ///< known: jobs with a result
  std::string first_refusal;
  std::vector<std::string> warnings;
};

/// Resolves every point and keeps points and jobs in the folder. A study that was planned there
/// before is planned anew: results of tasks that stay are kept.
Result<SweepPlanOutcome> plan_sweep(const SweepPlanArguments& arguments);

/// The study of a folder. Errors: input: its file is not as it was planned; io.
Result<explore::StudyFile> read_study_as_planned(const explore::StudyFolder& folder);

/// A planned study: what its folder holds and what came of it so far.
struct PlannedStudy {
  explore::StudyFile file;
  std::vector<std::string> axes;
  std::vector<explore::Row> rows;
};

/// Errors: those of read_study_as_planned; input: no study there.
Result<PlannedStudy> read_planned_study(const std::filesystem::path& folder);

/// "done", "refused", "out of time", …; "missing": not run yet.
std::string exit_name(const explore::Row& row);

/// Text of answers for people, JSON and CSV for programs.
std::string answers_text(const PlannedStudy& study, const explore::Answers& answers);
std::string answers_json(const PlannedStudy& study, const explore::Answers& answers);
/// A row for each point: its values, what came of it, its figures, whether it is on the front.
std::string rows_csv(const PlannedStudy& study, const explore::Answers& answers);
/// A row for each value of each axis and objective.
std::string sensitivity_csv(const explore::Answers& answers);
std::string difference_text(const explore::StudyDifference& difference);
std::string difference_json(const explore::StudyDifference& difference);

/// Runs a point again from what is stored of it, with a recording of it as weft run --out writes;
/// returns the folder, points/INDEX of the study's.
Result<std::filesystem::path> rerun_point(const std::filesystem::path& folder, std::int64_t index);

}  // namespace weft::cli
