// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/data/procedural/cubesat.h"
#include "core/data/procedural/tabletop.h"
#include "core/studies/plain/make_dataset.h"
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
  void household_sets_read_back();
  void satellites_read_back();
  void bytes_do_not_depend_on_the_threads();
  void keeps_what_is_there();
  void a_stop_leaves_nothing();
  void sequences_read_back();
  void stills_are_no_sequence();
  void hostile_times_and_tracks_are_unknown();

 private:
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }
  QTemporaryDir folder_;
};

void MakeDatasetTest::reads_back_as_it_was_generated() {
  const auto report = make_dataset(recipe(), {path("set"), 2, false}, {});
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

void MakeDatasetTest::household_sets_read_back() {
  TabletopRecipe household = recipe();
  household.frames = 16;
  household.categories = household_categories();
  household.printed = true;
  const auto report = make_dataset(household, {path("household"), 2, false}, {});
  QVERIFY2(report, report ? "" : report.error().message.c_str());
  const auto opened = make_bop_reader()->open(path("household"), {});
  QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
  QVERIFY2((*opened)->problems().empty(),
           (*opened)->problems().empty() ? "" : (*opened)->problems()[0].message.c_str());
  const TabletopGenerator generator(household);
  std::set<std::string> kinds;
  for (const ObjectModel& model : (*opened)->models()) {
    const ObjectModel& original = generator.models()[static_cast<std::size_t>(model.id) - 1];
    QCOMPARE(model.category, original.category);
    QCOMPARE(model.symmetry.finite.size(), original.symmetry.finite.size());
    for (const Rigid3& turn : model.symmetry.finite) {
      QVERIFY(symmetric_rotation_distance(turn.R, Eigen::Matrix3d::Identity(), original.symmetry) < 1e-9);
    }
    kinds.insert(original.symmetry.name);
    const auto mesh = (*opened)->mesh(model.id);
    QVERIFY(mesh && (*mesh)->colors == generator.mesh(model.id)->colors);
  }
  QVERIFY2(kinds.size() >= 4, qPrintable(QString::number(kinds.size())));  // none, C2 x, box or C2 y, C∞ y
  // A set with more models than one of the six categories replaces it, and is replaced by it.
  QVERIFY(make_dataset(recipe(), {path("household"), 2, true}, {}));
  QVERIFY(make_dataset(household, {path("household"), 2, true}, {}));
}

void MakeDatasetTest::satellites_read_back() {
  CubesatRecipe orbit;
  orbit.frames = 6;
  orbit.occlusion = 1.0;
  const auto report = make_dataset(orbit, {path("orbit"), 2, false}, {});
  QVERIFY2(report, report ? "" : report.error().message.c_str());
  QCOMPARE(report->instances, std::size_t{6});
  QVERIFY(fs::exists(path("orbit") / "train/000001/rgb/000005.jpg"));
  const auto opened = make_bop_reader()->open(path("orbit"), {});
  QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
  QVERIFY((*opened)->problems().empty());
  const CubesatGenerator generator(orbit);
  QCOMPARE((*opened)->models().size(), std::size_t{1});
  QVERIFY(std::abs((*opened)->models()[0].diameter - generator.models()[0].diameter) < 1e-9);
  for (std::size_t i = 0; i < 6; ++i) {
    const Frame truth = generator.frame(i);
    const auto loaded = (*opened)->load(i, {});
    QVERIFY(loaded && loaded->problems.empty() && loaded->instances.size() == 1);
    QVERIFY(loaded->depth.data == truth.depth.data);
    QVERIFY(loaded->visible_masks[0].data == truth.visible_masks[0].data);
    QCOMPARE(loaded->instances[0].category, std::string("cubesat"));
    QVERIFY((loaded->instances[0].cam_from_obj.t - truth.instances[0].cam_from_obj.t).norm() < 1e-9);
  }
  // It replaces itself; a set of the other kind takes its place as well.
  QVERIFY(make_dataset(orbit, {path("orbit"), 2, true}, {}));
  QVERIFY(make_dataset(recipe(), {path("orbit"), 2, true}, {}));
  QVERIFY(make_dataset(orbit, {path("orbit"), 2, true}, {}));
}

void MakeDatasetTest::bytes_do_not_depend_on_the_threads() {
  QVERIFY(make_dataset(recipe(), {path("one"), 1, false}, {}));
  QVERIFY(make_dataset(recipe(), {path("three"), 3, false}, {}));
  const auto one = digests(path("one"));
  QVERIFY(one.size() > 30);
  QVERIFY(one == digests(path("three")));
}

void MakeDatasetTest::keeps_what_is_there() {
  fs::create_directories(path("foreign"));
  fs::create_directories(path("foreign") / "photos");
  for (const bool force : {false, true}) {
    const auto refused = make_dataset(recipe(), {path("foreign"), 2, force}, {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::kUsage);
    QVERIFY(fs::exists(path("foreign") / "photos"));
  }
  QVERIFY(make_dataset(recipe(), {path("again"), 2, false}, {}));
  QVERIFY(!make_dataset(recipe(), {path("again"), 2, false}, {}));
  QVERIFY(make_dataset(recipe(), {path("again"), 2, true}, {}));
}

void MakeDatasetTest::a_stop_leaves_nothing() {
  std::stop_source source;
  JobContext job;
  job.stop = source.get_token();
  job.on_progress = [&](const Progress&) { source.request_stop(); };
  TabletopRecipe long_recipe = recipe();
  long_recipe.frames = 100000;
  const auto stopped = make_dataset(long_recipe, {path("stopped"), 2, false}, job);
  QVERIFY(!stopped);
  QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
  QVERIFY(!fs::exists(path("stopped")));
  QVERIFY(!fs::exists(path(".stopped.partial")));
}

void MakeDatasetTest::sequences_read_back() {
  TabletopRecipe moving = recipe();
  moving.sequence_frames = 3;  // two scenes, the second is cut short
  moving.frame_rate_hz = 10.0;
  QVERIFY(make_dataset(moving, {path("moving"), 2, false}, {}));
  QVERIFY(make_dataset(moving, {path("moving-1"), 1, false}, {}));
  QVERIFY(digests(path("moving")) == digests(path("moving-1")));
  const auto opened = make_bop_reader()->open(path("moving"), {});
  QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
  QVERIFY((*opened)->problems().empty());
  const auto generated = make_procedural_dataset(moving);
  QCOMPARE((*opened)->num_frames(), std::size_t{5});
  const auto sequences = (*opened)->sequences();
  QCOMPARE(sequences.size(), std::size_t{2});
  QVERIFY(sequences[1].frames == (std::vector<std::size_t>{3, 4}));
  for (std::size_t index = 0; index < 5; ++index) {
    const auto a = generated->load(index, {}), b = (*opened)->load(index, {});
    QVERIFY(a && b);
    QCOMPARE(b->info.sequence, a->info.sequence);
    QCOMPARE(b->info.scene_id, a->info.scene_id);
    QCOMPARE(b->info.image_id, a->info.image_id);
    QCOMPARE(b->info.time, a->info.time);
    QVERIFY(b->depth.data == a->depth.data);
    QCOMPARE(b->instances.size(), a->instances.size());
    for (std::size_t i = 0; i < a->instances.size(); ++i) {
      QCOMPARE(b->instances[i].track_id, a->instances[i].track_id);
      QCOMPARE(b->instances[i].object_id, a->instances[i].object_id);
      QVERIFY((b->instances[i].cam_from_obj.t - a->instances[i].cam_from_obj.t).norm() < 1e-9);
    }
  }
  // The same split or scene opened by itself.
  for (const char* part : {"moving/test", "moving/test/000002"}) {
    const auto alone = make_bop_reader()->open(path(part), {});
    QVERIFY(alone);
    QVERIFY(!(*alone)->sequences().empty());
  }
}

void MakeDatasetTest::stills_are_no_sequence() {
  QVERIFY(make_dataset(recipe(), {path("stills"), 2, false}, {}));
  for (const char* part : {"stills", "stills/test", "stills/test/000001"}) {
    const auto opened = make_bop_reader()->open(path(part), {});
    QVERIFY(opened);
    QCOMPARE((*opened)->num_frames(), std::size_t{5});
    QVERIFY((*opened)->sequences().empty());
  }
  // Without the description it is any BOP scene: the images of a scene follow each other.
  for (const char* text : {"", "{", "[1]", "{\"generator\": 3}", "{\"generator\": \"other\"}"}) {
    fs::remove(path("stills/dataset.json"));
    if (*text != 0) {
      std::ofstream(path("stills/dataset.json")) << text;
    }
    const auto opened = make_bop_reader()->open(path("stills"), {});
    QVERIFY(opened);
    QCOMPARE((*opened)->sequences().size(), std::size_t{1});
    QCOMPARE((*opened)->sequences()[0].frames.size(), std::size_t{5});
    QVERIFY((*opened)->frame_info(2).time < 0.0);
    QCOMPARE((*opened)->load(2, {})->instances.at(0).track_id, -1);
  }
}

void MakeDatasetTest::hostile_times_and_tracks_are_unknown() {
  TabletopRecipe moving = recipe();
  moving.sequence_frames = 5;
  QVERIFY(make_dataset(moving, {path("hostile"), 2, false}, {}));
  const auto rewrite = [this](const char* file, const char* key, const char* value) {
    const fs::path full = path("hostile/test/000001") / file;
    const auto text = read_file(full, 1 << 24);
    std::ofstream(full) << std::regex_replace(*text, std::regex(std::string("(\"") + key + "\":)[^,}]*"),
                                              std::string("$01") + value);
  };
  for (const char* value : {"-1", "-1e300", "1e300", "\"x\"", "null", "[]", "{}"}) {
    rewrite("scene_camera.json", "time", value);
    rewrite("scene_gt.json", "track_id", value);
    const auto opened = make_bop_reader()->open(path("hostile"), {});
    QVERIFY(opened);
    const auto frame = (*opened)->load(1, {});
    QVERIFY(frame && !frame->instances.empty());
    QCOMPARE(frame->info.time, -1.0);
    QCOMPARE(frame->info.sequence, 1);
    for (const Instance& instance : frame->instances) {
      QCOMPARE(instance.track_id, -1);
    }
  }
}

ALIDADE_TEST(MakeDatasetTest)
#include "make_dataset_test.moc"
