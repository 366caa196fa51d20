// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reference/cuda/record/recording.h"

namespace weft::reference::cuda {

/// A row of reference/measured/*.json.
struct MeasuredRow {
  std::string model;
  std::string phase;  ///< decode, prefill
  DType dtype = DType::f16;
  int batch = 1;
  int context = 0;
  std::vector<double> seconds;  ///< every repetition
  double bytes = 0;
  double flops = 0;
  double fraction = 0;  ///< decode: of the measured copy bandwidth; prefill: of the cuBLAS rate
  std::optional<double> power_watts;
};

struct Measured {
  double copy_gb_per_s = 0;
  double gemm_tflops = 0;
  std::vector<MeasuredRow> rows;
};

/// Value below which `share` of the sorted samples lie.
double quantile(std::vector<double> samples, double share);

/// reference/measured/*.json
std::string measured_json(const Provenance& provenance, const Measured& measured);

/// "NVIDIA H200" as the name of a file: nvidia-h200.
std::string file_stem(const std::string& device);

}  // namespace weft::reference::cuda
