# SPDX-License-Identifier: Apache-2.0
# CUDA is optional: reference/cuda is built wherever nvcc is found. WEFT_HAS_CUDA says whether.
set(WEFT_CUDA AUTO CACHE STRING "Build reference/cuda: AUTO (where nvcc is), ON or OFF")
set_property(CACHE WEFT_CUDA PROPERTY STRINGS AUTO ON OFF)

set(WEFT_HAS_CUDA OFF)
if(NOT WEFT_CUDA STREQUAL "OFF")
  if(DEFINED ENV{CUDACXX})
    set(WEFT_NVCC "$ENV{CUDACXX}" CACHE FILEPATH "CUDA compiler")
  endif()
  find_program(WEFT_NVCC nvcc PATHS /usr/local/cuda/bin /opt/cuda/bin DOC "CUDA compiler")
  if(WEFT_NVCC)
    set(WEFT_HAS_CUDA ON)
  elseif(WEFT_CUDA STREQUAL "ON")
    message(FATAL_ERROR "WEFT_CUDA is ON and there is no nvcc; name it in CUDACXX")
  endif()
endif()

if(WEFT_HAS_CUDA)
  set(CMAKE_CUDA_COMPILER "${WEFT_NVCC}")
  # Hopper, and Ampere as the older target; PTX of the newer one for what comes later.
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90 CACHE STRING "GPU architectures")
  if(WEFT_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${WEFT_CCACHE}")
  endif()
  enable_language(CUDA)
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know newer compilers
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  add_compile_options(
    "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Werror=all-warnings -Xcompiler=-Wall,-Wextra,-Werror>")
  message(STATUS "CUDA reference: built by ${WEFT_NVCC} ${CMAKE_CUDA_COMPILER_VERSION}")
else()
  message(STATUS "CUDA reference: skipped (WEFT_CUDA=${WEFT_CUDA}, nvcc: ${WEFT_NVCC})")
endif()
