# Debian packages, one for each group: csl (tools), libcsl-dev (library and headers), csl-doc (documentation).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME csl)
set(CPACK_PACKAGE_CONTACT "C-SL toolchain authors <csl@localhost>" CACHE STRING "Maintainer of the Debian packages")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "calibrate a microphone array that nobody has measured")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_OUTPUT_FILE_PREFIX packages)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE ${PROJECT_HOMEPAGE_URL})

# csl_debian_package(GROUP NAME COMPONENT): name of the package, and the files that only Debian wants of it.
function(csl_debian_package group name component)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/debian/${name})
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/debian_changelog.sh ${PROJECT_SOURCE_DIR}/CHANGELOG.md csl
                          ${CPACK_PACKAGE_CONTACT} ${folder}/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
  install(FILES ${folder}/changelog.Debian.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name}
          COMPONENT debian_${component} EXCLUDE_FROM_ALL)
  install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name}
          COMPONENT debian_${component} EXCLUDE_FROM_ALL)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/overrides/${name})
    install(FILES overrides/${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
            COMPONENT debian_${component} EXCLUDE_FROM_ALL)
  endif()
endfunction()
csl_debian_package(TOOLS csl tools)
csl_debian_package(DEV libcsl-dev dev)
csl_debian_package(DOC csl-doc doc)

set(CPACK_COMPONENTS_ALL tools debian_tools dev debian_dev doc debian_doc)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME csl)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libcsl-dev)
set(CPACK_DEBIAN_DOC_PACKAGE_NAME csl-doc)

set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS csl-doc)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
string(CONCAT CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
       "libeigen3-dev, libfmt-dev, libhdf5-dev, libkissfft-dev, librandom123-dev, libsndfile1-dev, libsoxr-dev, "
       "libxxhash-dev, nlohmann-json3-dev")
if(CSL_PC_ONEDNN)
  string(APPEND CPACK_DEBIAN_DEV_PACKAGE_DEPENDS ", libdnnl-dev")
endif()
set(CPACK_DEBIAN_DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)

set(about "C-SL learns from a recording of a turning device where sound comes from,\nwithout the array's geometry, \
measured responses or labels. It then localizes\none or several sources, offline or live.")
set(CPACK_DEBIAN_TOOLS_DESCRIPTION "${about}\n.\nThis package holds the command-line tools.")
set(CPACK_DEBIAN_DEV_DESCRIPTION "${about}\n.\nThis package holds the library, its headers and its CMake package.")
set(CPACK_DEBIAN_DOC_DESCRIPTION "${about}\n.\nThis package holds the documentation and readers for Python.")

include(CPack)
foreach(component tools dev doc)
  string(TOUPPER ${component} group)
  cpack_add_component_group(${group})
  cpack_add_component(${component} GROUP ${group})
  cpack_add_component(debian_${component} GROUP ${group})
endforeach()
