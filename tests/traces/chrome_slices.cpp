// SPDX-License-Identifier: Apache-2.0
#include "tests/traces/chrome_slices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace weft::traces {
namespace {

using nlohmann::json;

struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// A time of the format, in cycles: whole thousandths of a microsecond.
std::int64_t cycles(const json& microseconds) {
  return std::llround(microseconds.get<double>() * 1000);
}

json events_of(const std::string& text) {
  const json trace = json::parse(text, nullptr, false);
  return trace.is_object() ? trace.value("traceEvents", json::array()) : json::array();
}

bool nested(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return std::tuple(a.begin, -a.end) < std::tuple(b.begin, -b.end);
  });
  std::vector<std::int64_t> open;
  for (const Span& span : spans) {
    while (!open.empty() && open.back() <= span.begin) {
      open.pop_back();
    }
    if (!open.empty() && span.end > open.back()) {
      return false;
    }
    open.push_back(span.end);
  }
  return true;
}

void check_event(const json& event, std::vector<std::string>& faults) {
  static const std::set<std::string> kinds = {"M", "X", "i", "C", "s", "f"};
  const std::string kind = event.value("ph", "");
  const bool named = event.contains("name") && event["name"].is_string();
  if (!kinds.contains(kind) || !named || !event.contains("pid")) {
    faults.push_back("no kind, name or process: " + event.dump());
    return;
  }
  if (kind != "M" && !(event.contains("ts") && event["ts"].is_number())) {
    faults.push_back("no time: " + event.dump());
  }
  if (kind == "X" && !(event.contains("dur") && event["dur"].get<double>() >= 0)) {
    faults.push_back("no length: " + event.dump());
  }
  if (kind == "C" && !event["args"]["value"].is_number()) {
    faults.push_back("a counter without a number: " + event.dump());
  }
  if (kind == "i" && event.value("s", "") != "t") {
    faults.push_back("an instant of no thread: " + event.dump());
  }
}

}  // namespace

std::vector<std::string> chrome_faults(const std::string& text) {
  std::vector<std::string> faults;
  std::map<int, std::vector<Span>> spans;
  std::map<int, int> names;
  std::set<int> used;
  std::map<int, std::vector<std::int64_t>> leaving, arriving;
  const json events = events_of(text);
  if (events.empty()) {
    return {"no events"};
  }
  for (const json& event : events) {
    check_event(event, faults);
    const std::string kind = event.value("ph", "");
    if (event.contains("tid")) {
      used.insert(event["tid"].get<int>());
      names[event["tid"].get<int>()] += event.value("name", "") == "thread_name" ? 1 : 0;
    }
    if (kind == "X") {
      const std::int64_t begin = cycles(event["ts"]);
      spans[event["tid"]].push_back({begin, begin + cycles(event["dur"])});
    }
    if (kind == "s" || kind == "f") {
      (kind == "s" ? leaving : arriving)[event["id"]].push_back(cycles(event["ts"]));
    }
  }
  for (const int thread : used) {
    if (names[thread] != 1 || !nested(spans[thread])) {
      faults.push_back(
          fmt::format("thread {}: {} names, or slices that cross", thread, names[thread]));
    }
  }
  for (const json& event : events) {
    const std::string kind = event.value("ph", "");
    if (kind == "s" || kind == "f") {
      const std::int64_t at = cycles(event["ts"]);
      const auto& of_thread = spans[event["tid"]];
      if (std::none_of(of_thread.begin(), of_thread.end(),
                       [&](const Span& span) { return span.begin <= at && at <= span.end; })) {
        faults.push_back("an arrow outside all slices: " + event.dump());
      }
      const int id = event["id"];
      if (leaving[id].size() != 1 || arriving[id].empty() || leaving[id][0] > at) {
        faults.push_back(fmt::format("arrow {}: {} begins, {} ends", id, leaving[id].size(),
                                     arriving[id].size()));
      }
    }
  }
  return faults;
}

std::vector<PerfettoSlice> sorted(std::vector<PerfettoSlice> slices) {
  const auto key = [](const PerfettoSlice& slice) {
    return std::tie(slice.track, slice.begin, slice.end, slice.category, slice.name,
                    slice.annotations);
  };
  std::sort(slices.begin(), slices.end(),
            [&](const PerfettoSlice& a, const PerfettoSlice& b) { return key(a) < key(b); });
  return slices;
}

std::vector<PerfettoSlice> chrome_slices(const std::string& text) {
  const json events = events_of(text);
  std::map<int, std::string> threads;
  for (const json& event : events) {
    if (event["name"] == "thread_name") {
      threads[event["tid"]] = event["args"]["name"];
    }
  }
  std::vector<PerfettoSlice> slices;
  for (const json& event : events) {
    const std::string kind = event["ph"];
    if (kind != "X" && kind != "i") {
      continue;
    }
    PerfettoSlice& slice = slices.emplace_back();
    slice.track = threads[event["tid"]];
    slice.name = event["name"];
    slice.category = event["cat"] == "about" ? "" : event["cat"].get<std::string>();
    slice.begin = cycles(event["ts"]);
    slice.end = slice.begin + (kind == "X" ? cycles(event["dur"]) : 0);
    for (const auto& [name, value] : event["args"].items()) {
      const json& last = value.is_array() ? value.back() : value;
      slice.annotations[name] = last.is_string() ? last.get<std::string>() : last.dump();
    }
  }
  return sorted(std::move(slices));
}

std::vector<std::pair<std::int64_t, std::int64_t>> chrome_counter(const std::string& text,
                                                                  const std::string& name) {
  std::vector<std::pair<std::int64_t, std::int64_t>> values;
  for (const json& event : events_of(text)) {
    if (event["ph"] == "C" && event["name"] == name) {
      values.emplace_back(cycles(event["ts"]), event["args"]["value"].get<std::int64_t>());
    }
  }
  return values;
}

}  // namespace weft::traces
