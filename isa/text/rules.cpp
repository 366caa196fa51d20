// SPDX-License-Identifier: Apache-2.0
#include "isa/text/rules.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/dtype.h"
#include "isa/regions.h"
#include "isa/text/layout.h"

namespace weft::isa {
namespace {

std::string direction_name(int direction) {
  const auto names = direction_names();
  return direction >= 0 && static_cast<std::size_t>(direction) < names.size()
             ? names[static_cast<std::size_t>(direction)]
             : fmt::format("?{}", direction);
}

Direction read_direction(Cursor& cursor) {
  return static_cast<Direction>(read_choice(cursor, "direction", direction_names()));
}

Axis read_axis_in_parentheses(Cursor& cursor) {
  cursor.expect("=");
  cursor.expect("(");
  Axis axis = read_axis(cursor);
  cursor.expect(")");
  return axis;
}

int dense_row_stride(const Load& load) { return load.has_columns() ? load.columns().local() : 1; }

void read_load_strides(Cursor& cursor, Load& load) {
  cursor.expect("=");
  cursor.expect("[");
  load.set_row_stride(static_cast<int>(cursor.integer("row stride", 0, kInt32Most)));
  cursor.expect(",");
  load.set_column_stride(static_cast<int>(cursor.integer("column stride", 0, kInt32Most)));
  cursor.expect("]");
}

int read_type(Cursor& cursor) {
  static const std::array<std::string, 4> kTypes = {"f32", "f16", "bf16", "i32"};
  return read_choice(cursor, "element type", kTypes);
}

}  // namespace

std::string type_name(int type) {
  return type >= 0 && type <= 3 ? std::string(name_of(static_cast<DType>(type)))
                                : fmt::format("?{}", type);
}

std::string print_route(const Route& route) {
  std::string text = fmt::format("c{} {} {} -> ", route.color(), print_tiles(route.tiles()),
                                 direction_name(route.rx()));
  for (int i = 0; i < route.tx_size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ",", direction_name(route.tx(i)));
  }
  return text;
}

Route read_route(Cursor& cursor) {
  Route route;
  route.set_color(cursor.numbered('c', "a color", kLastColor));
  *route.mutable_tiles() = read_tiles(cursor);
  route.set_rx(read_direction(cursor));
  cursor.expect("->");
  std::set<int> taken;
  do {
    const Token at = cursor.peek();
    const Direction direction = read_direction(cursor);
    if (!taken.insert(direction).second) {
      cursor.fail(at, fmt::format("direction '{}' appears twice", at.text));
    }
    route.add_tx(direction);
  } while (cursor.accept(","));
  return route;
}

std::string print_load(const Load& load) {
  std::string text = fmt::format("{} {}", spelled(load.tensor()), spelled(load.buffer()));
  if (load.offset() != 0) {
    text += fmt::format("+{}", load.offset());
  }
  text += fmt::format(" {}", type_name(load.dtype()));
  if (load.has_rows()) {
    text += fmt::format(" rows=({})", print_axis(load.rows()));
  }
  if (load.has_columns()) {
    text += fmt::format(" columns=({})", print_axis(load.columns()));
  }
  if (load.row_stride() != dense_row_stride(load) || load.column_stride() != 1) {
    text += fmt::format(" strides=[{}, {}]", load.row_stride(), load.column_stride());
  }
  if (load.transposed()) {
    text += " transposed";
  }
  return load.region() == 0 ? text : text + fmt::format(" region={}", load.region() - 1);
}

Load read_load(Cursor& cursor) {
  Load load;
  load.set_tensor(cursor.name("a tensor"));
  load.set_buffer(cursor.name("a buffer"));
  if (cursor.accept("+")) {
    load.set_offset(cursor.integer("byte offset", 0, kMostBytes));
  }
  load.set_dtype(read_type(cursor));
  if (cursor.accept_word("rows")) {
    *load.mutable_rows() = read_axis_in_parentheses(cursor);
  }
  if (cursor.accept_word("columns")) {
    *load.mutable_columns() = read_axis_in_parentheses(cursor);
  }
  load.set_row_stride(dense_row_stride(load));
  load.set_column_stride(1);
  if (cursor.accept_word("strides")) {
    read_load_strides(cursor, load);
  }
  load.set_transposed(cursor.accept_word("transposed"));
  if (cursor.accept_word("region")) {
    cursor.expect("=");
    load.set_region(static_cast<int>(cursor.integer("region", 0, kMostRegions - 1)) + 1);
  }
  return load;
}

std::string print_parameter(const Parameter& parameter) {
  return fmt::format("p{} {} {}", parameter.index(), parameter.value(),
                     print_tiles(parameter.tiles()));
}

Parameter read_parameter(Cursor& cursor) {
  static const std::array<std::string, kParameters> kNames = {"p0", "p1", "p2", "p3"};
  Parameter parameter;
  parameter.set_index(read_choice(cursor, "parameter", kNames));
  parameter.set_value(static_cast<int>(cursor.integer("value", -kInt32Most, kInt32Most)));
  *parameter.mutable_tiles() = read_tiles(cursor);
  return parameter;
}

std::string print_edge_tensor(const EdgeTensor& tensor) {
  return fmt::format("{} {:#x} {} [{}, {}]", spelled(tensor.tensor()), tensor.address(),
                     type_name(tensor.dtype()), tensor.rows(), tensor.columns());
}

EdgeTensor read_edge_tensor(Cursor& cursor) {
  EdgeTensor tensor;
  tensor.set_tensor(cursor.name("a tensor"));
  tensor.set_address(cursor.integer("address", 0, kMostBytes));
  tensor.set_dtype(read_type(cursor));
  cursor.expect("[");
  tensor.set_rows(static_cast<int>(cursor.integer("rows", 1, kInt32Most)));
  cursor.expect(",");
  tensor.set_columns(static_cast<int>(cursor.integer("columns", 1, kInt32Most)));
  cursor.expect("]");
  return tensor;
}

}  // namespace weft::isa
