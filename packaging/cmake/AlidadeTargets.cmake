# One interface target carries every flag; nothing is set globally.
add_library(alidade_build_flags INTERFACE)
target_include_directories(alidade_build_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(alidade_build_flags INTERFACE
  QT_NO_KEYWORDS QT_NO_FOREACH ALIDADE_VERSION="${PROJECT_VERSION}")
target_compile_options(alidade_build_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wno-sign-compare -Wno-restrict>
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-unknown-warning-option>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${ALIDADE_WERROR}>>:-Werror>)
if(ALIDADE_UNITY)
  # Every source is an included one there, so that gcc would ask for other linkage of file-local types.
  target_compile_options(alidade_build_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()
if(ALIDADE_SANITIZE)
  # What the undefined-behavior sanitizer finds ends the program, so that a test fails.
  target_compile_options(alidade_build_flags INTERFACE
    -fsanitize=${ALIDADE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    $<$<BOOL:$<TARGET_PROPERTY:ALIDADE_WITHOUT_VPTR>>:-fno-sanitize=vptr>)
  target_link_options(alidade_build_flags INTERFACE -fsanitize=${ALIDADE_SANITIZE})
endif()
find_program(ALIDADE_MOLD mold)
if(ALIDADE_MOLD)
  target_link_options(alidade_build_flags INTERFACE -fuse-ld=mold)
endif()

# alidade_compile_together(TARGET FILES): parsing headers is nearly all of a build, so a room's sources share it, FILES at a
# time. File-local names must therefore differ within a room; the compiler says where two do not.
function(alidade_compile_together TARGET FILES)
  if(ALIDADE_UNITY)
    set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${FILES})
  endif()
endfunction()

# alidade_light_moc(TARGET): a target with Qt classes runs moc without include folders.
function(alidade_light_moc TARGET)
  if(ALIDADE_MOC)
    set_target_properties(${TARGET} PROPERTIES AUTOMOC_EXECUTABLE "${ALIDADE_MOC}")
  endif()
endfunction()

# alidade_add_room(NAME [LINK libraries...] [EXCLUDE regex]): one static library from one folder.
# Sources are found by CONFIGURE_DEPENDS so that adding a file touches only its own room.
function(alidade_add_room NAME)
  cmake_parse_arguments(ROOM "" "EXCLUDE" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp *.h)
  if(ROOM_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${ROOM_EXCLUDE}")
  endif()
  add_library(${NAME} STATIC ${sources})
  target_link_libraries(${NAME} PUBLIC alidade_build_flags ${ROOM_LINK})
  set_target_properties(${NAME} PROPERTIES LINKER_LANGUAGE CXX)
  alidade_compile_together(${NAME} 12)
  alidade_light_moc(${NAME})
endfunction()

# alidade_add_folders(PREFIX RESULT): adds every folder below this one that has a CMakeLists.txt; RESULT gets the rooms they
# are to make, PREFIX_FOLDER each.
function(alidade_add_folders PREFIX RESULT)
  file(GLOB lists CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" */CMakeLists.txt)
  set(rooms "")
  foreach(list ${lists})
    get_filename_component(folder ${list} DIRECTORY)
    add_subdirectory(${folder})
    list(APPEND rooms ${PREFIX}_${folder})
  endforeach()
  set(${RESULT} "${rooms}" PARENT_SCOPE)
endfunction()
