// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/checkpoint.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/half.h"
#include "reference/drawn.h"

namespace weft::reference::cuda {
namespace {

const char* format_name(DType dtype) {
  return dtype == DType::f32 ? "F32" : dtype == DType::f16 ? "F16" : "BF16";
}

/// Walks through a header: `"text"`, `[1,2]`, `{`, `}`, with blanks between them.
class Header {
 public:
  explicit Header(std::string_view text) : text_(text) {}

  bool take(char wanted) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) {
      return false;
    }
    ++at_;
    return true;
  }

  bool text(std::string& value) {
    if (!take('"')) {
      return false;
    }
    const std::size_t end = text_.find_first_of("\"\\", at_);
    if (end == std::string_view::npos || text_[end] != '"') {
      return false;
    }
    value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }

  bool numbers(std::vector<std::int64_t>& values) {
    if (!take('[')) {
      return false;
    }
    while (!take(']')) {
      blanks();
      std::int64_t value = 0;
      std::size_t digits = 0;
      for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && digits < 16; ++at_) {
        value = value * 10 + (text_[at_] - '0');
        ++digits;
      }
      if (digits == 0) {
        return false;
      }
      values.push_back(value);
      take(',');
    }
    return true;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) {
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<WeightFile> WeightFile::open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return io_error(path + ": cannot be read");
  }
  return from_bytes(path, {std::istreambuf_iterator<char>(file), {}});
}

Result<WeightFile> WeightFile::from_bytes(const std::string& name, std::string bytes) {
  WeightFile file;
  file.name_ = name;
  file.bytes_ = std::move(bytes);
  const Error broken = input_error(name + ": not a safetensors file of flat entries");
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 8 && i < file.bytes_.size(); ++i) {
    length |= std::uint64_t{static_cast<unsigned char>(file.bytes_[i])} << (8 * i);
  }
  if (file.bytes_.size() < 8 || length > file.bytes_.size() - 8) {
    return broken;
  }
  file.data_ = 8 + static_cast<std::size_t>(length);
  Header header(std::string_view(file.bytes_).substr(8, length));
  if (!header.take('{')) {
    return broken;
  }
  while (!header.take('}')) {
    std::string tensor;
    Entry entry;
    if (!header.text(tensor) || !header.take(':') || !header.take('{')) {
      return broken;
    }
    while (!header.take('}')) {
      std::string key;
      std::string value;
      std::vector<std::int64_t> numbers;
      if (!header.text(key) || !header.take(':') ||
          (!header.text(value) && !header.numbers(numbers))) {
        return broken;
      }
      if (key == "dtype") {
        entry.dtype = value;
      } else if (key == "shape") {
        entry.shape = numbers;
      } else if (key == "data_offsets" && numbers.size() == 2 && numbers[0] <= numbers[1] &&
                 static_cast<std::uint64_t>(numbers[1]) <= file.bytes_.size() - file.data_) {
        entry.begin = static_cast<std::size_t>(numbers[0]);
        entry.end = static_cast<std::size_t>(numbers[1]);
      } else if (tensor != "__metadata__") {
        return broken;
      }
      header.take(',');
    }
    file.entries_[tensor] = entry;
    header.take(',');
  }
  return file;
}

Result<std::vector<HostTensor>> WeightFile::weights_of(const Graph& graph) const {
  std::vector<HostTensor> weights;
  for (const Weight& weight : graph.weights) {
    const auto found = entries_.find(weight.name);
    HostTensor tensor = make_tensor(weight.shape, graph.dtype);
    if (found == entries_.end() || found->second.shape != weight.shape ||
        found->second.dtype != format_name(graph.dtype) ||
        found->second.end - found->second.begin != tensor.data.size()) {
      return input_error(name_ + ": holds no tensor '" + weight.name +
                         "' of the shape and type of " + graph.name);
    }
    const auto* from = reinterpret_cast<const std::byte*>(bytes_.data()) + data_;
    tensor.data.assign(from + found->second.begin, from + found->second.end);
    weights.push_back(std::move(tensor));
  }
  return weights;
}

std::string drawn_weights(const Graph& graph, std::uint64_t seed) {
  std::string header = "{";
  std::string data;
  for (std::size_t i = 0; i < graph.weights.size(); ++i) {
    const Weight& weight = graph.weights[i];
    const std::size_t begin = data.size();
    HostTensor tensor = make_tensor(weight.shape, graph.dtype);
    const Law law = law_of_weight(weight.shape);
    for (std::int64_t k = 0; k < weight.elements(); ++k) {
      set_value(tensor, k, law.value(seed, i, static_cast<std::uint64_t>(k)));
    }
    data.append(reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size());
    std::string shape;
    for (const std::int64_t dimension : weight.shape) {
      shape += (shape.empty() ? "" : ",") + std::to_string(dimension);
    }
    header += (i == 0 ? "\"" : ",\"") + weight.name + "\":{\"dtype\":\"" +
              format_name(graph.dtype) + "\",\"shape\":[" + shape + "],\"data_offsets\":[" +
              std::to_string(begin) + "," + std::to_string(data.size()) + "]}";
  }
  header += "}";
  header.append((8 - header.size() % 8) % 8, ' ');
  std::string bytes;
  for (int i = 0; i < 8; ++i) {
    bytes.push_back(static_cast<char>(header.size() >> (8 * i)));
  }
  return bytes + header + data;
}

}  // namespace weft::reference::cuda
