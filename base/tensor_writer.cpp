// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/tensor_file.h"

namespace weft {

using nlohmann::json;

Status write_tensor_file(const std::filesystem::path& path,
                         const std::map<std::string, DenseTensor>& tensors) {
  json header = json::object();
  std::size_t end = 0;
  for (const auto& [name, tensor] : tensors) {
    std::size_t elements = 1;
    for (const std::int64_t length : tensor.shape) {
      elements *= static_cast<std::size_t>(length);
    }
    const std::size_t size = tensor.values.size() * sizeof(float);
    if (elements != tensor.values.size()) {
      return internal_error(fmt::format("{}: tensor {}: shape [{}] does not hold {} values",
                                        path.string(), quoted(name), fmt::join(tensor.shape, ", "),
                                        tensor.values.size()));
    }
    header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {end, end + size}}};
    end += size;
  }
  std::string content = header.dump(-1, ' ', false, json::error_handler_t::replace);
  content.resize((content.size() + 7) / 8 * 8, ' ');  // data starts on a multiple of 8
  const std::uint64_t length = content.size();
  content.insert(0, reinterpret_cast<const char*>(&length), 8);
  content.reserve(content.size() + end);
  for (const auto& [name, tensor] : tensors) {
    content.append(reinterpret_cast<const char*>(tensor.values.data()),
                   tensor.values.size() * sizeof(float));
  }
  return write_file(path, content);
}

}  // namespace weft
