// SPDX-License-Identifier: Apache-2.0
#include "edge/edge_case.h"

#include <gtest/gtest.h>

#include "contract_case.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "word/same_run.h"

namespace weft::sim {

arch::Machine edge_machine() {
  arch::Machine machine = contract_machine(2, 2);
  arch::Edge& edge = *machine.mutable_edge();
  edge.set_channels(2);
  edge.set_memory(4096);
  edge.mutable_bytes_per_cycle()->set_num(4);
  edge.mutable_bytes_per_cycle()->set_den(1);
  edge.set_latency(10);
  return machine;
}

isa::Bundle assembled(const std::string& text) {
  auto bundle = isa::parse_bundle(text, "test");
  EXPECT_TRUE(bundle.ok()) << bundle.error().message;
  return bundle.ok() ? std::move(*bundle) : isa::Bundle();
}

RunResult run_on_both(const isa::Bundle& bundle, const arch::Machine& machine,
                      const TensorSource& tensors, Options options) {
  const Status verdict = isa::verify(bundle, machine);
  EXPECT_TRUE(verdict.ok()) << verdict.error().message;
  auto dataflow = simulate(bundle, machine, tensors, options);
  options.engine = EngineKind::word;
  options.window.reset();
  auto word = simulate(bundle, machine, tensors, options);
  EXPECT_TRUE(dataflow.ok()) << dataflow.error().message;
  EXPECT_TRUE(word.ok()) << word.error().message;
  if (!dataflow.ok() || !word.ok()) {
    return {};
  }
  EXPECT_EQ(difference(*word, *dataflow), "");
  for (const RunResult* result : {&*dataflow, &*word}) {
    EXPECT_EQ(result->deadlock, std::vector<std::string>());
    for (const Audit& audit : result->audits) {
      EXPECT_TRUE(audit.ok) << audit.name << ": " << audit.detail;
    }
  }
  return std::move(*dataflow);
}

std::int64_t cycles_in(const RunResult& result, int tile, Bin bin) {
  return result.tiles.at(static_cast<std::size_t>(tile)).bins[static_cast<std::size_t>(bin)];
}

}  // namespace weft::sim
