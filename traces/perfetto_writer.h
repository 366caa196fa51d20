// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "traces/perfetto.pb.h"

namespace weft::traces::perfetto {

enum class Interned { category, name, annotation, text, count_ };

/// Appends packets of one sequence to a trace. Names are interned: the first packet that uses one
/// carries it.
class PacketWriter {
 public:
  /// Declares a track under `parent` (0: none) and returns its uuid.
  std::uint64_t declare(TrackDescriptor track, std::uint64_t parent);

  /// Number of a name; new ones travel with the next event.
  std::uint64_t intern(Interned kind, std::string_view text);

  /// Begins an event, to be filled and then put.
  TrackEvent& event(TrackEvent::Type type, std::uint64_t track, std::int64_t cycle);
  void annotate(std::string_view name, std::string_view text);
  void annotate(std::string_view name, std::int64_t number);
  void put();

  std::string take() { return std::move(trace_); }

 private:
  void append();

  std::array<std::unordered_map<std::string, std::uint64_t>, 4> interned_;
  InternedData fresh_;
  TracePacket packet_;
  std::uint64_t tracks_ = 0;
  bool begun_ = false;
  std::string trace_;
};

}  // namespace weft::traces::perfetto
