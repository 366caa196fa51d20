// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <limits>
#include <vector>

#include "base/elementary.h"
#include "sim/core/datapath.h"
#include "sim/core/element.h"

namespace weft::sim {
namespace {

using isa::Descriptor;
using isa::Opcode;

// Element `index` of a train, as stored bits.
std::uint32_t get(std::span<const std::uint32_t> words, DType type, std::int64_t index) {
  if (bytes_of(type) == 4) {
    return words[static_cast<std::size_t>(index)];
  }
  return words[static_cast<std::size_t>(index / 2)] >> (index % 2 * 16) & 0xffffu;
}

void put(std::span<std::uint32_t> words, DType type, std::int64_t index, std::uint32_t bits) {
  if (bytes_of(type) == 4) {
    words[static_cast<std::size_t>(index)] = bits;
    return;
  }
  auto& word = words[static_cast<std::size_t>(index / 2)];
  const int shift = static_cast<int>(index % 2 * 16);
  word = (word & ~(0xffffu << shift)) | bits << shift;
}

std::uint32_t load_bits(std::span<const std::byte> sram, DType type, std::int64_t at) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, sram.data() + at, static_cast<std::size_t>(bytes_of(type)));
  return bits;
}

void store_bits(std::span<std::byte> sram, DType type, std::int64_t at, std::uint32_t bits) {
  std::memcpy(sram.data() + at, &bits, static_cast<std::size_t>(bytes_of(type)));
}

float value_of(DType type, std::uint32_t bits) {
  switch (type) {
    case DType::f16:
      return f16_to_f32(static_cast<std::uint16_t>(bits));
    case DType::bf16:
      return bf16_to_f32(static_cast<std::uint16_t>(bits));
    case DType::i32:
      return static_cast<float>(static_cast<std::int32_t>(bits));
    default:
      return std::bit_cast<float>(bits);
  }
}

std::uint32_t bits_of(DType type, float value) {
  switch (type) {
    case DType::f16:
      return f32_to_f16(value);
    case DType::bf16:
      return f32_to_bf16(value);
    case DType::i32:
      return static_cast<std::uint32_t>(f32_to_i32(value));
    default:
      return std::bit_cast<std::uint32_t>(value);
  }
}

enum class Combine { set, add, max, argmax, softmax };

Combine combine_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::recv_set:
      return Combine::set;
    case Opcode::recv_add:
    case Opcode::fwd_add:
      return Combine::add;
    case Opcode::recv_max:
    case Opcode::fwd_max:
      return Combine::max;
    case Opcode::recv_osm:
    case Opcode::fwd_osm:
      return Combine::softmax;
    default:
      return Combine::argmax;
  }
}

std::uint32_t combined(Combine how, DType type, std::uint32_t train, std::uint32_t local) {
  if (how == Combine::set) {
    return train;
  }
  const float a = value_of(type, train);
  const float b = value_of(type, local);
  if (how == Combine::add) {
    return bits_of(type, a + b);
  }
  return a > b ? train : local;
}

// Pairs (fp32 value, id): the larger value, on a tie the lower id.
bool train_wins(std::uint32_t train_value, std::uint32_t train_id, std::uint32_t local_value,
                std::uint32_t local_id) {
  const float a = std::bit_cast<float>(train_value);
  const float b = std::bit_cast<float>(local_value);
  return a > b ||
         (a == b && static_cast<std::int32_t>(train_id) < static_cast<std::int32_t>(local_id));
}

// Rows (m, l, o ..) of partial softmaxes: what a row lacks of the common maximum it is scaled by.
// A row that has seen nothing, m = -inf, counts nothing.
void merge_softmax(std::span<std::uint32_t> train, std::span<const std::uint32_t> local,
                   std::size_t row) {
  const auto number = [](std::uint32_t bits) { return std::bit_cast<float>(bits); };
  for (std::size_t at = 0; at + row <= train.size(); at += row) {
    const float a = number(train[at]);
    const float b = number(local[at]);
    const float most = a > b ? a : b;
    const auto scale = [&](float m) {
      return m == -std::numeric_limits<float>::infinity() ? 0.0f : exp_f32(m - most);
    };
    const float of_train = scale(a);
    const float of_local = scale(b);
    train[at] = std::bit_cast<std::uint32_t>(most);
    for (std::size_t i = at + 1; i < at + row; ++i) {
      train[i] =
          std::bit_cast<std::uint32_t>(number(train[i]) * of_train + number(local[i]) * of_local);
    }
  }
}

}  // namespace

void pack_words(const Descriptor& from, std::span<const std::byte> sram,
                std::span<std::uint32_t> words) {
  std::fill(words.begin(), words.end(), 0u);
  std::int64_t index = 0;
  for_each_element(from, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    put(words, from.dtype, index++, load_bits(sram, from.dtype, address(from, i, j, k)));
  });
}

void combine_words(Opcode opcode, const Descriptor& local, std::span<const std::byte> sram,
                   std::span<std::uint32_t> words) {
  thread_local std::vector<std::uint32_t> mine;
  mine.resize(words.size());
  pack_words(local, sram, mine);
  const Combine how = combine_of(opcode);
  if (how == Combine::argmax) {
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      if (!train_wins(words[i], words[i + 1], mine[i], mine[i + 1])) {
        words[i] = mine[i];
        words[i + 1] = mine[i + 1];
      }
    }
    return;
  }
  if (how == Combine::softmax) {
    merge_softmax(words, mine, static_cast<std::size_t>(local.dims[local.rank - 1u]));
    return;
  }
  for (std::int64_t i = 0; i < local.elements(); ++i) {
    put(words, local.dtype, i,
        combined(how, local.dtype, get(words, local.dtype, i), get(mine, local.dtype, i)));
  }
}

void unpack_words(Opcode opcode, std::span<const std::uint32_t> words, const Descriptor& to,
                  std::span<std::byte> sram) {
  thread_local std::vector<std::uint32_t> result;
  result.assign(words.begin(), words.end());
  if (opcode != Opcode::recv_set) {
    combine_words(opcode, to, sram, result);
  }
  std::int64_t index = 0;
  for_each_element(to, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    store_bits(sram, to.dtype, address(to, i, j, k), get(result, to.dtype, index++));
  });
}

}  // namespace weft::sim
