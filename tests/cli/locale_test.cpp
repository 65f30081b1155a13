// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// Files and figures are the same where the user's locale writes numbers with a comma.
class LocaleTest : public QObject {
  Q_OBJECT

  Workspace work_;

  /// In the German locale of the test's own folder.
  static QString german(const QString& command) {
    return QStringLiteral("LOCPATH=$PWD/locales LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 ") + command;
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto made =
        work_.shell("mkdir locales && localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 2>&1; true");
    const auto point = work_.shell(german("locale decimal_point"));
    QVERIFY2(point.out.trimmed() == ",", (made.text() + point.text()).c_str());
  }

  void figuresAreTheSame_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"metric-histogram", "mollweide", "scene"}) {
      QTest::newRow(name) << QString::fromLatin1(name);
    }
  }

  void figuresAreTheSame() {
    QFETCH(QString, name);
    const QString recipe = QString::fromStdString(source_path("resources/recipes/figures/")) + name + ".json";
    for (const char* end : {"pdf", "svg", "csv"}) {
      const auto plain = work_.shell("$B render " + recipe + " --force -o plain." + end);
      COMPARE_CODE(plain, 0);
      const auto comma = work_.shell(german("$B render " + recipe + " --force -o comma." + end));
      COMPARE_CODE(comma, 0);
      QVERIFY(work_.read(std::string("plain.") + end) == work_.read(std::string("comma.") + end));
    }
  }
};

ALIDADE_TEST(LocaleTest)
#include "locale_test.moc"
