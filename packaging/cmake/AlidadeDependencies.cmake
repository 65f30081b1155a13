find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(Torch REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(ZLIB)

if(ALIDADE_WITH_IMAGE_IO)
  # highgui is left out on purpose: it would bring a second Qt to life.
  find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs calib3d)
endif()
if(ALIDADE_WITH_GUI)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets OpenGL OpenGLWidgets Svg)
  find_package(VTK 9.1 REQUIRED COMPONENTS
    CommonCore CommonDataModel CommonExecutionModel CommonTransforms FiltersCore FiltersGeneral
    FiltersSources InteractionStyle RenderingCore RenderingOpenGL2 RenderingFreeType RenderingAnnotation)
  find_package(OpenGL REQUIRED COMPONENTS OpenGL EGL)
  if(ALIDADE_BUILD_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
  endif()
endif()
