// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "cli/compare_groups.h"
#include "reference/devices.h"
#include "reference/published.h"

namespace weft::cli {
namespace {

using reference::PublishedFigure;

judge::ThroughputRow row_of(const PublishedFigure& figure) {
  judge::ThroughputRow row;
  row.origin = judge::Origin::published;
  row.device = figure.hardware;
  (figure.work == "decode" ? row.per_user : row.aggregate) = figure.value;
  row.first_token = figure.first_token;
  row.how = figure.model;
  if (!figure.note.empty()) {
    row.how += ", " + figure.note;
  }
  if (figure.input > 0 && figure.output > 0) {
    row.how +=
        fmt::format(", {} in, {} out", with_commas(figure.input), with_commas(figure.output));
  } else if (figure.input > 0) {
    row.how += fmt::format(", {} in the cache", with_commas(figure.input));
  }
  if (figure.confidence != "high") {
    row.how += fmt::format(", {} confidence", figure.confidence);
  }
  row.sources = {figure.source};
  return row;
}

/// Of a server's figures at many lengths, those nearest to a length are kept.
class Nearest {
 public:
  Nearest(const std::vector<PublishedFigure>& figures, int length) : length_(length) {
    for (const PublishedFigure& figure : figures) {
      if (has_length(figure)) {
        const auto at = least_.try_emplace(key(figure), distance(figure)).first;
        at->second = std::min(at->second, distance(figure));
      }
    }
  }

  bool keeps(const PublishedFigure& figure) const {
    return !has_length(figure) || distance(figure) <= least_.at(key(figure));
  }

 private:
  static bool has_length(const PublishedFigure& f) { return f.work == "serve" && f.input > 0; }
  static std::string key(const PublishedFigure& f) {
    return f.hardware + "|" + f.model + "|" + f.note;
  }
  double distance(const PublishedFigure& f) const {
    return std::abs(std::log(static_cast<double>(f.input + f.output) / length_));
  }

  int length_;
  std::map<std::string, double> least_;  ///< by hardware and how it was driven
};

}  // namespace

Status add_published(const CompareArguments& a, judge::ThroughputComparison& comparison) {
  const auto note = [&](std::string text) {
    comparison.notes.push_back({judge::Origin::published, std::move(text), false});
  };
  if (a.phase != "decode") {
    note("none: no figure of prefill alone is in reference/published.csv");
    return {};
  }
  WEFT_ASSIGN(auto figures, reference::load_published());
  std::erase_if(figures, [&](const PublishedFigure& f) {
    return f.shape != comparison.model || f.work == "train" ||
           !reference::has_in_name(f.hardware, a.gpu);
  });
  const Nearest nearest(figures, a.sequence);
  int left_out = 0;
  for (const PublishedFigure& figure : figures) {
    if (a.all || nearest.keeps(figure)) {
      comparison.rows.push_back(row_of(figure));
    } else {
      ++left_out;
    }
  }
  if (left_out > 0) {
    note(fmt::format("{} more with prompts and answers of other lengths: weft compare --all",
                     left_out));
  }
  if (figures.empty()) {
    note(fmt::format("none of the shape of {}{} is in reference/published.csv", comparison.model,
                     a.gpu.empty() ? "" : ", on " + a.gpu));
  }
  return {};
}

}  // namespace weft::cli
