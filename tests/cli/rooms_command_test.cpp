// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

class RoomsCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

 private Q_SLOTS:
  void initTestCase() {
    work_.write(
        "views.toml",
        "generator = \"rooms\"\nsource = \"views\"\nsplit = \"test\"\nseed = 5\nscenes = 3\npoints = 3000\n"
        "min_box_points = 15\n");
    COMPARE_CODE(work_.run({"dataset", "make", "views.toml", "-o", "views"}), 0);
  }

  void theSetIsWhatTheRecipeSays() {
    const auto written = work_.run({"dataset", "info", "views", "--json", "--check"});
    COMPARE_CODE(written, 0);
    const auto generated = work_.run({"dataset", "info", "views.toml", "--json"});
    COMPARE_CODE(generated, 0);
    const auto a = written.json(), b = generated.json();
    for (const char* key : {"scenes", "splits", "boxes", "points", "rotated_boxes", "problems"}) {
      QVERIFY2(a.at(key) == b.at(key), key);
    }
    QCOMPARE(a.at("scenes").get<int>(), 3);
    QCOMPARE(a.at("points").at("most").get<int>() * 24,
             static_cast<int>(work_.read("views/points/000001.bin").size()));
    QVERIFY(a.at("rotated_boxes").get<bool>() && a.at("problems").empty());
    const auto text = work_.run({"dataset", "info", "views"});
    COMPARE_CODE(text, 0);
    QVERIFY2(text.out.contains("night_stand"), text.text().c_str());
  }

  void theSameRecipeGivesTheSameBytes() {
    COMPARE_CODE(work_.run({"dataset", "make", "views.toml", "-o", "again", "--threads", "1"}), 0);
    QCOMPARE(work_.files("again"), work_.files("views"));
    for (const QString& name : work_.files("views")) {
      QVERIFY2(work_.read("views/" + name.toStdString()) == work_.read("again/" + name.toStdString()),
               qPrintable(name));
    }
  }

  void onlySetsOfItsOwnAreReplaced() {
    COMPARE_CODE(work_.run({"dataset", "make", "views.toml", "-o", "views"}), 2);
    work_.copy("views", "mine");
    COMPARE_CODE(work_.run({"dataset", "make", "views.toml", "-o", "mine", "--force", "--frames", "2"}), 0);
    QVERIFY(!work_.has("mine/points/000002.bin"));
    for (const char* foreign : {"mine/points/thesis.txt", "mine/thesis.txt", "mine/points/000009.bin"}) {
      work_.write(foreign, "years of work");
      COMPARE_CODE(work_.run({"dataset", "make", "views.toml", "-o", "mine", "--force"}), 2);
      QCOMPARE(work_.read(foreign), std::string("years of work"));
      fs::remove(work_.path(foreign));
    }
  }

  void truthAgainstItselfIsPerfect() {
    COMPARE_CODE(work_.run({"dataset", "truth", "views", "-o", "truth.npz"}), 0);
    for (const char* dataset : {"views", "views.toml"}) {
      const auto report = work_.run({"evaluate", "indoor", "--dataset", dataset, "--result", "truth.npz",
                                     "--bootstrap", "0", "--csv", "table.csv", "--force"});
      COMPARE_CODE(report, 0);
      QVERIFY2(work_.read("table.csv").find("100") != std::string::npos, work_.read("table.csv").c_str());
    }
    const auto aligned = work_.run({"evaluate", "--protocol", "indoor-axis-aligned", "--dataset", "views",
                                    "--result", "truth.npz", "--bootstrap", "0"});
    QVERIFY2(aligned.sentence().contains("indoor-rotated"), aligned.text().c_str());
  }

  void damageIsNamed() {
    work_.copy("views", "damaged");
    work_.write("damaged/points/000001.bin", "cut short");
    const auto info = work_.run({"dataset", "info", "damaged"});
    COMPARE_CODE(info, 3);
    QVERIFY2(info.sentence().contains("000001.bin"), info.text().c_str());
    work_.write("damaged/rooms_infos_test.pkl", std::string("\x80\x02") + "cos\nsystem\n.");
    const auto refused = work_.run({"dataset", "info", "damaged"});
    COMPARE_CODE(refused, 3);
    QVERIFY2(refused.sentence().contains("\"os.system\""), refused.text().c_str());
  }
};

ALIDADE_TEST(RoomsCommandTest)
#include "rooms_command_test.moc"
