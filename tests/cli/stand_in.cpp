// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/stand_in.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/file.h"
#include "base/half.h"
#include "base/text.h"
#include "models/checkpoint.h"
#include "models/graph.h"
#include "reference/executor.h"
#include "reference/recorded.h"

namespace weft::cli {
namespace {

using reference::Values;

std::map<std::string, Values> rounded_run(const models::Checkpoint& checkpoint,
                                          const reference::Executor& executor,
                                          const std::vector<int>& tokens) {
  std::map<std::string, Values> values;
  values["tokens"] = {{std::ssize(tokens)}, {tokens.begin(), tokens.end()}};
  for (const models::Node& node : checkpoint.graph.nodes()) {
    std::vector<const Values*> inputs;
    for (const std::string& name : node.inputs()) {
      if (const auto found = values.find(name); found != values.end()) {
        inputs.push_back(&found->second);
      }
    }
    Values out = executor.run_node(node, inputs)->value;
    if (models::find_tensor(checkpoint.graph, node.name())->dtype() == models::F16) {
      for (double& value : out.data) {
        value = f16_to_f32(f32_to_f16(static_cast<float>(value)));
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

}  // namespace

reference::Recording stand_in_recording(const std::vector<int>& prompt, int more) {
  const models::Checkpoint checkpoint =
      std::move(models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m")).value();
  const reference::Executor executor(checkpoint.graph, checkpoint.weights,
                                     reference::Precision::f32);
  reference::Recording recording;
  recording.set_version(reference::kRecordedVersion);
  recording.mutable_provenance()->set_device("stand-in for tests");
  recording.mutable_provenance()->set_date("2026-01-02");
  reference::ModelRun& run = *recording.add_models();
  run.set_model("fable-1m");
  run.set_checkpoint_hash(content_hash(*read_file(checkpoint.weights.path())));
  run.set_storage("f16");
  run.set_accumulate("f32");
  run.mutable_prompt_tokens()->Assign(prompt.begin(), prompt.end());
  std::vector<int> tokens = prompt;
  std::map<std::string, Values> values;
  for (int i = 0; i < more; ++i) {
    values = rounded_run(checkpoint, executor, tokens);
    const auto last = checkpoint.graph.nodes().rbegin()->name();
    tokens.push_back(static_cast<int>(values.at(last).data.back()));
    run.add_generated_tokens(tokens.back());
  }
  for (const models::Node& node : checkpoint.graph.nodes()) {
    reference::NodeRun& kept = *run.add_nodes();
    kept.set_name(node.name());
    const DType type =
        models::dtype_of(models::find_tensor(checkpoint.graph, node.name())->dtype());
    put(values.at(node.name()), type, *kept.mutable_output());
  }
  return recording;
}

}  // namespace weft::cli
