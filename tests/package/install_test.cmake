# SPDX-License-Identifier: Apache-2.0
set(root "${BUILD}/package_test")
file(REMOVE_RECURSE "${root}")
set(prefix "${root}/prefix")

function(must)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed (${code}): ${ARGN}\n${out}\n${err}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

must("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")

# The installed program finds its zoo from anywhere.
must("${CMAKE_COMMAND}" -E chdir "${root}" "${prefix}/bin/weft" model list)
if(NOT output MATCHES "fable-1m")
  message(FATAL_ERROR "the installed program does not find its zoo:\n${output}")
endif()

# It holds what is published of other machines.
must("${CMAKE_COMMAND}" -E chdir "${root}" "${prefix}/bin/weft" compare --model llama3-8b --arch none)
if(NOT output MATCHES "H200 .*78.9 ")
  message(FATAL_ERROR "the installed program compares with:\n${output}")
endif()

# It measures itself without any file of the source tree.
must("${CMAKE_COMMAND}" -E chdir "${root}" "${prefix}/bin/weft" bench --quick --json)
if(NOT output MATCHES "\"MB peak\"")
  message(FATAL_ERROR "the installed program measured:\n${output}")
endif()

must("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${root}/consumer" -G "${GENERATOR}"
     "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_FLAGS=${FLAGS}")
must("${CMAKE_COMMAND}" --build "${root}/consumer")
must("${root}/consumer/row_sum")
# 8 words over a line of 8 tiles at ramp 2, hop 1: set-up, then B + (2*ramp + 1 + hop) * (P - 1).
if(NOT output MATCHES "^8 words over 8 tiles: 50 cycles of chain\n")
  message(FATAL_ERROR "the consumer printed:\n${output}")
endif()

# So does the example of docs/cosimulation.md, with a memory of its own behind the edge.
cmake_path(GET CONSUMER PARENT_PATH tests)
cmake_path(GET tests PARENT_PATH tests)
cmake_path(GET tests PARENT_PATH source)
set(example "${source}/docs/examples/cosimulation")
must("${CMAKE_COMMAND}" -S "${example}" -B "${root}/example" -G "${GENERATOR}"
     "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_FLAGS=${FLAGS}")
must("${CMAKE_COMMAND}" --build "${root}/example")
must("${root}/example/cosimulation")
if(NOT output MATCHES "one after the other +12746 +12762 ")
  message(FATAL_ERROR "the example printed:\n${output}")
endif()

# No header and no package file may name the source or the build folder.
file(GLOB_RECURSE files "${prefix}/lib/*.cmake" "${prefix}/include/*.h")
foreach(file IN LISTS files)
  file(READ "${file}" text)
  string(FIND "${text}" "${source}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${file} names ${source}")
  endif()
endforeach()
file(REMOVE_RECURSE "${root}")
