// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>

#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// A pipe that nobody writes to, or a device without end, in the place of any file that is read.
class SpecialFilesTest : public QObject {
  Q_OBJECT

  Workspace work_;

  void put_pipe(const std::string& name) const {
    fs::create_directories(work_.path(name).parent_path());
    fs::remove(work_.path(name));
    QCOMPARE(::mkfifo(work_.path(name).c_str(), 0600), 0);
  }

 private Q_SLOTS:
  void initTestCase() {
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 2\n");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "run"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "set"}), 0);
    fs::create_symlink("/dev/zero", work_.path("zero-link.json"));
    put_pipe("pipe.toml");
    put_pipe("pipe.json");
    put_pipe("pipe.npz");
    put_pipe("pipe.csv");
    put_pipe("pipe.safetensors");
  }

  void partsOfADataset_data() {
    QTest::addColumn<QString>("part");
    for (const char* part :
         {"test/000001/scene_gt.json", "test/000001/scene_camera.json", "test/000001/scene_gt_info.json",
          "models/models_info.json", "models/obj_000001.ply", "dataset.json", "camera.json",
          "test/000001/rgb/000000.jpg", "test/000001/depth/000000.png",
          "test/000001/mask_visib/000000_000000.png"}) {
      QTest::newRow(part) << part;
    }
  }

  // Whatever is made of the rest, every command comes to an end.
  void partsOfADataset() {
    QFETCH(QString, part);
    work_.copy("set", "odd");
    put_pipe("odd/" + part.toStdString());
    const QStringList commands[] = {{"dataset", "info", "odd", "--check"},
                                    {"infer", "--checkpoint", "run/final.safetensors", "--dataset", "odd"},
                                    {"dataset", "truth", "odd", "-o", "truth.npz", "--force"},
                                    {"evaluate", "bop", "--dataset", "odd", "--result", "pipe.csv"}};
    for (const QStringList& command : commands) {
      const auto done = work_.run(command);
      QVERIFY2(done.code >= 0, done.text().c_str());
    }
  }

  void filesThatAreNamed_data() {
    QTest::addColumn<QString>("command");
    for (const char* command :
         {"infer --checkpoint pipe.safetensors --dataset set",
          "infer --checkpoint /dev/zero --dataset set",
          "infer --checkpoint /dev/stdin --dataset set < pipe.csv",
          "sample --checkpoint /dev/zero --dataset set",
          "sample --checkpoint pipe.safetensors --dataset set",
          "infer --checkpoint run/final.safetensors --dataset pipe.toml",
          "infer --checkpoint run/final.safetensors --dataset set --schedule pipe.json",
          "infer --checkpoint run/final.safetensors --dataset set --schedule zero-link.json",
          "infer --checkpoint run/final.safetensors --dataset set --aggregate ranked --ranker /dev/zero",
          "sample --analytic --dataset set --compare pipe.json",
          "train pipe.toml -o never",
          "dataset make pipe.toml -o never",
          "dataset make /dev/zero -o never",
          "render pipe.json -o never.pdf",
          "render /dev/zero -o never.pdf",
          "render zero.json -o never.pdf",
          "render fifo.json -o never.pdf",
          "evaluate nocs --ground-truth pipe.npz --predictions pipe.npz",
          "evaluate nocs --ground-truth /dev/zero --predictions /dev/zero",
          "evaluate nocs --dataset set --result pipe.npz",
          "evaluate bop --dataset set --results pipe.csv",
          "evaluate bop --dataset set --results /dev/zero"}) {
      QTest::newRow(command) << command;
    }
  }

  void filesThatAreNamed() {
    QFETCH(QString, command);
    for (const char* name : {"zero", "fifo"}) {
      auto recipe =
          nlohmann::json::parse(*read_file(source_path("resources/recipes/figures/mollweide.json"), 1 << 20));
      recipe["dataset"] = work_.path("set").string();
      recipe["checkpoint"] =
          name == std::string("zero") ? std::string("/dev/zero") : work_.path("pipe.safetensors").string();
      work_.write(std::string(name) + ".json", recipe.dump());
    }
    // A reader of the pipe, so that opening one for writing or for both would not fail either.
    const auto done = work_.shell("exec 9<>pipe.csv; $B " + command);
    COMPARE_CODE(done, 3);
    QVERIFY2(!done.sentence().isEmpty(), done.text().c_str());
    QVERIFY(!work_.has("never") && !work_.has("never.pdf"));
  }

  void partsOfARun_data() {
    QTest::addColumn<QString>("part");
    for (const char* part : {"recipe.toml", "run.json", "metrics.jsonl", "state.safetensors"}) {
      QTest::newRow(part) << part;
    }
  }

  void partsOfARun() {
    QFETCH(QString, part);
    work_.copy("run", "odd-run");
    put_pipe("odd-run/" + part.toStdString());
    const auto resumed = work_.run({"train", "short.toml", "-o", "odd-run", "--resume"});
    COMPARE_CODE(resumed, 3);
    QVERIFY2(resumed.sentence().contains(part), resumed.text().c_str());
    QVERIFY(fs::is_fifo(work_.path("odd-run/" + part.toStdString())));
  }

  void aLogThatIsAPipeIsNotWrittenTo() {
    put_pipe("fresh/metrics.jsonl");
    const auto refused = work_.run({"train", "short.toml", "-o", "fresh"});
    COMPARE_CODE(refused, 1);
    QVERIFY2(refused.sentence().contains("metrics.jsonl"), refused.text().c_str());
  }
};

ALIDADE_TEST(SpecialFilesTest)
#include "special_files_test.moc"
