// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "isa/instr.h"

namespace weft::isa {

inline constexpr int kBundleVersion = 1;

inline weft::Rect rect_of(const Region& region) {
  return {region.x(), region.y(), region.width(), region.height()};
}
inline weft::TileSet tile_set_of(const TileSet& set) {
  return {{set.x().first(), set.x().step(), set.x().count()},
          {set.y().first(), set.y().step(), set.y().count()}};
}
TileSet to_proto(const weft::TileSet& set);

/// One instruction out of its serialized form. Errors: input (unknown opcode, wrong operand count,
/// register out of range), without the place: the caller knows role and index.
Result<Instr> decode(const Instruction& instruction);
Instruction encode(const Instr& instr);
/// Whole program of a role; errors name role and instruction index.
Result<std::vector<Instr>> decode_program(const Role& role);

/// `.bundle` files: an 8-byte magic, the version, the message. Errors: input (foreign, truncated,
/// newer version), io.
Status write_bundle(const std::filesystem::path& path, const Bundle& bundle);
Result<Bundle> read_bundle(const std::filesystem::path& path);
/// The same without a file; `file` is what the bytes go by in messages.
std::string encode_bundle(const Bundle& bundle);
Result<Bundle> decode_bundle(std::string_view bytes, const std::string& file);

std::string bundle_hash(const Bundle& bundle);

/// Whether anything of it lies in edge memory or goes there.
bool uses_edge(const Bundle& bundle);

/// "layers.{}.q" with 3 -> "layers.3.q".
std::string indexed_name(const std::string& pattern, int index);

/// Index of the role of the tile at (x, y), machine coordinates; -1: none.
int role_at(const Bundle& bundle, int x, int y);

}  // namespace weft::isa
