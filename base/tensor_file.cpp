// SPDX-License-Identifier: Apache-2.0
#include "base/tensor_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace weft {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors is little-endian");

using nlohmann::json;

constexpr std::uint64_t header_limit = 100'000'000;  // the reference implementation's own cap
constexpr std::string_view copy_again = "copy or export the file again";

Error fault(const std::filesystem::path& path, std::string_view message) {
  return input_error(fmt::format("{}: {}", path.string(), message));
}

Error tensor_fault(const std::filesystem::path& path, const std::string& tensor,
                   std::string_view message) {
  return fault(path, fmt::format("tensor {}: {}", quoted(tensor), message));
}

Error system_fault(const std::filesystem::path& path, std::string_view action) {
  const int code = errno;
  const char* mend = code == ENOENT                    ? "check the path"
                     : code == EACCES || code == EPERM ? "change its permissions"
                     : code == ENOMEM ? "it is mapped whole: raise the limit on memory (ulimit -v)"
                                      : "copy it to another place";
  return io_error(
      fmt::format("{}: cannot {}: {}; {}", path.string(), action, std::strerror(code), mend));
}

std::optional<DType> dtype_of_safetensors(const std::string& name) {
  if (name == "F32") {
    return DType::f32;
  }
  if (name == "F16") {
    return DType::f16;
  }
  if (name == "BF16") {
    return DType::bf16;
  }
  if (name == "I32") {
    return DType::i32;
  }
  return std::nullopt;
}

/// A list of non-negative integers, or nothing.
std::optional<std::vector<std::int64_t>> integers(const json& entry, const char* key) {
  const auto list = entry.find(key);
  if (list == entry.end() || !list->is_array()) {
    return std::nullopt;
  }
  std::vector<std::int64_t> values;
  for (const json& item : *list) {
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() > largest) {
      return std::nullopt;
    }
    values.push_back(item.get<std::int64_t>());
  }
  return values;
}

/// Product of the dimensions times the element size, or nothing when it overflows.
std::optional<std::int64_t> bytes_of_shape(const std::vector<std::int64_t>& shape, DType type) {
  std::int64_t bytes = bytes_of(type);
  for (std::int64_t dimension : shape) {
    if (__builtin_mul_overflow(bytes, dimension, &bytes)) {
      return std::nullopt;
    }
  }
  return bytes;
}

/// The JSON at the start of a file, held against both lengths.
Result<std::string_view> header_text(const std::filesystem::path& path,
                                     std::span<const std::byte> bytes) {
  if (bytes.size() < 8) {
    return fault(path,
                 fmt::format("only {} bytes: no safetensors header; {}", bytes.size(), copy_again));
  }
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (file.starts_with("version https://git-lfs")) {
    return fault(path, "is a Git LFS pointer, not the weights; fetch them with `git lfs pull`");
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  if (length > bytes.size() - 8) {
    return fault(path, fmt::format("its header claims {} bytes, the file has {} after the length; "
                                   "either it is cut short or it is not safetensors: {}",
                                   length, bytes.size() - 8, copy_again));
  }
  if (length > header_limit) {
    return fault(path, fmt::format("its header claims {} bytes, the format allows {}; is this a "
                                   "safetensors file? If it is, {}",
                                   length, header_limit, copy_again));
  }
  return file.substr(8, static_cast<std::size_t>(length));
}

Result<json> parse_header(const std::filesystem::path& path, std::string_view text) {
  std::set<std::string> names;
  std::string duplicate;
  const auto note_names = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1 &&
        !names.insert(parsed.get<std::string>()).second) {
      duplicate = parsed.get<std::string>();
    }
    return true;
  };
  json header = json::parse(text, note_names, /*allow_exceptions=*/false);
  if (!duplicate.empty()) {
    return tensor_fault(path, duplicate, fmt::format("named twice in the header; {}", copy_again));
  }
  if (!header.is_object()) {
    return fault(path, fmt::format("the header is not a JSON object; is this a safetensors file? "
                                   "If it is, {}",
                                   copy_again));
  }
  return header;
}

Result<TensorView> parse_tensor(const std::filesystem::path& path, const std::string& name,
                                const json& entry, std::span<const std::byte> payload) {
  if (!entry.is_object()) {
    return tensor_fault(path, name, fmt::format("its header entry is no object; {}", copy_again));
  }
  const auto type = entry.find("dtype");
  if (type == entry.end() || !type->is_string()) {
    return tensor_fault(path, name, fmt::format("has no dtype; {}", copy_again));
  }
  const std::optional<DType> dtype = dtype_of_safetensors(type->get<std::string>());
  if (!dtype) {
    return tensor_fault(
        path, name,
        fmt::format("dtype {} is not supported; convert it to F32, F16, BF16 or I32",
                    quoted(type->get<std::string>())));
  }
  const auto shape = integers(entry, "shape");
  if (!shape) {
    return tensor_fault(
        path, name, fmt::format("shape is not a list of non-negative integers; {}", copy_again));
  }
  const auto offsets = integers(entry, "data_offsets");
  if (!offsets || offsets->size() != 2 || (*offsets)[0] > (*offsets)[1]) {
    return tensor_fault(path, name,
                        fmt::format("data_offsets is not a pair [begin, end]; {}", copy_again));
  }
  const std::int64_t begin = (*offsets)[0];
  const std::int64_t end = (*offsets)[1];
  if (static_cast<std::uint64_t>(end) > payload.size()) {
    return tensor_fault(
        path, name,
        fmt::format("ends at byte {} of the data, but the file holds {} bytes of it; the file is "
                    "cut short: {}",
                    end, payload.size(), copy_again));
  }
  const auto bytes = bytes_of_shape(*shape, *dtype);
  if (!bytes || *bytes != end - begin) {
    return tensor_fault(
        path, name,
        fmt::format("shape [{}] of {} does not fill its {} bytes; {}", fmt::join(*shape, ", "),
                    type->get<std::string>(), end - begin, copy_again));
  }
  return TensorView{
      *dtype, *shape,
      payload.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))};
}

/// The format wants every byte of the payload in exactly one tensor.
Status check_cover(const std::filesystem::path& path,
                   const std::map<std::string, TensorView>& tensors,
                   std::span<const std::byte> payload) {
  std::vector<std::pair<std::span<const std::byte>, const std::string*>> spans;
  for (const auto& [name, view] : tensors) {
    if (!view.data.empty()) {
      spans.emplace_back(view.data, &name);
    }
  }
  std::ranges::sort(spans, {}, [](const auto& span) { return span.first.data(); });
  const std::byte* free = payload.data();
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto& [data, name] = spans[i];
    if (data.data() < free) {
      return tensor_fault(
          path, *name,
          fmt::format("overlaps tensor {}; {}", quoted(*spans[i - 1].second), copy_again));
    }
    if (data.data() > free) {
      return tensor_fault(path, *name,
                          fmt::format("{} bytes before it belong to no tensor; {}",
                                      data.data() - free, copy_again));
    }
    free = data.data() + data.size();
  }
  if (free != payload.data() + payload.size()) {
    return fault(path, fmt::format("the last {} bytes belong to no tensor; {}",
                                   payload.data() + payload.size() - free, copy_again));
  }
  return {};
}

}  // namespace

std::string quoted(const std::string& name) {
  return json(name).dump(-1, ' ', false, json::error_handler_t::replace);
}

struct TensorFile::Mapping {
  std::filesystem::path path;
  std::map<std::string, TensorView> tensors;
  std::vector<TensorFile> shards;  // of a joined file, which maps nothing itself
  std::string owned;               // of a file that came as bytes
  void* address = nullptr;
  std::size_t size = 0;

  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (address != nullptr) {
      ::munmap(address, size);
    }
  }

  Status map() {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
      return system_fault(path, "open");
    }
    Status status = map(file);
    ::close(file);
    return status;
  }

  std::span<const std::byte> bytes() const {
    return address == nullptr ? std::as_bytes(std::span(owned))
                              : std::span(static_cast<const std::byte*>(address), size);
  }

 private:
  Status map(int file) {
    struct stat info {};
    if (::fstat(file, &info) != 0) {
      return system_fault(path, "read its size");
    }
    if (!S_ISREG(info.st_mode)) {
      return io_error(fmt::format("{}: not a regular file; give one, it is mapped", path.string()));
    }
    if (info.st_size == 0) {
      return {};  // nothing to map
    }
    const auto length = static_cast<std::size_t>(info.st_size);
    void* mapped = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED) {
      return system_fault(path, "map");
    }
    address = mapped;
    size = length;
    return {};
  }
};

std::int64_t TensorView::elements() const {
  return static_cast<std::int64_t>(data.size()) / bytes_of(dtype);
}

TensorFile::TensorFile(std::unique_ptr<Mapping> mapping) : mapping_(std::move(mapping)) {}
TensorFile::TensorFile(TensorFile&&) noexcept = default;
TensorFile& TensorFile::operator=(TensorFile&&) noexcept = default;
TensorFile::~TensorFile() = default;

Result<TensorFile> TensorFile::open(const std::filesystem::path& path) {
  auto mapping = std::make_unique<Mapping>();
  mapping->path = path;
  WEFT_TRY(mapping->map());
  return read(std::move(mapping));
}

Result<TensorFile> TensorFile::from_bytes(const std::filesystem::path& path, std::string bytes) {
  auto mapping = std::make_unique<Mapping>();
  mapping->path = path;
  mapping->owned = std::move(bytes);
  return read(std::move(mapping));
}

Result<TensorFile> TensorFile::read(std::unique_ptr<Mapping> mapping) {
  const std::filesystem::path& path = mapping->path;
  const std::span<const std::byte> bytes = mapping->bytes();
  WEFT_ASSIGN(const std::string_view text, header_text(path, bytes));
  WEFT_ASSIGN(const json header, parse_header(path, text));
  const std::size_t length = text.size();
  const auto payload = bytes.subspan(8 + length);
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") {
      WEFT_ASSIGN(TensorView view, parse_tensor(path, name, entry, payload));
      mapping->tensors.emplace(name, std::move(view));
    }
  }
  WEFT_TRY(check_cover(path, mapping->tensors, payload));
  return TensorFile(std::move(mapping));
}

Result<TensorFile> TensorFile::join(const std::filesystem::path& path,
                                    std::vector<TensorFile> shards) {
  auto whole = std::make_unique<Mapping>();
  whole->path = path;
  whole->shards = std::move(shards);
  TensorFile joined(std::move(whole));
  for (const TensorFile& shard : joined.mapping_->shards) {
    for (const auto& [name, view] : shard.tensors()) {
      if (!joined.mapping_->tensors.emplace(name, view).second) {
        return tensor_fault(path, name,
                            fmt::format("is in two shards, {} and {}; keep the one the model was "
                                        "saved with, or export it again",
                                        quoted(joined.path_of(name).filename().string()),
                                        quoted(shard.path().filename().string())));
      }
    }
  }
  return joined;
}

const std::filesystem::path& TensorFile::path_of(const std::string& name) const {
  for (const TensorFile& shard : mapping_->shards) {
    if (shard.find(name) != nullptr) {
      return shard.path();
    }
  }
  return path();
}

const std::filesystem::path& TensorFile::path() const { return mapping_->path; }
const std::map<std::string, TensorView>& TensorFile::tensors() const { return mapping_->tensors; }

const TensorView* TensorFile::find(const std::string& name) const {
  const auto found = mapping_->tensors.find(name);
  return found == mapping_->tensors.end() ? nullptr : &found->second;
}

}  // namespace weft
