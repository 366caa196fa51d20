// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <fstream>

#include "bench/measure.h"
#include "sim/core/matmul_kernels.h"
#include "sim/vector/kernels.h"
#include "sim/word/dense_kernels.h"

namespace weft::bench {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

// Both ends far larger than any cache, and touched before.
double copy_bandwidth(bool quick) {
  const std::size_t bytes = quick ? 1 << 20 : 1 << 28;
  std::vector<char> from(bytes, 1), to(bytes, 2);
  std::vector<double> rates;
  for (int i = 0; i < (quick ? 1 : 5); ++i) {
    const double begin = cpu_seconds();
    std::memcpy(to.data(), from.data(), bytes);
    asm volatile("" : : "r"(to.data()) : "memory");  // all of it is wanted
    rates.push_back(static_cast<double>(bytes) / (cpu_seconds() - begin) / 1e9);
  }
  return median(rates);
}

}  // namespace

Host measure_host(const Setting& setting) {
  return {cpu_model(),
          {sim::best_matmul_kernels().name, sim::vector::kernels().name,
           std::string(sim::word::best_dense_kernels().name)},
          copy_bandwidth(setting.quick)};
}

}  // namespace weft::bench
