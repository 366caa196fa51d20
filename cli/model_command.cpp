// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "cli/command.h"
#include "models/checkpoint.h"
#include "models/graph.h"
#include "models/tokenizer.h"

namespace weft::cli {
namespace {

std::string shape_text(const models::Tensor& tensor) {
  std::string text;
  for (const std::int64_t size : tensor.shape()) {
    text += (text.empty() ? "" : "x") + (size < 0 ? std::string("T") : std::to_string(size));
  }
  return text;
}

std::int64_t elements(const models::Tensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t size : tensor.shape()) {
    count *= size;
  }
  return count;
}

void show(const models::Checkpoint& checkpoint) {
  const models::Graph& graph = checkpoint.graph;
  std::int64_t parameters = 0;
  for (const models::Tensor& tensor : graph.tensors()) {
    parameters += tensor.weight_name().empty() ? 0 : elements(tensor);
  }
  fmt::print("{}: {} parameters in {}, {} layers, vocabulary {}, context {}\n", graph.name(),
             with_commas(parameters), name_of(models::dtype_of(graph.dtype())), graph.layers(),
             graph.vocabulary(), graph.context());
  for (const models::Node& node : graph.nodes()) {
    const models::Tensor* out = models::find_tensor(graph, node.name());
    const models::Tensor* weight = models::weight_of(graph, node);
    fmt::print("  {:<30} {:<10} -> {:<10} {}\n", node.name(), models::Op_Name(node.op()),
               out == nullptr ? "" : shape_text(*out),
               weight == nullptr ? "" : weight->weight_name() + " " + shape_text(*weight));
  }
}

}  // namespace

void add_model_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand("model", "checkpoints: what they hold, whether they can run");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, auto&& act) {
    auto model = std::make_shared<std::string>();
    auto* sub = command->add_subcommand(name, help);
    sub->add_option("model", *model, "zoo name or folder")->required();
    sub->callback([model, act, &invocation] {
      const auto checkpoint = models::load_checkpoint(*model);
      if (checkpoint) {
        act(*checkpoint);
      } else {
        invocation.fail(checkpoint.error());
      }
    });
  };
  add("show", "parameters and the graph, node by node", show);
  add("check", "whether a folder can be run", [](const models::Checkpoint& checkpoint) {
    fmt::print("{}: sound, {}\n", checkpoint.folder.string(),
               models::Tokenizer::present(checkpoint.folder) ? "with tokenizer"
                                                             : "no tokenizer: --prompt-tokens");
  });
}

}  // namespace weft::cli
