// SPDX-License-Identifier: Apache-2.0
#include "sim/scalar/engine.h"

#include <algorithm>
#include <limits>

#include "isa/bundle.h"
#include "sim/core/tile_scripts.h"
#include "sim/scalar/operation.h"

namespace weft::sim::scalar {
namespace {

constexpr Time kSlice = 1 << 28;  ///< cores stop here before times are counted from a later epoch

}  // namespace

Engine::Engine(const isa::Bundle& bundle, const arch::Machine& machine)
    : bundle_(bundle),
      machine_(machine),
      cost_(machine_),
      region_(isa::rect_of(bundle.region())),
      first_index_(bundle) {}

std::unique_ptr<Engine> Engine::create(const isa::Bundle& bundle, const arch::Machine& machine,
                                       std::string& why_not, ScriptMemo* memo) {
  std::unique_ptr<Engine> engine(new Engine(bundle, machine));
  if (engine->prepare(memo)) {
    return engine;
  }
  why_not = engine->declined_;
  return nullptr;
}

void Engine::decline(std::string why) {
  if (declined_.empty()) {
    declined_ = std::move(why);
  }
}

bool Engine::prepare(ScriptMemo* memo) {
  const auto& pace = machine_.fabric().words_per_cycle();
  if (pace.num() != pace.den()) {
    decline("links are paced");
  } else if (!write_programs(memo)) {
    decline("a program is too long to write out, or a step of it");
  } else {
    lay_out_tiles();
    if (!lay_out_routes()) {
      decline("a route is longer than 2^15 cycles");
    } else if (std::find(ports_.begin(), ports_.end(), kNone) != ports_.end()) {
      decline("a transfer has no route");
    }
  }
  op_ends_.resize(static_cast<std::size_t>(bundle_.graph_ops_size()));
  op_spent_.resize(op_ends_.size() + 1);
  return declined_.empty();
}

bool Engine::write_programs(ScriptMemo* memo) {
  std::vector<isa::Program> programs;
  for (const isa::Role& role : bundle_.roles()) {
    auto program = isa::resolve_program(role);
    if (!program) {
      return false;
    }
    programs.push_back(std::move(*program));
  }
  const auto keep = [&](const Script& script, int) {
    return script.edge ? -1 : programs_.add(script);
  };
  const bool written = assign_scripts(bundle_, programs, cost_, machine_.tile().queue_engines(),
                                      machine_.fabric().colors(), keep, program_of_, memo);
  codes_ = programs_.codes().data();
  return written;
}

void Engine::lay_out_tiles() {
  tiles_.resize(program_of_.size());
  ended_.resize(tiles_.size(), 0);
  settled_.resize(bundle_.graph_ops_size() == 0 ? 0 : tiles_.size());
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    Tile& tile = tiles_[i];
    if (program_of_[i] == kNone) {
      tile.halted = true;
      continue;
    }
    const Program& program = programs_[program_of_[i]];
    tile.at = program.begin;
    tile.now = program.lead;
    tile.slots = static_cast<std::int32_t>(operations_.size());
    tile.units = static_cast<std::int32_t>(units_.size());
    tile.ports = static_cast<std::int32_t>(ports_.size());
    operations_.resize(operations_.size() + static_cast<std::size_t>(program.slots));
    units_.resize(units_.size() + kFirstEngine + program.engines.size());
    ports_.resize(ports_.size() + program.in_colors.size() + program.out_colors.size(), kNone);
    runnable_.push_back(static_cast<std::int32_t>(i));
    ++running_;
  }
}

Engine::Progress Engine::advance(std::int64_t until) {
  while (declined_.empty()) {
    until_ = static_cast<Time>(std::min<std::int64_t>(until - epoch_, kSlice));
    run();
    if (!declined_.empty()) {
      break;
    }
    if (parked_.empty()) {
      if (running_ > 0 || !all_done()) {
        decline("cores wait for each other");
      } else if (meetings() > 0) {
        decline("trains met on a shared link");
      } else {
        return Progress::finished;
      }
      break;
    }
    const bool there = until - epoch_ <= kSlice;
    runnable_.swap(parked_);
    parked_.clear();
    if (there) {
      return Progress::running;
    }
    if (!rebase()) {
      decline("tiles are too many cycles apart");
    }
  }
  return Progress::declined;
}

void Engine::run() {
  while (!runnable_.empty()) {
    for (const std::int32_t tile : runnable_) {
      run_core(tile);
      while (true) {
        if (!granted_.empty()) {
          const std::int32_t id = granted_.back();
          granted_.pop_back();
          start_granted(id);
        } else if (!work_.empty()) {
          const std::int32_t item = work_.back();
          work_.pop_back();
          item >= 0 ? advance_operation(item) : advance_fork(~item);
        } else {
          break;
        }
      }
    }
    if (latest_ > std::numeric_limits<Time>::max() / 2) {
      return decline("tiles are too many cycles apart");
    }
    runnable_.clear();
    runnable_.swap(next_);
  }
}

bool Engine::all_done() const {
  return std::all_of(operations_.begin(), operations_.end(), [](const Operation& operation) {
    return operation.state == Operation::State::free || operation.state == Operation::State::done;
  });
}

Time Engine::lowest() const {
  Time low = std::numeric_limits<Time>::max();
  for (const Tile& tile : tiles_) {
    low = tile.halted ? low : std::min(low, tile.now);
  }
  return low;
}

// Counts times from the slowest core that runs on, and words of a tree from the last that all its
// points let go. What lies long before may be anything: it can only be the smaller side of a
// maximum. False when a core has waited for too long.
bool Engine::rebase() {
  Time by = std::numeric_limits<Time>::max();
  for (const std::int32_t tile : runnable_) {
    by = std::min(by, tile_at(tile).now);
  }
  const auto move = [&](Time& time) { time = std::max(kLongAgo, time - by); };
  epoch_ += by;
  move(latest_);
  for (Tile& tile : tiles_) {
    if (!tile.halted && tile.now - by < kLongAgo / 2) {
      return false;
    }
    move(tile.now);
  }
  for (Operation& operation : operations_) {
    const bool paused = operation.inside != Wait::count_ && operation.pause != Operation::kNoPause;
    if (paused && operation.end - by < kLongAgo / 2) {
      operation.pause = Operation::kNoPause;  // before the clock of any core
    } else if (paused && operation.first - by < kLongAgo) {
      return false;  // how long it was is told from there
    } else if (paused) {
      move(operation.pause);
    }
    move(operation.start);
    move(operation.first);
    move(operation.end);
  }
  for (std::vector<Pause>& pauses : pauses_) {
    for (Pause& pause : pauses) {
      move(pause.begin);
      move(pause.end);
    }
  }
  for (Unit& unit : units_) {
    move(unit.free);
  }
  for (std::size_t t = 0; t < first_segment_.size(); ++t) {
    const auto begin = static_cast<std::size_t>(first_segment_[t]);
    const auto end = begin + routes_.trees[t].nodes.size() - 1;
    Word words = std::numeric_limits<Word>::max();
    for (std::size_t s = begin; s < end; ++s) {
      const Segment& segment = segments_[s];
      words = std::min({words, segment.taken, segment.held.known, segment.passed.known});
    }
    for (std::size_t s = begin; s < end; ++s) {
      pool_.shift(segments_[s].held, -words, -by);
      pool_.shift(segments_[s].passed, -words, -by);
      segments_[s].taken -= words;
      ends_[s].words += words;
    }
  }
  return true;
}

std::int64_t Engine::reached() const { return running_ == 0 ? 0 : epoch_ + lowest(); }

// How far the slowest core is in its program, iterations of its outermost loop counted.
double Engine::fraction_done() const {
  double fraction = 1;
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    const Tile& tile = tiles_[i];
    if (tile.halted) {
      continue;
    }
    fraction =
        std::min(fraction, programs_.fraction(programs_[program_of_[i]], tile.at, tile.loops[0]));
  }
  return fraction;
}

}  // namespace weft::sim::scalar
