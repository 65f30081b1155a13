// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/blas_kernel.h"

#include <QtTest>

#include "tests/support/test_registry.h"

using namespace alidade;

class BlasKernelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void anOldKernelOnANewProcessorIsReplaced() {
    QCOMPARE(better_blas_kernel("Prescott", true, false), std::optional<std::string>("Haswell"));
    QCOMPARE(better_blas_kernel("Prescott", true, true), std::optional<std::string>("SkylakeX"));
    QCOMPARE(better_blas_kernel("Sandybridge", true, false), std::optional<std::string>("Haswell"));
  }

  void aGoodChoiceStays() {
    for (const char* chosen : {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"}) {
      QVERIFY(!better_blas_kernel(chosen, true, true));
    }
  }

  void anOldProcessorKeepsItsKernel() { QVERIFY(!better_blas_kernel("Nehalem", false, false)); }
};

ALIDADE_TEST(BlasKernelTest)
#include "blas_kernel_test.moc"
