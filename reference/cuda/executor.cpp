// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/executor.h"

#include <algorithm>
#include <optional>

#include "models/graph.h"
#include "reference/cuda/from_models.h"
#include "reference/cuda/generate.h"
#include "reference/cuda/single_op.h"

namespace weft::reference::cuda {
namespace {

Values widened(const HostTensor& tensor) { return {tensor.shape, values_of(tensor)}; }

HostTensor stored(const Values& values, DType dtype) {
  HostTensor tensor = make_tensor(values.shape, dtype);
  for (std::size_t i = 0; i < values.data.size(); ++i) {
    if (dtype == DType::i32) {
      const auto id = static_cast<std::int32_t>(values.data[i]);
      std::copy_n(reinterpret_cast<const std::byte*>(&id), sizeof(id),
                  tensor.data.data() + i * sizeof(id));
    } else {
      set_value(tensor, static_cast<std::int64_t>(i), static_cast<float>(values.data[i]));
    }
  }
  return tensor;
}

}  // namespace

struct Executor::State {
  const models::Graph& models_graph;
  const TensorFile& weights;
  DType accumulate;
  std::unique_ptr<Device> device;
  Graph graph;

  Result<const TensorView*> view(const std::string& name) const {
    const TensorView* found = weights.find(name);
    if (found == nullptr) {
      return input_error("CUDA reference: weight '" + name + "' is not in " +
                         weights.path().string());
    }
    return found;
  }

  Result<std::unique_ptr<Model>> model(std::size_t positions, std::size_t rows) const {
    if (rows == 0 || positions > static_cast<std::size_t>(graph.context)) {
      return input_error("CUDA reference: " + std::to_string(positions) +
                         " tokens; the context of " + graph.name + " is 1 to " +
                         std::to_string(graph.context) + " tokens");
    }
    ModelOptions options;
    options.accumulate = accumulate;
    options.rows = static_cast<int>(rows);
    options.capacity = static_cast<int>(positions);
    WEFT_ASSIGN(std::unique_ptr<Model> made, Model::create(*device, graph, options));
    for (std::size_t i = 0; i < graph.weights.size(); ++i) {
      WEFT_ASSIGN(const TensorView* bytes, view(graph.weights[i].name));
      WEFT_TRY(made->load(i, bytes->data.data(), bytes->data.size()));
    }
    return made;
  }
};

Executor::Executor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;
Executor::~Executor() = default;

Status available() {
  auto device = Device::open();
  if (!device) {
    return failed_error("--check cuda: " + device.error().message +
                        "; --check recorded compares with what a GPU computed earlier");
  }
  return {};
}

Result<Executor> Executor::create(const models::Graph& graph, const TensorFile& weights,
                                  DType accumulate) {
  WEFT_TRY(available());
  WEFT_ASSIGN(Graph plain, from_models(graph));
  WEFT_ASSIGN(std::unique_ptr<Device> device, Device::open());
  return Executor(std::unique_ptr<State>(
      new State{graph, weights, accumulate, std::move(device), std::move(plain)}));
}

Result<Values> Executor::run_node(const models::Node& node,
                                  const std::vector<const Values*>& inputs) {
  const int index = state_->graph.find(node.name());
  if (index < 0) {
    return input_error("CUDA reference: node '" + node.name() + "' is not in the graph");
  }
  SingleOp op;
  op.node = state_->graph.nodes[static_cast<std::size_t>(index)];
  op.kernel = exact_kernel(op.node.op);
  op.accumulate = state_->accumulate;
  if (inputs.size() != op.node.sources.size()) {
    return input_error("CUDA reference of '" + node.name() + "': wants " +
                       std::to_string(op.node.sources.size()) + " activations");
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const int source = op.node.sources[i];
    op.inputs.push_back(
        stored(*inputs[i], source == kTokens
                               ? DType::i32
                               : state_->graph.nodes[static_cast<std::size_t>(source)].dtype));
  }
  if (op.node.weight >= 0) {
    const Weight& weight = state_->graph.weights[static_cast<std::size_t>(op.node.weight)];
    WEFT_ASSIGN(const TensorView* bytes, state_->view(weight.name));
    op.inputs.push_back({weight.shape, bytes->dtype, {bytes->data.begin(), bytes->data.end()}});
  }
  WEFT_ASSIGN(const HostTensor result, run_single(*state_->device, op));
  return widened(result);
}

Result<std::map<std::string, Values>> Executor::run(const std::vector<int>& tokens) {
  WEFT_ASSIGN(Generated result, generate(tokens, 0));
  return std::move(result.outputs);
}

Result<Executor::Generated> Executor::generate(const std::vector<int>& prompt, int new_tokens) {
  const std::size_t positions =
      prompt.size() + static_cast<std::size_t>(std::max(new_tokens - 1, 0));
  WEFT_ASSIGN(std::unique_ptr<Model> model, state_->model(positions, prompt.size()));
  WEFT_ASSIGN(const cuda::Generated made, cuda::generate(*model, prompt, new_tokens));
  Generated result{made.tokens, {}};
  for (std::size_t i = 0; i < made.outputs.size(); ++i) {
    result.outputs[state_->graph.nodes[i].name] = widened(made.outputs[i]);
  }
  return result;
}

}  // namespace weft::reference::cuda
