// SPDX-License-Identifier: Apache-2.0
#include "bench/measurements.h"

namespace weft::bench {

const std::vector<Measurement>& measurements() {
  static const std::vector<Measurement> all = {
      {"scalar dataflow interpreter",
       {{"M instructions/s", 1e6, Kind::rate, 100, 150}},
       [](const Setting& s) { return scalar_dataflow(s.quick ? 8 : 64, s.quick ? 4 : 100); }},
      {"vector dataflow, shift loop 900x900",
       {{"M tile-steps/s", 1e6, Kind::rate, 120, 175},
        {"G instructions/s", 1e9, Kind::rate, 1.0, 1.4}},
       [](const Setting& s) { return vector_dataflow(s.quick ? 16 : 900, s.quick ? 4 : 40); }},
      {"word engine, 8 colors, 512x512",
       {{"G word-hops/s", 1e9, Kind::rate, 0.4, 1.2}},
       [](const Setting& s) {
         return word_hops(s.quick ? 32 : 512, 1, 1, s.quick ? 64 : 256, sim::DenseMoves::automatic);
       }},
      {"chunked wheel, 10^6 pending",
       {{"M events/s", 1e6, Kind::rate, 20, 30}},
       [](const Setting& s) {
         return wheel_events(s.quick ? 1'000 : 1'000'000, s.quick ? 10'000 : 20'000'000);
       }},
      {"load, verify, elaborate wse2",
       {{"s", 1, Kind::seconds, 1.0, 0.5}, {"MB peak", 1e6, Kind::peak, 200, 100}},
       load_wafer},
      {"tile GEMM 32x32x32 fp16 -> fp32",
       {{"GFLOP/s", 1e9, Kind::rate, 20, 50}},
       [](const Setting& s) { return tile_gemm(32, s.quick ? 10 : 20'000); }},
      {"Llama-3-8B decode, map and verify",
       {{"s", 1, Kind::seconds, 10, 2}, {"MB bundle", 1e6, Kind::peak, 50, 10}},
       map_decode},
      {"Llama-3-8B decode, simulate",
       {{"s", 1, Kind::seconds, 5, 1}, {"cycles a layer", 1, Kind::peak, 8000, 5000}},
       run_decode},
  };
  return all;
}

}  // namespace weft::bench
