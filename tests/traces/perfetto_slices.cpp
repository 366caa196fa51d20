// SPDX-License-Identifier: Apache-2.0
#include "tests/traces/perfetto_slices.h"

#include <fmt/format.h>

namespace weft::traces {
namespace {

using perfetto::TracePacket;
using perfetto::TrackEvent;
using Names = std::map<std::uint64_t, std::string>;

void learn(const google::protobuf::RepeatedPtrField<perfetto::InternedName>& from, Names& to) {
  for (const auto& entry : from) {
    to[entry.iid()] = entry.name();
  }
}

}  // namespace

std::vector<PerfettoSlice> slices_of(const std::string& bytes) {
  perfetto::Trace trace;
  trace.ParseFromString(bytes);
  Names tracks, categories, names, keys, texts;
  std::map<std::uint64_t, std::vector<std::size_t>> open;
  std::vector<PerfettoSlice> slices;
  for (const TracePacket& packet : trace.packet()) {
    tracks[packet.track_descriptor().uuid()] = packet.track_descriptor().name();
    learn(packet.interned_data().event_categories(), categories);
    learn(packet.interned_data().event_names(), names);
    learn(packet.interned_data().debug_annotation_names(), keys);
    learn(packet.interned_data().debug_annotation_string_values(), texts);
    const TrackEvent& event = packet.track_event();
    const auto time = static_cast<std::int64_t>(packet.timestamp());
    if (event.type() == TrackEvent::END) {
      slices[open[event.track_uuid()].back()].end = time;
      open[event.track_uuid()].pop_back();
    }
    if (event.type() != TrackEvent::BEGIN && event.type() != TrackEvent::INSTANT) {
      continue;
    }
    PerfettoSlice& slice = slices.emplace_back();
    slice.track = tracks[event.track_uuid()];
    slice.name = names[event.name_iid()];
    slice.category = event.category_iids_size() > 0 ? categories[event.category_iids(0)] : "";
    slice.begin = slice.end = time;
    for (const auto& annotation : event.debug_annotations()) {
      slice.annotations[keys[annotation.name_iid()]] =
          annotation.has_int_value() ? fmt::format("{}", annotation.int_value())
                                     : texts[annotation.string_value_iid()];
    }
    slice.leaving.assign(event.flow_ids().begin(), event.flow_ids().end());
    slice.arriving.assign(event.terminating_flow_ids().begin(), event.terminating_flow_ids().end());
    if (event.type() == TrackEvent::BEGIN) {
      open[event.track_uuid()].push_back(slices.size() - 1);
    }
  }
  return slices;
}

std::vector<std::pair<std::int64_t, std::int64_t>> counter_of(const std::string& bytes,
                                                              const std::string& name) {
  perfetto::Trace trace;
  trace.ParseFromString(bytes);
  std::vector<std::pair<std::int64_t, std::int64_t>> values;
  std::uint64_t track = 0;
  for (const TracePacket& packet : trace.packet()) {
    if (packet.has_track_descriptor() && packet.track_descriptor().name() == name) {
      track = packet.track_descriptor().uuid();
    }
    if (packet.track_event().type() == TrackEvent::COUNTER &&
        packet.track_event().track_uuid() == track) {
      values.emplace_back(packet.timestamp(), packet.track_event().counter_value());
    }
  }
  return values;
}

}  // namespace weft::traces
