// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "arch/machine.h"
#include "base/schema.h"
#include "mapper/mapping_faults.h"
#include "mapper/mapping_file.h"
#include "models/graph.h"

namespace weft::mapper {
namespace {

std::string name_of(Mapping::Op op) {
  return enum_names(*Mapping::Op_descriptor())[static_cast<std::size_t>(op)];
}

bool is_product(Mapping::Op op) {
  switch (op) {
    case Mapping::OP_QKV:
    case Mapping::OP_ATTENTION_SCORES:
    case Mapping::OP_ATTENTION_MERGE:
    case Mapping::OP_O:
    case Mapping::OP_GATE_UP:
    case Mapping::OP_DOWN:
    case Mapping::OP_LOGITS:
      return true;
    default:
      return false;
  }
}

void check_bound_to(const Mapping& mapping, const arch::Machine& machine,
                    const models::Graph& graph, MappingFaults& faults) {
  const std::string machine_hash = arch::machine_hash(machine);
  if (mapping.has_machine_hash() && mapping.machine_hash() != machine_hash) {
    faults.add(
        "machine_hash",
        fmt::format("made for machine {} ({}), this is {} ({}); map again, or take machine_"
                    "hash out to try it here",
                    mapping.machine(), mapping.machine_hash(), machine.name(), machine_hash));
  }
  const std::string graph_hash = models::graph_hash(graph);
  if (mapping.has_model_hash() && mapping.model_hash() != graph_hash) {
    faults.add("model_hash",
               fmt::format("made for model {} ({}), this is {} ({}); map again, or "
                           "take model_hash out to try it here",
                           mapping.model(), mapping.model_hash(), graph.name(), graph_hash));
  }
}

void check_sizes(const Mapping& mapping, const models::Graph& graph, MappingFaults& faults) {
  if (mapping.context() > graph.context()) {
    faults.add("context", fmt::format("{} positions, and the model has a context of {}; lower it",
                                      mapping.context(), graph.context()));
  }
  const auto at_least_one = [&](const char* path, bool said, int value) {
    if (said && value < 1) {
      faults.add(path, fmt::format("{}: at least 1", value));
    }
  };
  at_least_one("context", mapping.has_context(), mapping.context());
  at_least_one("batch", mapping.has_batch(), mapping.batch());
  at_least_one("chunk", mapping.has_chunk(), mapping.chunk());
}

void check_collectives(const Mapping& mapping, MappingFaults& faults) {
  using Collective = Mapping::Collective;
  std::map<std::pair<int, int>, int> seen;
  for (int i = 0; i < mapping.collectives_size(); ++i) {
    const Collective& entry = mapping.collectives(i);
    const std::string path = fmt::format("collectives[{}]", i);
    const auto [first, fresh] =
        seen.try_emplace({entry.op(), entry.has_axis() ? static_cast<int>(entry.axis()) : -1}, i);
    if (!fresh) {
      faults.add(path, fmt::format("{} is said in collectives[{}] too; take one out",
                                   name_of(entry.op()), first->second));
    }
    const bool grouped = entry.algorithm() == Collective::ALGORITHM_TWO_PHASE ||
                         entry.algorithm() == Collective::ALGORITHM_KTREE;
    if (entry.has_groups() && entry.has_algorithm() && !grouped) {
      faults.add(path + ".groups", "groups are for two_phase and ktree; take them out");
    }
    if (entry.has_root() && entry.has_algorithm() &&
        entry.algorithm() == Collective::ALGORITHM_RING) {
      faults.add(path + ".root", "a ring has no root; take it out");
    }
  }
}

void check_kernels(const Mapping& mapping, MappingFaults& faults) {
  std::map<int, int> seen;
  for (int i = 0; i < mapping.kernels_size(); ++i) {
    const Mapping::Op op = mapping.kernels(i).op();
    const std::string path = fmt::format("kernels[{}]", i);
    const auto [first, fresh] = seen.try_emplace(op, i);
    if (!fresh) {
      faults.add(path, fmt::format("{} is said in kernels[{}] too; take one out", name_of(op),
                                   first->second));
    } else if (!is_product(op)) {
      faults.add(path, fmt::format("{} is no product and has no kernel to choose", name_of(op)));
    }
  }
}

void check_colors(const Mapping& mapping, const arch::Machine& machine, MappingFaults& faults) {
  const int colors = machine.fabric().colors();
  std::map<std::string, int> seen;
  for (int i = 0; i < mapping.colors_size(); ++i) {
    const Mapping::Color& entry = mapping.colors(i);
    const std::string path = fmt::format("colors[{}]", i);
    const auto [first, fresh] = seen.try_emplace(entry.flow(), i);
    if (!fresh) {
      faults.add(path, fmt::format("flow '{}' is said in colors[{}] too; take one out",
                                   entry.flow(), first->second));
    }
    if (entry.color() < 0 || entry.color() >= colors) {
      faults.add(path + ".color", fmt::format("{} is no color of machine {}, which has 0 to {}",
                                              entry.color(), machine.name(), colors - 1));
    }
  }
}

}  // namespace

Status check_mapping(const Mapping& mapping, const arch::Machine& machine,
                     const models::Graph& graph, const YamlPlaces& places) {
  MappingFaults faults(places);
  check_bound_to(mapping, machine, graph, faults);
  check_sizes(mapping, graph, faults);
  check_regions(mapping, machine, graph, faults);
  check_collectives(mapping, faults);
  check_kernels(mapping, faults);
  check_colors(mapping, machine, faults);
  return faults.lines().empty()
             ? Status()
             : Status(input_error(fmt::format("{}", fmt::join(faults.lines(), "\n"))));
}

}  // namespace weft::mapper
