# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, in two components: `program` (the weft program, the zoo, the
# documents) and `development` (libraries, headers, schemas and the CMake package of that name).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Headers keep the folder they are included by: <prefix>/include/weft/sim/simulate.h. Generated
# protobuf headers and the schemas lie beside them.
function(weft_install TARGET FOLDER)
  install(TARGETS ${TARGET} EXPORT weft_targets
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
  foreach(root "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
    install(DIRECTORY "${root}/${FOLDER}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/weft"
            COMPONENT development
            FILES_MATCHING PATTERN "*.h" PATTERN "*.proto" PATTERN "CMakeFiles" EXCLUDE)
  endforeach()
endfunction()

function(weft_install_package)
  set(package "${CMAKE_INSTALL_LIBDIR}/cmake/weft")
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/weft-config.cmake.in"
    "${PROJECT_BINARY_DIR}/weft-config.cmake" INSTALL_DESTINATION "${package}"
    NO_SET_AND_CHECK_MACRO)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/weft-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/weft-config.cmake"
                "${PROJECT_BINARY_DIR}/weft-config-version.cmake"
          DESTINATION "${package}" COMPONENT development)
  install(EXPORT weft_targets NAMESPACE weft:: DESTINATION "${package}" COMPONENT development)

  install(TARGETS weft RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/models/zoo"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/weft/models" COMPONENT program)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/reference/measured"
                    "${PROJECT_SOURCE_DIR}/reference/recorded"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/weft/reference" COMPONENT program OPTIONAL)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/" DESTINATION "${CMAKE_INSTALL_DOCDIR}"
          COMPONENT program)
  install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/LICENSE"
                "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
          DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
endfunction()

# `cpack --preset release`: one Debian package a component, dependencies read from the binaries.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weft)
set(CPACK_PACKAGE_VENDOR "The Weft authors")
set(CPACK_PACKAGE_CONTACT "The Weft authors <weft@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME weft)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME weft-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libsystemc-dev, libboost-graph-dev, libprotobuf-dev, protobuf-compiler, libyaml-cpp-dev, nlohmann-json3-dev, libfmt-dev, libcli11-dev, libxxhash-dev, zlib1g-dev, libsqlite3-dev, pkg-config")
set(CPACK_COMPONENTS_ALL program development)
include(CPack)
