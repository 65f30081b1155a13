// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// The bundled figures, rendered without any display.
class RenderCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  static QString recipe(const QString& name) {
    return QString::fromStdString(source_path("resources/recipes/figures/")) + name + ".json";
  }

 private Q_SLOTS:
  void everyFigureTwiceWithTheSameBytes_data() {
    QTest::addColumn<QString>("name");
    for (const auto& entry : fs::directory_iterator(source_path("resources/recipes/figures"))) {
      if (entry.path().extension() == ".json") {
        QTest::newRow(entry.path().stem().c_str()) << QString::fromStdString(entry.path().stem().string());
      }
    }
  }

  void everyFigureTwiceWithTheSameBytes() {
    QFETCH(QString, name);
    const std::string first = name.toStdString() + ".pdf", second = name.toStdString() + "-again.pdf";
    const auto rendered = work_.run({"render", recipe(name), "-o", QString::fromStdString(first)});
    COMPARE_CODE(rendered, 0);
    COMPARE_CODE(work_.run({"render", recipe(name), "-o", QString::fromStdString(second)}), 0);
    QVERIFY(work_.read(first).starts_with("%PDF-"));
    QVERIFY(work_.read(first).size() > 2000);
    QVERIFY(work_.read(first) == work_.read(second));
  }

  void checkFindsAChangedByte() {
    COMPARE_CODE(work_.run({"render", recipe("mollweide"), "-o", "figure.svg"}), 0);
    COMPARE_CODE(work_.run({"render", recipe("mollweide"), "--check", "figure.svg"}), 0);
    std::string bytes = work_.read("figure.svg");
    bytes[bytes.size() / 2] ^= 1;
    work_.write("figure.svg", bytes);
    const auto differs = work_.run({"render", recipe("mollweide"), "--check", "figure.svg"});
    COMPARE_CODE(differs, 4);
    QVERIFY2(differs.sentence().contains("figure.svg"), differs.text().c_str());
    QVERIFY2(work_.read("figure.svg") == bytes, "--check changed the file");
  }

  void theNumbersComeAlong() {
    COMPARE_CODE(work_.run({"render", recipe("predictions"), "-o", "numbers.csv"}), 0);
    const QStringList lines =
        QString::fromStdString(work_.read("numbers.csv")).split('\n', Qt::SkipEmptyParts);
    QVERIFY(lines.size() > 2);
    QVERIFY(lines.first().contains(','));
  }

  void aWrongExtensionIsNamed() {
    const auto refused = work_.run({"render", recipe("mollweide"), "-o", "figure.doc"});
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains(".doc") || refused.sentence().contains("figure.doc"),
             refused.text().c_str());
    QVERIFY(!work_.has("figure.doc"));
  }
};

ALIDADE_TEST(RenderCommandTest)
#include "render_command_test.moc"
