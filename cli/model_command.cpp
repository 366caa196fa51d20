// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <vector>

#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "models/checkpoint.h"
#include "models/finite.h"
#include "models/graph.h"
#include "models/tokenizer.h"
#include "models/zoo.h"

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

std::string summary(const models::Graph& graph) {
  std::int64_t parameters = 0;
  for (const models::Tensor& tensor : graph.tensors()) {
    parameters += tensor.weight_name().empty() ? 0 : elements(tensor);
  }
  return fmt::format("{} parameters in {}, {} layers, vocabulary {}, context {}",
                     with_commas(parameters), name_of(models::dtype_of(graph.dtype())),
                     graph.layers(), with_commas(graph.vocabulary()), with_commas(graph.context()));
}

// The op as people say it: RMS_NORM is "rms norm".
std::string op_name(const models::Node& node) {
  std::string name = models::Op_Name(node.op());
  for (char& c : name) {
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

void print_rows(const std::vector<std::array<std::string, 4>>& rows) {
  std::array<std::size_t, 4> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += fmt::format("  {:<{}}", row[i], widths[i]);
    }
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

Status list() {
  const std::vector<std::string> names = models::zoo_names();
  if (names.empty()) {
    return input_error("no models/zoo here: run from the folder that holds it, or give folders");
  }
  for (const std::string& name : names) {
    const auto checkpoint = models::load_checkpoint(name);
    fmt::print("{:<10}  {}\n", name,
               checkpoint ? summary(checkpoint->graph) : checkpoint.error().message);
  }
  return {};
}

Status show(const models::Checkpoint& checkpoint) {
  const models::Graph& graph = checkpoint.graph;
  fmt::print("{}: {}\n\n", graph.name(), summary(graph));
  std::vector<std::array<std::string, 4>> rows{{"node", "op", "gives", "weight"}};
  for (const models::Node& node : graph.nodes()) {
    const models::Tensor* out = models::find_tensor(graph, node.name());
    const models::Tensor* weight = models::weight_of(graph, node);
    rows.push_back({node.name(), op_name(node), out == nullptr ? "" : shape_text(*out),
                    weight == nullptr ? "" : shape_text(*weight) + " " + weight->weight_name()});
  }
  print_rows(rows);
  fmt::print("\nT stands for the tokens of a step.\n");
  return {};
}

Status check(const models::Checkpoint& checkpoint) {
  WEFT_TRY(models::check_finite(checkpoint.weights, checkpoint.graph));
  const bool tokenizer = models::Tokenizer::present(checkpoint.folder);
  if (tokenizer) {
    WEFT_TRY(models::Tokenizer::open(checkpoint.folder, checkpoint.graph.vocabulary()));
  }
  fmt::print("{}: sound, {}\n", checkpoint.folder.string(),
             tokenizer ? "with tokenizer" : "without tokenizer: use --prompt-tokens");
  return {};
}

}  // namespace

void add_model_command(CLI::App& app, Invocation& invocation) {
  auto* command =
      app.add_subcommand("model", "Checkpoints: what they hold, whether they can be run.");
  command->require_subcommand(1);
  set_footer(*command,
             "  weft model list\n"
             "  weft model show fable-1m\n"
             "  weft model check path/to/a/Hugging-Face/folder\n");
  auto* zoo = command->add_subcommand("list", "Lists the models of the zoo.");
  set_footer(*zoo, "  weft model list\n");
  zoo->callback([&invocation] {
    if (const Status status = list(); !status) {
      invocation.fail(status.error());
    }
  });
  const auto add = [&](const char* name, const char* help, auto&& act) {
    auto model = std::make_shared<std::string>();
    auto* sub = command->add_subcommand(name, help);
    sub->add_option("MODEL", *model, "a zoo name (weft model list) or a Hugging Face folder")
        ->required()
        ->type_name("MODEL");
    set_footer(*sub,
               fmt::format("  weft model {0} fable-1m\n  weft model {0} path/to/a/folder\n", name));
    sub->callback([model, act, &invocation] {
      const auto checkpoint = models::load_checkpoint(*model);
      const Status status = checkpoint ? act(*checkpoint) : Status(checkpoint.error());
      if (!status) {
        invocation.fail(status.error());
      }
    });
  };
  add("show", "Shows the parameters and the graph, node by node.", show);
  add("check", "Says whether a folder can be run, or what is wrong with it.", check);
}

}  // namespace weft::cli
