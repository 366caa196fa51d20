# SPDX-License-Identifier: Apache-2.0
find_program(dpkg_deb dpkg-deb REQUIRED)
get_filename_component(bin "${CMAKE_COMMAND}" DIRECTORY)
set(packages "${BUILD}/debian_test")
file(REMOVE_RECURSE "${packages}")
execute_process(COMMAND "${bin}/cpack" --config "${BUILD}/CPackConfig.cmake" -B "${packages}"
                RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "cpack failed:\n${out}")
endif()

# has(PACKAGE PATTERN...): the one package of that name holds files that match.
function(has package)
  file(GLOB file "${packages}/${package}_${VERSION}*.deb")
  list(LENGTH file count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "no package ${package} in ${packages}: ${out}")
  endif()
  execute_process(COMMAND "${dpkg_deb}" --contents "${file}" OUTPUT_VARIABLE contents
                  COMMAND_ERROR_IS_FATAL ANY)
  foreach(pattern IN LISTS ARGN)
    if(NOT contents MATCHES "${pattern}")
      message(FATAL_ERROR "${package} does not hold ${pattern}:\n${contents}")
    endif()
  endforeach()
  execute_process(COMMAND "${dpkg_deb}" --field "${file}" Depends OUTPUT_VARIABLE depends
                  COMMAND_ERROR_IS_FATAL ANY)
  set(depends "${depends}" PARENT_SCOPE)
endfunction()

has(weft "/usr/bin/weft\n" "/usr/share/weft/models/zoo/fable-1m/config.json\n"
    "/usr/share/doc/weft/README.md")
if(NOT depends MATCHES "libsystemc" OR NOT depends MATCHES "libprotobuf")
  message(FATAL_ERROR "the program depends on: ${depends}")
endif()
has(weft-dev "/usr/lib/([^\n]*/)?libweft_sim.a\n" "/usr/include/weft/sim/simulate.h\n"
    "/usr/include/weft/arch/arch.pb.h\n" "/cmake/weft/weft-config.cmake\n")
file(REMOVE_RECURSE "${packages}")
