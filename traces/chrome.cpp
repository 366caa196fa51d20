// SPDX-License-Identifier: Apache-2.0
#include "traces/chrome.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "traces/perfetto.h"
#include "traces/perfetto.pb.h"

namespace weft::traces {
namespace {

using Json = nlohmann::ordered_json;
using perfetto::TracePacket;
using perfetto::TrackDescriptor;
using perfetto::TrackEvent;
using Names = std::map<std::uint64_t, std::string>;

/// Microseconds, as the format counts, of a trace in which a nanosecond is a cycle.
std::string microseconds(std::int64_t cycles) {
  constexpr std::int64_t kCycles = 1000;
  return fmt::format("{}.{:03}", cycles / kCycles, cycles % kCycles);
}

void learn(const google::protobuf::RepeatedPtrField<perfetto::InternedName>& from, Names& to) {
  for (const auto& entry : from) {
    to[entry.iid()] = entry.name();
  }
}

/// Says a Perfetto trace of ours in JSON, packet by packet: tracks become threads, a slice one
/// event with its length, and a flow a pair of events where its ends lie.
class Translator {
 public:
  std::string run(const perfetto::Trace& trace) {
    for (const TracePacket& packet : trace.packet()) {
      learn(packet.interned_data().event_categories(), categories_);
      learn(packet.interned_data().event_names(), names_);
      learn(packet.interned_data().debug_annotation_names(), keys_);
      learn(packet.interned_data().debug_annotation_string_values(), texts_);
      if (packet.has_track_descriptor()) {
        declare(packet.track_descriptor());
      } else if (packet.has_track_event()) {
        add(packet.track_event(), static_cast<std::int64_t>(packet.timestamp()));
      }
    }
    return "{\"displayTimeUnit\": \"ns\",\n\"otherData\": " + about_.dump() +
           ",\n\"traceEvents\": [" + events_ + "\n]}\n";
  }

 private:
  /// A slice that has begun; it is written where it ends.
  struct Open {
    std::int64_t begin = 0;
    std::string rest;
  };

  static std::string quoted(const std::string& text) { return Json(text).dump(); }

  void put(const std::string& event) {
    events_ += events_.empty() ? "\n" : ",\n";
    events_ += event;
  }

  void declare(const TrackDescriptor& track) {
    tracks_[track.uuid()] = track.name();
    if (track.has_process()) {
      about_["time"] = track.description();
      put(fmt::format(R"({{"ph": "M", "pid": 1, "name": "process_name", "args": {{"name": {}}}}})",
                      quoted(track.process().process_name())));
    }
  }

  /// Rows of tiles and counters have no events of their own: a thread is named by its first.
  void use_thread(std::uint64_t track) {
    if (threads_.insert(track).second) {
      put(fmt::format(
          R"({{"ph": "M", "pid": 1, "tid": {}, "name": "thread_name", "args": {{"name": {}}}}})",
          track, quoted(tracks_[track])));
      put(fmt::format(
          R"({{"ph": "M", "pid": 1, "tid": {0}, "name": "thread_sort_index", "args": {{"sort_index": {0}}}}})",
          track));
    }
  }

  std::string arguments_of(const TrackEvent& event) const {
    Json arguments = Json::object();
    for (const auto& annotation : event.debug_annotations()) {
      Json value = annotation.has_int_value() ? Json(annotation.int_value())
                                              : Json(texts_.at(annotation.string_value_iid()));
      const std::string& key = keys_.at(annotation.name_iid());
      if (!arguments.contains(key)) {
        arguments[key] = std::move(value);
      } else if (arguments[key].is_array()) {
        arguments[key].push_back(std::move(value));
      } else {
        arguments[key] = Json::array({arguments[key], std::move(value)});
      }
    }
    return arguments.dump();
  }

  void add(const TrackEvent& event, std::int64_t cycle) {
    const std::uint64_t track = event.track_uuid();
    if (event.type() == TrackEvent::COUNTER) {
      put(fmt::format(R"({{"ph": "C", "pid": 1, "ts": {}, "name": {}, "args": {{"value": {}}}}})",
                      microseconds(cycle), quoted(tracks_[track]), event.counter_value()));
      return;
    }
    use_thread(track);
    if (event.type() == TrackEvent::END) {
      const Open open = std::move(open_[track].back());
      open_[track].pop_back();
      put(fmt::format(R"({{"ph": "X", "pid": 1, "tid": {}, "ts": {}, "dur": {}{}}})", track,
                      microseconds(open.begin), microseconds(cycle - open.begin), open.rest));
      return;
    }
    const std::string category =
        event.category_iids_size() > 0 ? categories_.at(event.category_iids(0)) : "about";
    const std::string rest =
        fmt::format(R"(, "name": {}, "cat": {}, "args": {})", quoted(names_.at(event.name_iid())),
                    quoted(category), arguments_of(event));
    if (event.type() == TrackEvent::BEGIN) {
      open_[track].push_back({cycle, rest});
    } else {
      put(fmt::format(R"({{"ph": "i", "s": "t", "pid": 1, "tid": {}, "ts": {}{}}})", track,
                      microseconds(cycle), rest));
    }
    for (const std::uint64_t flow : event.flow_ids()) {
      put_flow("\"s\"", flow, track, cycle);
    }
    for (const std::uint64_t flow : event.terminating_flow_ids()) {
      put_flow(R"("f", "bp": "e")", flow, track, cycle);
    }
  }

  void put_flow(std::string_view end, std::uint64_t flow, std::uint64_t track, std::int64_t cycle) {
    put(fmt::format(
        R"({{"ph": {}, "id": {}, "pid": 1, "tid": {}, "ts": {}, "name": "train", "cat": "train"}})",
        end, flow, track, microseconds(cycle)));
  }

  Names tracks_, categories_, names_, keys_, texts_;
  std::set<std::uint64_t> threads_;
  std::map<std::uint64_t, std::vector<Open>> open_;
  Json about_ = Json::object();
  std::string events_;
};

}  // namespace

Result<std::string> chrome_trace(const Recording& recording) {
  std::int64_t events = recording.window().trains_size();
  for (const TileWindow& row : recording.window().rows()) {
    events += row.cycles_size();
  }
  if (events > kMostChromeEvents) {
    return input_error(fmt::format(
        "--chrome: {} stretches and trains, and JSON of more than {} is slow to open; give "
        "--perfetto FILE, or fewer --tiles or --cycles",
        with_commas(events), with_commas(kMostChromeEvents)));
  }
  perfetto::Trace trace;
  if (!trace.ParseFromString(perfetto_trace(recording))) {
    return Error{ErrorKind::internal, "--chrome: the trace cannot be read back"};
  }
  return Translator().run(trace);
}

}  // namespace weft::traces
