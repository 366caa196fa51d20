// SPDX-License-Identifier: Apache-2.0
#include "arch/machine.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <filesystem>

#include "arch/presets.h"
#include "base/schema.h"
#include "base/text.h"
#include "base/yaml_reader.h"

namespace weft::arch {
namespace {

/// The part of an assignment left of `=`.
std::string path_of(const std::string& assignment) {
  return assignment.substr(0, assignment.find('='));
}

Status read_machine(const std::string& name_or_path, Machine& machine) {
  for (const Preset& preset : presets()) {
    if (preset.name == name_or_path) {
      return read_yaml(preset.yaml, fmt::format("preset {}", preset.name), machine);
    }
  }
  std::error_code ignored;
  if (!std::filesystem::exists(name_or_path, ignored)) {
    const std::vector<std::string> names = preset_names();
    return input_error(
        fmt::format("no machine '{}': neither a preset ({}) nor a file{}; check the name",
                    name_or_path, fmt::join(names, ", "), did_you_mean(name_or_path, names)));
  }
  if (std::filesystem::is_directory(name_or_path, ignored)) {
    return io_error(fmt::format("machine '{}': is a folder; give a YAML file or a preset ({})",
                                name_or_path, fmt::join(preset_names(), ", ")));
  }
  return read_yaml_file(name_or_path, machine);
}

/// An overridden number no longer comes from where the file says.
void note_override(const std::string& assignment, Machine& machine) {
  const std::string path = path_of(assignment);
  for (const SchemaLeaf& leaf : fields_of(machine)) {
    if (leaf.numeric && (leaf.path == path || leaf.path.starts_with(path + '.'))) {
      (*machine.mutable_sources())[leaf.path] = fmt::format("--set {}", assignment);
    }
  }
}

Status apply_overrides(const std::vector<std::string>& overrides, Machine& machine) {
  std::vector<std::string> faults;
  for (const std::string& assignment : overrides) {
    const Status status = set_field(machine, assignment);
    if (status.ok()) {
      note_override(assignment, machine);
    } else {
      faults.push_back(status.error().message);
    }
  }
  return faults.empty() ? Status()
                        : Status(input_error(fmt::format("{}", fmt::join(faults, "\n"))));
}

}  // namespace

Result<Machine> load_machine(const std::string& name_or_path,
                             const std::vector<std::string>& overrides) {
  Machine machine;
  WEFT_TRY(read_machine(name_or_path, machine));
  WEFT_TRY(apply_overrides(overrides, machine));
  WEFT_TRY(check_machine(machine));
  return machine;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) {
    names.emplace_back(preset.name);
  }
  return names;
}

std::string machine_hash(const Machine& machine) {
  Machine bare = machine;
  bare.clear_name();
  bare.clear_description();
  bare.clear_sources();
  bare.clear_energy();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    bare.SerializeToCodedStream(&coded);
  }
  return content_hash(bytes);
}

std::vector<SchemaLeaf> fields_of(const Machine& machine) {
  std::vector<SchemaLeaf> leaves = schema_leaves(machine);
  std::erase_if(leaves, [&](const SchemaLeaf& leaf) {
    return (!machine.has_edge() && leaf.path.starts_with("edge.")) ||
           (!machine.edge().has_shared_bytes_per_cycle() &&
            leaf.path == "edge.shared_bytes_per_cycle");
  });
  return leaves;
}

std::vector<FieldSource> field_sources(const Machine& machine) {
  std::vector<FieldSource> result;
  for (const SchemaLeaf& leaf : fields_of(machine)) {
    if (leaf.numeric) {
      const auto source = machine.sources().find(leaf.path);
      result.push_back(
          {leaf.path, leaf.text, source == machine.sources().end() ? "" : source->second});
    }
  }
  return result;
}

}  // namespace weft::arch
