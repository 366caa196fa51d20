// SPDX-License-Identifier: Apache-2.0
// Recorded operations, computed again in float64 from inputs that are drawn again: those of a
// stand-in, and those of a GPU where it was recorded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "reference/cuda/inputs.h"
#include "reference/cuda/record/cases.h"
#include "reference/cuda/record/oracle.h"
#include "reference/cuda/record/recording.h"
#include "reference/recorded.h"

namespace weft::reference::cuda {
namespace {

using testing::HasSubstr;

HostTensor tensor_of(const reference::Tensor& from) {
  HostTensor tensor =
      make_tensor({from.shape().begin(), from.shape().end()}, *dtype_of(from.dtype()));
  if (!from.data().empty()) {
    const auto* bytes = reinterpret_cast<const std::byte*>(from.data().data());
    tensor.data.assign(bytes, bytes + from.data().size());
  }
  return tensor;
}

Node node_of(const models::Node& from) {
  Node node;
  node.op = static_cast<Op>(from.op());
  node.epsilon = from.epsilon();
  node.heads = from.heads();
  node.kv_heads = from.kv_heads();
  node.head_dim = from.head_dim();
  node.rope_theta = from.rope_theta();
  node.scale = from.scale();
  const models::RopeScaling& scaling = from.rope_scaling();
  node.rope_scaling = {scaling.factor(), scaling.low_frequency(), scaling.high_frequency(),
                       scaling.original_context()};
  return node;
}

/// What is wrong with a recorded operation; empty: it is as far off as it says.
std::string fault_of(const reference::OpCase& op) {
  const Node node = node_of(op.node());
  std::vector<HostTensor> inputs;
  for (const reference::Tensor& input : op.inputs()) {
    inputs.push_back(tensor_of(input));
  }
  draw_inputs(node.op, op.seed(), inputs);
  const std::vector<double> exact = exact_op(node, inputs, static_cast<int>(op.first_position()));
  const std::vector<double> values = values_of(tensor_of(op.output()));
  if (values.size() != exact.size()) {
    return op.name() + ": the output has another size";
  }
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const double error = std::abs(values[i] - exact[i]);
    if (!(error <= op.max_error() + 1e-9 * (1 + std::abs(exact[i])))) {
      return op.name() + ": element " + std::to_string(i) + " is " + std::to_string(values[i]) +
             ", " + std::to_string(error) + " from float64";
    }
  }
  return "";
}

/// Outputs of float64, rounded once.
reference::Recording stand_in() {
  Recording recording;
  recording.ops = op_cases(77, false);
  for (OpCase& one : recording.ops) {
    draw_inputs(one.node.op, one.seed, one.inputs);
    const std::vector<double> exact = exact_op(one.node, one.inputs, one.first);
    one.output = make_tensor({static_cast<std::int64_t>(exact.size())}, one.node.dtype);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      set_value(one.output, static_cast<std::int64_t>(i), static_cast<float>(exact[i]));
    }
    one.errors = errors_of(one.output, exact);
  }
  reference::Recording read;
  EXPECT_TRUE(read.ParseFromString(recording_bytes(recording)));
  return read;
}

TEST(RecordedOps, InputsAreDrawnAgainFromWhatTheFileTells) {
  const reference::Recording recording = stand_in();
  for (const reference::OpCase& op : recording.ops()) {
    EXPECT_EQ(fault_of(op), "");
  }
}

TEST(RecordedOps, OneElementThatChangedSinceIsNamed) {
  reference::OpCase op = stand_in().ops(1);
  std::string& bytes = *op.mutable_output()->mutable_data();
  bytes[2 * 40 + 1] = static_cast<char>(bytes[2 * 40 + 1] ^ 0x04);  // the exponent of an fp16
  EXPECT_THAT(fault_of(op), HasSubstr("rms_norm.f16.plain.7x133.133: element 40 is"));
}

TEST(RecordedOnAGpu, OperationsAreAsFarFromFloat64AsTheySayAndTellWhereTheyComeFrom) {
  const std::filesystem::path folder = WEFT_SOURCE_DIR "/reference/recorded";
  auto recordings = read_recordings(folder);
  ASSERT_TRUE(recordings.ok()) << recordings.error().message;
  if (recordings->empty()) {
    GTEST_SKIP() << "no GPU has been recorded: reference/recorded holds no *.pb; "
                    "scripts/record-gpu makes one on a machine with an NVIDIA GPU";
  }
  for (const reference::Recording& recording : *recordings) {
    const reference::Provenance& from = recording.provenance();
    EXPECT_NE(from.device(), "");
    EXPECT_NE(from.driver(), "");
    EXPECT_NE(from.toolkit(), "");
    EXPECT_NE(from.git_version(), "unknown") << "record it with --git VERSION";
    EXPECT_EQ(from.date().size(), 10U);
    for (const reference::OpCase& op : recording.ops()) {
      EXPECT_EQ(fault_of(op), "");
    }
  }
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    bytes += file.file_size();
  }
  EXPECT_LE(bytes, 16U << 20) << "of all recordings together";
}

}  // namespace
}  // namespace weft::reference::cuda
