// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "isa/verify/skeleton.h"

namespace weft::isa {
namespace {

constexpr const char* kUnitNames[kUnits] = {"the datapath", "the ramp in", "the ramp out",
                                            "the edge channel", "its queue engine"};

}  // namespace

// The transfer that uses a node now or is the next to, else the core that has yet to issue it.
std::int32_t Skeleton::user_of(std::int32_t node_index) const {
  const SkeletonNode& node = nodes_[static_cast<std::size_t>(node_index)];
  if (node.transfer != kNobody || node.tile == kNobody) {
    return node.transfer;
  }
  std::int32_t next = kNobody;
  std::int64_t first = INT64_MAX;
  for (std::size_t id = 0; id < transfers_.size(); ++id) {
    const Transfer& transfer = transfers_[id];
    if (transfer.done) {
      continue;
    }
    if (transfer.in_node == node_index && transfer.in_first < first) {
      first = transfer.in_first;
      next = static_cast<std::int32_t>(id);
    }
    if (transfer.out_node == node_index && transfer.out_first < first) {
      first = transfer.out_first;
      next = static_cast<std::int32_t>(id);
    }
  }
  if (next != kNobody) {
    return next;
  }
  return ended(node.tile) ? kNobody : static_cast<std::int32_t>(transfers_.size()) + node.tile;
}

// A node short of words: up to the source, or to what holds a fork on the way.
Skeleton::Blame Skeleton::blame_words(std::int32_t node_index) const {
  const SkeletonNode& node = nodes_[static_cast<std::size_t>(node_index)];
  const SkeletonNode& parent = nodes_[static_cast<std::size_t>(node.parent)];
  if (parent.kind == RouteNode::Kind::source) {
    return {user_of(node.parent), fmt::format("waits for words of c{} from {}",
                                              color_of_tree_[static_cast<std::size_t>(node.tree)],
                                              node_tile_text(node.parent))};
  }
  return arrived(node.parent) <= parent.passed ? blame_words(node.parent)
                                               : blame_places(node.parent);
}

// A node without a free place: down to the fullest branch.
Skeleton::Blame Skeleton::blame_places(std::int32_t node_index) const {
  const SkeletonNode& node = nodes_[static_cast<std::size_t>(node_index)];
  std::int32_t fullest = children_[static_cast<std::size_t>(node.first_child)];
  const auto left = [&](std::int32_t child) {
    const SkeletonNode& at = nodes_[static_cast<std::size_t>(child)];
    return at.passed + at.places;
  };
  for (std::int32_t i = node.first_child; i < node.first_child + node.child_count; ++i) {
    const std::int32_t child = children_[static_cast<std::size_t>(i)];
    fullest = left(child) < left(fullest) ? child : fullest;
  }
  const SkeletonNode& branch = nodes_[static_cast<std::size_t>(fullest)];
  if (branch.kind == RouteNode::Kind::fork) {
    return blame_places(fullest);
  }
  return {
      user_of(fullest),
      fmt::format("its {} places on c{} are full until {} receives", branch.places,
                  color_of_tree_[static_cast<std::size_t>(branch.tree)], node_tile_text(fullest))};
}

Skeleton::Blame Skeleton::blame(std::int32_t waiter,
                                const std::vector<std::int32_t>& holder) const {
  const auto transfers = static_cast<std::int32_t>(transfers_.size());
  if (waiter >= transfers) {
    const std::int32_t tile = waiter - transfers;
    const Core& core = cores_[static_cast<std::size_t>(tile)];
    if (core.wait == Core::Wait::transfer) {
      return {core.waited, {}};
    }
    const auto& on = transfers_[static_cast<std::size_t>(core.waited)];
    return {core.waited,
            fmt::format("waits for {}{}",
                        core.wait == Core::Wait::datapath ? "the datapath, held by " : "",
                        instruction_text(tile, on.pc))};
  }
  const Transfer& transfer = transfers_[static_cast<std::size_t>(waiter)];
  if (!transfer.started) {
    const std::int32_t by = holder[static_cast<std::size_t>(waiter)];
    const Transfer& held = transfers_[static_cast<std::size_t>(by)];
    const auto unit = static_cast<std::size_t>(
        std::find(held.next.begin(), held.next.end(), waiter) - held.next.begin());
    return {by, fmt::format("waits for {}, held by {}", kUnitNames[unit],
                            instruction_text(held.tile, held.pc))};
  }
  const bool starved = transfer.in_node != kNobody &&
                       arrived(transfer.in_node) - transfer.in_first <= transfer.moved;
  return starved ? blame_words(transfer.in_node) : blame_places(transfer.out_node);
}

std::string Skeleton::node_tile_text(std::int32_t node) const {
  const std::uint32_t at = grid_tile_[static_cast<std::size_t>(node)];
  return tile_name(static_cast<int>(at % grid_width_), static_cast<int>(at / grid_width_));
}

std::string Skeleton::describe_cycle(const std::vector<std::int32_t>& cycle,
                                     const std::vector<std::int32_t>& holder) const {
  constexpr std::size_t kMostNamed = 8;
  const auto transfers = static_cast<std::int32_t>(transfers_.size());
  std::vector<std::string> links;
  for (const std::int32_t waiter : cycle) {
    const std::string why = blame(waiter, holder).why;
    if (why.empty()) {
      continue;
    }
    const bool is_core = waiter >= transfers;
    const std::int32_t tile =
        is_core ? waiter - transfers : transfers_[static_cast<std::size_t>(waiter)].tile;
    const std::int32_t pc = is_core ? cores_[static_cast<std::size_t>(tile)].state.pc
                                    : transfers_[static_cast<std::size_t>(waiter)].pc;
    links.push_back(fmt::format("{}: {}", place_text(tile, pc), why));
  }
  std::string text = "cyclic wait: ";
  for (std::size_t i = 0; i < std::min(kMostNamed, links.size()); ++i) {
    text += links[i] + " → ";
  }
  if (links.size() > kMostNamed) {
    text += fmt::format("{} more → ", links.size() - kMostNamed);
  }
  return text +
         "the first again; let all tiles take these trains in one order, or make them "
         "asynchronous";
}

// Trains whose ends disagree, and trains only one end knows.
void Skeleton::report_trains() {
  for (const TrainPairs::Mismatch& found : trains_.mismatches()) {
    const std::int32_t sink = node_of_sink_[static_cast<std::size_t>(found.sink)];
    const SkeletonNode& node = nodes_[static_cast<std::size_t>(sink)];
    const std::int32_t source = source_of_tree_[static_cast<std::size_t>(node.tree)];
    const std::string train =
        fmt::format("{}: train {} on c{}",
                    place_text(nodes_[static_cast<std::size_t>(source)].tile, found.sent.pc),
                    found.train, color_of_tree_[static_cast<std::size_t>(node.tree)]);
    const std::string receiver = place_text(node.tile, found.received.pc);
    if (found.sent.words != found.received.words) {
      findings_.add(fmt::format("{} has {} words and {} takes {}; give both ends as many elements",
                                train, found.sent.words, receiver, found.received.words));
    } else {
      findings_.add(fmt::format("{} is {} and {} takes {}; give both ends one element type", train,
                                name_of(found.sent.dtype), receiver,
                                name_of(found.received.dtype)));
    }
  }
  if (stopped_ || trains_.unequal_words()) {
    return;
  }
  std::int32_t last_tree = kNobody;
  for (std::size_t s = 0; s < node_of_sink_.size(); ++s) {
    const std::int32_t sink = node_of_sink_[s];
    const SkeletonNode& node = nodes_[static_cast<std::size_t>(sink)];
    const auto leftover = trains_.leftover(static_cast<std::int32_t>(s));
    const std::int32_t source = source_of_tree_[static_cast<std::size_t>(node.tree)];
    const std::int32_t from = nodes_[static_cast<std::size_t>(source)].tile;
    if (!leftover || !ended(leftover->received ? from : node.tile) ||
        (!leftover->received && node.tree == last_tree)) {
      continue;
    }
    const int color = color_of_tree_[static_cast<std::size_t>(node.tree)];
    if (leftover->received) {
      findings_.add(fmt::format(
          "{}: waits for train {} on c{} ({} words), which {} never sends; send it or drop the "
          "receive",
          place_text(node.tile, leftover->at.pc), leftover->train, color, leftover->at.words,
          node_tile_text(source)));
    } else {
      last_tree = node.tree;
      findings_.add(fmt::format(
          "{}: train {} on c{} ({} words) is never received by {}; receive it or drop the send",
          place_text(from, leftover->at.pc), leftover->train, color, leftover->at.words,
          node_tile_text(sink)));
    }
  }
}

// Bytes of edge memory that one tile writes and another touches: which comes first would be a
// question of time.
void Skeleton::report_edge() {
  for (const auto& [writer, use] : edge_use_) {
    for (const auto& [other, touched] : edge_use_) {
      const auto read = other == writer ? std::nullopt : use.written.common(touched.read);
      const auto written = other <= writer ? std::nullopt : use.written.common(touched.written);
      if (const auto& both = read ? read : written) {
        findings_.add(fmt::format(
            "{} writes bytes {} to {} of edge memory, which {} {}; give each tile bytes of its own",
            tile_text(writer), both->first, both->last - 1, tile_text(other),
            read ? "reads" : "writes"));
      }
    }
  }
}

// Everyone left waits for exactly one other: follows each to the cycle it ends in, if it does.
void Skeleton::report_waits() {
  const std::size_t transfers = transfers_.size();
  std::vector<std::int32_t> holder(transfers, kNobody);
  std::vector<std::int32_t> waiters;
  for (std::size_t id = 0; id < transfers; ++id) {
    if (transfers_[id].done) {
      continue;
    }
    for (const std::int32_t next : transfers_[id].next) {
      if (next != kNobody) {
        holder[static_cast<std::size_t>(next)] = static_cast<std::int32_t>(id);
      }
    }
  }
  for (std::size_t tile = 0; tile < cores_.size(); ++tile) {
    if (cores_[tile].wait != Core::Wait::halted) {
      waiters.push_back(static_cast<std::int32_t>(transfers + tile));
    }
  }
  for (std::size_t id = 0; id < transfers; ++id) {
    if (!transfers_[id].done) {
      waiters.push_back(static_cast<std::int32_t>(id));
    }
  }
  std::vector<std::int32_t> walk_of(transfers + cores_.size(), kNobody);
  std::vector<std::int32_t> path;
  for (std::size_t walk = 0; walk < waiters.size() && !findings_.full(); ++walk) {
    path.clear();
    std::int32_t at = waiters[walk];
    while (at != kNobody && walk_of[static_cast<std::size_t>(at)] == kNobody) {
      walk_of[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(walk);
      path.push_back(at);
      at = blame(at, holder).next;
    }
    if (at != kNobody && walk_of[static_cast<std::size_t>(at)] == static_cast<std::int32_t>(walk)) {
      path.erase(path.begin(), std::find(path.begin(), path.end(), at));
      findings_.add(describe_cycle(path, holder));
    }
  }
  if (!waiters.empty() && !findings_.any()) {
    const std::int32_t first = waiters.front();
    const std::int32_t tile = first >= static_cast<std::int32_t>(transfers)
                                  ? first - static_cast<std::int32_t>(transfers)
                                  : transfers_[static_cast<std::size_t>(first)].tile;
    findings_.add(fmt::format("{} never ends its program; its transfers cannot all complete",
                              tile_text(tile)));
  }
}

}  // namespace weft::isa
