# SPDX-License-Identifier: Apache-2.0
# Everything here is a Debian 12 package; scripts/packages lists their names.
find_package(Protobuf REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(systemc REQUIRED IMPORTED_TARGET systemc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)

# Debian builds SystemC as C++17 and encodes that in the name of a symbol every
# user must link against; a C++20 program says so here or does not link.
add_library(weft_systemc INTERFACE)
target_link_libraries(weft_systemc INTERFACE PkgConfig::systemc)
target_compile_definitions(weft_systemc INTERFACE SC_CPLUSPLUS=201703L SC_INCLUDE_FX=0)
set_target_properties(weft_systemc PROPERTIES EXPORT_NAME systemc)
install(TARGETS weft_systemc EXPORT weft_targets)
# libsystemc refers to sc_main, which lies in an archive of ours: it is taken even where nothing
# else of that archive is.
target_link_options(weft_systemc INTERFACE "LINKER:--undefined=sc_main")
