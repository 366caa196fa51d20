// SPDX-License-Identifier: Apache-2.0
// Files that are written where there is no protobuf and no JSON library, read where there is.
#include "reference/cuda/record/recording.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/graph.h"
#include "reference/cuda/inputs.h"
#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/measured.h"
#include "reference/recorded.pb.h"

namespace weft::reference::cuda {
namespace {

Recording filled() {
  Recording recording;
  recording.provenance = {"NVIDIA H200", "580.1",         "13.0",   "abc-dirty",
                          "2026-11-22",  {7, 1ULL << 63}, 345,      1980,
                          3201U,         512.25,          "130001", 90};
  recording.ops = op_cases(100, false);
  for (OpCase& op : recording.ops) {
    draw_inputs(op.node.op, op.seed, op.inputs);
    op.output = make_tensor({2, 3}, op.node.dtype);
    op.output.data[5] = std::byte{0xfe};
    op.errors = {0.125, 0.5};
  }
  recording.models.push_back(
      {"fable-1m", "00ff", DType::f16, DType::f32, {1, 300}, {2, 128255}, {}});
  recording.models[0].nodes.push_back({"logits", make_tensor({3, 2}, DType::f32), {1, 2}});
  return recording;
}

TEST(RecordingBytes, AreWhatProtobufReads) {
  const Recording from = filled();
  reference::Recording read;
  ASSERT_TRUE(read.ParseFromString(recording_bytes(from)));
  EXPECT_EQ(read.version(), 1U);
  const reference::Provenance& provenance = read.provenance();
  EXPECT_EQ(provenance.device(), "NVIDIA H200");
  EXPECT_EQ(provenance.driver(), "580.1");
  EXPECT_EQ(provenance.toolkit(), "13.0");
  EXPECT_EQ(provenance.git_version(), "abc-dirty");
  EXPECT_EQ(provenance.date(), "2026-11-22");
  ASSERT_EQ(provenance.seeds_size(), 2);
  EXPECT_EQ(provenance.seeds(1), 1ULL << 63);
  EXPECT_EQ(provenance.sm_clock_mhz_min(), 345U);
  EXPECT_EQ(provenance.sm_clock_mhz_max(), 1980U);
  EXPECT_EQ(provenance.memory_clock_mhz(), 3201U);
  EXPECT_EQ(provenance.power_watts_mean(), 512.25);
  EXPECT_EQ(provenance.cublas(), "130001");
  EXPECT_EQ(provenance.compute_capability(), 90U);

  ASSERT_EQ(read.models_size(), 1);
  EXPECT_EQ(read.models(0).generated_tokens(1), 128255);
  EXPECT_EQ(read.models(0).prompt_tokens_size(), 2);
  EXPECT_EQ(read.models(0).checkpoint_hash(), "00ff");
  EXPECT_EQ(read.models(0).accumulate(), "f32");
  EXPECT_EQ(read.models(0).nodes(0).output().data().size(), 24U);
  EXPECT_EQ(read.models(0).nodes(0).rms_error(), 2);
  EXPECT_TRUE(reference::Recording::GetDescriptor() != nullptr);
}

TEST(RecordingBytes, CasesKeepTheirNodeShapesAndOutput) {
  const Recording from = filled();
  reference::Recording read;
  ASSERT_TRUE(read.ParseFromString(recording_bytes(from)));
  ASSERT_EQ(read.ops_size(), static_cast<int>(from.ops.size()));
  for (int i = 0; i < read.ops_size(); ++i) {
    const reference::OpCase& op = read.ops(i);
    const OpCase& one = from.ops[static_cast<std::size_t>(i)];
    EXPECT_EQ(op.name(), one.name);
    EXPECT_EQ(op.seed(), 100U + i);
    EXPECT_EQ(static_cast<int>(op.node().op()), static_cast<int>(one.node.op));
    EXPECT_EQ(op.node().heads(), one.node.heads);
    EXPECT_EQ(op.node().kv_heads(), one.node.kv_heads);
    EXPECT_EQ(op.node().head_dim(), one.node.head_dim);
    EXPECT_EQ(op.node().epsilon(), one.node.epsilon);
    EXPECT_EQ(op.node().rope_theta(), one.node.rope_theta);
    EXPECT_EQ(op.node().scale(), one.node.scale);
    EXPECT_EQ(op.node().rope_scaling().factor(), one.node.rope_scaling.factor);
    EXPECT_EQ(op.node().rope_scaling().original_context(), one.node.rope_scaling.original_context);
    EXPECT_EQ(op.first_position(), one.first);
    EXPECT_EQ(op.kernel(), name_of(one.kernel));
    EXPECT_EQ(op.storage(), weft::name_of(one.storage));
    EXPECT_EQ(op.accumulate(), weft::name_of(one.accumulate));
    EXPECT_EQ(op.output().shape_size(), 2);
    EXPECT_EQ(op.output().data()[5], '\xfe');
    EXPECT_EQ(op.max_error(), 0.125);
    ASSERT_EQ(op.inputs_size(), static_cast<int>(one.inputs.size()));
    EXPECT_EQ(op.node().inputs_size(), op.inputs_size());
    for (int k = 0; k < op.inputs_size(); ++k) {
      EXPECT_EQ(op.inputs(k).name(), op.node().inputs(k));
      EXPECT_EQ(op.inputs(k).shape(0), one.inputs[static_cast<std::size_t>(k)].shape[0]);
      EXPECT_EQ(op.inputs(k).data(), "") << "drawn, not stored";
    }
  }
}

TEST(MeasuredJson, HasTheKeysThatComparisonsRead) {
  Measured measured;
  measured.copy_gb_per_s = 4300.5;
  measured.gemm_tflops = 790;
  measured.rows.push_back(
      {"llama-3-8b", "decode", DType::f16, 1, 4096, {3, 1, 2, 5, 4}, 16e9, 17e9, 0.75, 300.5});
  measured.rows.push_back({"llama-3-8b", "prefill", DType::bf16, 1, 4096, {1}, 1, 2, 0.5, {}});
  const auto json = nlohmann::json::parse(measured_json(filled().provenance, measured));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["device"], "NVIDIA H200");
  EXPECT_EQ(json["git"], "abc-dirty");
  EXPECT_EQ(json["sm_clock_mhz"], (std::vector<int>{345, 1980}));
  EXPECT_EQ(json["copy_gb_per_s"], 4300.5);
  EXPECT_EQ(json["gemm_tflops"], 790);
  const auto& row = json["rows"][0];
  EXPECT_EQ(row["model"], "llama-3-8b");
  EXPECT_EQ(row["phase"], "decode");
  EXPECT_EQ(row["dtype"], "fp16");
  EXPECT_EQ(row["repeats"], 5);
  EXPECT_EQ(row["median_seconds"], 3);
  EXPECT_NEAR(row["p10_seconds"].get<double>(), 1.4, 1e-9);
  EXPECT_NEAR(row["p90_seconds"].get<double>(), 4.6, 1e-9);
  EXPECT_EQ(row["power_watts"], 300.5);
  EXPECT_EQ(row["fraction"], 0.75);
  EXPECT_TRUE(json["rows"][1]["power_watts"].is_null());
  EXPECT_EQ(json["rows"][1]["dtype"], "bf16");
}

TEST(FileStem, IsTheNameOfTheDeviceInSmallLetters) {
  EXPECT_EQ(file_stem("NVIDIA H200"), "nvidia-h200");
  EXPECT_EQ(file_stem("NVIDIA A100-SXM4-80GB "), "nvidia-a100-sxm4-80gb");
}

}  // namespace
}  // namespace weft::reference::cuda
