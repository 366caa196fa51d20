// SPDX-License-Identifier: Apache-2.0
#include "base/dtype.h"

namespace weft {

std::string_view name_of(DType type) {
  switch (type) {
    case DType::f32:
      return "f32";
    case DType::f16:
      return "f16";
    case DType::bf16:
      return "bf16";
    case DType::i32:
      return "i32";
  }
  return "?";
}

std::optional<DType> dtype_of(std::string_view name) {
  for (DType type : {DType::f32, DType::f16, DType::bf16, DType::i32}) {
    if (name == name_of(type)) {
      return type;
    }
  }
  return std::nullopt;
}

double unit_roundoff(DType type) {
  switch (type) {
    case DType::f32:
      return 0x1p-24;
    case DType::f16:
      return 0x1p-11;
    case DType::bf16:
      return 0x1p-8;
    case DType::i32:
      return 0;
  }
  return 0;
}

}  // namespace weft
