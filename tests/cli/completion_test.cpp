// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

class CompletionTest : public QObject {
  Q_OBJECT

  Workspace work_;

  /// Every sub-command that --help lists.
  QStringList commands() {
    QStringList names;
    static const QRegularExpression line(QStringLiteral("^  ([a-z]+) {2,}\\S"));
    bool listed = false;
    for (const QString& text : work_.run({"--help"}).out.split('\n')) {
      listed = listed || text.startsWith("Subcommands");
      if (const auto match = line.match(text); listed && match.hasMatch()) {
        names << match.captured(1);
      }
    }
    return names;
  }

  /// What bash offers behind these words.
  QStringList offered(const QString& script, const QStringList& words) {
    QProcess bash;
    const QString line =
        QString("COMP_WORDS=(%1); COMP_CWORD=%2; _alidade; printf '%s\\n' \"${COMPREPLY[@]}\"")
            .arg(words.join(' '))
            .arg(words.size() - 1);
    bash.setWorkingDirectory(QStringLiteral("/"));
    bash.start("bash", {"-c", script + "\n" + line});
    bash.waitForFinished(30000);
    return QString::fromUtf8(bash.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts);
  }

 private Q_SLOTS:
  void everyShellKnowsEveryCommand() {
    const QStringList names = commands();
    QVERIFY(names.contains("infer") && names.contains("dataset") && names.size() >= 7);
    for (const char* shell : {"bash", "zsh", "fish"}) {
      const auto done = work_.run({"completion", shell});
      COMPARE_CODE(done, 0);
      for (const QString& name : names) {
        QVERIFY2(done.out.contains(name), qPrintable(name + " in " + shell));
      }
      for (const char* option : {"checkpoint", "threads", "version", "json"}) {
        QVERIFY2(done.out.contains(option), option);
      }
      QCOMPARE(work_.run({"completion", shell}).out, done.out);
    }
  }

  void itIsHiddenAndChecksItsShell() {
    QVERIFY(!work_.run({"--help"}).out.contains("completion"));
    const auto done = work_.run({"completion", "tcsh"});
    COMPARE_CODE(done, 2);
    QVERIFY2(done.err.contains("tcsh"), done.text().c_str());
  }

  void bashCompletes() {
    const QString script = work_.run({"completion", "bash"}).out;
    const QStringList first = offered(script, {"alidade", "inf"});
    QVERIFY2(first.contains("infer"), qPrintable(first.join(' ')));
    QVERIFY(!first.contains("train"));
    QVERIFY(offered(script, {"alidade", "dataset", "ma"}).contains("make"));
    const QStringList options = offered(script, {"alidade", "infer", "--che"});
    QCOMPARE(options, QStringList{"--checkpoint"});
    QVERIFY(offered(script, {"alidade", "--threads", "2", "evaluate", "--gr"}).contains("--ground-truth"));
    QVERIFY(offered(script, {"alidade", "completion", "z"}).isEmpty() ||
            !offered(script, {"alidade", "completion", "z"}).contains("--help"));
  }

  void otherShellsTakeTheScript_data() {
    QTest::addColumn<QString>("shell");
    for (const char* shell : {"bash", "zsh", "fish"}) {
      QTest::newRow(shell) << shell;
    }
  }

  void otherShellsTakeTheScript() {
    QFETCH(QString, shell);
    if (QStandardPaths::findExecutable(shell).isEmpty()) {
      QSKIP("this shell is not installed");
    }
    QProcess check;
    check.start(shell, {"-n", "/dev/stdin"});
    check.write(work_.run({"completion", shell}).out.toUtf8());
    check.closeWriteChannel();
    QVERIFY(check.waitForFinished(30000));
    QVERIFY2(check.exitCode() == 0, check.readAllStandardError().constData());
  }
};

ALIDADE_TEST(CompletionTest)
#include "completion_test.moc"
