// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <map>

#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Rows of a CSV whose first line is the provenance; no cell holds a comma.
std::vector<std::map<QString, QString>> rowsOf(const std::string& csv) {
  QStringList lines = QString::fromStdString(csv).split('\n', Qt::SkipEmptyParts);
  while (!lines.isEmpty() && lines.first().startsWith('#')) {
    lines.removeFirst();
  }
  std::vector<std::map<QString, QString>> rows;
  const QStringList keys = lines.isEmpty() ? QStringList() : lines.takeFirst().trimmed().split(',');
  for (const QString& line : lines) {
    const QStringList cells = line.trimmed().split(',');
    auto& row = rows.emplace_back();
    for (qsizetype i = 0; i < std::min(keys.size(), cells.size()); ++i) {
      row[keys[i]] = cells[i];
    }
  }
  return rows;
}

bool near(const QString& text, double value) {
  return std::abs(text.toDouble() - value) <= 1e-9 * std::max(1.0, std::abs(value));
}

}  // namespace

/// The score-scaling paper's figures as a user renders them.
class ScheduleFiguresCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  static QString recipe(const QString& name) {
    return QString::fromStdString(source_path("resources/recipes/score-scaling/")) + name + ".json";
  }

  QStringList sample(const QStringList& more) const {
    return QStringList{"sample",
                       "--dataset",
                       QString::fromStdString(source_path("datasets/tabletop-mini")),
                       "--checkpoint",
                       QString::fromStdString(source_path("resources/checkpoints/demo.safetensors")),
                       "-k",
                       "50",
                       "--steps",
                       "50",
                       "--json"} +
           more;
  }

 private Q_SLOTS:
  void everyFigureTwiceWithTheSameBytes_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("extension");
    for (const auto& [name, extension] :
         {std::pair{"figure-2", "png"}, {"figure-3", "svg"}, {"figure-8", "pdf"}, {"figure-9", "svg"}}) {
      QTest::newRow(qPrintable(QString("%1.%2").arg(name, extension))) << name << extension;
    }
  }

  void everyFigureTwiceWithTheSameBytes() {
    QFETCH(QString, name);
    QFETCH(QString, extension);
    const QString file = name + "." + extension;
    COMPARE_CODE(work_.run({"render", recipe(name), "-o", file}), 0);
    COMPARE_CODE(work_.run({"render", recipe(name), "--check", file}), 0);
    QVERIFY(work_.read(file.toStdString()).size() > 5000);
  }

  void errorsAreThoseOfSample() {
    COMPARE_CODE(work_.run({"render", recipe("figure-3"), "-o", "errors.csv"}), 0);
    const auto sampled = work_.run(sample({"--frame", "0", "--instance", "1", "--trajectory", "--guidance",
                                           "none", "--compare", "exponential:1:5"}));
    COMPARE_CODE(sampled, 0);
    const auto rows = rowsOf(work_.read("errors.csv"));
    const auto sets = sampled.json().at("sets");
    std::size_t row = 0;
    for (const auto& set : sets) {
      for (const auto& point : set.at("curve")) {
        QVERIFY(row < rows.size());
        QVERIFY(near(rows[row].at("t"), point.at("t").get<double>()));
        QVERIFY(near(rows[row].at("rotation error mean (deg)"), point.at("rotation_mean_deg").get<double>()));
        QVERIFY(near(rows[row].at("rotation error std (deg)"), point.at("rotation_std_deg").get<double>()));
        QVERIFY(
            near(rows[row].at("translation error std (cm)"), point.at("translation_std_cm").get<double>()));
        ++row;
      }
    }
    QVERIFY(row > 100 && row == rows.size());
  }

  void mapsAreThoseOfSample() {
    COMPARE_CODE(work_.run({"render", recipe("figure-9"), "-o", "maps.csv"}), 0);
    const auto sampled = work_.run(sample({"--frame", "0", "--instance", "2", "--guidance", "constant:5",
                                           "--compare", "linear:1:5", "--compare", "exponential:1:5"}));
    COMPARE_CODE(sampled, 0);
    const auto rows = rowsOf(work_.read("maps.csv"));
    const auto sets = sampled.json().at("sets");
    QCOMPARE(rows.size(), std::size_t{3 * 3 * 50});
    for (std::size_t s = 0; s < 3; ++s) {
      const auto& row = rows[s * 50];
      QVERIFY(near(row.at("coverage (%)"), 100.0 * sets[s].at("coverage").get<double>()));
      QVERIFY(near(row.at("entropy"), sets[s].at("entropy").get<double>()));
      QVERIFY(near(row.at("rotation median (deg)"), sets[s].at("rotation_median_deg").get<double>()));
      QVERIFY(near(row.at("translation median (cm)"), sets[s].at("translation_median_cm").get<double>()));
    }
  }

  void anotherDatasetAndCheckpoint() {
    work_.copy(source_path("resources/checkpoints/demo.safetensors"), "mine.safetensors");
    COMPARE_CODE(work_.run({"render", recipe("figure-2"), "--checkpoint", "mine.safetensors", "-o", "a.csv"}),
                 0);
    QVERIFY(work_.read("a.csv").find("mine.safetensors") != std::string::npos);
    COMPARE_CODE(work_.run({"render", recipe("figure-2"), "-o", "b.csv"}), 0);
    const auto a = rowsOf(work_.read("a.csv")), b = rowsOf(work_.read("b.csv"));
    QVERIFY(!a.empty() && a == b);
    const auto missing =
        work_.run({"render", recipe("figure-2"), "--checkpoint", "absent.safetensors", "-o", "c.csv"});
    COMPARE_CODE(missing, 3);
    QVERIFY2(missing.sentence().contains("absent.safetensors"), missing.text().c_str());
    // The recipe's objects are looked for in the other dataset.
    const auto small = work_.run({"render", recipe("figure-9"), "--dataset", "set.toml", "-o", "c.csv"});
    QVERIFY2(small.code == 0 || small.sentence().contains("view.objects"), small.text().c_str());
    QVERIFY(!work_.has("c.csv") || small.code == 0);
  }
};

ALIDADE_TEST(ScheduleFiguresCommandTest)
#include "schedule_figures_command_test.moc"
