find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(Torch REQUIRED)
find_package(CLI11 REQUIRED)
# Used header-only, so that a server build needs no library beyond libtorch; distributions also ship it compiled.
find_path(ALIDADE_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(alidade_toml INTERFACE)
target_include_directories(alidade_toml SYSTEM INTERFACE "${ALIDADE_TOMLPLUSPLUS_INCLUDE}")
target_compile_definitions(alidade_toml INTERFACE TOML_HEADER_ONLY=1)
find_package(ZLIB)

if(ALIDADE_WITH_IMAGE_IO)
  # highgui is left out on purpose: it would bring a second Qt to life.
  find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs calib3d)
endif()
if(ALIDADE_WITH_GUI)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets OpenGL Svg)
  find_package(VTK 9.1 REQUIRED COMPONENTS
    CommonCore CommonDataModel CommonExecutionModel CommonTransforms FiltersCore FiltersGeneral
    FiltersSources InteractionStyle RenderingCore RenderingOpenGL2 RenderingFreeType RenderingAnnotation)
  get_target_property(alidade_moc Qt6::moc LOCATION)
  set(ALIDADE_MOC "${CMAKE_BINARY_DIR}/moc-alone")
  configure_file("${CMAKE_CURRENT_LIST_DIR}/moc-alone.in" "${ALIDADE_MOC}" @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  find_package(OpenGL REQUIRED COMPONENTS OpenGL EGL)
  if(ALIDADE_BUILD_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
  endif()
endif()
