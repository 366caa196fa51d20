// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>
#include <string_view>
#include <unordered_map>

#include "isa/control_walk.h"
#include "isa/regions.h"
#include "isa/verify/role_walk.h"
#include "isa/verify/shared_proof.h"

namespace weft::isa {
namespace {

/// Numbers values so that equal ones have one number.
template <class T>
class Numbers {
 public:
  template <class Hash>
  std::int32_t number_of(T&& value, Hash hash, std::vector<T>& all) {
    for (auto [at, end] = by_hash_.equal_range(hash); at != end; ++at) {
      if (all[static_cast<std::size_t>(at->second)] == value) {
        return at->second;
      }
    }
    all.push_back(std::move(value));
    const auto number = static_cast<std::int32_t>(all.size() - 1);
    by_hash_.emplace(hash, number);
    return number;
  }

 private:
  std::unordered_multimap<std::size_t, std::int32_t> by_hash_;
};

template <class T>
std::size_t hash_of(const std::vector<T>& items) {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)});
}

/// Tiles of one role share a trace, or those with the coordinates that steer it do.
class Writer {
 public:
  static constexpr std::size_t kMostSteps = std::size_t{1} << 22;  ///< of all traces

  Writer(const Bundle& bundle, const ResolvedBundle& resolved, int most_executed_log2,
         const std::function<bool()>& stop)
      : resolved_(resolved), regions_(bundle), walk_(bundle, resolved, most_executed_log2, stop) {
    roles_.resize(resolved.programs.size());
  }

  std::optional<CommTraces> write() {
    traces_.of_tile.assign(resolved_.role_of.size(), CommTraces::kNone);
    for (std::size_t tile = 0; tile < resolved_.role_of.size(); ++tile) {
      const std::int32_t role = resolved_.role_of[tile];
      if (role < 0) {
        continue;
      }
      traces_.of_tile[tile] = trace_of(role, regions_.at(tile));
      if (traces_.of_tile[tile] < 0) {
        return std::nullopt;
      }
    }
    return std::move(traces_);
  }

 private:
  struct Shared {
    CsrSet steered = 0;
    bool by_place = false;                       ///< walks do not tell all
    std::map<Coordinates, std::int32_t> traces;  ///< by what of the coordinates steers
    std::map<WalkPrint, std::int32_t> walked;
  };

  std::int32_t trace_of(std::int32_t role, const Coordinates& at) {
    Shared& shared = roles_[static_cast<std::size_t>(role)];
    const Coordinates place = only(shared.steered, at);
    if (const auto known = shared.traces.find(place); known != shared.traces.end()) {
      return known->second;
    }
    const auto print =
        control_walk(resolved_.programs[static_cast<std::size_t>(role)], at, WalkOf::checks);
    if (print && !shared.by_place) {
      if (const auto like = shared.walked.find(*print); like != shared.walked.end()) {
        shared.traces.emplace(place, like->second);
        return like->second;
      }
    }
    RoleWalk::Outcome outcome = walk_.walk(role, at);
    const CsrSet steered = shared.steered | outcome.steered;
    shared.by_place |= outcome.by_place;
    const std::int32_t trace = outcome.good ? number(std::move(outcome)) : CommTraces::kNone;
    if (steered != shared.steered) {
      // Tiles with the coordinates of this one are walked anew: what came before stays true.
      shared.steered = steered;
      shared.traces.clear();
    } else {
      shared.traces.emplace(place, trace);
    }
    if (print) {
      shared.walked.emplace(*print, trace);
    }
    return trace;
  }

  std::int32_t number(RoleWalk::Outcome outcome) {
    for (std::size_t i = 0; i < outcome.ports.size(); ++i) {
      const std::size_t hash = hash_of(outcome.trains[i]);
      outcome.ports[i].trains =
          train_numbers_.number_of(std::move(outcome.trains[i]), hash, trains_);
    }
    const std::size_t hash = hash_of(outcome.steps) ^ outcome.ports.size();
    const std::size_t before = traces_.traces.size();
    const std::int32_t number = trace_numbers_.number_of(
        CommTrace{std::move(outcome.steps), std::move(outcome.ports)}, hash, traces_.traces);
    if (traces_.traces.size() > before) {
      traces_.traces.back().steps.shrink_to_fit();
      steps_ += traces_.traces.back().steps.size();
    }
    return steps_ <= kMostSteps ? number : CommTraces::kNone;
  }

  const ResolvedBundle& resolved_;
  const Regions regions_;
  RoleWalk walk_;
  std::vector<Shared> roles_;
  Numbers<std::vector<TrainRun>> train_numbers_;
  std::vector<std::vector<TrainRun>> trains_;
  Numbers<CommTrace> trace_numbers_;
  std::size_t steps_ = 0;
  CommTraces traces_;
};

}  // namespace

std::optional<CommTraces> write_traces(const Bundle& bundle, const ResolvedBundle& resolved,
                                       int most_executed_log2, const std::function<bool()>& stop) {
  return Writer(bundle, resolved, most_executed_log2, stop).write();
}

}  // namespace weft::isa
