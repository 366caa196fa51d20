// SPDX-License-Identifier: Apache-2.0
#include "shrink_program.h"

#include <algorithm>
#include <set>

namespace weft::sim {
namespace {

using isa::Opcode;
using Change = std::function<bool(ProgramSpec&)>;  // false: there is nothing to change

void drop_step(std::vector<StepSpec>& program, std::size_t at) {
  if (program[at].opcode == Opcode::loop) {
    program.erase(program.begin() + static_cast<std::ptrdiff_t>(end_of_loop(program, at)));
  }
  program.erase(program.begin() + static_cast<std::ptrdiff_t>(at));
}

// Every amount of this size, so that senders and receivers still agree.
bool set_amount(ProgramSpec& spec, bool transfers, int from, int to) {
  if (to >= from) {
    return false;
  }
  for (auto& program : spec.programs) {
    for (StepSpec& step : program) {
      if (step.is_transfer() == transfers && step.amount == from) {
        step.amount = to;
      }
    }
  }
  return true;
}

bool drop_tree(ProgramSpec& spec, int tree) {
  for (auto& program : spec.programs) {
    for (StepSpec& step : program) {
      if (step.in == tree || step.out == tree) {
        return false;
      }
      step.in -= step.in > tree ? 1 : 0;
      step.out -= step.out > tree ? 1 : 0;
    }
  }
  spec.trees.erase(spec.trees.begin() + tree);
  return true;
}

// A sink without a receive; the links that lead only to it go too.
bool drop_sink(ProgramSpec& spec, std::size_t tree_index, std::size_t sink) {
  TreeSpec& tree = spec.trees[tree_index];
  if (tree.sinks.size() < 2) {
    return false;
  }
  for (const StepSpec& step : spec.programs[static_cast<std::size_t>(tree.sinks[sink])]) {
    if (step.in == static_cast<int>(tree_index)) {
      return false;
    }
  }
  tree.sinks.erase(tree.sinks.begin() + static_cast<std::ptrdiff_t>(sink));
  std::set<int> needed(tree.sinks.begin(), tree.sinks.end());
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [from, to] : tree.links) {
      grown = (needed.contains(to) && needed.insert(from).second) || grown;
    }
  }
  std::erase_if(tree.links, [&](const auto& link) { return !needed.contains(link.second); });
  return true;
}

// Takes the first or last row of tiles off, where nothing happens.
bool trim(ProgramSpec& spec, bool columns, bool last) {
  const int size = columns ? spec.width : spec.height;
  if (size < 2) {
    return false;
  }
  const auto gone = [&](int tile) {
    return (columns ? tile % spec.width : tile / spec.width) == (last ? size - 1 : 0);
  };
  ProgramSpec smaller = spec;
  (columns ? smaller.width : smaller.height) -= 1;
  const auto moved = [&](int tile) {
    const int x = tile % spec.width - (columns && !last ? 1 : 0);
    return (tile / spec.width - (!columns && !last ? 1 : 0)) * smaller.width + x;
  };
  smaller.programs.assign(static_cast<std::size_t>(smaller.width * smaller.height), {});
  for (int tile = 0; tile < spec.width * spec.height; ++tile) {
    const auto& program = spec.programs[static_cast<std::size_t>(tile)];
    if (!gone(tile)) {
      smaller.programs[static_cast<std::size_t>(moved(tile))] = program;
    } else if (!program.empty()) {
      return false;
    }
  }
  for (TreeSpec& tree : smaller.trees) {
    for (auto& [from, to] : tree.links) {
      if (gone(from) || gone(to)) {
        return false;
      }
      from = moved(from);
      to = moved(to);
    }
    tree.source = moved(tree.source);
    std::transform(tree.sinks.begin(), tree.sinks.end(), tree.sinks.begin(), moved);
  }
  spec = smaller;
  return true;
}

std::vector<Change> machine_changes() {
  const auto fabric = [](auto edit) {
    return Change([edit](ProgramSpec& spec) {
      const std::string before = spec.machine.SerializeAsString();
      edit(spec.machine);
      return spec.machine.SerializeAsString() != before;
    });
  };
  return {
      fabric([](arch::Machine& m) { m.mutable_tile()->mutable_setup()->Clear(); }),
      fabric([](arch::Machine& m) { m.mutable_tile()->mutable_setup()->clear_compute(); }),
      fabric([](arch::Machine& m) { m.mutable_tile()->mutable_setup()->clear_transfer(); }),
      fabric(
          [](arch::Machine& m) { m.mutable_tile()->mutable_setup()->clear_tensor_descriptor(); }),
      fabric([](arch::Machine& m) { m.mutable_fabric()->set_ramp_latency(0); }),
      fabric([](arch::Machine& m) { m.mutable_fabric()->set_turn_latency(0); }),
      fabric([](arch::Machine& m) { m.mutable_tile()->set_input_queue_words(1); }),
      fabric([](arch::Machine& m) {
        m.mutable_fabric()->set_places_per_hop(m.fabric().hop_latency());
      }),
      fabric([](arch::Machine& m) {
        m.mutable_fabric()->set_hop_latency(1);
        m.mutable_fabric()->set_places_per_hop(1);
      }),
      fabric([](arch::Machine& m) {
        m.mutable_fabric()->mutable_words_per_cycle()->set_num(1);
        m.mutable_fabric()->mutable_words_per_cycle()->set_den(1);
      }),
      Change([](ProgramSpec& spec) {
        const bool moved = spec.x + spec.y > 0;
        spec.x = spec.y = 0;
        return moved;
      }),
  };
}

std::vector<Change> changes_of(const ProgramSpec& spec) {
  std::vector<Change> changes;
  for (std::size_t tile = 0; tile < spec.programs.size(); ++tile) {
    const auto& program = spec.programs[tile];
    changes.push_back([tile](ProgramSpec& s) {
      const bool had = !s.programs[tile].empty();
      s.programs[tile].clear();
      return had;
    });
    for (std::size_t i = program.size(); i-- > 0;) {
      if (program[i].opcode != Opcode::end) {
        changes.push_back(
            [tile, i](ProgramSpec& s) { return drop_step(s.programs[tile], i), true; });
      }
      if (program[i].engine >= 0) {
        changes.push_back([tile, i](ProgramSpec& s) {
          s.programs[tile][i].engine = -1;
          return true;
        });
      }
      const int amount = program[i].amount;
      const bool transfers = program[i].is_transfer();
      for (const int smaller : {1, amount / 2, amount - 1}) {
        changes.push_back([=](ProgramSpec& s) {
          return smaller > 0 && set_amount(s, transfers, amount, smaller);
        });
      }
    }
  }
  for (std::size_t t = spec.trees.size(); t-- > 0;) {
    changes.push_back([t](ProgramSpec& s) { return drop_tree(s, static_cast<int>(t)); });
    for (std::size_t k = spec.trees[t].sinks.size(); k-- > 0;) {
      changes.push_back([t, k](ProgramSpec& s) { return drop_sink(s, t, k); });
    }
  }
  for (const bool columns : {false, true}) {
    for (const bool last : {false, true}) {
      changes.push_back([=](ProgramSpec& s) { return trim(s, columns, last); });
    }
  }
  const auto machine = machine_changes();
  changes.insert(changes.end(), machine.begin(), machine.end());
  return changes;
}

}  // namespace

ProgramSpec shrink(ProgramSpec spec, const std::function<bool(const ProgramSpec&)>& fails) {
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    std::vector<Change> changes = changes_of(spec);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      ProgramSpec smaller = spec;
      if (changes[i](smaller) && fails(smaller)) {
        spec = std::move(smaller);
        changes = changes_of(spec);
        shrunk = true;
      }
    }
  }
  return spec;
}

}  // namespace weft::sim
