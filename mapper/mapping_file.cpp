// SPDX-License-Identifier: Apache-2.0
#include "mapper/mapping_file.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/yaml_reader.h"

namespace weft::mapper {

Result<MappingFile> parse_mapping(std::string_view text, const std::string& file) {
  MappingFile read;
  WEFT_TRY(read_yaml(text, file, read.mapping));
  read.places = YamlPlaces(text, file);
  if (read.mapping.version() > kMappingVersion) {
    return input_error(read.places.told(
        "version",
        fmt::format("{} is newer than {}, the version this program reads; use a newer weft",
                    read.mapping.version(), kMappingVersion)));
  }
  return read;
}

Result<MappingFile> read_mapping(const std::filesystem::path& path) {
  WEFT_ASSIGN(const std::string text, read_file(path));
  return parse_mapping(text, path.string());
}

std::string mapping_text(const Mapping& mapping) {
  return "# Decisions of the mapper, never costs. Change any; what is taken out is decided anew "
         "(docs/mapping.md).\n" +
         write_yaml(mapping);
}

Status write_mapping(const std::filesystem::path& path, const Mapping& mapping) {
  return write_file(path, mapping_text(mapping));
}

}  // namespace weft::mapper
