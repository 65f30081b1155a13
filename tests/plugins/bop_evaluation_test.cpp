// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <QtTest>

#include "core/evaluation/protocol.h"
#include "plugins/bop/bop_evaluation.h"
#include "plugins/bop/bop_results.h"
#include "plugins/bop/bop_targets.h"
#include "tests/plugins/bop_submission.h"
#include "tests/plugins/bop_support.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;
namespace fs = std::filesystem;

namespace {

using Input = Expected<std::shared_ptr<const EvaluationInput>>;

std::string message_of(const Input& input) {
  return input ? "no error" : input.error().message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const std::vector<std::string>& notes, const std::string& text) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return contains(note, text); });
}

std::shared_ptr<const EvaluationReport> report_of(const std::string& id,
                                                  std::shared_ptr<const EvaluationInput> input) {
  auto report = evaluate(*find_protocol(id), std::move(input), {});
  return report ? *report : nullptr;
}

double value_of(const EvaluationReport& report, const std::string& column) {
  return report.rows.back().cells[report.column(column).value()].value.value_or(-1.0);
}

/// A tiny dataset with a results file beside it.
struct Submitted {
  TinyBop tiny;

  fs::path results() const { return tiny.root() / "m_tiny-test.csv"; }
  Input input(const std::string& csv, bool detection = false) const {
    tiny.write("m_tiny-test.csv", csv);
    return bop::evaluation_input({tiny.root(), results(), {}, detection}, {});
  }
  std::string truth() const { return truth_submission(tiny.root() / "test"); }
};

const std::string kPose = "1 0 0 0 1 0 0 0 1,0 0 500,0.1\n";

}  // namespace

class BopEvaluationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aDatasetBecomesAnInput() {
    Submitted s;
    const auto input = s.input(s.truth());
    QVERIFY2(input, message_of(input).c_str());
    const EvaluationInput& i = **input;
    QCOMPARE(i.name, std::string("m"));
    QCOMPARE(i.images.size(), std::size_t{4});
    QCOMPARE(i.images[3].name, std::string("000002/000001"));
    QCOMPARE(i.images[3].scene_id, 2);
    QCOMPARE(i.images[0].camera.width, 8);
    QCOMPARE(i.truth.rows.size(), std::size_t{4});
    QCOMPARE(i.truth.rows[0].visible_fraction, 0.5);
    QCOMPARE(i.predictions.rows.size(), std::size_t{4});
    QCOMPARE(i.predictions.rows[0].cam_from_obj.t.z(), 0.5);
    QCOMPARE(i.predictions.rows[0].seconds, 0.125);
    QCOMPARE(i.objects.at(1).diameter, 0.1);
    QVERIFY((i.objects.at(1).vertices[1] - Eigen::Vector3d(0.01, 0, 0)).norm() < 1e-9);
    QVERIFY(i.targets.empty() && has_note(i.notes, "there is no targets file"));
    const auto depth = i.depth(0);
    QVERIFY(depth && std::abs(depth->data[0] - 0.5F) < 1e-6F);
  }

  // Annotations are enough for MSSD and MSPD.
  void imagesNeedNotBeThere() {
    Submitted s;
    for (const char* scene : {"000001", "000002"}) {
      for (const char* folder : {"rgb", "depth", "mask_visib"}) {
        fs::remove_all(s.tiny.root() / "test" / scene / folder);
      }
    }
    QVERIFY(has_note((*s.input(s.truth()))->notes, "4 images have an unknown width"));
    s.tiny.write("camera.json", R"({"fx":10,"fy":10,"cx":4,"cy":3,"width":8,"height":6,"depth_scale":1.0})");
    const auto input = s.input(s.truth());
    QVERIFY2(input, message_of(input).c_str());
    QCOMPARE((*input)->images.size(), std::size_t{4});
    QCOMPARE((*input)->images[0].camera.width, 8);
    QVERIFY(!(*input)->depth);
    const auto report = report_of("bop19", *input);
    QVERIFY(report);
    QCOMPARE(value_of(*report, "ar_mssd"), 1.0);
    QCOMPARE(value_of(*report, "ar_mspd"), 1.0);
    QCOMPARE(value_of(*report, "ar"), -1.0);
  }

  void evaluationModelsComeFirst() {
    Submitted s;
    Mesh mesh;
    mesh.vertices = {{0, 0, 0}, {0.5F, 0, 0}, {0, 0.5F, 0}, {0, 0, 0.5F}};
    mesh.faces = {{0, 1, 2}};
    s.tiny.write("models_eval/obj_000001.ply", to_ply_bytes(mesh, 1000.0));
    s.tiny.write("models_eval/models_info.json",
                 read_json_file(s.tiny.root() / "models/models_info.json").dump());
    const auto input = s.input(s.truth());
    QVERIFY2(input, message_of(input).c_str());
    QCOMPARE((*input)->objects.at(1).vertices.size(), std::size_t{4});
  }

  void targetsChooseImagesAndObjects() {
    Submitted s;
    s.tiny.write("test_targets_bop19.json", R"([{"scene_id":2,"im_id":1,"obj_id":1,"inst_count":1}])");
    s.tiny.write("test_targets_bop24.json", R"([{"scene_id":1,"im_id":0},{"scene_id":1,"im_id":1}])");
    const auto input = s.input(s.truth());
    QVERIFY2(input, message_of(input).c_str());
    QCOMPARE((*input)->images.size(), std::size_t{1});
    QCOMPARE((*input)->images[0].name, std::string("000002/000001"));
    QCOMPARE((*input)->predictions.rows.size(), std::size_t{1});
    QVERIFY(
        has_note((*input)->notes, "3 estimates are left out because their image is not among the targets"));
    const auto detection = s.input(s.truth(), true);
    QVERIFY2(detection, message_of(detection).c_str());
    QCOMPARE((*detection)->images.size(), std::size_t{2});
    const auto own = bop::evaluation_input(
        {s.tiny.root(), s.results(), s.tiny.root() / "test_targets_bop24.json", false}, {});
    QVERIFY2(own, message_of(own).c_str());
    QCOMPARE((*own)->images.size(), std::size_t{2});
    QCOMPARE(value_of(*report_of("bop19", *own), "ar_mssd"), 1.0);
  }

  void malformedTargetsAreNamed_data() {
    QTest::addColumn<QString>("targets");
    QTest::addColumn<QString>("says");
    QTest::newRow("no list") << R"({"scene_id":1})"
                             << "expected a list of targets";
    QTest::newRow("no count") << R"([{"scene_id":1,"im_id":0,"obj_id":1}])"
                              << "entry 1: expected whole numbers";
    QTest::newRow("zero") << R"([{"scene_id":1,"im_id":0,"obj_id":1,"inst_count":0}])"
                          << "entry 1";
    QTest::newRow("text") << R"([{"scene_id":"a","im_id":0,"obj_id":1,"inst_count":1}])"
                          << "entry 1";
    QTest::newRow("no object") << R"([4])"
                               << "entry 1";
    QTest::newRow("repeated") << R"([{"scene_id":1,"im_id":0,"obj_id":1,"inst_count":1},
      {"scene_id":1,"im_id":0,"obj_id":1,"inst_count":2}])"
                              << "entry 2: the same image and object";
    QTest::newRow("unknown image") << R"([{"scene_id":1,"im_id":77,"obj_id":1,"inst_count":1}])"
                                   << "scene 1, image 77: the dataset does not annotate this target";
    QTest::newRow("empty") << "[]"
                           << "names no target of this dataset";
    QTest::newRow("broken") << "[{"
                            << "test_targets_bop19.json";
  }
  void malformedTargetsAreNamed() {
    QFETCH(QString, targets);
    QFETCH(QString, says);
    Submitted s;
    s.tiny.write("test_targets_bop19.json", targets.toStdString());
    const auto input = s.input(s.truth());
    QVERIFY(!input && input.error().code == ErrorCode::kInput);
    QVERIFY2(contains(message_of(input), says.toStdString()), message_of(input).c_str());
  }

  void strangersAreLeftOutAndCounted() {
    Submitted s;
    const auto input = s.input(s.truth() + "9,0,1,1," + kPose + "1,55,1,1," + kPose + "1,0,7,1," + kPose);
    QVERIFY2(input, message_of(input).c_str());
    QCOMPARE((*input)->predictions.rows.size(), std::size_t{4});
    QVERIFY(has_note((*input)->notes,
                     "2 estimates are left out because the dataset does not annotate their image "
                     "(first line 6)"));
    QVERIFY(has_note((*input)->notes, "1 estimates are left out because their object is annotated in none"));
    const auto wrong = s.input("9,0,1,1," + kPose + "9,1,1,1," + kPose);
    QVERIFY(!wrong && wrong.error().code == ErrorCode::kInput);
    QVERIFY2(contains(message_of(wrong), "line 1: no estimate belongs to an image"),
             message_of(wrong).c_str());
  }

  void noEstimatesScoreZero() {
    Submitted s;
    const auto input = s.input("scene_id,im_id,obj_id,score,R,t,time\n");
    QVERIFY2(input, message_of(input).c_str());
    for (const auto& [id, column] :
         std::map<std::string, std::string>{{"bop19", "ar_mssd"}, {"bop24", "ap"}}) {
      const auto report = report_of(id, *input);
      QVERIFY(report);
      QCOMPARE(value_of(*report, column), 0.0);
      QVERIFY(has_note(report->notes, "holds no estimate"));
    }
  }

  void severalSplitsNeedAName() {
    Submitted s;
    for (const char* split : {"test_a", "test_b"}) {
      fs::copy(s.tiny.root() / "test", s.tiny.root() / split, fs::copy_options::recursive);
    }
    fs::remove_all(s.tiny.root() / "test");
    const std::string csv = truth_submission(s.tiny.root() / "test_a");
    const auto unknown = s.input(csv);
    QVERIFY(!unknown);
    QVERIFY2(contains(message_of(unknown), "expected one split to evaluate, found test_a, test_b"),
             message_of(unknown).c_str());
    s.tiny.write("m_tiny-test-b.csv", csv);
    const auto named =
        bop::evaluation_input({s.tiny.root(), s.tiny.root() / "m_tiny-test-b.csv", {}, false}, {});
    QVERIFY2(named, message_of(named).c_str());
    const auto opened = bop::evaluation_input({s.tiny.root() / "test_a", s.results(), {}, false}, {});
    QVERIFY2(opened, message_of(opened).c_str());
    const auto scene = bop::evaluation_input({s.tiny.root() / "test_a/000002", s.results(), {}, false}, {});
    QVERIFY2(scene, message_of(scene).c_str());
    QCOMPARE((*scene)->images.size(), std::size_t{2});
  }

  void damagedDatasetsAreErrorsOrNotes() {
    Submitted s;
    const std::string csv = s.truth();
    s.tiny.write("test/000001/scene_gt_info.json", R"({"0": [], "1": [{"visib_fract": 1.0}]})");
    const auto unseen = s.input(csv);
    QVERIFY2(unseen, message_of(unseen).c_str());
    QVERIFY(has_note((*unseen)->notes, "expected 1 entries as in scene_gt.json"));
    QVERIFY(has_note((*unseen)->notes, "tells no visibility of 1 annotated objects"));
    s.tiny.write("test/000001/scene_gt.json", "{");
    const auto broken = s.input(csv);
    QVERIFY(!broken && contains(message_of(broken), "scene_gt.json"));
    fs::remove(s.tiny.root() / "test/000001/scene_gt.json");
    const auto half = s.input(csv);
    QVERIFY2(half, message_of(half).c_str());
    QVERIFY(has_note((*half)->notes, "000001: the scene has no scene_gt.json and is left out"));
    fs::remove_all(s.tiny.root() / "models");
    const auto report = evaluate(*find_protocol("bop19"), *s.input(csv), {});
    QVERIFY(!report && contains(report.error().message, "object 1 has no mesh"));
    const auto nowhere = bop::evaluation_input({s.tiny.root() / "none", s.results(), {}, false}, {});
    QVERIFY(!nowhere && contains(message_of(nowhere), "no scene with scene_gt.json was found"));
  }

  // What the format promises: the ground truth as submission scores 1, with VSD when there is depth.
  void theGroundTruthScoresOne() {
    const fs::path dataset = source_path("datasets/tabletop-mini");
    QTemporaryDir folder;
    const fs::path file = fs::path(folder.path().toStdString()) / "truth_tabletop-mini-test.csv";
    const auto info = read_json_file(dataset / "test/000001/scene_gt_info.json");
    nlohmann::json targets = nlohmann::json::array();
    const auto truth = read_json_file(dataset / "test/000001/scene_gt.json");
    for (const auto& [image, list] : truth.items()) {
      std::map<int, int> counts;
      for (std::size_t i = 0; i < list.size(); ++i) {
        counts[list[i].at("obj_id").get<int>()] += info.at(image)[i].at("visib_fract").get<double>() >= 0.1;
      }
      for (const auto& [object, count] : counts) {
        if (count > 0) {
          targets.push_back(
              {{"scene_id", 1}, {"im_id", std::stoi(image)}, {"obj_id", object}, {"inst_count", count}});
        }
      }
    }
    const fs::path targets_file = fs::path(folder.path().toStdString()) / "targets.json";
    QVERIFY(write_file_atomically(targets_file, targets.dump()));
    QVERIFY(write_file_atomically(file, truth_submission(dataset / "test")));
    const auto input = bop::evaluation_input({dataset, file, targets_file, false}, {});
    QVERIFY2(input, message_of(input).c_str());
    const auto localized = report_of("bop19", *input), detected = report_of("bop24", *input);
    QVERIFY(localized && detected);
    for (const char* column : {"ar", "ar_vsd", "ar_mssd", "ar_mspd"}) {
      QCOMPARE(value_of(*localized, column), 1.0);
    }
    QCOMPARE(value_of(*localized, "time"), 0.125);
    for (const char* column : {"ap", "ap_mssd", "ap_mspd"}) {
      QCOMPARE(value_of(*detected, column), 1.0);
    }
  }

  // Moving every estimate by a known share of the diameter costs exactly the thresholds up to it.
  void knownErrorsCostKnownThresholds() {
    Submitted s;
    const double millimetres = 22.0;  // of a diameter of 100
    const auto moved = truth_submission(s.tiny.root() / "test", [&](nlohmann::json& item) {
      item["cam_t_m2c"][2] = item["cam_t_m2c"][2].get<double>() + millimetres;
      return true;
    });
    const auto report = report_of("bop19", *s.input(moved));
    QVERIFY(report);
    QCOMPARE(value_of(*report, "ar_mssd"), 0.6);  // 0.25, 0.3, ... 0.5
    const auto half =
        truth_submission(s.tiny.root() / "test", [n = 0](nlohmann::json&) mutable { return n++ % 2 == 0; });
    QCOMPARE(value_of(*report_of("bop19", *s.input(half)), "ar_mssd"), 0.5);
  }

  // A genuine submission against a dataset that holds its own best estimates.
  void aGenuineSubmissionScoresOneAgainstItself() {
    if (samples_folder().empty()) {
      QSKIP("no sample files");
    }
    const fs::path folder = fs::path(samples_folder()) / "bop_results" / "results_sub";
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".csv") {
        continue;
      }
      const auto results = bop::read_results(entry.path(), {});
      QVERIFY(results && results->named);
      Submitted s;
      fs::remove_all(s.tiny.root() / "test");
      write_own_truth(*results, s.tiny);
      const auto input = bop::evaluation_input({s.tiny.root(), entry.path(), {}, false}, {});
      QVERIFY2(input, message_of(input).c_str());
      for (const auto& [id, column] : std::map<std::string, std::string>{
               {"bop19", "ar_mssd_mspd"}, {"add", "add_0.1d"}, {"add-s", "add_s_auc"}}) {
        const auto report = report_of(id, *input);
        QVERIFY(report);
        QVERIFY2(std::abs(value_of(*report, column) - 1.0) < 1e-9, column.c_str());
      }
    }
  }

 private:
  /// Scenes whose annotations are the best-scored estimate of each object and image.
  static void write_own_truth(const bop::Results& results, const TinyBop& tiny) {
    std::map<std::tuple<int, int, int>, const bop::Estimate*> best;
    std::set<int> objects;
    for (const auto& e : results.estimates) {
      auto& known = best[{e.scene_id, e.image_id, e.object_id}];
      known = known == nullptr || e.score > known->score ? &e : known;
      objects.insert(e.object_id);
    }
    std::map<int, nlohmann::json> truth, cameras;
    for (const auto& [key, e] : best) {
      nlohmann::json item{{"obj_id", e->object_id}};
      for (int i = 0; i < 9; ++i) {
        item["cam_R_m2c"].push_back(e->cam_from_obj.R(i / 3, i % 3));
      }
      for (int i = 0; i < 3; ++i) {
        item["cam_t_m2c"].push_back(e->cam_from_obj.t[i] * 1e3);
      }
      const std::string image = std::to_string(e->image_id);
      truth[e->scene_id][image].push_back(item);
      cameras[e->scene_id][image] = {{"cam_K", {500, 0, 320, 0, 500, 240, 0, 0, 1}}, {"depth_scale", 1.0}};
    }
    for (const auto& [scene, content] : truth) {
      char base[32];
      std::snprintf(base, sizeof base, "test/%06d/", scene);
      tiny.write(std::string(base) + "scene_gt.json", content.dump());
      tiny.write(std::string(base) + "scene_camera.json", cameras[scene].dump());
    }
    const auto info = read_json_file(tiny.root() / "models/models_info.json").at("1");
    const auto mesh = read_file(tiny.root() / "models/obj_000001.ply", 1 << 20);
    nlohmann::json infos;
    for (const int id : objects) {
      char name[48];
      std::snprintf(name, sizeof name, "models/obj_%06d.ply", id);
      tiny.write(name, *mesh);
      infos[std::to_string(id)] = info;
    }
    tiny.write("models/models_info.json", infos.dump());
  }
};

ALIDADE_TEST(BopEvaluationTest)
#include "bop_evaluation_test.moc"
