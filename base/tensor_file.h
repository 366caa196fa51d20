// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"

namespace weft {

/// The name of a tensor or file for a message. Names come from outside: quoted and escaped they
/// stay on one line.
std::string quoted(const std::string& name);

/// One tensor of a file: row-major, `data` points into the mapping that its TensorFile owns.
struct TensorView {
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;

  std::int64_t elements() const;
};

/// A safetensors file, or several joined to one, memory-mapped: opening reads the headers only.
/// Move-only; views stay valid as long as the TensorFile lives.
class TensorFile {
 public:
  /// Errors: io (cannot open or map), input (header truncated, oversized, not JSON, offsets
  /// out of range or overlapping, unknown dtype), each naming file and tensor.
  static Result<TensorFile> open(const std::filesystem::path& path);
  /// The same from bytes in memory; `path` is what they go by in messages.
  static Result<TensorFile> from_bytes(const std::filesystem::path& path, std::string bytes);
  /// The tensors of all `shards` as one; `path` is what the whole goes by in messages.
  /// Errors: input: a tensor in two of them.
  static Result<TensorFile> join(const std::filesystem::path& path, std::vector<TensorFile> shards);

  TensorFile(TensorFile&&) noexcept;
  TensorFile& operator=(TensorFile&&) noexcept;
  ~TensorFile();

  const std::filesystem::path& path() const;
  const std::map<std::string, TensorView>& tensors() const;
  /// nullptr when absent.
  const TensorView* find(const std::string& name) const;
  /// The file that holds a tensor: path() unless joined.
  const std::filesystem::path& path_of(const std::string& name) const;

 private:
  struct Mapping;
  static Result<TensorFile> read(std::unique_ptr<Mapping> mapping);
  explicit TensorFile(std::unique_ptr<Mapping> mapping);
  std::unique_ptr<Mapping> mapping_;
};

/// A dense tensor in memory, values as fp32 (i32 values are exact up to 2^24).
struct DenseTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Writes tensors as fp32 safetensors through a temporary name, then renames.
Status write_tensor_file(const std::filesystem::path& path,
                         const std::map<std::string, DenseTensor>& tensors);

}  // namespace weft
