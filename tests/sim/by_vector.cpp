// SPDX-License-Identifier: Apache-2.0
#include "by_vector.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "isa/text.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

std::string ops_of(const RunResult& result) {
  std::string text;
  for (const OpInstance& op : result.ops) {
    text += fmt::format(" {}[{},{}]@{}", op.graph_op, op.outer, op.inner, op.end.count());
  }
  return text;
}

}  // namespace

std::string difference(const ContractCase& drawn, bool* vectors, std::string* why_not,
                       std::int64_t* added) {
  Options options;
  options.data = false;
  options.engine = EngineKind::dataflow;
  options.sample_hops = 0;
  const auto by_vector = simulate(drawn.bundle, drawn.machine, {}, options);
  options.scalar = true;
  const auto by_tile = simulate(drawn.bundle, drawn.machine, {}, options);
  if (!by_vector.ok() || !by_tile.ok()) {
    return by_vector.ok() == by_tile.ok() ? "" : "one of them fails";
  }
  if (vectors != nullptr) {
    *vectors = by_vector->vectors;
  }
  if (added != nullptr) {
    for (const RunResult::Repeat& repeat : by_vector->repeats) {
      *added += repeat.iterations;
    }
  }
  if (!by_vector->vectors) {
    if (why_not != nullptr) {
      *why_not = by_vector->scalar_because;
    }
    return "";
  }
  std::string text;
  const auto compare = [&](const char* what, auto a, auto b) {
    if (a != b) {
      text += fmt::format("\n{}: {}, tile by tile {}", what, a, b);
    }
  };
  if (!by_tile->deadlock.empty()) {
    return "deadlock tile by tile only: " + by_tile->deadlock.front();
  }
  // Where words of two trains may have met, each says so by what it knows of them. Whoever is sure
  // that they did not must agree with the word engine.
  if (by_vector->exact != by_tile->exact) {
    Options word_by_word;
    word_by_word.data = false;
    word_by_word.engine = EngineKind::word;
    const auto word = simulate(drawn.bundle, drawn.machine, {}, word_by_word);
    compare("sure of cycles, word by word",
            (by_vector->exact ? by_vector : by_tile)->cycles.count(), word->cycles.count());
    return text;
  }
  compare("cycles", by_vector->cycles.count(), by_tile->cycles.count());
  compare("instructions", by_vector->instructions, by_tile->instructions);
  compare("words sent", by_vector->words_sent, by_tile->words_sent);
  compare("MACs", by_vector->macs, by_tile->macs);
  for (std::size_t t = 0; t < by_tile->tiles.size(); ++t) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      compare(fmt::format("tile {}, bin {}", t, bin).c_str(), by_vector->tiles[t].bins[bin],
              by_tile->tiles[t].bins[bin]);
    }
    compare("words received", by_vector->tiles[t].words_received, by_tile->tiles[t].words_received);
  }
  for (std::size_t op = 0; op < by_tile->op_bins.size(); ++op) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      compare(fmt::format("op {}, bin {}", op, bin).c_str(), by_vector->op_bins[op][bin],
              by_tile->op_bins[op][bin]);
    }
  }
  compare("ops", ops_of(*by_vector), ops_of(*by_tile));
  compare("audits", by_vector->audits.size(), by_tile->audits.size());
  for (std::size_t i = 0; i < std::min(by_vector->audits.size(), by_tile->audits.size()); ++i) {
    compare("audit", by_vector->audits[i].detail, by_tile->audits[i].detail);
  }
  return text;
}

ContractCase row_case(const std::string& text, int width) {
  auto bundle = isa::parse_bundle(".bundle 1\n" + text, "case.s");
  EXPECT_TRUE(bundle.ok()) << bundle.error().message;
  return {contract_machine(width, 1), bundle.ok() ? std::move(*bundle) : isa::Bundle()};
}

}  // namespace weft::sim
