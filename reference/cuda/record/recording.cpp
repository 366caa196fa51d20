// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/recording.h"

#include "reference/cuda/record/wire.h"

namespace weft::reference::cuda {
namespace {

Wire tensor_wire(const std::string& name, const HostTensor& tensor) {
  Wire wire;
  wire.text(1, name);
  wire.packed(2, tensor.shape);
  wire.text(3, weft::name_of(tensor.dtype));
  wire.text(4, {reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size()});
  return wire;
}

/// models.Node
Wire node_wire(const std::string& name, const Node& node) {
  Wire wire;
  wire.text(1, name);
  wire.integer(2, static_cast<int>(node.op));
  for (const std::string& input : input_names(node.op)) {
    wire.element(3, input);
  }
  wire.integer(4, node.layer);
  wire.number(5, node.epsilon);
  wire.integer(6, node.heads);
  wire.integer(7, node.kv_heads);
  wire.integer(8, node.head_dim);
  wire.number(9, node.rope_theta);
  wire.number(10, node.scale);
  if (node.rope_scaling.factor > 0) {
    Wire scaling;
    scaling.number(1, node.rope_scaling.factor);
    scaling.number(2, node.rope_scaling.low_frequency);
    scaling.number(3, node.rope_scaling.high_frequency);
    scaling.integer(4, node.rope_scaling.original_context);
    wire.message(11, scaling);
  }
  return wire;
}

Wire provenance_wire(const Provenance& from) {
  Wire wire;
  wire.text(1, from.device);
  wire.text(2, from.driver);
  wire.text(3, from.toolkit);
  wire.text(4, from.git_version);
  wire.text(5, from.date);
  wire.packed(6, from.seeds);
  wire.integer(7, from.sm_clock_mhz_min);
  wire.integer(8, from.sm_clock_mhz_max);
  wire.integer(9, from.memory_clock_mhz);
  wire.number(10, from.power_watts_mean);
  wire.text(11, from.cublas);
  wire.integer(12, from.compute_capability);
  return wire;
}

Wire case_wire(const OpCase& from) {
  Wire wire;
  wire.text(1, from.name);
  wire.message(2, node_wire(from.name, from.node));
  const std::vector<std::string> names = input_names(from.node.op);
  for (std::size_t i = 0; i < from.inputs.size(); ++i) {
    wire.message(3, tensor_wire(names[i], {from.inputs[i].shape, from.inputs[i].dtype, {}}));
  }
  wire.text(4, weft::name_of(from.storage));
  wire.text(5, weft::name_of(from.accumulate));
  wire.integer(6, static_cast<std::int64_t>(from.seed));
  wire.message(7, tensor_wire(from.name, from.output));
  wire.number(8, from.errors.max);
  wire.number(9, from.errors.rms);
  wire.integer(10, from.first);
  wire.text(11, name_of(from.kernel));
  return wire;
}

Wire run_wire(const ModelRun& from) {
  Wire wire;
  wire.text(1, from.model);
  wire.text(2, from.checkpoint_hash);
  wire.text(3, weft::name_of(from.storage));
  wire.text(4, weft::name_of(from.accumulate));
  wire.packed(5, from.prompt);
  wire.packed(6, from.generated);
  for (const NodeRun& node : from.nodes) {
    Wire run;
    run.text(1, node.name);
    run.message(2, tensor_wire(node.name, node.output));
    run.number(3, node.errors.max);
    run.number(4, node.errors.rms);
    wire.message(7, run);
  }
  return wire;
}

}  // namespace

std::string recording_bytes(const Recording& recording) {
  Wire wire;
  wire.integer(1, 1);
  wire.message(2, provenance_wire(recording.provenance));
  for (const OpCase& op : recording.ops) {
    wire.message(3, case_wire(op));
  }
  for (const ModelRun& run : recording.models) {
    wire.message(4, run_wire(run));
  }
  return wire.bytes();
}

const char* name_of(Kernel kernel) {
  switch (kernel) {
    case Kernel::plain:
      return "plain";
    case Kernel::block:
      return "block";
    case Kernel::gemv:
      return "gemv";
    case Kernel::split:
      return "split";
    case Kernel::cublas:
      return "cublas";
  }
  return "";
}

std::vector<std::string> input_names(Op op) {
  switch (op) {
    case Op::embedding:
      return {"tokens", "table"};
    case Op::rms_norm:
      return {"x", "gain"};
    case Op::linear:
      return {"x", "weight"};
    case Op::rope:
      return {"x"};
    case Op::attention:
      return {"q", "k", "v"};
    case Op::silu_mul:
      return {"gate", "up"};
    case Op::add:
      return {"a", "b"};
    case Op::argmax:
      return {"logits"};
  }
  return {};
}

}  // namespace weft::reference::cuda
