// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace weft {

/// An integer that carries its unit in its type: Cycle + Cycle is a Cycle,
/// Cycle + Bytes does not compile. Construction from a bare integer is explicit.
template <class Tag, class Rep>
class Quantity {
 public:
  using rep = Rep;

  constexpr Quantity() = default;
  constexpr explicit Quantity(Rep value) : value_(value) {}

  constexpr Rep count() const { return value_; }
  constexpr auto operator<=>(const Quantity&) const = default;

  constexpr Quantity& operator+=(Quantity other) { return value_ += other.value_, *this; }
  constexpr Quantity& operator-=(Quantity other) { return value_ -= other.value_, *this; }
  constexpr Quantity& operator++() { return ++value_, *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, Rep n) { return Quantity(a.value_ * n); }

 private:
  Rep value_ = 0;
};

using Cycle = Quantity<struct CycleTag, std::int64_t>;  ///< clock cycles of the machine
using Bytes = Quantity<struct BytesTag, std::int64_t>;  ///< bytes of SRAM or of a file
using Words = Quantity<struct WordsTag, std::int64_t>;  ///< wire words (wavelets)

/// Index of a tile: y * width + x over the whole machine.
class TileId {
 public:
  constexpr TileId() = default;
  constexpr explicit TileId(std::uint32_t value) : value_(value) {}
  constexpr std::uint32_t index() const { return value_; }
  constexpr auto operator<=>(const TileId&) const = default;

 private:
  std::uint32_t value_ = 0;
};

}  // namespace weft

template <>
struct std::hash<weft::TileId> {
  std::size_t operator()(weft::TileId id) const noexcept { return id.index(); }
};
