// SPDX-License-Identifier: BSD-3-Clause
#include <set>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/procedural/tabletop.h"
#include "core/evaluation/text/report_text.h"
#include "core/exchange/result_file.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/studies/infer.h"
#include "core/studies/plain/evaluate.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> tabletop() {
  TabletopRecipe recipe;
  recipe.split = "evaluate";
  recipe.frames = 5;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

}  // namespace

/// The evaluation of results on the dataset they were estimated on.
class EvaluateDatasetTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::shared_ptr<const Dataset> dataset_ = tabletop();
  std::shared_ptr<const PoseResult> result_;

  std::filesystem::path path(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }

 private Q_SLOTS:
  void initTestCase() {
    auto network = PoseNetwork::load(alidade::test::source_path("resources/checkpoints/demo.safetensors"));
    QVERIFY2(network, network ? "" : network.error().message.c_str());
    InferOptions options = default_infer_options();
    options.num_samples = 3;
    options.frames = {0, 1, 3};
    const auto result = infer_poses(*dataset_, **network, options, {});
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    result_ = *result;
    QVERIFY(write_pose_result(*result_, path("result.npz")));
  }

  void onlyCoveredFramesAreAskedFor() {
    const auto input = evaluation_input(*dataset_, *result_, {}, false);
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    QCOMPARE((*input)->images.size(), std::size_t{3});
    QCOMPARE((*input)->images[2].name, dataset_->frame_info(3).name);
    std::size_t truths = 0;
    for (const std::size_t frame : {0, 1, 3}) {
      const auto loaded = dataset_->load(frame, {false, false, false, false});
      QVERIFY(loaded);
      truths += loaded->instances.size();
    }
    QCOMPARE((*input)->truth.rows.size(), truths);
    QCOMPARE((*input)->predictions.rows.size(), result_->estimates.size());
    QVERIFY((*input)->objects.empty());
    QVERIFY((*input)->images[0].camera.valid());
  }

  void imageBoxesHoldTheProjectedCenters() {
    const auto input = evaluation_input(*dataset_, *result_, {}, false);
    QVERIFY(input);
    for (const PoseRow& row : (*input)->truth.rows) {
      const auto& camera = (*input)->images[row.image].camera;
      const auto center = camera.project(row.cam_from_obj * row.center_obj);
      QVERIFY(row.bbox && center);
      QVERIFY((*row.bbox)[0] < center->y() && center->y() < (*row.bbox)[2]);
      QVERIFY((*row.bbox)[1] < center->x() && center->x() < (*row.bbox)[3]);
    }
    for (const PoseRow& row : (*input)->predictions.rows) {
      QVERIFY(row.bbox);
    }
  }

  void modelsComeWhenTheyAreNeeded() {
    const auto input = evaluation_input(*dataset_, *result_, {});
    QVERIFY(input);
    std::set<int> ids;
    for (const PoseRow& row : (*input)->truth.rows) {
      ids.insert(row.object_id);
    }
    QCOMPARE((*input)->objects.size(), ids.size());
    for (const auto& [id, object] : (*input)->objects) {
      QVERIFY(ids.contains(id) && !object.vertices.empty() && object.diameter > 0.0);
    }
  }

  // What the window evaluates and what the command line reads from the file that the window saves.
  void memoryAndFileGiveTheSameBytes_data() {
    QTest::addColumn<QString>("id");
    for (const char* id :
         {"nocs-legacy", "nocs-exact-all", "genpose", "omni6d-script", "hypotheses", "tracking"}) {
      QTest::newRow(id) << id;
    }
  }

  void memoryAndFileGiveTheSameBytes() {
    QFETCH(QString, id);
    const Protocol* protocol = find_protocol(id.toStdString());
    QVERIFY(protocol != nullptr);
    const auto memory = evaluation_input(*dataset_, *result_, {}, needs_models(*protocol));
    const auto file = read_evaluation_input(*dataset_, path("result.npz"), {}, needs_models(*protocol));
    QVERIFY(memory);
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    BootstrapOptions bootstrap = default_bootstrap();
    bootstrap.replicates = 10;
    const auto a = evaluate_with_intervals(*protocol, *memory, bootstrap, {});
    const auto b = evaluate_with_intervals(*protocol, *file, bootstrap, {});
    QVERIFY2(a, a ? "" : a.error().message.c_str());
    QVERIFY(b);
    QCOMPARE(QString::fromStdString(to_json(**a, true)), QString::fromStdString(to_json(**b, true)));
  }

  void anotherDatasetIsTheWrongOne() {
    TabletopRecipe recipe;
    recipe.split = "other";
    recipe.frames = 1;
    recipe.width = 160;
    recipe.height = 120;
    const auto other = make_procedural_dataset(recipe);
    const auto input = read_evaluation_input(*other, path("result.npz"), {});
    QVERIFY(!input);
    QVERIFY2(input.error().message.find("result.npz: images[") != std::string::npos,
             input.error().message.c_str());
  }

  void cancellingStops() {
    std::stop_source source;
    source.request_stop();
    const auto input = evaluation_input(*dataset_, *result_, {source.get_token(), {}});
    QVERIFY(!input);
    QVERIFY(input.error().code == ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(EvaluateDatasetTest)
#include "evaluate_dataset_test.moc"
