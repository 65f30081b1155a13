// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

class DatasetCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

 private Q_SLOTS:
  void initTestCase() { COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "set"}), 0); }

  // The facts of `info` are those of the files: counted here from scene_gt.json and models_info.json.
  void infoCountsWhatIsThere() {
    const auto info = work_.run({"dataset", "info", "set", "--json", "--check"});
    COMPARE_CODE(info, 0);
    const auto models = nlohmann::json::parse(work_.read("set/models/models_info.json"));
    const auto truth = nlohmann::json::parse(work_.read("set/test/000001/scene_gt.json"));
    std::map<std::string, int> instances;
    for (const auto& list : truth) {
      for (const auto& item : list) {
        ++instances[models.at(std::to_string(item.at("obj_id").get<int>())).at("category")];
      }
    }
    const auto json = info.json();
    QCOMPARE(json.at("frames").get<std::size_t>(), truth.size());
    QCOMPARE(json.at("models").get<std::size_t>(), models.size());
    QVERIFY((json.at("instances").get<std::map<std::string, int>>()) == instances);
    QVERIFY(json.at("problems").empty());
    const auto text = work_.run({"dataset", "info", "set"});
    QVERIFY(text.out.contains(QString::fromStdString(json.at("digest").get<std::string>())));
  }

  void theSameRecipeGivesTheSameBytes() {
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "again", "--threads", "1"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "other", "--seed", "9"}), 0);
    const QStringList names = work_.files("set");
    QCOMPARE(work_.files("again"), names);
    for (const QString& name : names) {
      QVERIFY2(work_.read("set/" + name.toStdString()) == work_.read("again/" + name.toStdString()),
               qPrintable(name));
    }
    QVERIFY(work_.read("set/test/000001/scene_gt.json") != work_.read("other/test/000001/scene_gt.json"));
  }

  void aSetIsNotOverwrittenUnasked() {
    const QStringList before = work_.files();
    const auto refused = work_.run({"dataset", "make", "set.toml", "-o", "set"});
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains("--force"), refused.text().c_str());
    QCOMPARE(work_.files(), before);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "set", "--force", "--frames", "2"}), 0);
    QCOMPARE(work_.run({"dataset", "info", "set", "--json"}).json().at("frames").get<int>(), 2);
  }

  // --force replaces sets, never a folder of the user's.
  void aForeignFolderIsNeverReplaced() {
    fs::create_directories(work_.path("mine"));
    work_.write("mine/thesis.txt", "years of work");
    const auto refused = work_.run({"dataset", "make", "set.toml", "-o", "mine", "--force"});
    COMPARE_CODE(refused, 2);
    QCOMPARE(work_.read("mine/thesis.txt"), std::string("years of work"));
  }

  void aStopLeavesNothing() {
    const QStringList before = work_.files();
    const auto process =
        prepare({"dataset", "make", "set.toml", "-o", "long", "--frames", "100000"}, work_.path());
    process->start();
    for (int i = 0; i < 3000 && work_.files() == before && process->state() != QProcess::NotRunning; ++i) {
      process->waitForFinished(10);
    }
    process->terminate();
    const auto stopped = outcome_of(*process);
    COMPARE_CODE(stopped, 130);
    QCOMPARE(work_.files(), before);
    QVERIFY(!work_.has("long"));
  }

  void theBundledSampleIsWhole() {
    const auto info =
        run_program({"dataset", "info", QString::fromStdString(source_path("datasets/tabletop-mini")),
                     "--json", "--check"},
                    work_.path());
    COMPARE_CODE(info, 0);
    const auto json = info.json();
    QVERIFY(json.at("frames").get<int>() >= 20);
    QCOMPARE(json.at("instances").size(), std::size_t{6});
    QVERIFY(json.at("problems").empty());
  }

  void genuineSamplesOpenWithTheirTraps_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("frames");
    QTest::newRow("tyol") << "bop_tyol_frame/data" << 1;
    QTest::newRow("hb") << "hb_primesense/hb_val_primesense" << 2;
    QTest::newRow("chess") << "bop_chess_blenderproc/output/bop_data" << 18;
    QTest::newRow("models only") << "bop_ycbv_models/ycbv" << 0;
  }

  void genuineSamplesOpenWithTheirTraps() {
    QFETCH(QString, folder);
    QFETCH(int, frames);
    if (samples_folder().empty()) {
      QSKIP("the folder of genuine samples is not here");
    }
    const auto info =
        work_.run({"dataset", "info", QString::fromStdString(samples_folder()) + "/" + folder, "--json"});
    COMPARE_CODE(info, 0);
    QCOMPARE(info.json().at("frames").get<int>(), frames);
    QVERIFY(!info.json().at("problems").empty());
    for (const auto& problem : info.json().at("problems")) {
      const auto message = problem.at("message").get<std::string>();
      QVERIFY2(message.find(';') != std::string::npos && message.back() == '.', message.c_str());
    }
  }
};

ALIDADE_TEST(DatasetCommandTest)
#include "dataset_command_test.moc"
