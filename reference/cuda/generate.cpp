// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/generate.h"

namespace weft::reference::cuda {
namespace {

Status gather(Model& model, Generated& result) {
  const std::size_t nodes = model.graph().nodes.size();
  for (std::size_t i = 0; i < nodes; ++i) {
    WEFT_ASSIGN(HostTensor rows, model.output(i));
    if (result.outputs.size() < nodes) {
      result.outputs.push_back(std::move(rows));
      continue;
    }
    HostTensor& all = result.outputs[i];
    all.shape[0] += rows.shape[0];
    all.data.insert(all.data.end(), rows.data.begin(), rows.data.end());
  }
  return {};
}

}  // namespace

Result<Generated> generate(Model& model, const std::vector<int>& prompt, int count) {
  if (model.graph().nodes.empty() || model.graph().nodes.back().op != Op::argmax) {
    return input_error("CUDA reference: '" + model.graph().name + "' does not end in a token");
  }
  Generated result;
  int first = static_cast<int>(prompt.size());
  WEFT_TRY(model.forward(prompt, 0, first));
  WEFT_TRY(gather(model, result));
  for (int i = 0; i < count; ++i) {
    const std::vector<double> chosen = values_of(result.outputs.back());
    result.tokens.push_back(static_cast<int>(chosen.back()));
    if (i + 1 < count) {
      WEFT_TRY(model.forward({result.tokens.back()}, first++, 1));
      WEFT_TRY(gather(model, result));
    }
  }
  return result;
}

}  // namespace weft::reference::cuda
