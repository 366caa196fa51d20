// SPDX-License-Identifier: Apache-2.0
#include "traces/perfetto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "traces/layout.h"
#include "traces/perfetto_writer.h"
#include "traces/window.h"

namespace weft::traces {
namespace {

using perfetto::Interned;
using perfetto::PacketWriter;
using perfetto::TrackDescriptor;
using perfetto::TrackEvent;

/// By bin, in the order of `Bins`: the category of a slice, what its name ends with, and the
/// counter its tile is counted in.
struct BinStyle {
  std::string_view category;
  std::string_view suffix;
  int counter;
};
constexpr std::array<BinStyle, 8> kBins = {{{"compute", "", 0},
                                            {"setup", ": set-up", 1},
                                            {"moving", "", 2},
                                            {"input", ": wait input", 3},
                                            {"output", ": wait output", 3},
                                            {"unit", ": wait unit", 3},
                                            {"memory", ": wait memory", 3},
                                            {"idle", ": idle", 4}}};
constexpr int kMoving = 2;
constexpr std::array<std::string_view, 5> kCounters = {
    "tiles computing", "tiles setting up", "tiles moving words", "tiles waiting", "tiles idle"};

/// One end of an arrow.
struct FlowPoint {
  std::int64_t cycle = 0;
  int instruction = 0;
  bool leaves = false;
  int train = 0;
};

struct Change {
  std::int64_t cycle = 0;
  std::int64_t by = 0;
};

class Exporter {
 public:
  explicit Exporter(const Recording& recording)
      : recording_(recording), window_(recording.window()), tiles_(range_of(window_).tiles) {}

  std::string run() {
    find_points();
    put_about();
    declare_tiles();
    for (int i = 0; i < window_.rows_size(); ++i) {
      put_tile(i);
    }
    put_counters();
    return out_.take();
  }

 private:
  void put_about() {
    const Summary& summary = recording_.summary();
    TrackDescriptor process;
    process.mutable_process()->set_pid(1);
    process.mutable_process()->set_process_name(
        valid_utf8(fmt::format("{} on {}", summary.model(), summary.machine())));
    process.set_child_ordering(TrackDescriptor::EXPLICIT);
    process.set_description("1 ns of this trace is 1 cycle of the machine");
    process_ = out_.declare(process, 0);
    TrackDescriptor about;
    about.set_name("about this trace");
    about.set_sibling_order_rank(rank_++);
    const std::uint64_t track = out_.declare(about, process_);
    const std::string name =
        summary.frequency() > 0
            ? fmt::format("1 ns = 1 cycle = {} at {}", human_seconds(1 / summary.frequency()),
                          human_hertz(summary.frequency()))
            : "1 ns = 1 cycle";
    TrackEvent& event = out_.event(TrackEvent::INSTANT, track, window_.begin());
    event.set_name_iid(out_.intern(Interned::name, name));
    const Region& region = recording_.region();
    const Provenance& provenance = recording_.provenance();
    out_.annotate("machine", summary.machine());
    out_.annotate("model", summary.model());
    out_.annotate("phase", summary.phase());
    out_.annotate("region", fmt::format("{}x{}+{}+{}", region.width(), region.height(), region.x(),
                                        region.y()));
    out_.annotate("tiles", fmt::format("{}:{},{}:{}", tiles_.x, tiles_.x + tiles_.width, tiles_.y,
                                       tiles_.y + tiles_.height));
    out_.annotate("cycles", fmt::format("{}:{}", window_.begin(), window_.end()));
    out_.annotate("cycles of the run", summary.cycles());
    out_.annotate("weft", provenance.weft_version());
    out_.annotate("machine hash", provenance.machine_hash());
    out_.annotate("bundle hash", provenance.bundle_hash());
    out_.put();
    for (const std::string_view counter : kCounters) {
      counters_.push_back(declare_counter(counter, "tiles"));
    }
    counters_.push_back(declare_counter("trains on the way", "trains"));
  }

  std::uint64_t declare_counter(std::string_view name, const std::string& unit) {
    TrackDescriptor track;
    track.set_name(std::string(name));
    track.mutable_counter()->set_unit_name(unit);
    track.set_sibling_order_rank(rank_++);
    return out_.declare(track, process_);
  }

  void declare_tiles() {
    for (int y = 0; y < tiles_.height; ++y) {
      TrackDescriptor row;
      row.set_name(fmt::format("row {}", tiles_.y + y));
      row.set_child_ordering(TrackDescriptor::EXPLICIT);
      row.set_sibling_order_rank(rank_++);
      const std::uint64_t row_track = out_.declare(row, process_);
      for (int x = 0; x < tiles_.width; ++x) {
        const int role = window_.rows(y * tiles_.width + x).role();
        TrackDescriptor tile;
        tile.set_name("tile " + place(y * tiles_.width + x));
        tile.set_sibling_order_rank(x);
        tile.set_description(role == 0 ? "no role" : "role " + valid_utf8(window_.roles(role - 1)));
        tile_tracks_.push_back(out_.declare(tile, row_track));
      }
    }
  }

  std::string place(int tile) const {
    return fmt::format("{},{}", tiles_.x + tile % tiles_.width, tiles_.y + tile / tiles_.width);
  }

  void find_points() {
    points_.resize(static_cast<std::size_t>(window_.rows_size()));
    for (int i = 0; i < window_.trains_size(); ++i) {
      const Train& train = window_.trains(i);
      points_[static_cast<std::size_t>(train.source())].push_back(
          {train.issued(), train.send_instruction(), true, i});
      points_[static_cast<std::size_t>(train.destination())].push_back(
          {train.consumed(), train.receive_instruction(), false, i});
    }
    const auto key = [](const FlowPoint& p) {
      return std::tuple(p.cycle, p.instruction, p.leaves, p.train);
    };
    for (auto& points : points_) {
      std::sort(points.begin(), points.end(),
                [&](const FlowPoint& a, const FlowPoint& b) { return key(a) < key(b); });
    }
  }

  std::string_view mnemonic(int instruction) const {
    const std::string_view text = window_.instructions(instruction - 1).text();
    return text.substr(0, text.find(' '));
  }

  void annotate_instruction(std::string_view name, int instruction) {
    const Instruction& what = window_.instructions(instruction - 1);
    out_.annotate(name, fmt::format("{}: {}", what.pc(), what.text()));
  }

  void put_tile(int tile) {
    const TileWindow& row = window_.rows(tile);
    const std::uint64_t track = tile_tracks_[static_cast<std::size_t>(tile)];
    const auto& points = points_[static_cast<std::size_t>(tile)];
    std::size_t next = 0;
    std::int64_t at = window_.begin();
    int op_run = 0;
    for (int i = 0; i < row.cycles_size(); ++i) {
      const Activity& activity = window_.activities(row.activities(i));
      const std::int64_t end = at + row.cycles(i);
      if (activity.op_run() != op_run) {
        change_op(track, at, op_run, activity.op_run());
        op_run = activity.op_run();
      }
      std::size_t last = next;
      while (last < points.size() && points[last].cycle < end) {
        ++last;
      }
      const std::span inside(points.data() + next, last - next);
      next = last;
      put_stretch(track, at, activity, inside);
      put_instants(track, at, activity, inside);
      out_.event(TrackEvent::END, track, end);
      out_.put();
      const auto counter = static_cast<std::size_t>(style_of(activity).counter);
      changes_[counter].push_back({at, 1});
      changes_[counter].push_back({end, -1});
      at = end;
    }
    change_op(track, at, op_run, 0);
  }

  static const BinStyle& style_of(const Activity& activity) {
    return kBins[static_cast<std::size_t>(activity.bin())];
  }

  void change_op(std::uint64_t track, std::int64_t cycle, int from, int to) {
    if (from != 0) {
      out_.event(TrackEvent::END, track, cycle);
      out_.put();
    }
    if (to == 0) {
      return;
    }
    const OpRun& run = window_.op_runs(to - 1);
    TrackEvent& event = out_.event(TrackEvent::BEGIN, track, cycle);
    event.set_name_iid(out_.intern(Interned::name, run.name()));
    event.add_category_iids(out_.intern(Interned::category, "op"));
    out_.annotate("step", run.step());
    if (run.layer() >= 0) {
      out_.annotate("layer", run.layer());
    }
    out_.put();
  }

  /// Whether the end of a train is where this stretch begins: the stretch itself carries the arrow.
  static bool at_begin(const FlowPoint& point, std::int64_t begin, const Activity& activity) {
    const int moves = activity.waits_for() != 0 ? activity.waits_for() : activity.instruction();
    return activity.bin() == kMoving && point.cycle == begin && point.instruction == moves;
  }

  void add_flow(TrackEvent& event, const FlowPoint& point) {
    const auto id = static_cast<std::uint64_t>(point.train) + 1;
    if (point.leaves) {
      event.add_flow_ids(id);
    } else {
      event.add_terminating_flow_ids(id);
    }
  }

  void put_stretch(std::uint64_t track, std::int64_t begin, const Activity& activity,
                   std::span<const FlowPoint> points) {
    const BinStyle& style = style_of(activity);
    const int named = activity.waits_for() != 0 ? activity.waits_for() : activity.instruction();
    TrackEvent& event = out_.event(TrackEvent::BEGIN, track, begin);
    event.set_name_iid(out_.intern(
        Interned::name, named == 0 ? "idle" : fmt::format("{}{}", mnemonic(named), style.suffix)));
    event.add_category_iids(out_.intern(Interned::category, style.category));
    if (activity.instruction() != 0) {
      annotate_instruction("instruction", activity.instruction());
    }
    if (activity.waits_for() != 0) {
      annotate_instruction("waits for", activity.waits_for());
    }
    if (named != 0) {
      for (const int color : window_.instructions(named - 1).colors()) {
        out_.annotate("color", color);
      }
    }
    bool first = true;
    for (const FlowPoint& point : points) {
      if (at_begin(point, begin, activity)) {
        if (first) {
          out_.annotate("words", window_.trains(point.train).words());
        }
        first = false;
        add_flow(event, point);
      }
    }
    out_.put();
  }

  // Ends of trains while the core did something else (asynchronous transfers).
  void put_instants(std::uint64_t track, std::int64_t begin, const Activity& activity,
                    std::span<const FlowPoint> points) {
    for (std::size_t i = 0; i < points.size();) {
      const FlowPoint& point = points[i];
      if (at_begin(point, begin, activity)) {
        ++i;
        continue;
      }
      const Train& train = window_.trains(point.train);
      TrackEvent& event = out_.event(TrackEvent::INSTANT, track, point.cycle);
      event.add_category_iids(out_.intern(Interned::category, "train"));
      event.set_name_iid(out_.intern(
          Interned::name, point.instruction == 0 ? "train" : mnemonic(point.instruction)));
      if (point.instruction != 0) {
        annotate_instruction("instruction", point.instruction);
      }
      out_.annotate("color", train.color());
      out_.annotate("words", train.words());
      for (; i < points.size() && points[i].cycle == point.cycle &&
             points[i].instruction == point.instruction && points[i].leaves == point.leaves;
           ++i) {
        add_flow(event, points[i]);
      }
      out_.put();
    }
  }

  void put_counters() {
    auto& trains = changes_.back();
    for (const Train& train : window_.trains()) {
      trains.push_back({train.issued(), 1});
      if (train.end() < window_.end()) {
        trains.push_back({train.end(), -1});
      }
    }
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      put_counter(counters_[i], changes_[i]);
    }
  }

  void put_counter(std::uint64_t track, std::vector<Change>& changes) {
    changes.push_back({window_.begin(), 0});
    std::sort(changes.begin(), changes.end(),
              [](const Change& a, const Change& b) { return a.cycle < b.cycle; });
    std::int64_t value = 0;
    std::int64_t told = -1;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      value += changes[i].by;
      if ((i + 1 == changes.size() || changes[i + 1].cycle != changes[i].cycle) && value != told) {
        out_.event(TrackEvent::COUNTER, track, changes[i].cycle).set_counter_value(value);
        out_.put();
        told = value;
      }
    }
  }

  const Recording& recording_;
  const Window& window_;
  const Rect tiles_;
  PacketWriter out_;
  int rank_ = 0;
  std::uint64_t process_ = 0;
  std::vector<std::uint64_t> counters_, tile_tracks_;
  std::vector<std::vector<FlowPoint>> points_;  ///< by tile
  std::array<std::vector<Change>, kCounters.size() + 1> changes_;
};

}  // namespace

std::string perfetto_trace(const Recording& recording) { return Exporter(recording).run(); }

}  // namespace weft::traces
