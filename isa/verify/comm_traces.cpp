// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>
#include <string_view>
#include <unordered_map>

#include "isa/place_groups.h"
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

/// Tiles of one role share a trace, or those that no rule can tell apart do.
class Writer {
 public:
  static constexpr std::size_t kMostSteps = std::size_t{1} << 22;  ///< of all traces

  Writer(const Bundle& bundle, const ResolvedBundle& resolved, int most_executed_log2,
         const std::function<bool()>& stop)
      : resolved_(resolved), regions_(bundle), walk_(bundle, resolved, most_executed_log2, stop) {
    for (const Program& program : resolved.programs) {
      roles_.push_back({used_csrs(program, AlikeIn::checks), {}, {}});
    }
  }

  std::optional<CommTraces> write() {
    find_places();
    traces_.of_tile.assign(resolved_.role_of.size(), CommTraces::kNone);
    for (std::size_t tile = 0; tile < resolved_.role_of.size(); ++tile) {
      const std::int32_t role = resolved_.role_of[tile];
      if (role < 0) {
        continue;
      }
      traces_.of_tile[tile] = trace_of(role, tile);
      if (traces_.of_tile[tile] < 0) {
        return std::nullopt;
      }
    }
    return std::move(traces_);
  }

 private:
  struct OfRole {
    CsrSet used = 0;
    std::map<Coordinates, std::int32_t> number;  ///< of a place
    std::vector<Coordinates> places;
    std::vector<std::int32_t> group = {};  ///< by place
    std::vector<Roaming> roams = {};       ///< of group_places; empty: addresses count
    std::vector<std::int32_t> trace = {};  ///< by group; kNone: not yet walked
    bool by_place = false;                 ///< other elements may count at another tile
    std::map<Coordinates, std::int32_t> trace_at = {};  ///< then
  };

  void find_places() {
    place_of_.assign(resolved_.role_of.size(), -1);
    for (std::size_t tile = 0; tile < place_of_.size(); ++tile) {
      if (resolved_.role_of[tile] >= 0) {
        OfRole& role = roles_[static_cast<std::size_t>(resolved_.role_of[tile])];
        const Coordinates at = only(role.used, regions_.at(tile));
        const auto [place, fresh] =
            role.number.try_emplace(at, static_cast<std::int32_t>(role.places.size()));
        if (fresh) {
          role.places.push_back(at);
        }
        place_of_[tile] = place->second;
      }
    }
  }

  std::int32_t trace_of(std::int32_t role, std::size_t tile) {
    OfRole& its = roles_[static_cast<std::size_t>(role)];
    if (its.group.empty()) {
      const Program& program = resolved_.programs[static_cast<std::size_t>(role)];
      auto groups = group_places(program, its.places, AlikeIn::bounds, &its.roams);
      if (!groups) {
        return CommTraces::kNone;
      }
      its.group = std::move(*groups);
      its.trace.assign(its.places.size(), CommTraces::kNone);
    }
    const std::int32_t group = its.group[static_cast<std::size_t>(place_of_[tile])];
    std::int32_t& known = its.trace[static_cast<std::size_t>(group)];
    if (known < 0 && !its.by_place) {
      RoleWalk::Outcome outcome = walk_.walk(role, regions_.at(tile), its.roams);
      if (outcome.by_address) {
        auto groups = group_places(resolved_.programs[static_cast<std::size_t>(role)], its.places,
                                   AlikeIn::checks);
        if (!groups) {
          return CommTraces::kNone;
        }
        its.group = std::move(*groups);
        its.roams.clear();
        its.trace.assign(its.places.size(), CommTraces::kNone);
        return trace_of(role, tile);
      }
      its.by_place = outcome.by_place;
      known = outcome.good ? number(std::move(outcome)) : CommTraces::kNone;
    }
    return its.by_place ? trace_at(role, regions_.at(tile)) : known;
  }

  std::int32_t trace_at(std::int32_t role, const Coordinates& at) {
    OfRole& its = roles_[static_cast<std::size_t>(role)];
    const auto [known, fresh] = its.trace_at.try_emplace(at, CommTraces::kNone);
    if (fresh) {
      RoleWalk::Outcome outcome = walk_.walk(role, at);
      known->second = outcome.good ? number(std::move(outcome)) : CommTraces::kNone;
    }
    return known->second;
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
  std::vector<OfRole> roles_;
  std::vector<std::int32_t> place_of_;  ///< by tile: of its role
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
