// SPDX-License-Identifier: Apache-2.0
#include "traces/perfetto_writer.h"

#include <google/protobuf/io/coded_stream.h>

#include "traces/layout.h"

namespace weft::traces::perfetto {
namespace {

constexpr std::uint32_t kSequence = 1;
constexpr std::uint32_t kNamesBegin = 1;
constexpr std::uint32_t kUsesNames = 2;
constexpr char kPacketTag = Trace::kPacketFieldNumber << 3 | 2;

}  // namespace

std::uint64_t PacketWriter::declare(TrackDescriptor track, std::uint64_t parent) {
  track.set_uuid(++tracks_);
  if (parent != 0) {
    track.set_parent_uuid(parent);
  }
  packet_.Clear();
  *packet_.mutable_track_descriptor() = std::move(track);
  append();
  return tracks_;
}

std::uint64_t PacketWriter::intern(Interned kind, std::string_view text) {
  auto& known = interned_[static_cast<std::size_t>(kind)];
  const auto [at, fresh] = known.try_emplace(std::string(text), known.size() + 1);
  if (fresh) {
    InternedName* name = kind == Interned::category ? fresh_.add_event_categories()
                         : kind == Interned::name   ? fresh_.add_event_names()
                         : kind == Interned::annotation
                             ? fresh_.add_debug_annotation_names()
                             : fresh_.add_debug_annotation_string_values();
    name->set_iid(at->second);
    name->set_name(valid_utf8(text));
  }
  return at->second;
}

TrackEvent& PacketWriter::event(TrackEvent::Type type, std::uint64_t track, std::int64_t cycle) {
  packet_.Clear();
  packet_.set_timestamp(static_cast<std::uint64_t>(cycle));
  TrackEvent& event = *packet_.mutable_track_event();
  event.set_type(type);
  event.set_track_uuid(track);
  return event;
}

void PacketWriter::annotate(std::string_view name, std::string_view text) {
  DebugAnnotation& annotation = *packet_.mutable_track_event()->add_debug_annotations();
  annotation.set_name_iid(intern(Interned::annotation, name));
  annotation.set_string_value_iid(intern(Interned::text, text));
}

void PacketWriter::annotate(std::string_view name, std::int64_t number) {
  DebugAnnotation& annotation = *packet_.mutable_track_event()->add_debug_annotations();
  annotation.set_name_iid(intern(Interned::annotation, name));
  annotation.set_int_value(number);
}

void PacketWriter::put() {
  if (fresh_.ByteSizeLong() > 0) {
    packet_.mutable_interned_data()->Swap(&fresh_);
    fresh_.Clear();
  }
  append();
}

void PacketWriter::append() {
  packet_.set_trusted_packet_sequence_id(kSequence);
  packet_.set_sequence_flags(begun_ ? kUsesNames : kNamesBegin);
  begun_ = true;
  const auto size = static_cast<std::uint32_t>(packet_.ByteSizeLong());
  std::array<std::uint8_t, 10> length{};
  const auto* end =
      google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(size, length.data());
  trace_.push_back(kPacketTag);
  trace_.append(reinterpret_cast<const char*>(length.data()),
                static_cast<std::size_t>(end - length.data()));
  packet_.AppendToString(&trace_);
}

}  // namespace weft::traces::perfetto
