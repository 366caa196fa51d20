// SPDX-License-Identifier: Apache-2.0
#include "arch/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "arch/machine.h"
#include "base/schema.h"
#include "base/text.h"

namespace weft::arch {
namespace {

constexpr std::string_view assumed = "assumed";

std::string summary(const Machine& machine) {
  const std::int64_t tiles =
      static_cast<std::int64_t>(machine.grid().width()) * machine.grid().height();
  return fmt::format("{} tiles, {} SRAM", with_commas(tiles),
                     human_bytes(tiles * machine.tile().sram()));
}

/// Names and kinds: the fields that need no source.
std::string plain_fields(const Machine& machine, std::size_t width) {
  std::string text;
  for (const SchemaLeaf& leaf : fields_of(machine)) {
    if (!leaf.numeric && leaf.path != "name" && leaf.path != "description") {
      text += fmt::format("  {:<{}}  {}\n", leaf.path, width, leaf.text);
    }
  }
  return text;
}

}  // namespace

std::string describe(const Machine& machine) {
  const std::vector<FieldSource> fields = field_sources(machine);
  std::size_t path_width = 0;
  std::size_t value_width = 0;
  for (const FieldSource& field : fields) {
    path_width = std::max(path_width, field.path.size());
    value_width = std::max(value_width, field.value.size());
  }

  std::string text = fmt::format("{}: {}\n{}, hash {}\n\n", machine.name(), machine.description(),
                                 summary(machine), machine_hash(machine));
  std::vector<std::string> unpublished;
  for (const FieldSource& field : fields) {
    const bool missing = field.source.empty();
    text += fmt::format("  {:<{}}  {:>{}}  {}\n", field.path, path_width, field.value, value_width,
                        missing ? "no source given" : field.source);
    if (missing || field.source.starts_with(assumed)) {
      unpublished.push_back(field.path);
    }
  }
  text += plain_fields(machine, path_width);
  if (!unpublished.empty()) {
    text += fmt::format("\nassumed or without a source ({} of {}):\n", unpublished.size(),
                        fields.size());
    for (const std::string& path : unpublished) {
      text += fmt::format("  {}\n", path);
    }
  }
  return text;
}

std::string describe_presets() {
  std::string text;
  for (const std::string& name : preset_names()) {
    const Result<Machine> machine = load_machine(name);
    text += machine.ok()
                ? fmt::format("{:<10}  {} ({})\n", name, machine->description(), summary(*machine))
                : fmt::format("{:<10}  {}\n", name, machine.error().message);
  }
  return text;
}

}  // namespace weft::arch
