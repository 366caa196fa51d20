# SPDX-License-Identifier: Apache-2.0
# cmake -DFOLDER=<presets> -DNAMES=<a,b> -DOUTPUT=<file.cpp> -P embed_presets.cmake:
# writes a source file that holds the machine files as text, so that the program needs none at run time.
string(REPLACE "," ";" names "${NAMES}")
set(entries "")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}.yaml" yaml)
  string(APPEND entries "    {\"${name}\", R\"preset(${yaml})preset\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Generated from arch/presets.
#include \"arch/presets.h\"

namespace weft::arch {

std::span<const Preset> presets() {
  static constexpr Preset all[] = {
${entries}  };
  return all;
}

}  // namespace weft::arch
")
