// SPDX-License-Identifier: Apache-2.0
#include "explore/axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "explore/amount.h"
#include "explore/metrics.h"
#include "explore/study.h"

namespace weft::explore {
namespace {

/// Builds Axes and gathers what is wrong with the study.
class Resolver {
 public:
  Resolver(const Study& study, const YamlPlaces& places, DesignSpace& space)
      : study_(study), places_(places), space_(space) {}

  Result<Axes> resolve() {
    for (const auto& [path, value] : study_.base()) {
      take_path("base", path);
      axes_.base.push_back({path, value});
    }
    std::sort(axes_.base.begin(), axes_.base.end(),
              [](const Setting& a, const Setting& b) { return a.path < b.path; });
    for (int i = 0; i < study_.axes_size(); ++i) {
      take_axis(study_.axes(i), fmt::format("axes[{}]", i));
    }
    for (int i = 0; i < study_.exclude_size(); ++i) {
      if (auto condition = read_condition(study_.exclude(i), fmt::format("exclude[{}]", i))) {
        axes_.exclude.push_back(std::move(*condition));
      }
    }
    if (!faults_.empty()) {
      return input_error(fmt::format("{}", fmt::join(faults_, "\n")));
    }
    return std::move(axes_);
  }

 private:
  void fault(const std::string& place, std::string_view message) {
    faults_.push_back(places_.told(place, message));
  }

  void take_path(const std::string& place, const std::string& path) {
    if (const Status known = space_.check_path(path); !known.ok()) {
      fault(place, known.error().message);
    }
  }

  void take_axis(const Axis& axis, const std::string& place) {
    ResolvedAxis resolved;
    std::vector<std::string> paths(axis.paths().begin(), axis.paths().end());
    if (!axis.path().empty()) {
      paths.push_back(axis.path());
    }
    const bool chosen = axis.choices_size() > 0;
    if (paths.empty() != chosen || (!axis.path().empty() && axis.paths_size() > 0)) {
      fault(place, "takes one of path, paths and choices");
      return;
    }
    resolved.name = name_of(axis);
    if (resolved.name.empty()) {
      fault(place, "an axis of choices needs a name");
      return;
    }
    if (!names_.insert(resolved.name).second) {
      fault(place,
            fmt::format("there is an axis '{}' before it; give one of them a name", resolved.name));
    }
    if (metric_named(resolved.name)) {
      fault(place,
            fmt::format("'{}' is a metric's name; call the axis something else", resolved.name));
    }
    for (const std::string& path : paths) {
      take_path(place, path);
    }
    if (chosen) {
      take_choices(axis, place, resolved);
    } else {
      take_values(axis, place, paths, resolved);
    }
    if (!axis.when().empty()) {
      resolved.when = read_condition(axis.when(), place + ".when");
    }
    axes_.axes.push_back(std::move(resolved));
  }

  void take_choices(const Axis& axis, const std::string& place, ResolvedAxis& resolved) {
    if (axis.values_size() > 0 || axis.has_range() || axis.has_log_range()) {
      fault(place, "has choices and values too; leave one of them out");
    }
    for (int i = 0; i < axis.choices_size(); ++i) {
      const Choice& choice = axis.choices(i);
      const std::string here = fmt::format("{}.choices[{}]", place, i);
      AxisValue value{choice.name(), {}};
      for (const auto& [path, text] : choice.set()) {
        take_path(here, path);
        value.settings.push_back({path, text});
      }
      std::sort(value.settings.begin(), value.settings.end(),
                [](const Setting& a, const Setting& b) { return a.path < b.path; });
      add_value(here, std::move(value), resolved);
    }
  }

  void take_values(const Axis& axis, const std::string& place,
                   const std::vector<std::string>& paths, ResolvedAxis& resolved) {
    if ((axis.values_size() > 0) + axis.has_range() + axis.has_log_range() != 1) {
      fault(place, "takes one of values, range and log_range");
      return;
    }
    std::vector<std::string> texts(axis.values().begin(), axis.values().end());
    if (texts.empty()) {
      const auto numbers = axis.has_range() ? values_of(axis.range()) : values_of(axis.log_range());
      if (!numbers) {
        fault(place + (axis.has_range() ? ".range" : ".log_range"), numbers.error().message);
        return;
      }
      texts = *numbers;
    }
    for (const std::string& text : texts) {
      AxisValue value{text, {}};
      for (const std::string& path : paths) {
        value.settings.push_back({path, text});
      }
      add_value(place, std::move(value), resolved);
    }
  }

  void add_value(const std::string& place, AxisValue value, ResolvedAxis& axis) {
    const bool twice = std::any_of(axis.values.begin(), axis.values.end(),
                                   [&](const AxisValue& v) { return v.text == value.text; });
    if (twice) {
      fault(place, fmt::format("'{}' is there twice", value.text));
    }
    axis.values.push_back(std::move(value));
  }

  std::optional<Condition> read_condition(const std::string& text, const std::string& place) {
    auto condition =
        Condition::parse(text, [this](const std::string& name) { return lookup(name); });
    if (!condition) {
      fault(place, fmt::format("'{}': {}", text, condition.error().message));
      return {};
    }
    return std::move(*condition);
  }

  // An axis by its name; a path that an axis sets; a path that all points share.
  Result<Named> lookup(const std::string& name) {
    for (std::size_t i = axes_.axes.size(); i-- > 0;) {
      const ResolvedAxis& axis = axes_.axes[i];
      if (axis.name == name) {
        Named named{static_cast<int>(i), {}};
        for (const AxisValue& value : axis.values) {
          named.texts.push_back(value.text);
        }
        named.texts.push_back(idle_text(axis));
        return named;
      }
      if (sets(axis, name)) {
        WEFT_ASSIGN(const std::string base, space_.text_of(axes_.base, name));
        Named named{static_cast<int>(i), {}};
        for (const AxisValue& value : axis.values) {
          named.texts.push_back(text_set(value, name, base));
        }
        named.texts.push_back(base);
        return named;
      }
    }
    if (const Status known = space_.check_path(name); !known.ok()) {
      const std::vector<std::string> names(names_.begin(), names_.end());
      const std::string near = did_you_mean(name, names);
      return near.empty() ? known.error()
                          : input_error(fmt::format("'{}' is no axis and no field{}", name, near));
    }
    WEFT_ASSIGN(const std::string base, space_.text_of(axes_.base, name));
    return Named{-1, {base}};
  }

  // Where an axis is idle its field has its base; one that never is needs no text of its own.
  std::string idle_text(const ResolvedAxis& axis) {
    if (axis.values.empty()) {  // its fault is told already
      return "-";
    }
    if (!axis.when) {
      return axis.values.front().text;
    }
    const auto& set = axis.values.front().settings;
    const auto base = set.empty() || set.front().value != axis.values.front().text
                          ? Result<std::string>("-")
                          : space_.text_of(axes_.base, set.front().path);
    return base ? *base : "-";
  }

  static bool sets(const ResolvedAxis& axis, const std::string& path) {
    return std::any_of(axis.values.begin(), axis.values.end(), [&](const AxisValue& value) {
      return std::any_of(value.settings.begin(), value.settings.end(),
                         [&](const Setting& setting) { return setting.path == path; });
    });
  }

  static std::string text_set(const AxisValue& value, const std::string& path,
                              const std::string& otherwise) {
    for (const Setting& setting : value.settings) {
      if (setting.path == path) {
        return setting.value;
      }
    }
    return otherwise;
  }

  const Study& study_;
  const YamlPlaces& places_;
  DesignSpace& space_;
  Axes axes_;
  std::set<std::string> names_;
  std::vector<std::string> faults_;
};

}  // namespace

bool Axes::settle(Coordinates& point) const {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].when && !axes[i].when->holds(point)) {
      point[i] = kIdle;
    }
  }
  return std::none_of(exclude.begin(), exclude.end(),
                      [&](const Condition& condition) { return condition.holds(point); });
}

std::vector<Setting> Axes::settings_of(const Coordinates& point) const {
  std::vector<Setting> settings = base;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (point[i] != kIdle) {
      const auto& set = axes[i].values[static_cast<std::size_t>(point[i])].settings;
      settings.insert(settings.end(), set.begin(), set.end());
    }
  }
  return settings;
}

std::vector<std::string> Axes::texts_of(const Coordinates& point) const {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    texts.push_back(point[i] == kIdle ? "-"
                                      : axes[i].values[static_cast<std::size_t>(point[i])].text);
  }
  return texts;
}

Result<Axes> resolve_axes(const Study& study, const YamlPlaces& places, DesignSpace& space) {
  return Resolver(study, places, space).resolve();
}

}  // namespace weft::explore
