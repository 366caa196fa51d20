// SPDX-License-Identifier: Apache-2.0
#include "models/finite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <span>
#include <string>

#include "base/half.h"

namespace weft::models {
namespace {

/// The first element whose exponent bits, `mask`, are all ones; -1 when there is none. Blocks are
/// judged whole, without a branch per element, so that the scan runs as fast as memory.
template <class Bits>
std::int64_t first_not_finite(std::span<const std::byte> data, Bits mask) {
  constexpr std::size_t block_size = 4096;
  std::array<Bits, block_size> block{};  // file data may start at any address
  const std::size_t elements = data.size() / sizeof(Bits);
  for (std::size_t begin = 0; begin < elements; begin += block_size) {
    const std::size_t count = std::min(block_size, elements - begin);
    std::memcpy(block.data(), data.data() + begin * sizeof(Bits), count * sizeof(Bits));
    Bits bad = 0;
    for (std::size_t i = 0; i < count; ++i) {
      bad = static_cast<Bits>(bad | ((block[i] & mask) == mask ? 1 : 0));
    }
    if (bad != 0) {
      const auto* at = std::find_if(block.data(), block.data() + count,
                                    [&](Bits bits) { return (bits & mask) == mask; });
      return static_cast<std::int64_t>(begin) + (at - block.data());
    }
  }
  return -1;
}

std::int64_t first_not_finite(const TensorView& view) {
  switch (view.dtype) {
    case DType::f16:
      return first_not_finite<std::uint16_t>(view.data, 0x7c00);
    case DType::bf16:
      return first_not_finite<std::uint16_t>(view.data, 0x7f80);
    case DType::f32:
      return first_not_finite<std::uint32_t>(view.data, 0x7f800000);
    case DType::i32:
      return -1;
  }
  return -1;
}

Status check_tied_head(const TensorFile& weights) {
  const TensorView* head = weights.find("lm_head.weight");
  const TensorView* table = weights.find("model.embed_tokens.weight");
  if (head != nullptr && table != nullptr &&
      (head->dtype != table->dtype || head->shape != table->shape ||
       std::memcmp(head->data.data(), table->data.data(), table->data.size()) != 0)) {
    return input_error(
        fmt::format("{}: tensor \"lm_head.weight\" differs from the embedding table it is tied to; "
                    "set tie_word_embeddings in config.json to false to use it, or remove it",
                    weights.path_of("lm_head.weight").string()));
  }
  return {};
}

}  // namespace

Status check_finite(const TensorFile& weights, const Graph& graph) {
  std::set<std::string> read;
  for (const Tensor& tensor : graph.tensors()) {
    const std::string& name = tensor.weight_name();
    const TensorView* view = name.empty() ? nullptr : weights.find(name);
    if (view == nullptr || !read.insert(name).second) {
      continue;
    }
    if (const std::int64_t at = first_not_finite(*view); at >= 0) {
      const float value = load_element(view->data.data(), view->dtype, at);
      return input_error(fmt::format(
          "{}: tensor \"{}\": element {} of {} is {}; no value that follows from it means "
          "anything: export the model again, or run with --data off for the timing",
          weights.path_of(name).string(), name, at, view->elements(),
          std::isnan(value) ? "NaN" : "infinite"));
    }
  }
  return read.contains("lm_head.weight") ? Status() : check_tied_head(weights);
}

}  // namespace weft::models
