// SPDX-License-Identifier: Apache-2.0
// Every rule of the checker, broken one at a time.
#include "traces/perfetto_check.h"

#include <gmock/gmock.h>

#include "traces/perfetto.pb.h"

namespace weft::traces {
namespace {

using perfetto::Trace;
using perfetto::TracePacket;
using perfetto::TrackEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A small sound trace: tracks 1 and 2, counter 3; a slice on each track with an arrow between.
class Sound {
 public:
  Sound() {
    for (const std::uint64_t uuid : {1, 2, 3}) {
      auto& track = *packet().mutable_track_descriptor();
      track.set_uuid(uuid);
      if (uuid > 1) {
        track.set_parent_uuid(1);
      }
    }
    trace.mutable_packet(0)->set_sequence_flags(1);
    trace.mutable_packet(2)->mutable_track_descriptor()->mutable_counter();
    event(TrackEvent::BEGIN, 1, 10).add_flow_ids(7);  // 3
    auto& names = *trace.mutable_packet(3)->mutable_interned_data();
    for (auto* entry :
         {names.add_event_names(), names.add_event_categories(), names.add_debug_annotation_names(),
          names.add_debug_annotation_string_values()}) {
      entry->set_iid(1);
      entry->set_name("send");
    }
    auto& first = *trace.mutable_packet(3)->mutable_track_event();
    first.set_name_iid(1);
    first.add_category_iids(1);
    first.add_debug_annotations()->set_name_iid(1);
    first.mutable_debug_annotations(0)->set_string_value_iid(1);
    event(TrackEvent::BEGIN, 2, 12).add_terminating_flow_ids(7);  // 4
    event(TrackEvent::END, 2, 15);                                // 5
    event(TrackEvent::END, 1, 20);                                // 6
    event(TrackEvent::COUNTER, 3, 10).set_counter_value(1);       // 7
  }

  TrackEvent& event(TrackEvent::Type type, std::uint64_t track, std::uint64_t time) {
    TracePacket& added = packet();
    added.set_timestamp(time);
    added.mutable_track_event()->set_type(type);
    added.mutable_track_event()->set_track_uuid(track);
    return *added.mutable_track_event();
  }
  TracePacket& packet() {
    TracePacket& added = *trace.add_packet();
    added.set_trusted_packet_sequence_id(1);
    return added;
  }
  TrackEvent& at(int index) { return *trace.mutable_packet(index)->mutable_track_event(); }
  std::vector<std::string> faults() const {
    return check_perfetto(trace.SerializeAsString()).faults;
  }

  Trace trace;
};

TEST(PerfettoCheck, ASoundTraceIsCounted) {
  const PerfettoCheck check = check_perfetto(Sound().trace.SerializeAsString());
  EXPECT_THAT(check.faults, IsEmpty());
  EXPECT_THAT((std::array{check.packets, check.tracks, check.slices, check.counter_values,
                          check.flows, check.fault_count}),
              ElementsAre(8, 3, 2, 1, 1, 0));
}

TEST(PerfettoCheck, SomethingElseIsNoTrace) {
  EXPECT_THAT(check_perfetto("no trace").faults, ElementsAre(HasSubstr("not a Perfetto trace")));
  EXPECT_THAT(check_perfetto("").faults, ElementsAre("no packets"));
  const std::string whole = Sound().trace.SerializeAsString();
  EXPECT_THAT(check_perfetto(std::string_view(whole).substr(0, whole.size() - 1)).faults,
              ElementsAre(HasSubstr("cut short")));
}

TEST(PerfettoCheck, ATrackIsDeclaredBeforeItIsUsed) {
  Sound sound;
  sound.event(TrackEvent::INSTANT, 9, 30);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 8: track 9 is used before it is declared"));
}

TEST(PerfettoCheck, ATrackIsDeclaredOnce) {
  Sound sound;
  sound.packet().mutable_track_descriptor()->set_uuid(2);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 8: track 2 is declared twice"));
}

TEST(PerfettoCheck, AParentIsDeclaredBeforeItsTracks) {
  Sound sound;
  auto& track = *sound.packet().mutable_track_descriptor();
  track.set_uuid(4);
  track.set_parent_uuid(5);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 8: parent 5 of track 4 is not declared"));
}

TEST(PerfettoCheck, SlicesEnd) {
  Sound sound;
  sound.event(TrackEvent::BEGIN, 2, 30);
  EXPECT_THAT(sound.faults(), ElementsAre("track 2: 1 slices never end"));
}

TEST(PerfettoCheck, SlicesBegin) {
  Sound sound;
  sound.event(TrackEvent::END, 2, 30);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 8: a slice ends on track 2 and none is open"));
}

TEST(PerfettoCheck, SlicesAreNested) {
  Sound sound;
  auto& inner = *sound.trace.mutable_packet(3)->mutable_interned_data()->add_event_names();
  inner.set_iid(2);
  inner.set_name("inner");
  sound.event(TrackEvent::BEGIN, 2, 30).set_name_iid(1);
  sound.event(TrackEvent::BEGIN, 2, 31).set_name_iid(2);
  sound.event(TrackEvent::END, 2, 32).set_name_iid(1);
  sound.event(TrackEvent::END, 2, 33);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 10: slices of track 2 are not nested: name 1 "
                                          "ends inside name 2"));
}

TEST(PerfettoCheck, TimeDoesNotGoBackOnATrack) {
  Sound sound;
  sound.event(TrackEvent::INSTANT, 2, 14);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 8: time goes back on track 2, from 15 to 14"));
  sound.trace.mutable_packet(8)->set_timestamp(15);
  EXPECT_THAT(sound.faults(), IsEmpty());
}

TEST(PerfettoCheck, AnEventHasATimestampAndASequence) {
  Sound sound;
  sound.trace.mutable_packet(7)->clear_timestamp();
  EXPECT_THAT(sound.faults(), ElementsAre("packet 7: an event without a timestamp"));
  Sound other;
  other.trace.mutable_packet(7)->clear_trusted_packet_sequence_id();
  EXPECT_THAT(other.faults(), ElementsAre("packet 7: no sequence id"));
}

TEST(PerfettoCheck, NamesAreInternedBeforeTheyAreUsed) {
  Sound sound;
  sound.at(4).set_name_iid(2);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 4: name 2 is used before it is interned"));
  sound.at(4).set_name_iid(1);
  sound.at(4).add_category_iids(3);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 4: category 3 is used before it is interned"));
  sound.at(4).clear_category_iids();
  sound.at(4).add_debug_annotations()->set_name_iid(4);
  EXPECT_THAT(sound.faults(),
              ElementsAre("packet 4: annotation name 4 is used before it is interned"));
  sound.at(4).mutable_debug_annotations(0)->set_name_iid(1);
  sound.at(4).mutable_debug_annotations(0)->set_string_value_iid(5);
  EXPECT_THAT(sound.faults(),
              ElementsAre("packet 4: annotation text 5 is used before it is interned"));
}

TEST(PerfettoCheck, NamesAreForgottenWhereASequenceBeginsAnew) {
  Sound sound;
  sound.at(4).set_name_iid(1);
  EXPECT_THAT(sound.faults(), IsEmpty());
  sound.trace.mutable_packet(4)->set_sequence_flags(1);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 4: name 1 is used before it is interned"));
}

TEST(PerfettoCheck, ANameKeepsItsMeaning) {
  Sound sound;
  auto& name = *sound.trace.mutable_packet(4)->mutable_interned_data()->add_event_names();
  name.set_iid(1);
  name.set_name("receive");
  EXPECT_THAT(sound.faults(), ElementsAre("packet 4: iid 1 means 'send' and 'receive'"));
  name.set_iid(0);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 4: interned name 'receive' has iid 0"));
}

TEST(PerfettoCheck, NamesBelongToABegunSequence) {
  Sound sound;
  sound.trace.mutable_packet(0)->clear_sequence_flags();
  EXPECT_THAT(sound.faults(), ElementsAre("packet 3: interned names before the sequence began "
                                          "(sequence_flags 1)"));
}

TEST(PerfettoCheck, AFlowStarts) {
  Sound sound;
  sound.at(3).clear_flow_ids();
  EXPECT_THAT(sound.faults(), ElementsAre("flow 7 ends and never starts"));
}

TEST(PerfettoCheck, AFlowEnds) {
  Sound sound;
  sound.at(4).clear_terminating_flow_ids();
  EXPECT_THAT(sound.faults(), ElementsAre("flow 7 starts and never ends"));
}

TEST(PerfettoCheck, AFlowStartsOnce) {
  Sound sound;
  sound.event(TrackEvent::INSTANT, 1, 20).add_flow_ids(7);
  EXPECT_THAT(sound.faults(), testing::Contains("packet 8: flow 7 starts twice"));
}

TEST(PerfettoCheck, AFlowEndsAfterItStarts) {
  Sound sound;
  sound.trace.mutable_packet(3)->set_timestamp(12);
  EXPECT_THAT(sound.faults(), IsEmpty());
  sound.trace.mutable_packet(3)->set_timestamp(13);
  EXPECT_THAT(sound.faults(), ElementsAre("flow 7 ends at 12, before it starts at 13"));
}

TEST(PerfettoCheck, AFlowLiesOnSomethingThatBegins) {
  Sound sound;
  sound.at(5).add_terminating_flow_ids(7);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 5: a flow on an event that begins nothing"));
}

TEST(PerfettoCheck, CountersAreDeclared) {
  Sound sound;
  sound.at(7).set_track_uuid(2);
  sound.trace.mutable_packet(7)->set_timestamp(15);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 7: a counter value on track 2, which is "
                                          "declared without a counter"));
  sound.at(7).set_track_uuid(3);
  sound.at(7).clear_counter_value();
  EXPECT_THAT(sound.faults(), ElementsAre("packet 7: an event of counter track 3 has no value"));
  sound.at(7).set_type(TrackEvent::INSTANT);
  EXPECT_THAT(sound.faults(), ElementsAre("packet 7: a slice on track 3, which is a counter"));
}

TEST(PerfettoCheck, TellsTheFirstTwentyFaultsAndCountsAll) {
  Sound sound;
  for (int i = 0; i < 30; ++i) {
    sound.event(TrackEvent::END, 2, 30);
  }
  const PerfettoCheck check = check_perfetto(sound.trace.SerializeAsString());
  EXPECT_EQ(check.faults.size(), 20U);
  EXPECT_EQ(check.fault_count, 30);
}

}  // namespace
}  // namespace weft::traces
