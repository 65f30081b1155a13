# What lands where. share/alidade mirrors the source tree, so that paths in recipes hold in both.
include(GNUInstallDirs)
set(alidade_contact "The Alidade authors <alidade@users.noreply.github.com>")
set(alidade_docs "${CMAKE_INSTALL_DATADIR}/doc/alidade")
install(TARGETS alidade RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY datasets DESTINATION ${CMAKE_INSTALL_DATADIR}/alidade)
install(DIRECTORY resources DESTINATION ${CMAKE_INSTALL_DATADIR}/alidade
  PATTERN "icons" EXCLUDE PATTERN "theme" EXCLUDE PATTERN "fonts" EXCLUDE PATTERN "*.qrc" EXCLUDE)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${alidade_docs})
install(DIRECTORY docs/ DESTINATION ${alidade_docs}/docs)
if(ALIDADE_WITH_GUI)
  install(FILES packaging/alidade.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES packaging/alidade.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
  install(FILES packaging/alidade-mime.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages RENAME alidade.xml)
  install(FILES resources/icons/alidade.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
  # Where SVG icons are not drawn: in the sizes of menus, docks and stores.
  find_program(ALIDADE_RSVG_CONVERT rsvg-convert)
  set(icon "${CMAKE_SOURCE_DIR}/resources/icons/alidade.svg")
  foreach(size 16 22 24 32 48 64 128 256 512)
    set(picture "${CMAKE_BINARY_DIR}/icons/${size}/alidade.png")
    if(ALIDADE_RSVG_CONVERT AND "${icon}" IS_NEWER_THAN "${picture}")
      file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/icons/${size}")
      execute_process(COMMAND "${ALIDADE_RSVG_CONVERT}" -w ${size} -h ${size} -o "${picture}" "${icon}")
    endif()
    if(EXISTS "${picture}")
      install(FILES "${picture}" DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/${size}x${size}/apps)
    endif()
  endforeach()
endif()

# What shells need to complete commands and options, told by the program that is installed.
foreach(pair "bash|bash-completion/completions/alidade" "zsh|zsh/vendor-completions/_alidade"
        "fish|fish/vendor_completions.d/alidade.fish")
  string(REPLACE "|" ";" pair "${pair}")
  list(GET pair 0 shell)
  list(GET pair 1 target)
  install(CODE "
    set(target \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/${target}\")
    execute_process(COMMAND \"${CMAKE_BINARY_DIR}/bin/alidade\" completion ${shell}
      OUTPUT_VARIABLE script RESULT_VARIABLE code ERROR_QUIET)
    if(code EQUAL 0)
      file(WRITE \"\${target}\" \"\${script}\")
    else()
      message(WARNING \"alidade cannot be run here, so that ${shell} will not complete its options.\")
    endif()")
endforeach()

# Debian wants manual page, change log and license compressed without a time stamp and under its own names.
find_program(ALIDADE_GZIP gzip)
if(ALIDADE_GZIP)
  set(packed "${CMAKE_BINARY_DIR}/packed")
  file(MAKE_DIRECTORY "${packed}")
  # Debian's own form; what changed stands in CHANGELOG.md, which is installed too.
  file(STRINGS packaging/alidade.metainfo.xml release REGEX "<release ")
  string(REGEX REPLACE ".*date=\"([0-9-]+)\".*" "\\1" released "${release}")
  execute_process(COMMAND date -R -u -d "${released}" OUTPUT_VARIABLE released OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(WRITE "${CMAKE_BINARY_DIR}/debian-changelog" "alidade (${PROJECT_VERSION}) unstable; urgency=medium\n\n"
    "  * Release ${PROJECT_VERSION}; /usr/share/doc/alidade/CHANGELOG.md tells what changed.\n\n"
    " -- ${alidade_contact}  ${released}\n")
  foreach(pair "packaging/alidade.1|alidade.1.gz" "${CMAKE_BINARY_DIR}/debian-changelog|changelog.gz")
    string(REPLACE "|" ";" pair "${pair}")
    list(GET pair 0 source)
    list(GET pair 1 target)
    execute_process(COMMAND "${ALIDADE_GZIP}" -9nc "${source}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
      OUTPUT_FILE "${packed}/${target}")
  endforeach()
  install(FILES "${packed}/alidade.1.gz" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES "${packed}/changelog.gz" DESTINATION ${alidade_docs})
endif()
# The license with the notices of libraries whose headers are compiled in (Apache-2.0 among them).
install(FILES packaging/copyright DESTINATION ${alidade_docs})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME alidade)
set(CPACK_PACKAGE_CONTACT "${alidade_contact}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "workbench for 6D object pose estimation")
set(CPACK_PACKAGE_DESCRIPTION "Opens a dataset and a checkpoint, estimates the poses of the objects in each\n"
  "image, and shows them in linked views that export as figures.")
string(CONCAT CPACK_PACKAGE_DESCRIPTION ${CPACK_PACKAGE_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Opened at run time, where dpkg-shlibdeps cannot see it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-pthread")
if(ALIDADE_WITH_GUI)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libqt6svg6, libegl-mesa0, libgl1-mesa-dri, fonts-liberation2")
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-wayland")
endif()
include(CPack)
