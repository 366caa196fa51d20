// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace weft::isa {

/// Bytes of edge memory as pieces that do not touch.
class EdgeBytes {
 public:
  struct Piece {
    std::int64_t first = 0;
    std::int64_t last = 0;  ///< one past
  };

  void add(std::int64_t first, std::int64_t last);
  /// The first bytes both hold.
  std::optional<Piece> common(const EdgeBytes& other) const;

 private:
  std::map<std::int64_t, std::int64_t> pieces_;  ///< first -> one past the last
};

/// What the program of one tile does there.
struct EdgeUse {
  EdgeBytes read;
  EdgeBytes written;
};

}  // namespace weft::isa
