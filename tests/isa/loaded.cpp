// SPDX-License-Identifier: Apache-2.0
#include "loaded.h"

#include <map>

#include "base/dtype.h"
#include "isa/layout.h"

namespace weft::isa {

Bundle loaded(Bundle bundle) {
  std::map<std::string, std::int64_t> sizes;
  for (Role& role : *bundle.mutable_roles()) {
    for (Buffer& buffer : *role.mutable_buffers()) {
      const auto known = sizes.find(buffer.name());
      if (known != sizes.end() && known->second == buffer.bytes()) {
        continue;
      }
      if (known != sizes.end()) {
        buffer.set_name(buffer.name() + " of " + role.name());
      }
      sizes[buffer.name()] = buffer.bytes();
      Load load;
      load.set_tensor("host." + buffer.name());
      load.set_buffer(buffer.name());
      load.set_dtype(static_cast<int>(DType::f16));
      *load.mutable_rows() = replicated_axis(1);
      *load.mutable_columns() = replicated_axis(static_cast<int>(buffer.bytes() / 2));
      load.set_row_stride(1);
      load.set_column_stride(1);
      if (buffer.bytes() >= 2) {
        *bundle.add_loads() = load;
      }
    }
  }
  return bundle;
}

}  // namespace weft::isa
