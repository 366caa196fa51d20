// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reference/cuda/graph.h"
#include "reference/cuda/kernel.h"

/// reference/recorded.proto as plain structs, and as bytes.
namespace weft::reference::cuda {

struct Provenance {
  std::string device;
  std::string driver;
  std::string toolkit;
  std::string git_version;
  std::string date;
  std::vector<std::uint64_t> seeds;
  unsigned sm_clock_mhz_min = 0;
  unsigned sm_clock_mhz_max = 0;
  unsigned memory_clock_mhz = 0;
  double power_watts_mean = 0;
  std::string cublas;
  unsigned compute_capability = 0;
};

struct Errors {
  double max = 0;
  double rms = 0;
};

/// Shapes and types of the inputs; their values are drawn from the seed.
struct OpCase {
  std::string name;
  Node node;
  std::vector<HostTensor> inputs;
  DType storage = DType::f16;
  DType accumulate = DType::f32;
  std::uint64_t seed = 0;
  int first = 0;
  Kernel kernel = Kernel::plain;
  HostTensor output;
  Errors errors;
};

struct NodeRun {
  std::string name;
  HostTensor output;
  Errors errors;
};

struct ModelRun {
  std::string model;
  std::string checkpoint_hash;
  DType storage = DType::f16;
  DType accumulate = DType::f32;
  std::vector<int> prompt;
  std::vector<int> generated;
  std::vector<NodeRun> nodes;
};

struct Recording {
  Provenance provenance;
  std::vector<OpCase> ops;
  std::vector<ModelRun> models;
};

std::string recording_bytes(const Recording& recording);

const char* name_of(Kernel kernel);
/// Names of the inputs of a case, in their order.
std::vector<std::string> input_names(Op op);

}  // namespace weft::reference::cuda
