// SPDX-License-Identifier: BSD-3-Clause
#include <QStandardPaths>

#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// A display whose driver only claims what the 3D view needs, as over ssh -X.
class IndirectGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theWindowOpensWithoutTheScene() {
    if (QStandardPaths::findExecutable("xvfb-run").isEmpty()) {
      QSKIP("xvfb-run is not installed.");
    }
    const Workspace work;
    COMPARE_CODE(work.run({"dataset", "make", "set.toml", "-o", "good"}), 0);
    const auto process = prepare({"-c",
                                  "export LIBGL_ALWAYS_INDIRECT=1; exec timeout -s KILL 110 xvfb-run -a "
                                  "-s '-screen 0 1600x1000x24 +iglx' $ALIDADE_BINARY good --reset "
                                  "--screenshot out.png"},
                                 work.path());
    process->setProgram("/bin/bash");
    process->start();
    const auto done = outcome_of(*process);
    COMPARE_CODE(done, 0);
    QVERIFY2(work.read("out.png").starts_with("\x89PNG"), done.text().c_str());
  }
};

ALIDADE_TEST(IndirectGlTest)
#include "indirect_gl_test.moc"
