// SPDX-License-Identifier: Apache-2.0
#include "reference/devices.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "base/text.h"
#include "base/yaml_reader.h"
#include "reference/data.h"

namespace weft::reference {
namespace {

Status check_sources(const Device& device, const std::string& file) {
  std::vector<std::string> fields{"memory", "memory_gb_per_s", "dense_tflops", "power_watts"};
  if (device.price_per_hour() > 0) {
    fields.emplace_back("price_per_hour");
  }
  for (const std::string& field : fields) {
    if (!device.sources().contains(field)) {
      return input_error(fmt::format("{}: {}: {} has no source; give one, or `assumed: why`", file,
                                     device.name(), field));
    }
  }
  for (const auto& [field, source] : device.sources()) {
    if (std::ranges::find(fields, field) == fields.end()) {
      return input_error(fmt::format("{}: {}: source of {}, which is not there{}", file,
                                     device.name(), field, did_you_mean(field, fields)));
    }
    if (source.empty()) {
      return input_error(
          fmt::format("{}: {}: the source of {} is empty", file, device.name(), field));
    }
  }
  return {};
}

}  // namespace

Result<Devices> parse_devices(std::string_view yaml, const std::string& file) {
  Devices devices;
  WEFT_TRY(read_yaml(yaml, file, devices));
  std::set<std::string> names;
  for (const Device& device : devices.devices()) {
    if (!names.insert(device.name()).second) {
      return input_error(fmt::format("{}: {} is there twice", file, device.name()));
    }
    WEFT_TRY(check_sources(device, file));
  }
  return devices;
}

Result<Devices> load_devices() { return parse_devices(devices_yaml(), "reference/devices.yaml"); }

bool is_assumed(const Device& device, const std::string& field) {
  const auto source = device.sources().find(field);
  return source != device.sources().end() && source->second.starts_with("assumed");
}

bool has_in_name(std::string_view name, std::string_view part) {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return std::search(name.begin(), name.end(), part.begin(), part.end(), same) != name.end();
}

Result<Devices> devices_named(const Devices& devices, const std::string& part) {
  Devices named;
  std::vector<std::string> names;
  for (const Device& device : devices.devices()) {
    names.push_back(device.name());
    if (has_in_name(device.name(), part)) {
      *named.add_devices() = device;
    }
  }
  if (named.devices().empty()) {
    return input_error(fmt::format("--gpu {}: no device has that in its name{}; there are {}", part,
                                   did_you_mean(part, names), fmt::join(names, ", ")));
  }
  return named;
}

}  // namespace weft::reference
