// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

#include <cstring>
#include <limits>

using namespace alidade;
using namespace alidade::test;

namespace {

std::string rooms(const std::string& source) {
  return "generator = \"rooms\"\nsource = \"" + source + "\"\nset = \"" + source +
         "\"\nsplit = \"test\"\nseed = 4\nscenes = 3\npoints = 3000\nmin_box_points = 10\n";
}

std::string floats(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace

/// Detectors that were trained for four steps find nothing worth having; what they find is counted, written
/// and evaluated all the same.
class DetectCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  Outcome detect(const QStringList& more) const {
    return work_.run(QStringList{"detect", "--checkpoint", "run/final.safetensors"} + more);
  }

 private Q_SLOTS:
  void initTestCase() {
    work_.write("scans.toml", rooms("scans"));
    work_.write("views.toml", rooms("views"));
    work_.write("detector.toml",
                "[detector]\nconfig = \"tiny\"\n[[source]]\nname = \"scans\"\ntrain = \"scans.toml\"\n"
                "[[source]]\nname = \"views\"\ntrain = "
                "\"views.toml\"\n[training]\nseed = 4\nbatch = 2\nsteps = 4\n");
    COMPARE_CODE(work_.run({"train", "detector.toml", "-o", "run"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "views.toml", "-o", "set"}), 0);
  }

  void theTableIsWhatTheFileHolds() {
    const auto found = detect({"--dataset", "views.toml", "--json", "-o", "found.npz"});
    COMPARE_CODE(found, 0);
    const auto json = found.json();
    QVERIFY2(json.is_object(), found.text().c_str());
    QCOMPARE(json.at("source").get<std::string>(), std::string("views"));
    QCOMPARE(json.at("scenes").size(), std::size_t{3});
    QVERIFY(json.at("misfits").empty());
    const auto again = work_.run({"evaluate", "indoor", "--dataset", "views.toml", "--result", "found.npz",
                                  "--bootstrap", "0", "--json"});
    COMPARE_CODE(again, 0);
    const auto report = again.json();
    QVERIFY2(report.at("rows") == json.at("evaluation").at("rows"), again.text().c_str());
    const auto text = detect({"--dataset", "views.toml"});
    COMPARE_CODE(text, 0);
    QVERIFY2(text.out.contains("3 scenes") && text.out.contains("mAP@0.25"), text.text().c_str());
    COMPARE_CODE(detect({"--dataset", "views.toml", "-o", "found.npz"}), 2);
  }

  void aFolderIsSearchedAsItsRecipe() {
    const auto folder = detect({"--dataset", "set", "--json"});
    COMPARE_CODE(folder, 0);
    const auto recipe = detect({"--dataset", "views.toml", "--json"});
    QCOMPARE(folder.json().at("detections").get<int>(), recipe.json().at("detections").get<int>());
    const auto one = detect({"--dataset", "set", "--scene", "000001", "--json"});
    COMPARE_CODE(one, 0);
    QCOMPARE(one.json().at("scenes").size(), std::size_t{1});
    const auto nobody = detect({"--dataset", "set", "--scene", "attic"});
    COMPARE_CODE(nobody, 2);
    QVERIFY2(nobody.sentence().contains("attic"), nobody.text().c_str());
  }

  void scoreAndRulesChangeWhatIsKept() {
    const auto all = detect({"--dataset", "set", "--score", "0", "--json"});
    const auto few = detect({"--dataset", "set", "--score", "0.9", "--json"});
    COMPARE_CODE(all, 0);
    COMPARE_CODE(few, 0);
    QVERIFY(all.json().at("detections").get<int>() >= few.json().at("detections").get<int>());
    const auto reference =
        detect({"--dataset", "set", "--rule", "reference", "--overlap", "volume", "--json"});
    COMPARE_CODE(reference, 0);
    QCOMPARE(reference.json().at("rules").get<std::string>(), std::string("reference"));
    COMPARE_CODE(detect({"--dataset", "set", "--rule", "mixed"}), 2);
    COMPARE_CODE(detect({"--dataset", "set", "--score", "2"}), 2);
  }

  void anotherHeadIsNamedAsAMisfit() {
    const auto other = detect({"--dataset", "set", "--source", "scans"});
    COMPARE_CODE(other, 0);
    QVERIFY2(other.err.contains("misfit: "), other.text().c_str());
    const auto nobody = detect({"--dataset", "set", "--source", "attic"});
    COMPARE_CODE(nobody, 2);
    QVERIFY2(nobody.sentence().contains("scans") && nobody.sentence().contains("views"),
             nobody.text().c_str());
  }

  void aFolderOfPreparedFilesIsLearnedFrom() {
    work_.write("folder.toml",
                "[detector]\nconfig = \"tiny\"\n[[source]]\nname = \"views\"\ntrain = \"set\"\n"
                "[training]\nseed = 4\nbatch = 2\nsteps = 1\n");
    COMPARE_CODE(work_.run({"train", "folder.toml", "-o", "of-folder"}), 0);
    QVERIFY(work_.has("of-folder/final.safetensors"));
  }

  void anotherUnitAndOtherColorsAreNamed() {
    const std::string bytes = work_.read("set/points/000000.bin");
    std::vector<float> points(bytes.size() / sizeof(float));
    std::memcpy(points.data(), bytes.data(), bytes.size());
    std::vector<float> large = points, black = points;
    for (std::size_t i = 0; i < points.size(); ++i) {
      large[i] *= i % 6 < 3 ? 50.0F : 1.0F;
      black[i] *= i % 6 < 3 ? 1.0F : 2e-5F;  // divided by 255 twice
    }
    work_.write("same.bin", floats(points));
    work_.write("large.bin", floats(large));
    work_.write("black.bin", floats(black));
    const auto said = [&](const char* file) {
      return detect({"--dataset", file, "--source", "views"}).err;
    };
    QVERIFY2(!said("same.bin").contains("misfit"), qPrintable(said("same.bin")));
    QVERIFY2(said("large.bin").contains("in another unit"), qPrintable(said("large.bin")));
    QVERIFY2(said("black.bin").contains("all but black"), qPrintable(said("black.bin")));
  }

  void oneFileOfPointsIsAScene() {
    work_.write("scene.bin", work_.read("set/points/000000.bin"));
    const auto found = detect({"--dataset", "scene.bin", "--source", "views", "--json"});
    COMPARE_CODE(found, 0);
    QVERIFY(!found.json().contains("evaluation"));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    work_.write("nan.bin", floats({0, 0, 0, 9, 9, 9, nan, 0, 0, 9, 9, 9, 5e6F, 0, 0, 9, 9, 9}));
    const auto dirty = detect({"--dataset", "nan.bin", "--source", "views"});
    COMPARE_CODE(dirty, 0);
    QVERIFY2(dirty.err.contains("problem: nan: 2 of 3 points"), dirty.text().c_str());
    work_.write("empty.bin", "");
    const auto empty = detect({"--dataset", "empty.bin", "--source", "views", "--json"});
    COMPARE_CODE(empty, 0);
    QCOMPARE(empty.json().at("detections").get<int>(), 0);
    QVERIFY(empty.json().at("misfits").empty());
    work_.write("cut.bin", "12345");
    const auto cut = detect({"--dataset", "cut.bin", "--source", "views"});
    COMPARE_CODE(cut, 3);
    QVERIFY2(cut.sentence().contains("cut.bin") && cut.sentence().contains("6 float32"), cut.text().c_str());
  }

  void whatIsSharedIsWritten() {
    const auto found = detect({"--dataset", "set", "--sharing", "kernels.npz"});
    COMPARE_CODE(found, 0);
    QVERIFY(work_.has("kernels.npz"));
    COMPARE_CODE(detect({"--dataset", "set", "--sharing", "kernels.npz"}), 2);
    COMPARE_CODE(detect({"--dataset", "set", "--sharing", "x.npz", "-o", "x.npz"}), 2);
  }

  void missingPointsAreNamedAndTheRestIsSearched() {
    work_.copy("set", "damaged");
    fs::remove(work_.path("damaged/points/000001.bin"));
    const auto found = detect({"--dataset", "damaged", "--json"});
    COMPARE_CODE(found, 3);
    QCOMPARE(found.json().at("scenes").size(), std::size_t{2});
    QVERIFY2(found.json().at("skipped").dump().find("000001.bin") != std::string::npos, found.text().c_str());
  }

  void otherCheckpointsAreRefused() {
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 2\n");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "poses"}), 0);
    const auto other = work_.run({"detect", "--checkpoint", "poses/final.safetensors", "--dataset", "set"});
    COMPARE_CODE(other, 3);
    QVERIFY2(other.sentence().contains("alidade-detector/1"), other.text().c_str());
    const auto infer = work_.run({"infer", "--checkpoint", "run/final.safetensors", "--dataset", "set.toml"});
    COMPARE_CODE(infer, 3);
    COMPARE_CODE(work_.run({"detect", "--checkpoint", "nowhere.safetensors", "--dataset", "set"}), 3);
    const auto pipe =
        work_.shell("mkfifo pipe; \"$B\" detect --checkpoint run/final.safetensors --dataset pipe");
    COMPARE_CODE(pipe, 3);
    COMPARE_CODE(detect({"--dataset", "set.toml"}), 3);
  }
};

ALIDADE_TEST(DetectCommandTest)
#include "detect_command_test.moc"
