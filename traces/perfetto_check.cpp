// SPDX-License-Identifier: Apache-2.0
#include "traces/perfetto_check.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "traces/perfetto.pb.h"

namespace weft::traces {
namespace {

using perfetto::InternedData;
using perfetto::TracePacket;
using perfetto::TrackDescriptor;
using perfetto::TrackEvent;

constexpr std::size_t kMostFaults = 20;
constexpr std::uint32_t kNamesBegin = 1;

struct Track {
  bool counter = false;
  bool used = false;
  std::uint64_t time = 0;
  std::vector<std::uint64_t> open;  ///< names of open slices, 0: none
};

struct Flow {
  int starts = 0;
  int ends = 0;
  std::uint64_t start = 0;
  std::uint64_t first_end = UINT64_MAX;
};

/// The interned names of one sequence.
struct Names {
  bool begun = false;
  std::map<std::uint64_t, std::string> categories, names, annotations, texts;
};

class Checker {
 public:
  PerfettoCheck run(std::string_view bytes) {
    perfetto::Trace trace;
    if (bytes.size() > INT32_MAX ||
        !trace.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      fault("not a Perfetto trace, or cut short");
      return std::move(check_);
    }
    for (const TracePacket& packet : trace.packet()) {
      read(packet);
      ++check_.packets;
    }
    if (check_.packets == 0) {
      fault("no packets");
    }
    read_end();
    return std::move(check_);
  }

 private:
  void fault(std::string text) {
    ++check_.fault_count;
    if (check_.faults.size() < kMostFaults) {
      check_.faults.push_back(std::move(text));
    }
  }

  template <class... Args>
  void packet_fault(fmt::format_string<Args...> format, Args&&... args) {
    fault(fmt::format("packet {}: {}", check_.packets,
                      fmt::format(format, std::forward<Args>(args)...)));
  }

  void read(const TracePacket& packet) {
    if (packet.trusted_packet_sequence_id() == 0) {
      packet_fault("no sequence id");
    }
    Names& names = names_[packet.trusted_packet_sequence_id()];
    if ((packet.sequence_flags() & kNamesBegin) != 0) {
      names = Names{};
      names.begun = true;
    }
    if (packet.has_interned_data()) {
      learn(packet.interned_data(), names);
    }
    if (packet.has_track_descriptor()) {
      declare(packet.track_descriptor());
    }
    if (packet.has_track_event()) {
      if (!packet.has_timestamp()) {
        packet_fault("an event without a timestamp");
      }
      check_names(packet.track_event(), names);
      read_event(packet.track_event(), packet.timestamp());
    }
  }

  void learn(const InternedData& data, Names& names) {
    if (!names.begun) {
      packet_fault("interned names before the sequence began (sequence_flags 1)");
    }
    const auto all = [&](const auto& entries, auto& known) {
      for (const perfetto::InternedName& entry : entries) {
        const auto [at, fresh] = known.try_emplace(entry.iid(), entry.name());
        if (entry.iid() == 0) {
          packet_fault("interned name '{}' has iid 0", entry.name());
        } else if (!fresh && at->second != entry.name()) {
          packet_fault("iid {} means '{}' and '{}'", entry.iid(), at->second, entry.name());
        }
      }
    };
    all(data.event_categories(), names.categories);
    all(data.event_names(), names.names);
    all(data.debug_annotation_names(), names.annotations);
    all(data.debug_annotation_string_values(), names.texts);
  }

  void declare(const TrackDescriptor& track) {
    if (track.uuid() == 0) {
      packet_fault("a track has uuid 0");
    }
    if (track.has_parent_uuid() && !tracks_.contains(track.parent_uuid())) {
      packet_fault("parent {} of track {} is not declared", track.parent_uuid(), track.uuid());
    }
    const auto [at, fresh] = tracks_.try_emplace(track.uuid());
    if (!fresh) {
      packet_fault("track {} is declared twice", track.uuid());
    }
    at->second.counter = track.has_counter();
    check_.tracks += fresh ? 1 : 0;
  }

  void check_names(const TrackEvent& event, const Names& names) {
    const auto known = [&](std::uint64_t iid, const auto& table, std::string_view what) {
      if (!table.contains(iid)) {
        packet_fault("{} {} is used before it is interned", what, iid);
      }
    };
    for (const std::uint64_t category : event.category_iids()) {
      known(category, names.categories, "category");
    }
    if (event.has_name_iid()) {
      known(event.name_iid(), names.names, "name");
    }
    for (const auto& annotation : event.debug_annotations()) {
      if (annotation.has_name_iid()) {
        known(annotation.name_iid(), names.annotations, "annotation name");
      }
      if (annotation.has_string_value_iid()) {
        known(annotation.string_value_iid(), names.texts, "annotation text");
      }
    }
  }

  void read_event(const TrackEvent& event, std::uint64_t time) {
    const auto at = tracks_.find(event.track_uuid());
    if (at == tracks_.end()) {
      packet_fault("track {} is used before it is declared", event.track_uuid());
      return;
    }
    Track& track = at->second;
    if (track.used && time < track.time) {
      packet_fault("time goes back on track {}, from {} to {}", event.track_uuid(), track.time,
                   time);
    }
    track.used = true;
    track.time = std::max(track.time, time);
    const bool counts = event.type() == TrackEvent::COUNTER;
    if (counts && !track.counter) {
      packet_fault("a counter value on track {}, which is declared without a counter",
                   event.track_uuid());
      return;
    }
    if (!counts && track.counter) {
      packet_fault("a slice on track {}, which is a counter", event.track_uuid());
      return;
    }
    read_type(event, track);
    read_flows(event, time);
  }

  void read_type(const TrackEvent& event, Track& track) {
    switch (event.type()) {
      case TrackEvent::BEGIN:
        track.open.push_back(event.name_iid());
        ++check_.slices;
        break;
      case TrackEvent::END:
        if (track.open.empty()) {
          packet_fault("a slice ends on track {} and none is open", event.track_uuid());
          break;
        }
        if (event.has_name_iid() && event.name_iid() != track.open.back()) {
          packet_fault("slices of track {} are not nested: name {} ends inside name {}",
                       event.track_uuid(), event.name_iid(), track.open.back());
        }
        track.open.pop_back();
        break;
      case TrackEvent::INSTANT:
        ++check_.instants;
        break;
      case TrackEvent::COUNTER:
        if (!event.has_counter_value()) {
          packet_fault("an event of counter track {} has no value", event.track_uuid());
        }
        ++check_.counter_values;
        break;
      default:
        packet_fault("an event of track {} has no known type", event.track_uuid());
    }
  }

  void read_flows(const TrackEvent& event, std::uint64_t time) {
    const bool slice = event.type() == TrackEvent::BEGIN || event.type() == TrackEvent::INSTANT;
    if (!slice && event.flow_ids_size() + event.terminating_flow_ids_size() > 0) {
      packet_fault("a flow on an event that begins nothing");
    }
    for (const std::uint64_t id : event.flow_ids()) {
      Flow& flow = flows_[id];
      if (++flow.starts > 1) {
        packet_fault("flow {} starts twice", id);
      }
      flow.start = time;
    }
    for (const std::uint64_t id : event.terminating_flow_ids()) {
      Flow& flow = flows_[id];
      ++flow.ends;
      flow.first_end = std::min(flow.first_end, time);
    }
  }

  void read_end() {
    for (const auto& [uuid, track] : tracks_) {
      if (!track.open.empty()) {
        fault(fmt::format("track {}: {} slices never end", uuid, track.open.size()));
      }
    }
    for (const auto& [id, flow] : flows_) {
      if (id == 0) {
        fault("a flow has id 0");
      }
      if (flow.starts == 0) {
        fault(fmt::format("flow {} ends and never starts", id));
      } else if (flow.ends == 0) {
        fault(fmt::format("flow {} starts and never ends", id));
      } else if (flow.first_end < flow.start) {
        fault(fmt::format("flow {} ends at {}, before it starts at {}", id, flow.first_end,
                          flow.start));
      }
    }
    check_.flows = static_cast<std::int64_t>(flows_.size());
  }

  PerfettoCheck check_;
  std::map<std::uint64_t, Track> tracks_;
  std::map<std::uint64_t, Flow> flows_;
  std::map<std::uint32_t, Names> names_;
};

}  // namespace

PerfettoCheck check_perfetto(std::string_view trace) { return Checker().run(trace); }

}  // namespace weft::traces
