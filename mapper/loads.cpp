// SPDX-License-Identifier: Apache-2.0
#include "mapper/loads.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mapper/program.h"

namespace weft::mapper {
namespace {

constexpr const char* kPrompt = "host.prompt";
constexpr const char* kPromptThere = "host.prompt_there";
constexpr const char* kCosines = "host.rope_cos";
constexpr const char* kSines = "host.rope_sin";
constexpr const char* kCache = "host.cache";
constexpr const char* kToken = "host.token";

/// A [rows, columns] slice of a weight in a tile buffer whose rows are `pitch` elements apart.
isa::Load slice(const std::string& tensor, const std::string& buffer, std::int64_t offset,
                DType dtype, const isa::Axis& rows, const isa::Axis& columns, int pitch) {
  isa::Load load;
  load.set_tensor(tensor);
  load.set_buffer(buffer);
  load.set_offset(offset);
  load.set_dtype(static_cast<int>(dtype));
  *load.mutable_rows() = rows;
  *load.mutable_columns() = columns;
  load.set_row_stride(pitch);
  load.set_column_stride(1);
  return load;
}

/// A Hugging Face weight is [out, in]; tiles hold [in, out].
isa::Load product(const std::string& tensor, const std::string& buffer, std::int64_t offset,
                  DType dtype, const isa::Axis& in, const isa::Axis& out, int pitch) {
  isa::Load load = slice(tensor, buffer, offset, dtype, in, out, pitch);
  load.set_transposed(true);
  return load;
}

/// What decode alone finds: an id for every token.
int token_elements(const Shape& shape) { return 2 * shape.chunk; }
std::string cache_name(int layers) { return fmt::format("{}.{}", kCache, layers); }

// What the tiles of one region hold; `index` of the region + 1, 0: there is only one.
void plan_region(const Decoder& decoder, const Shape& shape, const Request& request,
                 const RegionPlan& region, int index, std::vector<isa::Load>& loads) {
  const int element = bytes_of(decoder.dtype);
  const isa::Axis one = isa::replicated_axis(1);
  const isa::Axis width = isa::block_axis(isa::Axis::Y, decoder.width, shape.region.height);
  const isa::Axis hidden = isa::block_axis(isa::Axis::X, decoder.hidden, shape.region.width);
  const isa::Axis vocabulary =
      isa::block_axis(isa::Axis::X, decoder.vocabulary, shape.region.width);
  const isa::Axis query = shape.heads.axis(shape.heads.heads_per_group);
  const isa::Axis key = shape.heads.axis(1);
  const auto add = [&](isa::Load load) {
    load.set_region(index);
    loads.push_back(std::move(load));
  };

  if (region.vocabulary) {
    add(slice(decoder.table, "embed.table", 0, decoder.dtype, vocabulary, width, shape.width_y));
  }
  const int qkv = shape.qkv_columns();
  for (int l = 0; l < region.layers; ++l) {
    const Decoder::Layer& layer =
        decoder.layers[static_cast<std::size_t>(region.first_layer) + static_cast<std::size_t>(l)];
    const auto at = [&](std::int64_t elements, std::int64_t first = 0) {
      return (static_cast<std::int64_t>(l) * elements + first) * element;
    };
    const auto gain = [&](const std::string& name, const std::string& buffer) {
      add(slice(name, buffer, at(shape.width_y), decoder.dtype, one, width, shape.width_y));
    };
    const std::int64_t qkv_size = static_cast<std::int64_t>(shape.width_y) * qkv;
    gain(layer.input_gain, "input.gain");
    add(product(layer.q, "qkv.weight", at(qkv_size), decoder.dtype, width, query, qkv));
    add(product(layer.k, "qkv.weight", at(qkv_size, shape.q_columns()), decoder.dtype, width, key,
                qkv));
    add(product(layer.v, "qkv.weight", at(qkv_size, shape.q_columns() + shape.kv_columns()),
                decoder.dtype, width, key, qkv));
    add(product(layer.o, "o.weight",
                at(static_cast<std::int64_t>(shape.q_columns()) * shape.width_y), decoder.dtype,
                query, width, shape.width_y));
    gain(layer.post_gain, "post.gain");
    const std::int64_t mlp_size = static_cast<std::int64_t>(shape.width_y) * 2 * shape.hidden_x;
    add(product(layer.gate, "gate_up.weight", at(mlp_size), decoder.dtype, width, hidden,
                2 * shape.hidden_x));
    add(product(layer.up, "gate_up.weight", at(mlp_size, shape.hidden_x), decoder.dtype, width,
                hidden, 2 * shape.hidden_x));
    add(product(layer.down, "down.weight",
                at(static_cast<std::int64_t>(shape.hidden_x) * shape.width_y), decoder.dtype,
                hidden, width, shape.width_y));
  }
  if (region.vocabulary) {
    add(slice(decoder.final_gain, "final.gain", 0, decoder.dtype, one, width, shape.width_y));
    add(product(decoder.head, "head.weight", 0, decoder.dtype, width, vocabulary,
                shape.vocabulary_x));
    if (shape.prompt_dealt) {
      const isa::Axis steps =
          isa::cyclic_axis(isa::Axis::Y, prompt_steps(request, shape), shape.region.height);
      const isa::Axis step = isa::replicated_axis(shape.chunk);
      for (const bool there : {true, false}) {
        isa::Load load = slice(there ? kPromptThere : kPrompt, "prompt", there ? 0 : 4,
                               there ? DType::f32 : DType::i32, steps, step, 2 * shape.chunk);
        load.set_column_stride(2);
        add(std::move(load));
      }
    } else if (!request.prompt.empty()) {
      const int prompt = static_cast<int>(request.prompt.size());
      add(slice(kPrompt, "prompt", 0, DType::i32, one, isa::replicated_axis(prompt), prompt));
    }
    if (request.phase == Phase::decode) {
      const int elements = token_elements(shape);
      add(slice(kToken, "next", 0, DType::i32, one, isa::replicated_axis(elements), elements));
    }
  }
  if (region.layers == 0) {
    return;
  }
  const isa::Axis positions = isa::cyclic_axis(isa::Axis::Y, shape.positions, shape.region.height);
  const int pairs = shape.heads.pairs_per_column;
  add(slice(kCosines, "rope.table", 0, DType::f32, positions, shape.heads.pairs(), 2 * pairs));
  add(slice(kSines, "rope.table", pairs * 4, DType::f32, positions, shape.heads.pairs(),
            2 * pairs));
  const auto elements = static_cast<int>(shape.cache_elements(region.layers));
  // Zeros where nothing is cached yet, or before decode alone.
  for (const char* const cache : {"cache.k", "cache.v"}) {
    add(slice(cache_name(region.layers), cache, 0, decoder.dtype, one,
              isa::replicated_axis(elements), elements));
  }
}

}  // namespace

bool deals_prompt(const Request& request) {
  constexpr std::size_t kShortPrompt = 512;
  return request.prompt.size() > kShortPrompt;
}

PromptRows prompt_rows(const Shape& shape, const Request& request) {
  const int height = shape.region.height;
  return {(prompt_steps(request, shape) + height - 1) / height, 8 * shape.chunk};
}

std::vector<isa::Load> plan_loads(const Decoder& decoder, const Shape& shape,
                                  const Request& request, const Placement& placement) {
  std::vector<isa::Load> loads;
  for (std::size_t i = 0; i < placement.regions.size(); ++i) {
    plan_region(decoder, shape, request, placement.regions[i],
                placement.single() ? 0 : static_cast<int>(i) + 1, loads);
  }
  return loads;
}

std::vector<double> rope_frequencies(const Decoder& decoder) {
  const models::RopeScaling& scaling = decoder.rope_scaling;
  const int pairs = decoder.head_dim / 2;
  std::vector<double> frequencies;
  for (int i = 0; i < pairs; ++i) {
    double frequency = std::pow(decoder.rope_theta, -static_cast<double>(i) / pairs);
    if (scaling.factor() > 0) {
      const double wavelength = 2 * std::numbers::pi / frequency;
      const double kept =
          std::clamp((scaling.original_context() / wavelength - scaling.low_frequency()) /
                         (scaling.high_frequency() - scaling.low_frequency()),
                     0.0, 1.0);
      frequency = (1 - kept) * frequency / scaling.factor() + kept * frequency;
    }
    frequencies.push_back(frequency);
  }
  return frequencies;
}

std::map<std::string, DenseTensor> make_host_tensors(const Decoder& decoder, const Shape& shape,
                                                     const Request& request,
                                                     const Placement& placement) {
  std::map<std::string, DenseTensor> tensors;
  const int pairs = decoder.head_dim / 2;
  const std::vector<double> frequencies = rope_frequencies(decoder);
  DenseTensor cosines{{shape.positions, pairs}, {}};
  DenseTensor sines = cosines;
  for (int p = 0; p < shape.positions; ++p) {
    for (int i = 0; i < pairs; ++i) {
      const double angle = p * frequencies[static_cast<std::size_t>(i)];
      cosines.values.push_back(static_cast<float>(std::cos(angle)));
      sines.values.push_back(static_cast<float>(std::sin(angle)));
    }
  }
  tensors.emplace(kCosines, std::move(cosines));
  tensors.emplace(kSines, std::move(sines));
  if (shape.prompt_dealt) {
    const std::int64_t steps = prompt_steps(request, shape);
    DenseTensor prompt{{steps, shape.chunk}, {}};
    DenseTensor there = prompt;
    for (std::size_t i = 0; i < static_cast<std::size_t>(steps * shape.chunk); ++i) {
      const bool is = i < request.prompt.size();
      prompt.values.push_back(is ? static_cast<float>(request.prompt[i]) : 0.0f);
      there.values.push_back(is ? 1.0f : 0.0f);
    }
    tensors.emplace(kPrompt, std::move(prompt));
    tensors.emplace(kPromptThere, std::move(there));
  } else if (!request.prompt.empty()) {
    DenseTensor prompt{{1, static_cast<std::int64_t>(request.prompt.size())}, {}};
    for (const int id : request.prompt) {
      prompt.values.push_back(static_cast<float>(id));
    }
    tensors.emplace(kPrompt, std::move(prompt));
  }
  const auto add_zeros = [&](const std::string& name, std::int64_t elements) {
    tensors.emplace(
        name, DenseTensor{{1, elements}, std::vector<float>(static_cast<std::size_t>(elements))});
  };
  if (request.phase == Phase::decode) {
    add_zeros(kToken, token_elements(shape));
  }
  for (const RegionPlan& region : placement.regions) {
    add_zeros(cache_name(region.layers), shape.cache_elements(region.layers));
  }
  return tensors;
}

}  // namespace weft::mapper
