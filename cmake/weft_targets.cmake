# SPDX-License-Identifier: Apache-2.0
# weft_library(NAME SOURCES ... [PROTOS ...] [DEPS ...]): one static library per
# folder, includes rooted at the source tree ("sim/fabric/route.h") and, for
# generated protobuf headers, at the build tree ("arch/arch.pb.h").
include(CMakeParseArguments)
include(GNUInstallDirs)

# Precompiled for every target: saves about a third of a build from nothing.
set(WEFT_COMMON_HEADERS
  <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span>
  <string> <string_view> <vector> <fmt/format.h> <google/protobuf/message.h>
  <google/protobuf/descriptor.pb.h> <google/protobuf/map_field_inl.h>)  # as every .pb.h includes

# The folders that read files, which is what tests/fuzz is about; the others run at full speed.
set(WEFT_FUZZED base arch models isa mapper traces explore)

# Where compiling takes longer than running. Without sanitizers most of it shares a precompiled
# header, and so the level of optimization, with the rest.
set(WEFT_QUICK cli)
if(WEFT_SANITIZE)
  list(APPEND WEFT_QUICK explore judge bench)
endif()

# Targets compiled alike share one precompiled header.
function(weft_precompile TARGET NAME)
  set(alike arch models isa traces explore)
  if(NOT WEFT_FUZZ)
    list(APPEND alike reference judge bench)
  endif()
  list(REMOVE_ITEM alike ${WEFT_QUICK})
  if(NAME IN_LIST alike)
    target_precompile_headers(${TARGET} REUSE_FROM weft_base)
  else()
    target_precompile_headers(${TARGET} PRIVATE ${WEFT_COMMON_HEADERS})
  endif()
endfunction()

function(weft_compile_quickly TARGET)
  if(WEFT_SANITIZE)
    target_compile_options(${TARGET} PRIVATE -O0 -g0)
  else()
    target_compile_options(${TARGET} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
endfunction()

function(weft_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;PROTOS;DEPS" ${ARGN})
  add_library(weft_${NAME} STATIC ${ARG_SOURCES})
  add_library(weft::${NAME} ALIAS weft_${NAME})
  set_target_properties(weft_${NAME} PROPERTIES EXPORT_NAME ${NAME})
  target_include_directories(weft_${NAME} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>"
                             "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/weft>")
  target_include_directories(weft_${NAME} SYSTEM PUBLIC "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}>")
  target_compile_features(weft_${NAME} PUBLIC cxx_std_20)
  weft_install(weft_${NAME} ${NAME})
  target_link_libraries(weft_${NAME} PUBLIC ${ARG_DEPS})
  weft_precompile(weft_${NAME} ${NAME})
  if(NAME IN_LIST WEFT_QUICK)
    weft_compile_quickly(weft_${NAME})
  endif()
  if(WEFT_FUZZ AND NAME IN_LIST WEFT_FUZZED)
    target_compile_options(weft_${NAME} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  foreach(proto IN LISTS ARG_PROTOS)
    weft_proto(weft_${NAME} ${proto})
  endforeach()
endfunction()

# weft_proto(TARGET FILE.proto): compiles FILE.proto of the current folder; the
# import root is the source tree, as in the schemas themselves.
function(weft_proto TARGET FILE)
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REGEX REPLACE "\\.proto$" "" stem "${FILE}")
  set(out "${PROJECT_BINARY_DIR}/${folder}/${stem}")
  add_custom_command(
    OUTPUT "${out}.pb.cc" "${out}.pb.h"
    COMMAND protobuf::protoc --cpp_out=${PROJECT_BINARY_DIR} -I ${PROJECT_SOURCE_DIR}
            -I ${Protobuf_INCLUDE_DIRS} ${CMAKE_CURRENT_SOURCE_DIR}/${FILE}
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${FILE}"
    VERBATIM)
  # Not watched by sanitizers: nor is protobuf's own library, and it takes long to compile.
  set(options -w)
  if(WEFT_SANITIZE)
    list(APPEND options -fno-sanitize=all)
  endif()
  set_source_files_properties("${out}.pb.cc" PROPERTIES
    COMPILE_OPTIONS "${options}" SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${TARGET} PRIVATE "${out}.pb.cc")
  target_link_libraries(${TARGET} PUBLIC protobuf::libprotobuf)
endfunction()

# weft_test(FOLDER SOURCES ... DEPS ... [LABELS slow]): one GoogleTest program per folder,
# test_<FOLDER>; each test sees WEFT_SOURCE_DIR and WEFT_BINARY (the weft program).
function(weft_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  if(WEFT_SANITIZE AND slow IN_LIST ARG_LABELS)  # not run there, so not built either
    return()
  endif()
  add_executable(test_${NAME} ${ARG_SOURCES})
  target_link_libraries(test_${NAME} PRIVATE ${ARG_DEPS} fmt::fmt GTest::gmock GTest::gtest_main)
  if(NOT NAME MATCHES "^(base|cosimulation)$")  # the latter has definitions of SystemC's
    target_precompile_headers(test_${NAME} REUSE_FROM test_base)
  else()
    target_precompile_headers(test_${NAME} PRIVATE ${WEFT_COMMON_HEADERS} <gmock/gmock.h>
                              <gtest/gtest.h>)
  endif()
  target_compile_definitions(test_${NAME} PRIVATE
    WEFT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" WEFT_BINARY="${PROJECT_BINARY_DIR}/bin/weft")
  weft_compile_quickly(test_${NAME})
  set(labels "")
  if(ARG_LABELS)
    set(labels LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(test_${NAME} TEST_PREFIX "${NAME}." DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
    PROPERTIES TIMEOUT 600 ${labels})
endfunction()
