# SPDX-License-Identifier: BSD-3-Clause
# The version of the build is the newest one in the change log, the metainfo file and the manual page.
cmake_minimum_required(VERSION 3.25)

function(expect FILE PATTERN)
  file(READ "${ROOT}/${FILE}" text)
  if(NOT text MATCHES "${PATTERN}")
    message(FATAL_ERROR "${FILE}: expected a text that matches ${PATTERN}.")
  endif()
  if(NOT CMAKE_MATCH_1 STREQUAL VERSION)
    message(FATAL_ERROR "${FILE}: expected version ${VERSION}, found ${CMAKE_MATCH_1}.")
  endif()
endfunction()

expect(CHANGELOG.md "\n## \\[([0-9.]+)\\]")
expect(packaging/alidade.metainfo.xml "<release version=\"([0-9.]+)\"")
expect(packaging/alidade.1 "\"Alidade ([0-9.]+)\"")
