# SPDX-License-Identifier: BSD-3-Clause
# Fails when a page links to a file, or names a path of the source tree, that does not exist:
# cmake -DROOT=<tree> -P check_links.cmake
cmake_minimum_required(VERSION 3.25)

set(broken 0)
set(count 0)

function(expect_file PAGE NAMED PATH)
  math(EXPR count "${count} + 1")
  if(NOT EXISTS "${PATH}")
    math(EXPR broken "${broken} + 1")
    message(NOTICE "${PAGE}: ${NAMED} does not exist.")
  endif()
  set(count ${count} PARENT_SCOPE)
  set(broken ${broken} PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE pages RELATIVE "${ROOT}" "${ROOT}/docs/*.md")
file(GLOB top RELATIVE "${ROOT}" "${ROOT}/*.md")
foreach(page ${pages} ${top})
  get_filename_component(folder "${ROOT}/${page}" DIRECTORY)
  file(READ "${ROOT}/${page}" text)
  # Brackets and semicolons have a meaning in CMake's lists.
  string(REPLACE "](" "@link(" text "${text}")
  string(REGEX REPLACE "[][;]" " " text "${text}")

  string(REGEX MATCHALL "@link\\([^() \n]+\\)" links "${text}")
  foreach(link ${links})
    string(REGEX REPLACE "^@link\\(|\\)$|#.*" "" target "${link}")
    if(NOT target STREQUAL "" AND NOT target MATCHES "^[a-z]+:")
      expect_file("${page}" "${target}" "${folder}/${target}")
    endif()
  endforeach()

  # Paths in backticks; those with a placeholder (NAME, *, {a,b}) are patterns.
  string(REGEX MATCHALL "`(core|views|plugins|app|tests|packaging|docs)/[a-z0-9_./-]+`" names "${text}")
  foreach(name ${names})
    string(REPLACE "`" "" name "${name}")
    expect_file("${page}" "${name}" "${ROOT}/${name}")
  endforeach()
endforeach()
if(broken OR count LESS 10)
  message(FATAL_ERROR "${broken} of ${count} links and paths point at nothing.")
endif()
message(STATUS "${count} links and paths are good.")
