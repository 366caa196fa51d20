// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/measurement.h"
#include "sim/simulate.h"

namespace weft::bench {

/// All that is measured, in the order of the table.
const std::vector<Measurement>& measurements();

// One file each; amounts in the order named. Errors: what the thing measured would report.

/// Instructions of sim::dataflow on the shift loop.
Result<Repeat> scalar_dataflow(int side, int steps);
/// Tile-steps and instructions of sim::vector on the shift loop.
Result<Repeat> vector_dataflow(int side, int steps);
/// Word-hops of sim::word on combs whose sources send a word every den/num cycles; a repetition
/// advances by `cycles`. The note says the share of link registers that hold a moving word.
Result<Repeat> word_hops(int side, int num, int den, int cycles, sim::DenseMoves dense);
/// Events of a sim::trains::Wheel with `pending` of them: pop one, touch the 32 bytes it is about,
/// push the next one 1 to 2000 cycles later.
Result<Repeat> wheel_events(int pending, int events);
/// Floating-point operations of an n x n x n product of a tile, fp16 operands and fp32 result.
Result<Repeat> tile_gemm(int n, int calls);
/// Programs loaded (1) and bytes of peak memory, each repetition in a process of its own.
Result<Repeat> load_wafer(const Setting& setting);

/// Mappings (1) of a decode step of Llama-3-8B at 4096 positions on wse2, verified, and bytes of
/// the bundle.
Result<Repeat> map_decode(const Setting& setting);
/// Runs (1) of that step, all layers and the head, without values, and cycles of one layer.
Result<Repeat> run_decode(const Setting& setting);

/// What loading a program took and how.
struct LoadCost {
  double cpu_seconds = 0;
  std::int64_t peak_bytes = 0;
  std::string engine;
};
/// Parses the text of a sum over the whole wafer, verifies it for wse2 and makes the engine that
/// runs it without values, in this process; quick: a program of 16 tiles.
Result<LoadCost> load_here(bool quick);
/// LoadCost as a line of text and back.
std::string print_load_cost(const LoadCost& cost);
Result<LoadCost> parse_load_cost(const std::string& text);

/// Text of a program in which all tiles of wse2 add up 16 words.
std::string_view wafer_sum_text();

}  // namespace weft::bench
