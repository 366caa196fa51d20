// SPDX-License-Identifier: Apache-2.0
#include "traces/packed.h"

#include <fmt/format.h>
#include <zlib.h>

#include <bit>
#include <limits>

namespace weft::traces {
namespace {

constexpr std::size_t kMostVarint = 10;

Error damaged() { return input_error("packed figures are damaged; run again"); }

std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ ((difference >> 63) != 0 ? ~std::uint64_t{0} : 0);
}

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

/// Inflates everything there is, up to `most` bytes.
Result<std::string> inflate_all(std::string_view stream, std::size_t most) {
  z_stream state{};
  if (stream.size() > std::numeric_limits<uInt>::max() || inflateInit(&state) != Z_OK) {
    return damaged();
  }
  state.next_in = const_cast<Bytef*>(bytes_of(stream));
  state.avail_in = static_cast<uInt>(stream.size());
  std::string out;
  std::string piece(std::size_t{1} << 18, '\0');
  int code = Z_OK;
  while (code == Z_OK && out.size() <= most) {
    state.next_out = reinterpret_cast<Bytef*>(piece.data());
    state.avail_out = static_cast<uInt>(piece.size());
    code = inflate(&state, Z_NO_FLUSH);
    out.append(piece, 0, piece.size() - state.avail_out);
  }
  inflateEnd(&state);
  if (code != Z_STREAM_END || state.avail_in != 0 || out.size() > most) {
    return damaged();
  }
  return out;
}

}  // namespace

std::string deflated(std::string_view bytes, int level) {
  std::string out(compressBound(bytes.size()), '\0');
  uLongf size = out.size();
  compress2(reinterpret_cast<Bytef*>(out.data()), &size, bytes_of(bytes), bytes.size(), level);
  out.resize(size);
  return out;
}

Result<std::string> inflated(std::string_view stream, std::size_t bytes) {
  WEFT_ASSIGN(std::string out, inflate_all(stream, bytes));
  if (out.size() != bytes) {
    return damaged();
  }
  return out;
}

std::string pack_numbers(std::span<const std::int64_t> numbers) {
  std::string bytes(numbers.size() * kMostVarint, '\0');
  std::size_t at = 0;
  std::uint64_t before = 0;
  for (const std::int64_t number : numbers) {
    const auto now = static_cast<std::uint64_t>(number);
    std::uint64_t left = zigzag(now - before);
    before = now;
    for (; left >= 0x80; left >>= 7) {
      bytes[at++] = static_cast<char>(left | 0x80);
    }
    bytes[at++] = static_cast<char>(left);
  }
  return deflated({bytes.data(), at});
}

Result<std::vector<std::int64_t>> unpack_numbers(std::string_view packed, std::size_t count) {
  WEFT_ASSIGN(const std::string bytes, inflate_all(packed, count * kMostVarint));
  std::vector<std::int64_t> numbers;
  numbers.reserve(count);
  std::uint64_t before = 0;
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift > 63 || numbers.size() == count) {
      return damaged();
    }
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    shift += 7;
    if (byte < 0x80) {
      before += (value >> 1) ^ (~(value & 1) + 1);
      numbers.push_back(static_cast<std::int64_t>(before));
      value = 0;
      shift = 0;
    }
  }
  if (shift != 0 || numbers.size() != count) {
    return damaged();
  }
  return numbers;
}

std::string pack_floats(std::span<const double> figures) {
  const std::size_t count = figures.size();
  std::string bytes(4 * count, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(figures[i]));
    for (std::size_t plane = 0; plane < 4; ++plane) {
      bytes[plane * count + i] = static_cast<char>(bits >> (8 * plane));
    }
  }
  return deflated(bytes, 6);
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t there = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < there ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(k <= there ? kDigits[(group >> (18 - 6 * k)) & 63] : '=');
    }
  }
  return out;
}

}  // namespace weft::traces
