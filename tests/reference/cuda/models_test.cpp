// SPDX-License-Identifier: Apache-2.0
// Models as the recording program makes them, and as the rest of Weft does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "models/census.h"
#include "models/checkpoint.h"
#include "reference/cuda/from_models.h"
#include "reference/cuda/inputs.h"
#include "reference/cuda/llama_shape.h"
#include "reference/cuda/memory_plan.h"
#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/checkpoint.h"
#include "reference/cuda/record/oracle.h"
#include "reference/cuda/record/work.h"
#include "reference/executor.h"

namespace weft::reference::cuda {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kZoo = WEFT_SOURCE_DIR "/models/zoo/";

models::Checkpoint load(const std::string& folder) {
  auto loaded = models::load_checkpoint(folder);
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
  return std::move(loaded).value();
}

std::string folder_of(const FunctionalModel& model) { return kZoo + model.shape.name; }

void expect_same_graph(const Graph& a, const Graph& b) {
  EXPECT_EQ(a.dtype, b.dtype);
  EXPECT_EQ(a.vocabulary, b.vocabulary);
  EXPECT_EQ(a.weights, b.weights);
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    EXPECT_EQ(a.nodes[i], b.nodes[i]) << a.nodes[i].name << " " << b.nodes[i].name;
  }
}

TEST(FunctionalModels, AreTheGraphsThatTheImporterMakes) {
  for (const FunctionalModel& model : functional_models()) {
    const models::Checkpoint checkpoint = load(folder_of(model));
    auto graph = from_models(checkpoint.graph);
    ASSERT_TRUE(graph.ok()) << graph.error().message;
    expect_same_graph(make_llama(model.shape), *graph);
    EXPECT_EQ(model.shape.context, graph->context) << model.shape.name;
  }
}

// What a GPU draws (kernels_test.cpp: bit for bit as the host) is what the zoo's folders hold.
TEST(FunctionalModels, OfTheZooHoldWhatIsDrawnBitForBit) {
  int drawn = 0;
  for (const FunctionalModel& model : functional_models()) {
    if (model.seed == 0) {
      continue;
    }
    ++drawn;
    const auto weights = read_file(folder_of(model) + "/model.safetensors");
    const auto config = read_file(folder_of(model) + "/config.json");
    ASSERT_TRUE(weights.ok() && config.ok()) << model.shape.name;
    EXPECT_TRUE(*weights == drawn_weights(make_llama(model.shape), model.seed))
        << model.shape.name << ": draw_models models/zoo writes it anew";
    EXPECT_EQ(*config, config_json(model.shape)) << model.shape.name;
  }
  EXPECT_EQ(drawn, 3) << "one of each storage type";
}

TEST(FunctionalModels, HaveTheHashesOfTheirWeights) {
  for (const FunctionalModel& model : functional_models()) {
    auto bytes = read_file(folder_of(model) + "/model.safetensors");
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(content_hash(*bytes), model.hash) << model.shape.name;
  }
}

TEST(FunctionalModels, FablesPromptIsTheFirstOfItsExpectations) {
  const auto expected = nlohmann::json::parse(std::ifstream(kZoo + "fable-1m/expected.json"));
  const Prompt prompt = functional_models()[0].prompt;
  EXPECT_EQ(expected["prompts"][0]["prompt_ids"], prompt.tokens);
  EXPECT_EQ(expected["prompts"][0]["new_ids"].size(), static_cast<std::size_t>(prompt.count));
}

TEST(TimedModels, AreThoseOfTheZoo) {
  for (const LlamaShape& shape : timed_models()) {
    models::Graph given = load(kZoo + shape.name).graph;
    auto graph = from_models(given);
    ASSERT_TRUE(graph.ok());
    Graph made = make_llama(shape);
    // The zoo stores some in bf16, which is as many bytes; fp16 is what is timed.
    for (Node& node : graph->nodes) {
      node.dtype = node.dtype == DType::bf16 ? DType::f16 : node.dtype;
    }
    graph->dtype = DType::f16;
    expect_same_graph(made, *graph);
  }
}

TEST(WeightFile, HoldsTheBytesThatTheTensorReaderFinds) {
  for (const FunctionalModel& model : functional_models()) {
    const models::Checkpoint checkpoint = load(folder_of(model));
    const Graph graph = make_llama(model.shape);
    auto file = WeightFile::open(folder_of(model) + "/model.safetensors");
    ASSERT_TRUE(file.ok()) << file.error().message;
    auto weights = file->weights_of(graph);
    ASSERT_TRUE(weights.ok()) << weights.error().message;
    for (std::size_t i = 0; i < graph.weights.size(); ++i) {
      const TensorView* view = checkpoint.weights.find(graph.weights[i].name);
      ASSERT_NE(view, nullptr);
      EXPECT_TRUE(std::ranges::equal(view->data, (*weights)[i].data)) << graph.weights[i].name;
    }
  }
}

TEST(WeightFile, BrokenFilesAreRefused) {
  const FunctionalModel model = functional_models()[1];
  const Graph graph = make_llama(model.shape);
  const std::string good = drawn_weights(graph, model.seed);
  for (const std::size_t length : {0U, 4U, 8U, 20U, 300U}) {
    EXPECT_FALSE(WeightFile::from_bytes("f", good.substr(0, length)).ok()) << length;
  }
  auto other =
      WeightFile::from_bytes("f", good)->weights_of(make_llama(functional_models()[2].shape));
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("model.embed_tokens.weight"));
}

TEST(Oracle, IsTheFloat64Reference) {
  for (const FunctionalModel& model : functional_models()) {
    const models::Checkpoint checkpoint = load(folder_of(model));
    const Graph graph = make_llama(model.shape);
    const std::vector<int> tokens{1, 7, 3, 11, 20, 2, 9};
    auto expected = Executor(checkpoint.graph, checkpoint.weights, Precision::f64).run(tokens);
    ASSERT_TRUE(expected.ok()) << expected.error().message;
    auto file = WeightFile::open(folder_of(model) + "/model.safetensors");
    auto weights = file->weights_of(graph);
    ASSERT_TRUE(weights.ok());
    const auto outputs = exact_run(graph, *weights, tokens);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const Values& values = expected->at(graph.nodes[i].name);
      ASSERT_EQ(values.data.size(), outputs[i].size());
      for (std::size_t k = 0; k < outputs[i].size(); ++k) {
        ASSERT_NEAR(outputs[i][k], values.data[k], 1e-9 * (1 + std::abs(values.data[k])))
            << graph.nodes[i].name;
      }
    }
  }
}

TEST(Oracle, RowsOfOneOpBeginAtTheirPosition) {
  // Three query rows after four earlier keys are the last three of seven.
  Node node;
  node.op = Op::attention;
  node.heads = 4;
  node.kv_heads = 2;
  node.head_dim = 6;
  node.scale = 0.4;
  std::vector<HostTensor> all{
      {{7, 24}, DType::f32, {}}, {{7, 12}, DType::f32, {}}, {{7, 12}, DType::f32, {}}};
  draw_inputs(Op::attention, 5, all);
  const std::vector<double> whole = exact_op(node, all, 0);
  std::vector<HostTensor> last = all;
  last[0].shape[0] = 3;
  last[0].data.erase(last[0].data.begin(), last[0].data.begin() + 4 * 24 * 4);
  const std::vector<double> part = exact_op(node, last, 4);
  EXPECT_EQ(part, std::vector<double>(whole.begin() + 4 * 24, whole.end()));
}

TEST(Oracle, ErrorsAreLargestAndRootMeanSquare) {
  HostTensor tensor = make_tensor({4}, DType::f32);
  set_value(tensor, 1, 3);
  const Errors errors = errors_of(tensor, {0, -1, 0, 0});
  EXPECT_EQ(errors.max, 4);
  EXPECT_EQ(errors.rms, 2);
  set_value(tensor, 2, NAN);
  EXPECT_FALSE(std::isfinite(errors_of(tensor, {0, 0, 0, 0}).max)) << "NaN never passes";
}

TEST(OpCases, CoverEveryOperationInEveryStorageTypeAndBeginWithTheirSeed) {
  const std::vector<OpCase> cases = op_cases(40, true);
  std::set<std::string> seen;
  std::set<std::string> names;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(cases[i].seed, 40 + i);
    EXPECT_TRUE(names
                    .insert(cases[i].name + std::string(weft::name_of(cases[i].node.dtype)) +
                            std::string(weft::name_of(cases[i].accumulate)))
                    .second)
        << cases[i].name << " twice";
    seen.insert(std::to_string(static_cast<int>(cases[i].node.op)) +
                std::string(weft::name_of(cases[i].storage)));
  }
  EXPECT_EQ(seen.size(), 7U * 3 + 1) << "arg-max reads fp32 alone";
}

TEST(Work, OfDecodeIsWhatTheCensusCounts) {
  for (const LlamaShape& shape : timed_models()) {
    const Work work = decode_work(shape, 1, 4096);
    const Graph graph = make_llama(shape);
    const double table = static_cast<double>(shape.vocabulary) * shape.hidden;
    const double cache = 2.0 * shape.layers * shape.kv_heads * shape.head_dim * 4096;
    EXPECT_EQ(work.bytes,
              2 * (static_cast<double>(graph.parameters()) - table + shape.hidden + cache));
    const double attention = 4.0 * shape.layers * shape.heads * shape.head_dim * 4096;
    const double gains = (2.0 * shape.layers + 1) * shape.hidden;
    EXPECT_EQ(work.flops,
              2 * (static_cast<double>(graph.parameters()) - table - gains) + attention);
  }
  // Known of Llama-3-8B: 15 GB of weights a token, 16 GFLOP.
  EXPECT_NEAR(decode_work(timed_models()[0], 1, 0).bytes, 15.01e9, 0.01e9);
  EXPECT_NEAR(decode_work(timed_models()[0], 1, 0).flops, 15.01e9, 0.01e9);
}

TEST(Work, OfAPromptIsThatOfItsTokensWithOneHead) {
  const LlamaShape& shape = timed_models()[0];
  double flops = 0;
  const double head = 2.0 * shape.vocabulary * shape.hidden;
  for (int position = 1; position <= 50; ++position) {
    flops += decode_work(shape, 1, position).flops - head;
  }
  EXPECT_NEAR(prefill_work(shape, 50).flops, flops + head, 1);
}

TEST(MemoryPlan, OutputsThatAreReadTogetherDoNotOverlap) {
  for (const FunctionalModel& model : functional_models()) {
    const Graph graph = make_llama(model.shape);
    const std::vector<std::int64_t> rows(graph.nodes.size(), 5);
    for (const bool keep : {true, false}) {
      const MemoryPlan plan = plan_memory(graph, rows, keep);
      // What lies where: every write claims its bytes, every read must find its writer.
      std::map<std::size_t, std::size_t> owner;  // 256 bytes -> node
      const auto blocks_of = [&](std::size_t node) {
        return (5 * graph.nodes[node].width * bytes_of(graph.nodes[node].dtype) + 255) / 256;
      };
      for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (std::int64_t b = 0; b < blocks_of(i); ++b) {
          owner[plan.outputs[i] / 256 + static_cast<std::size_t>(b)] = i;
        }
        for (const int source : graph.nodes[i].sources) {
          const auto from = static_cast<std::size_t>(source);
          for (std::int64_t b = 0; source != kTokens && b < blocks_of(from); ++b) {
            ASSERT_EQ(owner.at(plan.outputs[from] / 256 + static_cast<std::size_t>(b)), from)
                << graph.nodes[i].name << " finds " << graph.nodes[from].name << " overwritten";
          }
        }
      }
      EXPECT_LE(owner.rbegin()->first * 256, plan.output_bytes);
    }
    EXPECT_LT(plan_memory(graph, rows, false).output_bytes,
              plan_memory(graph, rows, true).output_bytes);
  }
}

}  // namespace
}  // namespace weft::reference::cuda
