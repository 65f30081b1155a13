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

  // What lies in a set's folder and is no part of a set stays, wherever it lies and whatever it is called.
  void foreignThingsInASetAreNeverRemoved_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"thesis.txt", ".hidden", "models/notes.md", "models/obj_000999.ply",
                             "models/obj_1.ply", "test/000001/rgb/000999.jpg", "test/000001/rgb/000000.png",
                             "test/000001/rgb/copy.jpg", "test/000001/mask/000000_000099.png",
                             "test/000001/scene_gt_mine.json", "test/000002/rgb/000000.jpg",
                             "train/000001/scene_gt.json", "mine/a.txt", "empty/", "test/000001/link@"}) {
      QTest::newRow(name) << name;
    }
  }

  void foreignThingsInASetAreNeverRemoved() {
    QFETCH(QString, name);
    work_.copy("set", "kept");
    std::string file = "kept/" + name.toStdString();
    fs::create_directories(work_.path(file).parent_path());
    if (name.endsWith('@')) {
      fs::create_symlink("rgb", work_.path(file.substr(0, file.size() - 1)));
    } else if (!name.endsWith('/')) {
      work_.write(file, "years of work");
    }
    const QStringList before = work_.files();
    const auto refused = work_.run({"dataset", "make", "set.toml", "-o", "kept", "--force"});
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains(name.section('/', 0, 0)), refused.text().c_str());
    QCOMPARE(work_.files(), before);
    QVERIFY(fs::exists(work_.path("kept/dataset.json")));
    fs::remove_all(work_.path("kept"));
  }

  void setsOfOtherRecipesAreReplaced() {
    work_.write("film.toml", "split = \"train\"\nframes = 5\nwidth = 64\nheight = 48\nsequence_frames = 3\n");
    COMPARE_CODE(work_.run({"dataset", "make", "film.toml", "-o", "replaced"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "replaced", "--force"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "film.toml", "-o", "replaced", "--force"}), 0);
    QVERIFY(work_.has("replaced/train/000002") && !work_.has("replaced/test"));
  }

  void aLinkToASetStaysOne() {
    fs::create_directory(work_.path("far"));
    fs::create_directory_symlink("far/set", work_.path("near"));
    for (const char* force : {"--seed=3", "--force"}) {
      COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "near", force}), 0);
      QVERIFY(fs::is_symlink(work_.path("near")));
      QVERIFY(work_.has("far/set/dataset.json"));
      QCOMPARE(work_.files("far").filter("partial").size(), 0);
    }
  }

  void theWorkshopIsOurs() {
    fs::create_directory(work_.path(".shop.partial"));
    work_.write(".shop.partial/thesis.txt", "years of work");
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "shop"}), 2);
    QCOMPARE(work_.read(".shop.partial/thesis.txt"), std::string("years of work"));
    fs::remove(work_.path(".shop.partial/thesis.txt"));
    work_.copy("set/test", ".shop.partial/test");  // what a kill leaves behind
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "shop"}), 0);
    QVERIFY(!work_.has(".shop.partial"));
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
    const auto described = info.json();
    QCOMPARE(described.at("frames").get<int>(), frames);
    QVERIFY(!described.at("problems").empty());
    for (const auto& problem : described.at("problems")) {
      const auto message = problem.at("message").get<std::string>();
      QVERIFY2(message.find(';') != std::string::npos && message.back() == '.', message.c_str());
    }
  }
};

ALIDADE_TEST(DatasetCommandTest)
#include "dataset_command_test.moc"
