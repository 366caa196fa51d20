// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "base/file.h"
#include "base/yaml/tree.h"
#include "base/yaml/walker.h"
#include "base/yaml_reader.h"

namespace weft {

using google::protobuf::Message;

Status read_yaml(std::string_view text, const std::string& file, Message& message) {
  YamlFaults faults;
  YamlNode root = parse_yaml_tree(text, faults);
  const std::unique_ptr<Message> fresh(message.New());
  if (root.kind != YamlNode::Kind::refused) {
    root.place = {};
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (blank && YamlWalker::has_required(*message.GetDescriptor())) {
      return input_error(fmt::format("{}:1:1: the file is empty; it needs keys and values", file));
    }
    YamlWalker(faults).read_message(root, *fresh, "");
  }
  WEFT_TRY(faults.status(file));
  message.GetReflection()->Swap(&message, fresh.get());
  return {};
}

Status read_yaml_file(const std::filesystem::path& path, Message& message) {
  WEFT_ASSIGN(const std::string text, read_file(path));
  return read_yaml(text, path.string(), message);
}

}  // namespace weft
