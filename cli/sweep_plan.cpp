// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "base/file.h"
#include "base/yaml_reader.h"
#include "cli/design_space.h"
#include "cli/sweep.h"
#include "explore/axes.h"
#include "explore/plan.h"
#include "explore/store.h"
#include "explore/study_folder.h"

namespace weft::cli {
namespace {

using explore::Job;
using explore::PlannedPoint;
using explore::Store;

constexpr const char* kStudyText = "study.yaml";

/// A folder holds one study; another one would mix their points.
Status check_free(const explore::StudyFolder& folder, const explore::Study& study) {
  const auto there = read_file(folder.study());
  if (!there) {
    return {};
  }
  explore::Study before;
  if (!read_yaml(*there, folder.study().string(), before).ok() || before.name() == study.name()) {
    return {};
  }
  return input_error(fmt::format("--out {}: holds the study {}; give {} another folder",
                                 folder.path().string(), before.name(), study.name()));
}

Result<std::int64_t> known_jobs(const Store& store, const std::string& study) {
  WEFT_ASSIGN(const explore::JobCounts counts, store.counts(study));
  return counts.ended;
}

}  // namespace

Result<SweepPlanOutcome> plan_sweep(const SweepPlanArguments& arguments) {
  WEFT_ASSIGN(const explore::StudyFile file, explore::read_study(arguments.study));
  WeftSpace space;
  WEFT_ASSIGN(const explore::Axes axes, explore::resolve_axes(file.study, file.places, space));
  std::vector<PlannedPoint> points;
  std::vector<Job> jobs;
  std::set<std::string> keys;
  WEFT_ASSIGN(const explore::PlanOutcome planned,
              explore::plan_study(file, axes, space, arguments.limit,
                                  [&](const explore::PlanBatch& batch) -> Status {
                                    points.insert(points.end(), batch.points.begin(),
                                                  batch.points.end());
                                    for (const Job& job : batch.jobs) {
                                      if (keys.insert(job.key()).second) {
                                        jobs.push_back(job);
                                      }
                                    }
                                    return {};
                                  }));
  if (planned.points == 0) {
    return input_error(fmt::format("{}: exclude leaves no point", arguments.study.string()));
  }
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::make(arguments.out));
  WEFT_ASSIGN(const auto lock, folder.lock());
  WEFT_TRY(check_free(folder, file.study));
  WEFT_ASSIGN(Store store, Store::open(folder.store()));
  const std::string& name = file.study.name();
  WEFT_TRY(store.add_jobs(jobs));
  WEFT_TRY(store.set_points(name, points));
  WEFT_TRY(store.set_text(name, kStudyText, file.text));
  WEFT_TRY(write_file(folder.study(), file.text));
  SweepPlanOutcome outcome;
  outcome.name = name;
  outcome.points = planned.points;
  outcome.jobs = std::ssize(jobs);
  outcome.refused = planned.refused;
  outcome.first_refusal = planned.first_refusal;
  outcome.warnings = planned.warnings;
  WEFT_ASSIGN(outcome.known, known_jobs(store, name));
  return outcome;
}

Result<explore::StudyFile> read_study_as_planned(const explore::StudyFolder& folder) {
  WEFT_ASSIGN(explore::StudyFile file, explore::read_study(folder.study()));
  WEFT_ASSIGN(const Store store, Store::open_existing(folder.store(), true));
  WEFT_ASSIGN(const std::string text, store.text(file.study.name(), kStudyText));
  if (text != file.text) {
    return input_error(
        fmt::format("{0}: is not as it was planned; weft sweep plan {0} --out {1} plans it anew, "
                    "and keeps the results of all points that stay",
                    folder.study().string(), folder.path().string()));
  }
  return file;
}

Result<PlannedStudy> read_planned_study(const std::filesystem::path& path) {
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(path));
  PlannedStudy planned;
  WEFT_ASSIGN(planned.file, read_study_as_planned(folder));
  WEFT_ASSIGN(const Store store, Store::open_existing(folder.store(), true));
  for (const explore::Axis& axis : planned.file.study.axes()) {
    planned.axes.push_back(explore::name_of(axis));
  }
  WEFT_ASSIGN(planned.rows, explore::read_rows(store, planned.file.study.name()));
  return planned;
}

}  // namespace weft::cli
