// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/stand_in.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "base/file.h"
#include "base/half.h"
#include "base/tensor_file.h"
#include "base/text.h"
#include "models/checkpoint.h"
#include "models/graph.h"
#include "reference/executor.h"
#include "reference/recorded.h"

namespace weft::cli {
namespace {

using reference::Values;

DType type_of(const models::Graph& graph, const std::string& tensor) {
  return models::dtype_of(models::find_tensor(graph, tensor)->dtype());
}

float rounded(float value, DType type) {
  std::byte bytes[sizeof value];
  store_element(bytes, type, 0, value);
  return load_element(bytes, type, 0);
}

/// x times the rows of a weight, sums in fp16.
Values linear_in_f16(const Values& x, const TensorView& weight) {
  const std::int64_t rows = x.shape[0], inputs = x.shape[1], outputs = weight.shape[0];
  Values y{{rows, outputs}, {}};
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t out = 0; out < outputs; ++out) {
      float sum = 0;
      for (std::int64_t i = 0; i < inputs; ++i) {
        const float w = load_element(weight.data.data(), DType::f16, out * inputs + i);
        sum = rounded(sum + static_cast<float>(x.data[row * inputs + i]) * w, DType::f16);
      }
      y.data.push_back(sum);
    }
  }
  return y;
}

std::map<std::string, Values> rounded_run(const models::Checkpoint& checkpoint,
                                          const reference::Executor& executor,
                                          const std::vector<int>& tokens, DType accumulate) {
  const models::Graph& graph = checkpoint.graph;
  std::map<std::string, Values> values;
  values["tokens"] = {{std::ssize(tokens)}, {tokens.begin(), tokens.end()}};
  for (const models::Node& node : graph.nodes()) {
    std::vector<const Values*> inputs;
    for (const std::string& name : node.inputs()) {
      if (const auto found = values.find(name); found != values.end()) {
        inputs.push_back(&found->second);
      }
    }
    const bool in_f16 = node.op() == models::LINEAR && accumulate == DType::f16;
    Values out = in_f16
                     ? linear_in_f16(*inputs[0],
                                     *checkpoint.weights.find(
                                         models::find_tensor(graph, node.inputs(1))->weight_name()))
                     : executor.run_node(node, inputs)->value;
    if (node.op() != models::ARGMAX) {
      for (double& value : out.data) {
        value = rounded(static_cast<float>(value), type_of(graph, node.name()));
      }
    }
    values[node.name()] = std::move(out);
  }
  return values;
}

void put(const Values& values, DType type, reference::Tensor& tensor) {
  tensor.mutable_shape()->Assign(values.shape.begin(), values.shape.end());
  tensor.set_dtype(std::string(name_of(type)));
  std::string bytes(values.data.size() * static_cast<std::size_t>(bytes_of(type)), '\0');
  for (std::size_t i = 0; i < values.data.size(); ++i) {
    store_element(reinterpret_cast<std::byte*>(bytes.data()), type, static_cast<std::int64_t>(i),
                  static_cast<float>(values.data[i]));
  }
  tensor.set_data(bytes);
}

double largest_error(const Values& values, const Values& right) {
  double largest = 0;
  for (std::size_t i = 0; i < right.data.size(); ++i) {
    largest = std::max(largest, std::abs(values.data[i] - right.data[i]));
  }
  return largest;
}

}  // namespace

reference::Recording stand_in_recording(const StandIn& of) {
  const models::Checkpoint checkpoint =
      std::move(models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/" + of.model)).value();
  const models::Graph& graph = checkpoint.graph;
  const reference::Executor executor(graph, checkpoint.weights, reference::Precision::f32);
  reference::Recording recording;
  recording.set_version(reference::kRecordedVersion);
  recording.mutable_provenance()->set_device("stand-in for tests");
  recording.mutable_provenance()->set_date("2026-01-02");
  reference::ModelRun& run = *recording.add_models();
  run.set_model(of.model);
  run.set_checkpoint_hash(content_hash(*read_file(checkpoint.weights.path())));
  run.set_storage(std::string(name_of(models::dtype_of(graph.dtype()))));
  run.set_accumulate(std::string(name_of(of.accumulate)));
  run.mutable_prompt_tokens()->Assign(of.prompt.begin(), of.prompt.end());
  std::vector<int> tokens = of.prompt;
  std::map<std::string, Values> values;
  for (int i = 0; i < of.more; ++i) {
    values = rounded_run(checkpoint, executor, tokens, of.accumulate);
    tokens.push_back(static_cast<int>(values.at(graph.nodes().rbegin()->name()).data.back()));
    run.add_generated_tokens(tokens.back());
  }
  tokens.pop_back();
  const reference::Executor exact(graph, checkpoint.weights, reference::Precision::f64);
  const auto right = std::move(exact.run(tokens)).value();
  for (const models::Node& node : graph.nodes()) {
    reference::NodeRun& kept = *run.add_nodes();
    kept.set_name(node.name());
    kept.set_max_error(largest_error(values.at(node.name()), right.at(node.name())));
    put(values.at(node.name()), type_of(graph, node.name()), *kept.mutable_output());
  }
  return recording;
}

}  // namespace weft::cli
