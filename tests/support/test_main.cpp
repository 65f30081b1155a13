// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include <QCoreApplication>
#include <QtTest>
#ifdef ALIDADE_TEST_WIDGETS
#include <QApplication>

#include "views/vtk/surface_format.h"
#endif

#include "core/base/blas_kernel.h"
#include "tests/support/test_registry.h"

namespace alidade::test {
namespace {

std::map<std::string, std::function<QObject*()>>& registry() {
  static std::map<std::string, std::function<QObject*()>> classes;
  return classes;
}

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

}  // namespace

bool add_test_class(const char* file, std::function<QObject*()> make) {
  registry()[std::filesystem::path(file).stem().string()] = std::move(make);
  return true;
}

std::string source_path(const std::string& relative) {
  return std::string(ALIDADE_SOURCE_DIR) + "/" + relative;
}

std::string fixture(const std::string& relative) {
  const std::string path =
      from_environment("ALIDADE_FIXTURES", source_path("tests/fixtures")) + "/" + relative;
  if (!std::filesystem::exists(path)) {
    // A test without its oracle has failed; going on would end in an exception that names no file.
    std::fprintf(stderr, "FAIL!  : the fixture %s is missing; see tests/fixtures/README.md\n", path.c_str());
    std::fflush(nullptr);
    std::_Exit(1);
  }
  return path;
}

std::string samples_folder() {
  const std::string folder = from_environment("ALIDADE_SAMPLES", source_path("../shared/samples"));
  return std::filesystem::is_directory(folder) ? folder : std::string();
}

std::string cases_folder() {
  const std::filesystem::path fixtures =
      from_environment("ALIDADE_FIXTURES", source_path("../shared/fixtures"));
  const std::filesystem::path folder = (fixtures / "").parent_path().parent_path() / "cases";
  return std::filesystem::is_directory(folder) ? folder.string() : std::string();
}

/// An environment that names a missing folder would turn every comparison with an oracle into a failure of
/// its own, far from the cause.
bool fixtures_exist() {
  const std::string folder = from_environment("ALIDADE_FIXTURES", "");
  if (folder.empty() || std::filesystem::is_directory(folder)) {
    return true;
  }
  std::fprintf(stderr, "FAIL!  : ALIDADE_FIXTURES names %s, which is no folder; correct it or unset it\n",
               folder.c_str());
  return false;
}

int run(const std::string& name, const QStringList& arguments) {
  const auto found = registry().find(name);
  if (found == registry().end()) {
    std::fprintf(stderr, "no test class in %s_test.cpp\n", name.c_str());
    return 1;
  }
  const std::unique_ptr<QObject> test(found->second());
  return QTest::qExec(test.get(), arguments);
}

}  // namespace alidade::test

/// Usage: EXECUTABLE STEM [QtTest arguments]; STEM is the test file's name without ".cpp".
int main(int argc, char** argv) {
  if (!alidade::test::fixtures_exist()) {
    return 1;
  }
  // As the program does it: a test compares its bytes with those of the test.
  alidade::restart_with_better_blas_kernel(argv);
#ifdef ALIDADE_TEST_WIDGETS
  alidade::prepareSurfaceFormat();
  QApplication application(argc, argv);
#else
  QCoreApplication application(argc, argv);
#endif
  QStringList arguments = application.arguments();
  if (arguments.size() < 2) {
    std::fprintf(stderr, "usage: %s TEST_STEM [QtTest arguments]\n", argv[0]);
    return 2;
  }
  const std::string name = arguments.takeAt(1).toStdString();
  return alidade::test::run(name, arguments);
}
