// SPDX-License-Identifier: Apache-2.0
#include "base/yaml/tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/yaml/text.h"

namespace weft {
namespace {

YamlPlace place_of(const YAML::Mark& mark) {
  return mark.is_null() ? YamlPlace{} : YamlPlace{mark.line + 1, mark.column + 1};
}

/// Builds the tree from parser events: unlike yaml-cpp's own nodes these still show anchors,
/// aliases and repeated keys.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlText& text, YamlFaults& faults) : text_(text), faults_(faults) {}

  YamlNode root() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    attach(node(YamlNode::Kind::null, mark, "", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    faults_.add(place_of(mark), "YAML aliases (*name) are not supported: write the value out");
    attach(YamlNode{
        .kind = YamlNode::Kind::refused, .place = place_of(mark), .text = "*", .items = {}});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode scalar = node(YamlNode::Kind::scalar, mark, tag, anchor);
    scalar.text = value;
    scalar.quoted = tag == "!";
    if (scalar.quoted && !text_.is_closed(scalar.place)) {
      faults_.add(scalar.place, "this quote is never closed");
    }
    attach(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_.push_back(node(YamlNode::Kind::sequence, mark, tag, anchor));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_.push_back(node(YamlNode::Kind::map, mark, tag, anchor));
  }
  void OnMapEnd() override {
    YamlNode& map = open_.back();
    for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
      map.entries.emplace_back(std::move(map.items[i]), std::move(map.items[i + 1]));
    }
    map.items.clear();
    close();
  }

 private:
  YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor) {
    YamlNode result;
    result.kind = kind;
    result.place = place_of(mark);
    if (anchor != YAML::NullAnchor) {
      faults_.add(result.place, "YAML anchors (&name) are not supported: write the value out");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      faults_.add(result.place, fmt::format("YAML tags are not supported: remove '{}'", tag));
      result.kind = YamlNode::Kind::refused;
    }
    return result;
  }
  void close() {
    YamlNode done = std::move(open_.back());
    open_.pop_back();
    attach(std::move(done));
  }
  void attach(YamlNode done) {
    if (open_.empty()) {
      root_ = std::move(done);
    } else {
      open_.back().items.push_back(std::move(done));
    }
  }

  const YamlText& text_;
  YamlFaults& faults_;
  YamlNode root_;
  std::vector<YamlNode> open_;
};

class SecondDocument : public TreeBuilder {
 public:
  SecondDocument(const YamlText& text, YamlFaults& faults)
      : TreeBuilder(text, ignored_), told_(faults) {}
  void OnDocumentStart(const YAML::Mark& mark) override {
    told_.add(place_of(mark),
              "this is no part of what stands above: a second document, or wrong indentation");
  }

 private:
  YamlFaults ignored_;
  YamlFaults& told_;
};

}  // namespace

std::string YamlNode::what() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::map:
      return "keys and values";
    case Kind::scalar:
    case Kind::refused:
      break;
  }
  constexpr std::size_t longest = 40;
  std::size_t size = std::min(text.size(), longest);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
    --size;  // never half a UTF-8 character
  }
  std::string shown = text.substr(0, size);
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return fmt::format("{}'{}{}'", quoted ? "text in quotes " : "", shown,
                     size < text.size() ? "…" : "");
}

void YamlFaults::add(YamlPlace place, std::string message) {
  faults_.emplace_back(place, std::move(message));
}

std::vector<std::pair<YamlPlace, std::string>> YamlFaults::sorted() const {
  auto result = faults_;
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return result;
}

Status YamlFaults::status(std::string_view source) const {
  std::vector<std::string> lines;
  for (const auto& [place, message] : sorted()) {
    lines.push_back(fmt::format("{}:{}:{}: {}", source, place.line, place.column, message));
  }
  return lines.empty() ? Status() : Status(input_error(fmt::format("{}", fmt::join(lines, "\n"))));
}

Status YamlFaults::status_without_places(std::string_view source) const {
  std::vector<std::string> lines;
  for (const auto& [place, message] : sorted()) {
    lines.push_back(fmt::format("{}: {}", source, message));
  }
  return lines.empty() ? Status() : Status(input_error(fmt::format("{}", fmt::join(lines, "\n"))));
}

YamlNode parse_yaml_value(std::string_view text, YamlFaults& faults) {
  const YamlText checked(text);
  checked.find_tabs(faults);
  checked.find_foreign_bytes(faults);
  if (!faults.empty()) {
    return {};
  }
  TreeBuilder builder(checked, faults);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      SecondDocument second(checked, faults);
      parser.HandleNextDocument(second);
    }
  } catch (const YAML::Exception& fault) {
    faults.add(place_of(fault.mark), fmt::format("not YAML: {}", fault.msg));
    return {};
  }
  return std::move(builder).root();
}

YamlNode parse_yaml_tree(std::string_view text, YamlFaults& faults) {
  YamlNode root = parse_yaml_value(text, faults);
  if (root.kind == YamlNode::Kind::null) {
    root.kind = YamlNode::Kind::map;
    root.place = {};
  }
  return root;
}

}  // namespace weft
