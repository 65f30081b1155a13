// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include <QTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/data/procedural/tabletop.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

TabletopRecipe sequence_recipe(int sequence_frames) {
  TabletopRecipe recipe;
  recipe.split = "test";
  recipe.models_per_category = 4;
  recipe.frames = 24;
  recipe.width = 160;
  recipe.height = 120;
  recipe.sequence_frames = sequence_frames;
  return recipe;
}

std::string source(const std::string& path) {
  const auto text = read_file(test::source_path(path), 1 << 24);
  return text ? *text : std::string();
}

/// Where the world is in the camera, from an object that stands on the table.
Rigid3 between(const Instance& from, const Instance& to) {
  return to.cam_from_obj * from.cam_from_obj.inverse();
}

double angle_of(const Rigid3& motion) {
  return geodesic_distance(motion.R, Eigen::Matrix3d::Identity());
}

}  // namespace

class TabletopSequenceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void stillsKeepTheirDigestAndTheirSet();
  void framesSayWhereTheyBelong();
  void objectsKeepTheirIdentityAndStandStill();
  void theCameraMovesSmoothlyWithinItsBounds();
  void framesHaveNoiseOfTheirOwn();
  void aFrameDependsOnTheRecipeAlone();
  void recipesAreChecked_data();
  void recipesAreChecked();
};

// The bundled set was made before there were sequences: its recipe and annotations are the reference.
void TabletopSequenceTest::stillsKeepTheirDigestAndTheirSet() {
  const auto recipe = parse_tabletop_recipe(source("resources/recipes/tabletop/mini.toml"), "mini.toml");
  QVERIFY(recipe);
  const auto made = nlohmann::ordered_json::parse(source("datasets/tabletop-mini/dataset.json"));
  QCOMPARE(to_json(*recipe), made.at("provenance").at("recipe").dump());
  const auto dataset = make_procedural_dataset(*recipe);
  QCOMPARE(dataset->digest(), sha256_hex("tabletop 1 " + made.at("provenance").at("recipe").dump()));
  QVERIFY(dataset->sequences().empty());
  const auto truth = nlohmann::json::parse(source("datasets/tabletop-mini/test/000001/scene_gt.json"));
  for (const std::size_t index : {0, 7, 19}) {
    const auto frame = dataset->load(index, {.color = false, .depth = false, .masks = false, .nocs = false});
    QVERIFY(frame);
    QCOMPARE(frame->info.sequence, -1);
    QVERIFY(frame->info.time < 0.0);
    const auto& poses = truth.at(std::to_string(index));
    QCOMPARE(frame->instances.size(), poses.size());
    for (std::size_t i = 0; i < poses.size(); ++i) {
      QCOMPARE(frame->instances[i].track_id, -1);
      QCOMPARE(frame->instances[i].object_id, poses[i].at("obj_id").get<int>());
      for (int k = 0; k < 9; ++k) {
        QVERIFY(std::abs(frame->instances[i].cam_from_obj.R(k / 3, k % 3) -
                         poses[i].at("cam_R_m2c").at(k).get<double>()) < 1e-9);
      }
      for (int k = 0; k < 3; ++k) {
        QVERIFY(std::abs(1000.0 * frame->instances[i].cam_from_obj.t[k] -
                         poses[i].at("cam_t_m2c").at(k).get<double>()) < 1e-6);
      }
    }
  }
}

void TabletopSequenceTest::framesSayWhereTheyBelong() {
  TabletopRecipe recipe = sequence_recipe(10);
  recipe.frame_rate_hz = 25.0;
  QCOMPARE(recipe.num_sequences(), 3);
  const auto dataset = make_procedural_dataset(recipe);
  const auto sequences = dataset->sequences();
  QCOMPARE(sequences.size(), std::size_t{3});
  std::size_t next = 0;
  std::set<std::string> names;
  for (const FrameSequence& sequence : sequences) {
    QCOMPARE(sequence.frames.size(), sequence.id == 3 ? std::size_t{4} : std::size_t{10});
    for (std::size_t i = 0; i < sequence.frames.size(); ++i) {
      const FrameInfo& info = dataset->frame_info(sequence.frames[i]);
      QCOMPARE(sequence.frames[i], next++);
      QCOMPARE(info.scene_id, sequence.id);
      QCOMPARE(info.image_id, static_cast<int>(i));
      QVERIFY(std::abs(info.time - i / 25.0) < 1e-12);
      names.insert(info.name);
    }
  }
  QCOMPARE(names.size(), std::size_t{24});
  QVERIFY(dataset->digest() != make_procedural_dataset(sequence_recipe(0))->digest());
  QVERIFY(dataset->digest() != make_procedural_dataset(sequence_recipe(10))->digest());
  // A sequence cut short is the beginning of the whole one.
  recipe.frames = 30;
  const auto longer = make_procedural_dataset(recipe);
  QVERIFY(dataset->load(23, {})->depth.data == longer->load(23, {})->depth.data);
}

void TabletopSequenceTest::objectsKeepTheirIdentityAndStandStill() {
  const TabletopGenerator generator(sequence_recipe(12));
  std::map<std::pair<int, int>, int> objects;  // (sequence, track) -> object
  std::size_t followed = 0;
  std::map<int, Instance> before;
  for (std::size_t index = 0; index < 24; ++index) {
    const Frame frame = generator.frame(index, {.color = false, .depth = false, .masks = false});
    if (frame.info.image_id == 0) {
      before.clear();
    }
    std::map<int, Instance> now;
    std::optional<Rigid3> common;
    for (const Instance& instance : frame.instances) {
      QVERIFY(instance.track_id >= 0);
      QVERIFY2(now.emplace(instance.track_id, instance).second, "an identity occurs twice");
      const auto [known, added] =
          objects.try_emplace({frame.info.sequence, instance.track_id}, instance.object_id);
      QCOMPARE(known->second, instance.object_id);
      const auto old = before.find(instance.track_id);
      if (old == before.end()) {
        continue;
      }
      // Only the camera moves: every object shows the same motion.
      const Rigid3 motion = between(old->second, instance);
      if (common) {
        QVERIFY((motion.R - common->R).norm() < 1e-9 && (motion.t - common->t).norm() < 1e-9);
      }
      common = motion;
      ++followed;
    }
    before = std::move(now);
  }
  QVERIFY(followed > 40);
}

void TabletopSequenceTest::theCameraMovesSmoothlyWithinItsBounds() {
  TabletopRecipe recipe = sequence_recipe(24);
  recipe.min_objects = recipe.max_objects = 6;
  const TabletopGenerator generator(recipe);
  std::optional<Instance> before;
  std::optional<Rigid3> last;
  for (std::size_t index = 0; index < 24; ++index) {
    const Frame frame = generator.frame(index, {.color = false, .depth = false, .masks = false});
    const auto seen = std::find_if(frame.instances.begin(), frame.instances.end(), [&](const Instance& i) {
      return !before || i.track_id == before->track_id;
    });
    if (seen == frame.instances.end()) {
      before.reset(), last.reset();
      continue;
    }
    // The table's top is y = 0 of the world, where objects stand upright: the camera's height above it.
    const Rigid3 obj_from_cam = seen->cam_from_obj.inverse();
    const double height = obj_from_cam.t.y() + 0.5 * seen->size.y();
    QVERIFY(height > 0.0 && height < 1.1 * 2.6 * recipe.max_distance);
    if (before) {
      const Rigid3 motion = between(*before, *seen);
      QVERIFY2(angle_of(motion) < 3.0 * std::numbers::pi / 180.0, "a jump");
      QVERIFY(angle_of(motion) > 0.05 * std::numbers::pi / 180.0);
      if (last) {  // hardly any acceleration within 1/30 s
        QVERIFY(angle_of({motion.R * last->R.transpose(), {}}) < 0.2 * std::numbers::pi / 180.0);
      }
      last = motion;
    }
    before = *seen;
  }
}

void TabletopSequenceTest::framesHaveNoiseOfTheirOwn() {
  TabletopRecipe recipe = sequence_recipe(2);
  recipe.frame_rate_hz = 1000.0;  // nearly at rest
  const TabletopGenerator generator(recipe);
  const Frame a = generator.frame(0), b = generator.frame(1);
  std::size_t same_depth = 0, same_color = 0;
  for (std::size_t i = 0; i < a.depth.data.size(); ++i) {
    same_depth += a.depth.data[i] == b.depth.data[i];
    same_color +=
        a.color.data[3 * i] == b.color.data[3 * i] && a.color.data[3 * i + 1] == b.color.data[3 * i + 1];
  }
  QVERIFY(same_depth < a.depth.data.size() / 2);
  QVERIFY(same_color < a.depth.data.size() / 2);
}

void TabletopSequenceTest::aFrameDependsOnTheRecipeAlone() {
  const TabletopGenerator forward(sequence_recipe(8)), backward(sequence_recipe(8));
  std::map<std::size_t, std::vector<float>> depths;
  for (const std::size_t index : {0, 5, 9, 17}) {
    depths[index] = forward.frame(index).depth.data;
  }
  for (const std::size_t index : {17, 9, 5, 0}) {
    QVERIFY(backward.frame(index).depth.data == depths[index]);
  }
  TabletopRecipe other = sequence_recipe(8);
  other.seed = 9;
  QVERIFY(TabletopGenerator(other).frame(5).depth.data != depths[5]);
}

void TabletopSequenceTest::recipesAreChecked_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("part");
  QTest::newRow("one frame") << "sequence_frames = 1\n"
                             << "\"sequence_frames\"";
  QTest::newRow("too long") << "sequence_frames = 20000\n"
                            << "\"sequence_frames\"";
  QTest::newRow("rate of stills") << "frame_rate_hz = 30.0\n"
                                  << "\"frame_rate_hz\"";
  QTest::newRow("rate") << "sequence_frames = 5\nframe_rate_hz = 0.0\n"
                        << "\"frame_rate_hz\"";
}

void TabletopSequenceTest::recipesAreChecked() {
  QFETCH(QString, text);
  QFETCH(QString, part);
  const auto recipe = parse_tabletop_recipe(text.toStdString(), "r.toml");
  QVERIFY(!recipe);
  const auto message = QString::fromStdString(recipe.error().message);
  QVERIFY2(message.startsWith("r.toml: ") && message.contains(part), qPrintable(message));
  const auto good = parse_tabletop_recipe("sequence_frames = 5\nframe_rate_hz = 10\n", "r.toml");
  QVERIFY(good && good->sequence_frames == 5 && good->frame_rate_hz == 10.0);
  QVERIFY(to_json(*good).find("\"frame_rate_hz\":10.0") != std::string::npos);
}

ALIDADE_TEST(TabletopSequenceTest)
#include "tabletop_sequence_test.moc"
