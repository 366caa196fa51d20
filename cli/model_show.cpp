// SPDX-License-Identifier: Apache-2.0
#include "cli/model_show.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "models/census.h"
#include "models/graph.h"

namespace weft::cli {
namespace {

using Row = std::vector<std::string>;

constexpr int kLayersShown = 8;  ///< a graph of more shows the first for all

std::string shape_text(const models::Tensor& tensor) {
  std::string text;
  for (const std::int64_t size : tensor.shape()) {
    text += (text.empty() ? "" : "x") + (size < 0 ? std::string("T") : std::to_string(size));
  }
  return text;
}

// The op as people say it: RMS_NORM is "rms norm".
std::string op_name(models::Op op) {
  std::string name = models::Op_Name(op);
  for (char& c : name) {
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

// Columns from `right` on hold numbers.
void print_rows(const std::vector<Row>& rows, std::size_t right) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i < right ? fmt::format("  {:<{}}", row[i], widths[i])
                        : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

/// "16.06 GB": powers of 1000, four digits.
std::string with_prefix(double value, std::string_view unit) {
  const char* prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
  std::size_t prefix = 0;
  for (; value >= 999.95 && prefix + 1 < std::size(prefixes); ++prefix) {
    value /= 1000;
  }
  return value == 0 ? "-" : fmt::format("{:.4g} {}{}", value, prefixes[prefix], unit);
}

Row work_row(const std::string& name, const models::Work& work) {
  return {name,
          with_commas(static_cast<std::int64_t>(work.nodes)),
          with_prefix(work.flops, "FLOP"),
          with_prefix(work.weight_bytes, "B"),
          with_prefix(work.kv_bytes, "B"),
          with_prefix(work.activation_bytes, "B")};
}

void print_step(const std::string& title, const models::Graph& graph, const models::Step& step) {
  const models::Census census = models::take_census(graph, step);
  fmt::print("\n{}: {}, {} moved ({:.3g} FLOP a byte)\n", title,
             with_prefix(census.total.flops, "FLOP"), with_prefix(census.total.bytes(), "B"),
             census.total.flops / census.total.bytes());
  std::vector<Row> rows{{"op", "nodes", "computes", "weights", "KV cache", "activations"}};
  for (int op = 0; op < models::Op_ARRAYSIZE; ++op) {
    const models::Work& work = census.ops[static_cast<std::size_t>(op)];
    if (work.nodes > 0) {
      rows.push_back(work_row(op_name(static_cast<models::Op>(op)), work));
    }
  }
  rows.push_back(work_row("all", census.total));
  print_rows(rows, 1);
}

void print_graph(const models::Graph& graph) {
  const bool one_layer = graph.layers() > kLayersShown;
  std::vector<Row> rows{{"node", "op", "gives", "weight"}};
  for (const models::Node& node : graph.nodes()) {
    if (one_layer && node.layer() > 0) {
      continue;
    }
    const models::Tensor* out = models::find_tensor(graph, node.name());
    const models::Tensor* weight = models::weight_of(graph, node);
    rows.push_back({node.name(), op_name(node.op()), out == nullptr ? "" : shape_text(*out),
                    weight == nullptr ? "" : shape_text(*weight) + " " + weight->weight_name()});
  }
  print_rows(rows, rows.front().size());
  fmt::print("\n{}T stands for the tokens of a step.\n",
             one_layer
                 ? fmt::format("The nodes of layers.0 x {}: all layers are alike. ", graph.layers())
                 : "");
}

Result<int> length_of(const char* option, int asked, const models::Graph& graph) {
  constexpr int usual = 4096;
  if (asked > graph.context()) {
    return input_error(fmt::format("{} {}: the context of {} is {}; give at most that", option,
                                   asked, graph.name(), graph.context()));
  }
  return asked > 0 ? asked : std::min(usual, graph.context());
}

}  // namespace

std::string summary_of(const models::Graph& graph) {
  return fmt::format("{} parameters in {}, {} layers, vocabulary {}, context {}",
                     with_commas(models::parameter_count(graph)),
                     name_of(models::dtype_of(graph.dtype())), graph.layers(),
                     with_commas(graph.vocabulary()), with_commas(graph.context()));
}

Status show_model(const models::Graph& graph, const ShownSteps& steps) {
  WEFT_ASSIGN(const int tokens, length_of("--tokens", steps.tokens, graph));
  WEFT_ASSIGN(const int context, length_of("--context", steps.context, graph));
  fmt::print("{}: {}\n\n", graph.name(), summary_of(graph));
  print_graph(graph);
  fmt::print("Weights take {}, the KV cache of {} positions {}.\n",
             with_prefix(models::weight_bytes(graph), "B"), with_commas(context),
             with_prefix(models::cache_bytes(graph, context), "B"));
  print_step(fmt::format("prefill of {} tokens", with_commas(tokens)), graph, {tokens, tokens});
  print_step(fmt::format("decode of a token at context {}", with_commas(context)), graph,
             {1, context});
  return {};
}

}  // namespace weft::cli
