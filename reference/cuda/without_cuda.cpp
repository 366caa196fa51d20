// SPDX-License-Identifier: Apache-2.0
// Stands in for executor.cpp where there is no CUDA compiler.
#include "reference/cuda/executor.h"

namespace weft::reference::cuda {
namespace {

Error missing() {
  return failed_error(
      "--check cuda: this program was built without CUDA; build it where nvcc is, or use --check "
      "recorded, which compares with what a GPU computed earlier");
}

}  // namespace

struct Executor::State {};

Executor::Executor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;
Executor::~Executor() = default;

Status available() { return missing(); }

Result<Executor> Executor::create(const models::Graph&, const TensorFile&, DType) {
  return missing();
}

Result<Values> Executor::run_node(const models::Node&, const std::vector<const Values*>&) {
  return missing();
}

Result<std::map<std::string, Values>> Executor::run(const std::vector<int>&) { return missing(); }

Result<Executor::Generated> Executor::generate(const std::vector<int>&, int) { return missing(); }

}  // namespace weft::reference::cuda
