// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

#include <QObject>
#include <QString>

namespace alidade::test {

/// Registers a QtTest class under the stem of its file; use through ALIDADE_TEST.
bool add_test_class(const char* file, std::function<QObject*()> make);

/// A path below the oracle fixtures: ALIDADE_FIXTURES when set, else tests/fixtures. Ends the
/// test program with a sentence when there is no such file.
std::string fixture(const std::string& relative);

/// The folder of genuine sample files (ALIDADE_SAMPLES, else ../shared/samples beside the checkout); empty
/// when absent.
std::string samples_folder();

/// The folder of small inputs that public reports led to: "cases" beside ALIDADE_FIXTURES when that is set,
/// else
/// ../shared/cases beside the checkout; empty when absent.
std::string cases_folder();

/// A path below the source tree.
std::string source_path(const std::string& relative);

}  // namespace alidade::test

/// One per test file, after the class: ALIDADE_TEST(RotationTest)
#define ALIDADE_TEST(Class)                 \
  static const bool Class##_is_registered = \
      ::alidade::test::add_test_class(__FILE__, [] { return new Class; });
