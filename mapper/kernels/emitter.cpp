// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

#include <algorithm>

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
                 const RegionKind& kind, const ColorPlan& colors,
                 const std::array<ChainPlace, kAxes>& places, NameTable& names, std::string role)
    : decoder_(decoder),
      shape_(shape),
      request_(request),
      kind_(kind),
      colors_(colors),
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

// Chain to the centre from both ends, then multicast back. Order of the sum: from each end inwards,
// the left half before the right one.
void Emitter::all_reduce(Axis axis, Opcode receive, Opcode forward, int t) {
  const ChainPlace& place = places_[static_cast<std::size_t>(axis)];
  const FlowColors& color = colors_[static_cast<std::size_t>(axis)];
  const auto flow = [&](bool right, int parity) {
    return color[static_cast<std::size_t>(right ? Flow::right0 : Flow::left0) +
                 static_cast<std::size_t>(parity)];
  };
  const int back = color[static_cast<std::size_t>(Flow::broadcast)];
  switch (place.kind) {
    case ChainPlace::Kind::alone:
    case ChainPlace::Kind::outside:
      return;
    case ChainPlace::Kind::first:
      role_.send(flow(place.right, place.parity), t);
      break;
    case ChainPlace::Kind::middle:
      role_.forward(forward, flow(place.right, place.parity), flow(place.right, 1 - place.parity),
                    t);
      break;
    case ChainPlace::Kind::root:
      if (place.from_left) {
        role_.receive(receive, t, flow(false, 0));
      }
      if (place.from_right) {
        role_.receive(receive, t, flow(true, 0));
      }
      role_.send(back, t);
      return;
  }
  role_.receive(Opcode::recv_set, t, back);
}

}  // namespace weft::mapper
