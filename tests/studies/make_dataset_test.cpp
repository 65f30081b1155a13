// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <map>
#include <memory>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/sha256.h"
#include "core/data/procedural/tabletop.h"
#include "core/studies/make_dataset.h"
#include "plugins/bop/bop_reader.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

TabletopRecipe recipe() {
  TabletopRecipe recipe;
  recipe.split = "test";
  recipe.frames = 5;
  recipe.models_per_category = 3;
  recipe.width = 160;
  recipe.height = 120;
  return recipe;
}

/// Digest of every file below a folder, by relative path.
std::map<std::string, std::string> digests(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      const auto digest = sha256_file(entry.path());
      all[fs::relative(entry.path(), folder).string()] = digest ? *digest : "unreadable";
    }
  }
  return all;
}

}  // namespace

class MakeDatasetTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void reads_back_as_it_was_generated();
  void bytes_do_not_depend_on_the_threads();
  void keeps_what_is_there();
  void a_stop_leaves_nothing();

 private:
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }
  QTemporaryDir folder_;
};

void MakeDatasetTest::reads_back_as_it_was_generated() {
  const auto report = make_tabletop_dataset(recipe(), {path("set"), 2, false}, {});
  QVERIFY2(report, report ? "" : report.error().message.c_str());
  QCOMPARE(report->frames, std::size_t{5});
  const auto opened = make_bop_reader()->open(path("set"), {});
  QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
  const Dataset& dataset = **opened;
  QCOMPARE(dataset.num_frames(), std::size_t{5});
  QVERIFY2(dataset.problems().empty(),
           dataset.problems().empty() ? "" : dataset.problems()[0].message.c_str());
  QCOMPARE(dataset.models().size(), report->models);

  const TabletopGenerator generator(recipe());
  for (std::size_t index = 0; index < 5; ++index) {
    const Frame truth = generator.frame(index);
    const auto loaded = dataset.load(index, {});
    QVERIFY(loaded);
    QVERIFY(loaded->problems.empty());
    QVERIFY(loaded->depth.data == truth.depth.data);
    QVERIFY(loaded->nocs.data == truth.nocs.data);
    QCOMPARE(loaded->color.data.size(), truth.color.data.size());
    double difference = 0.0;
    for (std::size_t i = 0; i < truth.color.data.size(); ++i) {
      difference += std::abs(truth.color.data[i] - loaded->color.data[i]);
    }
    QVERIFY(difference / truth.color.data.size() < 6.0);  // JPEG
    QCOMPARE(loaded->instances.size(), truth.instances.size());
    for (std::size_t i = 0; i < truth.instances.size(); ++i) {
      const Instance &a = truth.instances[i], &b = loaded->instances[i];
      QCOMPARE(b.object_id, a.object_id);
      QCOMPARE(b.category, a.category);
      QVERIFY((a.cam_from_obj.R - b.cam_from_obj.R).norm() < 1e-9);
      QVERIFY((a.cam_from_obj.t - b.cam_from_obj.t).norm() < 1e-9);
      QVERIFY((a.size - b.size).norm() < 1e-9);
      QVERIFY(b.center_obj.norm() < 1e-9);
      QCOMPARE(b.symmetry.axes.size(), a.symmetry.axes.size());
      if (!a.symmetry.axes.empty()) {
        QVERIFY((a.symmetry.axes[0].offset - b.symmetry.axes[0].offset).norm() < 1e-9);
      }
      QCOMPARE(b.visible_fraction, a.visible_fraction);
      QVERIFY(loaded->visible_masks[i].data == truth.visible_masks[i].data);
      const auto mesh = dataset.mesh(a.object_id);
      QVERIFY(mesh);
      const auto original = generator.mesh(a.object_id);
      QCOMPARE((*mesh)->vertices.size(), original->vertices.size());
      QVERIFY(((*mesh)->vertices[7] - original->vertices[7]).norm() < 1e-6F);
    }
  }
}

void MakeDatasetTest::bytes_do_not_depend_on_the_threads() {
  QVERIFY(make_tabletop_dataset(recipe(), {path("one"), 1, false}, {}));
  QVERIFY(make_tabletop_dataset(recipe(), {path("three"), 3, false}, {}));
  const auto one = digests(path("one"));
  QVERIFY(one.size() > 30);
  QVERIFY(one == digests(path("three")));
}

void MakeDatasetTest::keeps_what_is_there() {
  fs::create_directories(path("foreign"));
  fs::create_directories(path("foreign") / "photos");
  for (const bool force : {false, true}) {
    const auto refused = make_tabletop_dataset(recipe(), {path("foreign"), 2, force}, {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::kUsage);
    QVERIFY(fs::exists(path("foreign") / "photos"));
  }
  QVERIFY(make_tabletop_dataset(recipe(), {path("again"), 2, false}, {}));
  QVERIFY(!make_tabletop_dataset(recipe(), {path("again"), 2, false}, {}));
  QVERIFY(make_tabletop_dataset(recipe(), {path("again"), 2, true}, {}));
}

void MakeDatasetTest::a_stop_leaves_nothing() {
  std::stop_source source;
  JobContext job;
  job.stop = source.get_token();
  job.on_progress = [&](const Progress&) { source.request_stop(); };
  TabletopRecipe long_recipe = recipe();
  long_recipe.frames = 100000;
  const auto stopped = make_tabletop_dataset(long_recipe, {path("stopped"), 2, false}, job);
  QVERIFY(!stopped);
  QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
  QVERIFY(!fs::exists(path("stopped")));
  QVERIFY(!fs::exists(path(".stopped.partial")));
}

ALIDADE_TEST(MakeDatasetTest)
#include "make_dataset_test.moc"
