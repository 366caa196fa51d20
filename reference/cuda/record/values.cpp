// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/values.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>

#include "reference/cuda/decoder.h"
#include "reference/cuda/generate.h"
#include "reference/cuda/inputs.h"
#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/checkpoint.h"
#include "reference/cuda/record/oracle.h"
#include "reference/cuda/single_op.h"

namespace weft::reference::cuda {
namespace {

constexpr double kClose = 0.1;  // logits

Result<std::vector<HostTensor>> weights_of(const FunctionalModel& model, const Graph& graph,
                                           const std::string& root) {
  const std::string path = root + "/models/zoo/" + model.shape.name + "/model.safetensors";
  WEFT_ASSIGN(const WeightFile file,
              model.seed == 0
                  ? WeightFile::open(path)
                  : WeightFile::from_bytes(model.shape.name, drawn_weights(graph, model.seed)));
  return file.weights_of(graph);
}

Result<std::unique_ptr<Model>> load(Device& device, const Graph& graph,
                                    const std::vector<HostTensor>& weights, DType accumulate,
                                    const Prompt& prompt) {
  ModelOptions options;
  options.accumulate = accumulate;
  options.rows = static_cast<int>(prompt.tokens.size());
  options.capacity = options.rows + prompt.count;
  WEFT_ASSIGN(std::unique_ptr<Model> model, Model::create(device, graph, options));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    WEFT_TRY(model->load(i, weights[i].data.data(), weights[i].data.size()));
  }
  return model;
}

/// Whether the device draws the bytes that the host drew: those of the zoo and of the recording.
Status check_drawing(Device& device, Model& model, const FunctionalModel& functional,
                     const std::vector<HostTensor>& weights, Findings& findings) {
  WEFT_TRY(model.draw(functional.seed));
  std::size_t same = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    std::vector<std::byte> drawn(weights[i].data.size());
    WEFT_TRY(device.download(drawn.data(), model.weight(i), drawn.size()));
    same += drawn == weights[i].data ? 1 : 0;
  }
  findings.add(std::string(functional.shape.name) + ": " + std::to_string(same) + " of " +
                   std::to_string(weights.size()) + " weights drawn on the device are the host's",
               same == weights.size());
  return {};
}

/// The tokens that a captured step of decode gives after the same prompt.
Result<std::vector<int>> decoded(Model& model, const LlamaShape& shape, const Prompt& prompt) {
  WEFT_ASSIGN(const Generated start, generate(model, prompt.tokens, 1));
  std::vector<int> tokens = start.tokens;
  WEFT_ASSIGN(std::unique_ptr<Decoder> decoder, Decoder::create(model, shape, 2));
  WEFT_TRY(decoder->begin(tokens, static_cast<int>(prompt.tokens.size())));
  for (int i = 1; i < prompt.count; ++i) {
    if (i == 2) {  // the first step made what a capture may not make
      WEFT_TRY(decoder->capture());
    }
    WEFT_TRY(i < 2 ? decoder->step() : decoder->replay());
    WEFT_ASSIGN(const std::vector<int> next, decoder->tokens());
    tokens.push_back(next[0]);
  }
  return tokens;
}

std::size_t equal_ids(const std::vector<int>& tokens, const std::vector<double>& exact,
                      std::size_t first) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    equal += tokens[i] == static_cast<int>(exact[first + i]) ? 1 : 0;
  }
  return equal;
}

/// First choice minus second of one row of logits.
double margin(const HostTensor& logits, std::size_t row) {
  const std::vector<double> values = values_of(logits);
  const auto width = static_cast<std::size_t>(logits.shape[1]);
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * width);
  std::vector<double> choices(begin, begin + static_cast<std::ptrdiff_t>(width));
  std::ranges::nth_element(choices, choices.begin() + 1, std::ranges::greater());
  return choices[0] - choices[1];
}

/// Decode as one captured graph, where the shapes allow it, has to give the tokens of `run`.
void check_captured(Model& model, const FunctionalModel& functional, const ModelRun& run,
                    Findings& findings) {
  const LlamaShape& shape = functional.shape;
  if (!rows_fit_packs(shape.dtype, shape.hidden) ||
      !rows_fit_packs(shape.dtype, shape.intermediate) ||
      !split_fits(shape.dtype, model.cache(0).shape, shape.heads)) {
    return;
  }
  const std::string name = std::string(shape.name) + ", captured decode: ";
  const auto tokens = decoded(model, shape, functional.prompt);
  if (!tokens.ok()) {
    findings.add(name + tokens.error().message, false);
    return;
  }
  // Products summed in another order may turn a choice that is close.
  const auto same =
      static_cast<std::size_t>(std::ranges::mismatch(*tokens, run.generated).in1 - tokens->begin());
  const HostTensor& logits = run.nodes[run.nodes.size() - 2].output;
  const bool close = same < tokens->size() && margin(logits, run.prompt.size() - 1 + same) < kClose;
  findings.add(name + std::to_string(same) + " of " + std::to_string(tokens->size()) +
                   " tokens as node by node" + (close ? ", then a close choice" : ""),
               close || same == tokens->size());
}

/// Errors grow from layer to layer; the bound only tells a right model from a wrong one.
double allowed_of_model(DType storage, DType accumulate) {
  return (accumulate == DType::f16 ? 16 : 1) * 40 * unit_roundoff(storage) + 1e-4;
}

/// Nothing where the values are wrong.
Result<std::optional<ModelRun>> run_model(Device& device, const FunctionalModel& functional,
                                          DType accumulate, const std::string& root,
                                          Findings& findings) {
  const LlamaShape& shape = functional.shape;
  const Graph graph = make_llama(shape);
  const Prompt& prompt = functional.prompt;
  WEFT_ASSIGN(const std::vector<HostTensor> weights, weights_of(functional, graph, root));
  WEFT_ASSIGN(std::unique_ptr<Model> model, load(device, graph, weights, accumulate, prompt));
  WEFT_ASSIGN(Generated made, generate(*model, prompt.tokens, prompt.count));

  std::vector<int> fed = prompt.tokens;
  fed.insert(fed.end(), made.tokens.begin(), made.tokens.end() - 1);
  const std::vector<std::vector<double>> exact = exact_run(graph, weights, fed);
  ModelRun run{shape.name,    functional.hash, shape.dtype, accumulate,
               prompt.tokens, made.tokens,     {}};
  double worst = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].op != Op::argmax) {
      worst = std::max(worst, relative_error(made.outputs[i], exact[i]));
    }
    run.nodes.push_back({graph.nodes[i].name, std::move(made.outputs[i]), {}});
    run.nodes.back().errors = errors_of(run.nodes.back().output, exact[i]);
  }
  const std::size_t equal = equal_ids(made.tokens, exact.back(), prompt.tokens.size() - 1);
  char line[200];
  std::snprintf(
      line, sizeof(line), "%s, sums in %s: %zu of %zu tokens are float64's, worst node off by %.2e",
      shape.name, std::string(weft::name_of(accumulate)).c_str(), equal, made.tokens.size(), worst);
  const bool good = worst <= allowed_of_model(shape.dtype, accumulate);
  findings.add(line, good);
  if (!good) {
    return std::optional<ModelRun>();
  }
  // What is wrong with these is a fault, but none of the values.
  if (accumulate == DType::f32) {
    check_captured(*model, functional, run, findings);
    if (functional.seed != 0) {
      WEFT_TRY(check_drawing(device, *model, functional, weights, findings));
    }
  }
  return std::optional<ModelRun>(std::move(run));
}

}  // namespace

void Findings::add(const std::string& line, bool good) {
  lines.push_back((good ? "  " : "! ") + line);
  if (!good) {
    faults.push_back(line);
  }
}

bool recovers(Device& device, Findings& findings) {
  const Status status = device.synchronize();
  if (!status.ok()) {
    findings.add("the device does not recover, the rest is not run: " + status.error().message,
                 false);
  }
  return status.ok();
}

void run_cases(Device& device, std::vector<OpCase>& cases, Findings& findings) {
  std::vector<OpCase> good;
  for (OpCase& one : cases) {
    draw_inputs(one.node.op, one.seed, one.inputs);
    auto output = run_single(device, {one.node, one.inputs, one.kernel, one.accumulate, one.first});
    if (!output.ok()) {
      findings.add(one.name + ": " + output.error().message, false);
      if (recovers(device, findings)) {
        continue;
      }
      break;
    }
    one.output = std::move(*output);
    const std::vector<double> exact = exact_op(one.node, one.inputs, one.first);
    one.errors = errors_of(one.output, exact);
    const double relative = relative_error(one.output, exact);
    char line[200];
    std::snprintf(line, sizeof(line), "%-58s max %.2e rms %.2e relative %.2e", one.name.c_str(),
                  one.errors.max, one.errors.rms, relative);
    findings.add(line, relative <= allowed_error(one));
    if (relative <= allowed_error(one)) {
      good.push_back(std::move(one));
    }
  }
  cases = std::move(good);
}

std::vector<ModelRun> run_models(Device& device, const std::vector<FunctionalModel>& models,
                                 const std::string& root, Findings& findings) {
  std::vector<ModelRun> runs;
  for (const FunctionalModel& model : models) {
    for (const DType accumulate : {DType::f32, DType::f16}) {
      if (accumulate == DType::f16 && model.shape.dtype != DType::f16) {
        continue;
      }
      auto run = run_model(device, model, accumulate, root, findings);
      if (!run.ok()) {
        findings.add(std::string(model.shape.name) + ": " + run.error().message, false);
        if (!recovers(device, findings)) {
          return runs;
        }
      } else if (*run) {
        runs.push_back(std::move(**run));
      }
    }
  }
  return runs;
}

}  // namespace weft::reference::cuda
