// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/npz.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// train, dataset make and infer as a user runs them.
class InferCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  QStringList inferArguments(const QStringList& more, const QString& dataset = "set") const {
    return QStringList{"infer", "--checkpoint", "run/final.safetensors", "--dataset", dataset} + more;
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto trained = work_.run({"train", "train.toml", "-o", "run"});
    COMPARE_CODE(trained, 0);
    const auto made = work_.run({"dataset", "make", "set.toml", "-o", "set"});
    COMPARE_CODE(made, 0);
    const auto plain = work_.run(inferArguments({"-o", "plain.npz"}));
    COMPARE_CODE(plain, 0);
  }

  void trainingLeavesItsFolder() {
    const QStringList expected{"accuracy.json",
                               "checkpoints/epoch-0008.safetensors",
                               "checkpoints/epoch-0009.safetensors",
                               "checkpoints/epoch-0010.safetensors",
                               "final.safetensors",
                               "metrics.jsonl",
                               "recipe.toml",
                               "run.json",
                               "state.safetensors"};
    QCOMPARE(work_.files("run"), expected);
  }

  // The same objects are there, rendered on demand or read from files.
  void recipeAndMadeSetHoldTheSameObjects() {
    const auto files = work_.run(inferArguments({"--json"}));
    const auto recipe = work_.run(inferArguments({"--json"}, "set.toml"));
    COMPARE_CODE(files, 0);
    COMPARE_CODE(recipe, 0);
    QVERIFY(files.json().at("estimated").get<int>() > 5);
    QCOMPARE(recipe.json().at("estimated").get<int>(), files.json().at("estimated").get<int>());
    const auto rows = [](const Outcome& outcome) {
      std::map<std::string, double> counts;
      const auto printed = outcome.json();
      for (const auto& row : printed.at("accuracy")) {
        counts[row.at("category")] = row.at("instances");
      }
      return counts;
    };
    QVERIFY(rows(files) == rows(recipe));
  }

  void theResultFileHasTheDocumentedKeys() {
    const auto done = work_.run(inferArguments({"-k", "3", "-o", "keys.npz", "--json"}));
    COMPARE_CODE(done, 0);
    const auto arrays = read_npz(work_.path("keys.npz"));
    QVERIFY2(arrays, arrays ? "" : arrays.error().message.c_str());
    const auto n = done.json().at("estimated").get<std::size_t>();
    using Shape = std::vector<std::size_t>;
    const std::map<std::string, Shape> expected{{"image", {n}},
                                                {"instance", {n}},
                                                {"object", {n}},
                                                {"category", {n}},
                                                {"symmetry", {n}},
                                                {"pose", {n, 4, 4}},
                                                {"size", {n, 3}},
                                                {"center", {n, 3}},
                                                {"score", {n}},
                                                {"hypotheses", {n, 3, 4, 4}},
                                                {"rotation_error_raw_deg", {n}},
                                                {"rotation_error_deg", {n}},
                                                {"translation_error_cm", {n}},
                                                {"iou", {n}},
                                                {"images", {4}},
                                                {"name", {1}},
                                                {"provenance", {1}}};
    for (const auto& [key, shape] : expected) {
      QVERIFY2(arrays->contains(key), key.c_str());
      QVERIFY2(arrays->at(key).shape == shape, key.c_str());
    }
    QVERIFY(arrays->contains("skipped"));
    QCOMPARE(arrays->size(), expected.size() + 1);
    QCOMPARE(arrays->at("skipped").as_texts().size(), done.json().at("skipped").size());
  }

  void textAndJsonGiveTheSameNumbers() {
    const auto text = work_.run(inferArguments({}));
    const auto json = work_.run(inferArguments({"--json"}));
    COMPARE_CODE(text, 0);
    COMPARE_CODE(json, 0);
    const auto rows = json.json().at("accuracy");
    const auto columns = nlohmann::ordered_json::parse(json.out.toStdString()).at("accuracy").at(0);
    const QStringList lines = text.out.trimmed().split('\n').mid(4);
    QCOMPARE(static_cast<std::size_t>(lines.size()), rows.size());
    for (int i = 0; i < lines.size(); ++i) {
      const QStringList cells = lines[i].split(' ', Qt::SkipEmptyParts);
      QCOMPARE(static_cast<std::size_t>(cells.size()), columns.size());
      int at = 0;
      for (const auto& item : columns.items()) {
        const auto& value = rows[i].at(item.key());
        if (value.is_string()) {
          QCOMPARE(cells[at].toStdString(), value.get<std::string>());
        } else {
          QVERIFY2(std::abs(cells[at].toDouble() - value.get<double>()) <= 0.05 + 1e-9, qPrintable(lines[i]));
        }
        ++at;
      }
    }
  }

  void samplerOptionsReachTheSampler_data() {
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("euler") << QStringList{"--sampler", "euler", "--steps", "8"} << "sampler"
                           << "\"euler\"";
    QTest::newRow("naive") << QStringList{"--sampler", "ddim-naive", "--steps", "7"} << "steps"
                           << "7";
    QTest::newRow("rk45") << QStringList{"--sampler", "rk45", "--start-time", "0.5"} << "start_time"
                          << "0.5";
    QTest::newRow("unguided") << QStringList{"--guidance", "none"} << "guidance"
                              << "\"none\"";
    QTest::newRow("linear") << QStringList{"--guidance", "linear:1:8"} << "guidance"
                            << "\"linear:1:8\"";
    QTest::newRow("mean") << QStringList{"-k", "5", "--aggregate", "mean"} << "aggregation"
                          << "\"mean\"";
    QTest::newRow("mode") << QStringList{"-k", "5", "--aggregate", "mode"} << "aggregation"
                          << "\"mode\"";
    QTest::newRow("regression") << QStringList{"--aggregate", "regression"} << "aggregation"
                                << "\"regression\"";
  }

  void samplerOptionsReachTheSampler() {
    QFETCH(QStringList, options);
    QFETCH(QString, key);
    QFETCH(QString, value);
    const auto done =
        work_.run(inferArguments(options + QStringList{"--json", "--force", "-o", "options.npz"}));
    COMPARE_CODE(done, 0);
    QCOMPARE(done.json().at("provenance").at("recipe").at(key.toStdString()).dump(), value.toStdString());
    QVERIFY(work_.read("options.npz") != work_.read("plain.npz"));
  }

  void theSeedDecidesTheBytes() {
    COMPARE_CODE(work_.run(inferArguments({"-k", "2", "--seed", "5", "-o", "five.npz"})), 0);
    COMPARE_CODE(work_.run(inferArguments({"-k", "2", "--seed", "5", "-o", "again.npz"})), 0);
    COMPARE_CODE(work_.run(inferArguments({"-k", "2", "--seed", "6", "-o", "six.npz"})), 0);
    QVERIFY(work_.read("five.npz") == work_.read("again.npz"));
    const auto five = read_npz(work_.path("five.npz")), six = read_npz(work_.path("six.npz"));
    QVERIFY(five && six);
    QVERIFY(five->at("pose").as_doubles() != six->at("pose").as_doubles());
    QCOMPARE(nlohmann::json::parse(six->at("provenance").as_texts().at(0)).at("seed").get<int>(), 6);
  }

  void aResultIsNotOverwrittenUnasked() {
    work_.write("mine.npz", "mine");
    const QStringList before = work_.files();
    const auto refused = work_.run(inferArguments({"-o", "mine.npz"}));
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains("mine.npz") && refused.sentence().contains("--force"),
             refused.text().c_str());
    QVERIFY2(!refused.err.contains("estimating"), "the work was done before the output was looked at");
    QCOMPARE(work_.read("mine.npz"), std::string("mine"));
    COMPARE_CODE(work_.run(inferArguments({"-o", "mine.npz", "--force"})), 0);
    QVERIFY(read_npz(work_.path("mine.npz")));
    QCOMPARE(work_.files(), before);
  }

  void trackingGoesThroughSequences() {
    work_.write("moving.toml",
                "split = \"cli\"\nseed = 3\nframes = 6\nwidth = 160\nheight = 120\nmodels_per_category = 2\n"
                "sequence_frames = 3\nframe_rate_hz = 15\n");
    COMPARE_CODE(work_.run({"dataset", "make", "moving.toml", "-o", "moving"}), 0);
    const auto arguments = [this](const QStringList& more, const QString& dataset) {
      return inferArguments(QStringList{"-k", "3", "--track", "--json"} + more, dataset);
    };
    const auto recipe = work_.run(arguments({"-o", "track.npz"}, "moving.toml"));
    const auto again = work_.run(arguments({"-o", "track-again.npz"}, "moving.toml"));
    const auto files = work_.run(arguments({}, "moving"));
    COMPARE_CODE(recipe, 0);
    COMPARE_CODE(again, 0);
    COMPARE_CODE(files, 0);
    QVERIFY(work_.read("track.npz") == work_.read("track-again.npz"));
    const auto tracking = recipe.json().at("tracking");
    QCOMPARE(tracking.at("sequences").get<int>(), 2);
    QCOMPARE(tracking.at("frames").size(), std::size_t{6});
    const auto count = [&tracking](const char* key) { return tracking.at(key).get<int>(); };
    QVERIFY(count("new") > 0 && count("tracked") + count("lost") > 0);
    QCOMPARE(count("new") + count("tracked") + count("lost"), recipe.json().at("estimated").get<int>());
    for (const auto& rates : {tracking, recipe.json().at("single")}) {
      QVERIFY(rates.at("frames_per_second") > 0.0);
      QVERIFY(rates.at("objects_per_second") >= rates.at("frames_per_second"));
    }
    QCOMPARE(recipe.json().at("single").at("accuracy").size(), recipe.json().at("accuracy").size());
    QCOMPARE(files.json().at("tracking").at("sequences").get<int>(), 2);
    QCOMPARE(files.json().at("estimated").get<int>(), recipe.json().at("estimated").get<int>());
    const auto made = recipe.json().at("provenance").at("recipe").at("tracking");
    QCOMPARE(made.at("steps").get<int>(), 3);

    const auto other = work_.run(arguments({"--track-from", "0.3", "--track-steps", "5"}, "moving.toml"));
    COMPARE_CODE(other, 0);
    QCOMPARE(other.json().at("provenance").at("recipe").at("tracking").dump(),
             std::string("{\"start_time\":0.3,\"steps\":5}"));
    const auto text = work_.run(inferArguments({"-k", "3", "--track"}, "moving.toml"));
    COMPARE_CODE(text, 0);
    QVERIFY2(text.out.contains("frames/s") && text.out.contains("single frames"), text.text().c_str());
  }

  void trackingNeedsASequence() {
    const auto stills = work_.run(inferArguments({"--track", "-o", "stills.npz"}));
    COMPARE_CODE(stills, 3);
    QVERIFY2(stills.sentence().contains("sequence"), stills.text().c_str());
    QVERIFY(!work_.has("stills.npz"));
    COMPARE_CODE(work_.run(inferArguments({"--track-from", "0.2"})), 2);
    COMPARE_CODE(work_.run(inferArguments({"--track", "--track-from", "2"})), 2);
    COMPARE_CODE(work_.run(inferArguments({"--track", "--track-steps", "0"})), 2);
    COMPARE_CODE(work_.run(inferArguments({"--track", "--aggregate", "regression"})), 2);
  }

  void aFolderThatCannotBeWrittenIsNamed() {
    work_.write("file", "not a folder");
    const QStringList before = work_.files();
    const auto failed = work_.run(inferArguments({"-o", "file/poses.npz"}));
    COMPARE_CODE(failed, 1);
    QVERIFY2(failed.sentence().contains("file/poses.npz"), failed.text().c_str());
    QCOMPARE(work_.files(), before);
    COMPARE_CODE(work_.run(inferArguments({"-o", "set", "--force"})), 2);
  }
};

ALIDADE_TEST(InferCommandTest)
#include "infer_command_test.moc"
