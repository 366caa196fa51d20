// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isa/bundle.pb.h"
#include "isa/text/cursor.h"

namespace weft::isa {

inline constexpr std::int64_t kMostBytes = std::int64_t{1} << 40;

/// `.route c0 x=0:6 y=0 ramp -> east`, without the directive and the end of the line.
std::string print_route(const Route& route);
Route read_route(Cursor& cursor);

/// `.load TENSOR BUFFER+4 f16 rows=(…) columns=(…) strides=[r, c] transposed`, likewise. Strides
/// left out are those of dense rows.
std::string print_load(const Load& load);
Load read_load(Cursor& cursor);

/// `.edge_load TENSOR 0x1000 f16 [rows, columns]` and `.edge_show`, likewise.
std::string print_edge_tensor(const EdgeTensor& tensor);
EdgeTensor read_edge_tensor(Cursor& cursor);

/// `.parameter p0 1 x=0:3 y=0:3`
std::string print_parameter(const Parameter& parameter);
Parameter read_parameter(Cursor& cursor);

/// "f16", or what no reader takes where the number stands for no type.
std::string type_name(int type);

}  // namespace weft::isa
