# SPDX-License-Identifier: BSD-3-Clause
# Fails where something is done in another way than the one that guards it: cmake -DROOT=<tree> -P check_calls.cmake
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE sources RELATIVE "${ROOT}" "${ROOT}/app/*.cpp" "${ROOT}/app/*.h" "${ROOT}/core/*.cpp" "${ROOT}/core/*.h"
  "${ROOT}/plugins/*.cpp" "${ROOT}/plugins/*.h" "${ROOT}/views/*.cpp" "${ROOT}/views/*.h")
set(breaches 0)

# only_in(PATTERN WHY files...): lines that match stand nowhere else.
function(only_in PATTERN WHY)
  foreach(source ${sources})
    if(source IN_LIST ARGN)
      continue()
    endif()
    file(STRINGS "${ROOT}/${source}" lines REGEX "${PATTERN}")
    foreach(line IN LISTS lines)
      message(NOTICE "${source}: ${WHY}: ${line}")
      math(EXPR breaches "${breaches} + 1")
    endforeach()
  endforeach()
  set(breaches ${breaches} PARENT_SCOPE)
endfunction()

only_in("json::(parse|accept|sax_parse)\\(|[.>]dump\\(" "JSON is parsed and written by core/base/json_text.h"
  core/base/json_text.cpp)
only_in("(^|[^a-z_])(std::)?v?f?printf\\(|std::(cout|cerr|clog|puts|fputs)[^a-z_]"
  "text is printed by app/cli/print.h, which escapes what moves the cursor"
  app/cli/print.cpp app/cli/print.h app/cli/progress_line.cpp app/cli/standard_streams.cpp core/base/log.cpp)
if(breaches GREATER 0)
  message(FATAL_ERROR "${breaches} calls go past a guard")
endif()
