// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

#include <algorithm>

#include "mapper/collectives/emit.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

int NameTable::graph_op(const std::string& name) {
  const auto at = std::find(graph_ops_.begin(), graph_ops_.end(), name);
  if (at == graph_ops_.end()) {
    graph_ops_.push_back(name);
    return static_cast<int>(graph_ops_.size() - 1);
  }
  return static_cast<int>(at - graph_ops_.begin());
}

int NameTable::probe(const std::string& name, const isa::Axis& columns) {
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    if (probes_[i].name() == name) {
      return static_cast<int>(i);
    }
  }
  isa::Probe probe;
  probe.set_name(name);
  *probe.mutable_columns() = columns;
  probes_.push_back(std::move(probe));
  return static_cast<int>(probes_.size() - 1);
}

Emitter::Emitter(const Decoder& decoder, const Shape& shape, const Request& request,
                 const RegionKind& kind, const Reductions& reductions,
                 const std::vector<collectives::Place>& places, NameTable& names, std::string role)
    : decoder_(decoder),
      shape_(shape),
      request_(request),
      kind_(kind),
      reductions_(reductions),
      places_(places),
      names_(names),
      role_(std::move(role)) {}

void Emitter::begin_op(const std::string& name, bool layered) {
  role_.graph_op(names_.graph_op(layered ? "layers.{}." + name : name));
}

void Emitter::probe(const std::string& name, const isa::Axis& columns, int t, Value first,
                    bool layered) {
  const int index = names_.probe(layered ? "layers.{}." + name : name, columns);
  role_.emit(Opcode::probe, {index, t, first, layered ? Value::reg(reg::layer) : Value(0)});
}

void Emitter::layer_offset(int s, std::int64_t bytes) {
  role_.emit(Opcode::mul, {s, reg::layer, static_cast<std::int32_t>(bytes)});
}

void Emitter::all_reduce(Reduction reduction, Opcode receive, Opcode forward, int t,
                         const Meanwhile& meanwhile) {
  const auto plan =
      static_cast<std::size_t>(reductions_.plan_of[static_cast<std::size_t>(reduction)]);
  collectives::emit_all_reduce(role_, places_[plan], reductions_.colors[plan], receive, forward, t,
                               meanwhile);
}

}  // namespace weft::mapper
