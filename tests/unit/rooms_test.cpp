// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <QtTest>

#include "core/data/procedural/procedural_recipe.h"
#include "core/data/procedural/rooms/rooms.h"
#include "core/data/procedural/rooms/rooms_cells.h"
#include "core/data/procedural/rooms/rooms_furniture.h"
#include "core/data/scene_statistics.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using Source = RoomsRecipe::Source;

RoomsRecipe small(Source source) {
  RoomsRecipe recipe;
  recipe.source = source;
  recipe.points = 6000;
  recipe.scenes = 6;
  recipe.min_box_points = 20;
  return recipe;
}

Eigen::Vector3d point_of(const PointScene& scene, std::size_t i) {
  return {scene.points[3 * i], scene.points[3 * i + 1], scene.points[3 * i + 2]};
}

/// How far a point lies outside a box, along its axes.
double outside(const UprightBox& box, const Eigen::Vector3d& point) {
  const Eigen::Vector3d d = point - box.center;
  const double c = std::cos(box.yaw), s = std::sin(box.yaw);
  const Eigen::Vector3d own(c * d.x() + s * d.y(), c * d.y() - s * d.x(), d.z());
  return (own.cwiseAbs() - box.size / 2).maxCoeff();
}

}  // namespace

class RoomsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sources_data() {
    QTest::addColumn<int>("source");
    for (const Source source : {Source::kScans, Source::kViews, Source::kOffices}) {
      QTest::newRow(rooms_source_name(source).c_str()) << static_cast<int>(source);
    }
  }

  void a_scene_is_a_function_of_recipe_and_index_data() { sources_data(); }
  void a_scene_is_a_function_of_recipe_and_index() {
    QFETCH(int, source);
    RoomsRecipe recipe = small(static_cast<Source>(source));
    const RoomsScene a = make_rooms_scene(recipe, 3);
    recipe.scenes = 100;
    QVERIFY(make_rooms_scene(recipe, 3).scene.points == a.scene.points);
    QVERIFY(make_rooms_scene(recipe, 4).scene.points != a.scene.points);
    recipe.split = "test";
    QVERIFY(make_rooms_scene(recipe, 3).scene.points != a.scene.points);
    recipe.split = "train";
    recipe.seed = 2;
    QVERIFY(make_rooms_scene(recipe, 3).scene.points != a.scene.points);
  }

  /// The rule of rooms.h: enough points of its own, which lie in the box; aligned boxes touch them on all
  /// sides.
  void boxes_hold_their_points_data() { sources_data(); }
  void boxes_hold_their_points() {
    QFETCH(int, source);
    RoomsRecipe recipe = small(static_cast<Source>(source));
    if (recipe.source == Source::kViews) {
      recipe.noise = 0.0;  // boxes are of the objects, not of what the noise made of their points
    }
    for (std::size_t index = 0; index < 6; ++index) {
      const RoomsScene made = make_rooms_scene(recipe, index);
      const PointScene& scene = made.scene;
      QVERIFY(!scene.boxes.empty());
      QVERIFY(scene.num_points() > 2000 && scene.num_points() <= 6000);
      QCOMPARE(scene.colors.size(), scene.points.size());
      QVERIFY(
          std::all_of(scene.colors.begin(), scene.colors.end(), [](float c) { return c >= 0 && c <= 1; }));
      std::vector<int> own(scene.boxes.size());
      std::vector<double> worst(scene.boxes.size(), -1e9);
      for (std::size_t i = 0; i < scene.num_points(); ++i) {
        const std::int64_t instance = made.instance[i];
        if (instance == 0) {
          QCOMPARE(made.semantic[i], static_cast<std::int64_t>(rooms_categories(recipe.source).size()));
          continue;
        }
        const auto box = static_cast<std::size_t>(instance - 1);
        ++own[box];
        QCOMPARE(made.semantic[i], std::int64_t{scene.boxes[box].category});
        worst[box] = std::max(worst[box], outside(scene.boxes[box].box, point_of(scene, i)));
      }
      for (std::size_t b = 0; b < scene.boxes.size(); ++b) {
        QVERIFY(own[b] >= recipe.min_box_points);
        QVERIFY(scene.boxes[b].box.size.minCoeff() > 0.0);
        const double tolerance = 1e-4;
        QVERIFY2(worst[b] <= tolerance, qPrintable(QString::number(worst[b])));
        if (recipe.source != Source::kViews) {
          QCOMPARE(scene.boxes[b].box.yaw, 0.0);
          QVERIFY(worst[b] >= -1e-4);
        }
      }
    }
  }

  void frames_are_those_of_the_real_sets() {
    const RoomsScene office = make_rooms_scene(small(Source::kOffices), 1);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      float low = 1e9F;
      for (std::size_t i = axis; i < office.scene.points.size(); i += 3) {
        low = std::min(low, office.scene.points[i]);
      }
      QCOMPARE(low, 0.0F);
    }
    RoomsRecipe exact = small(Source::kViews);
    exact.noise = 0.0;
    const RoomsScene view = make_rooms_scene(exact, 1);
    float low = 0.0F;
    for (std::size_t i = 0; i < view.scene.num_points(); ++i) {
      const Eigen::Vector3d p = point_of(view.scene, i);
      QVERIFY(p.y() > 0.0);  // in front of the camera
      low = std::min(low, static_cast<float>(p.z()));
    }
    QVERIFY(low < -1.1F && low > -1.7F);  // the floor, at a person's height below the camera
    std::set<long> yaws;
    for (std::size_t i = 0; i < 6; ++i) {
      for (const SceneBox& box : make_rooms_scene(exact, i).scene.boxes) {
        QVERIFY(std::abs(box.box.yaw) <= 3.1416);
        yaws.insert(std::lround(box.box.yaw * 100));
      }
    }
    QVERIFY(yaws.size() > 6);
  }

  void every_class_occurs_often_data() { sources_data(); }
  void every_class_occurs_often() {
    QFETCH(int, source);
    const RoomsRecipe recipe = small(static_cast<Source>(source));
    std::vector<int> count(rooms_categories(recipe.source).size());
    for (std::size_t i = 0; i < 60; ++i) {
      for (const SceneBox& box : make_rooms_scene(recipe, i).scene.boxes) {
        ++count[static_cast<std::size_t>(box.category)];
      }
    }
    QVERIFY2(
        *std::min_element(count.begin(), count.end()) >= 6,
        rooms_categories(recipe.source)[static_cast<std::size_t>(
                                            std::min_element(count.begin(), count.end()) - count.begin())]
            .c_str());
  }

  void a_conflict_is_the_same_room_told_otherwise() {
    RoomsRecipe recipe = small(Source::kScans);
    const PointScene plain = make_rooms_scene(recipe, 2).scene;
    recipe.scale = 0.5;
    recipe.label_shift = 4;
    const PointScene other = make_rooms_scene(recipe, 2).scene;
    QCOMPARE(other.boxes.size(), plain.boxes.size());
    for (std::size_t i = 0; i < plain.boxes.size(); ++i) {
      QCOMPARE(other.boxes[i].category, (plain.boxes[i].category + 4) % 9);
      QVERIFY((other.boxes[i].box.size - plain.boxes[i].box.size / 2).norm() < 1e-9);
    }
    QCOMPARE(other.points[5], plain.points[5] / 2);
  }

  void rays_meet_solids_where_geometry_says() {
    const RoomsRay along{{-5.0F, 0.1F, 0.2F}, {1.0F, 0.0F, 0.0F}};
    for (const auto kind :
         {RoomsSolid::Kind::kCuboid, RoomsSolid::Kind::kCylinder, RoomsSolid::Kind::kEllipsoid}) {
      const RoomsSolid solid{kind, {1.0F, 0.1F, 0.2F}, {0.5F, 0.7F, 0.3F}, {0, 0, 0}};
      const auto hit = hit_solid(solid, along);
      QVERIFY(hit);
      QVERIFY(std::abs(hit->distance - 5.5F) < 1e-5F);
      QVERIFY((hit->normal - Eigen::Vector3f(-1, 0, 0)).norm() < 1e-5F);
      QVERIFY(!hit_solid(solid, {{-5.0F, 0.1F, 0.6F}, {1.0F, 0.0F, 0.0F}}));
      QVERIFY(!hit_solid(solid, {{5.0F, 0.1F, 0.2F}, {1.0F, 0.0F, 0.0F}}));
      const auto above = hit_solid(solid, {{1.0F, 0.1F, 3.0F}, {0.0F, 0.0F, -1.0F}});
      QVERIFY(above && std::abs(above->distance - 2.5F) < 1e-5F && above->normal.z() > 0.999F);
    }
  }

  void furniture_stands_on_the_floor() {
    Random random(5);
    for (int kind = 0; kind <= static_cast<int>(RoomsKind::kBoard); ++kind) {
      for (int i = 0; i < 50; ++i) {
        const RoomsObject object = make_furniture(static_cast<RoomsKind>(kind), random, i % 2 == 0);
        QVERIFY(object.low().z() >= -1e-5F && object.high().z() < 2.3F);
        for (const RoomsSolid& solid : object.solids) {
          QVERIFY2(solid.half.minCoeff() > 0.0F, qPrintable(QString::number(kind)));
        }
      }
    }
  }

  void cells_take_one_point_each() {
    RoomsCells cells(0.1F, 100);
    QVERIFY(cells.insert({0.01F, 0.01F, 0.01F}));
    QVERIFY(!cells.insert({0.09F, 0.09F, 0.09F}));
    QVERIFY(cells.insert({-0.01F, 0.01F, 0.01F}));
    QVERIFY(cells.insert({0.01F, 0.11F, 0.01F}));
  }

  /// What a checkpoint takes for granted: classes and their order, yaw, unit, colors.
  void sets_that_do_not_fit_are_told_apart() {
    const auto of = [](RoomsRecipe recipe) { return *scene_statistics(*make_rooms_set(recipe), 3, {}); };
    const SceneStatistics scans = of(small(Source::kScans));
    RoomsRecipe other = small(Source::kScans);
    other.seed = 9;
    QCOMPARE(scene_misfits(scans, of(other)), std::vector<std::string>{});
    const auto says = [&](const SceneStatistics& given, const char* text) {
      const auto found = scene_misfits(scans, given);
      return std::any_of(found.begin(), found.end(), [text](const std::string& sentence) {
        return sentence.find(text) != std::string::npos;
      });
    };
    QVERIFY(says(of(small(Source::kViews)), "dresser, night_stand"));
    QVERIFY(says(of(small(Source::kViews)), "turned about z"));
    SceneStatistics changed = scans;
    std::swap(changed.categories[0], changed.categories[1]);
    QVERIFY(says(changed, "another order"));
    changed = scans;
    changed.extent *= 1000.0;
    QVERIFY(says(changed, "another unit"));
    changed = scans;
    changed.color /= 255.0;
    QVERIFY(says(changed, "divided by 255 twice"));
    changed.color = 1.0;
    QVERIFY(says(changed, "white"));
    changed.color = -1.0;
    QVERIFY(says(changed, "none"));
  }

  void bundled_recipes_are_valid() {
    int count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::source_path("resources/recipes/rooms"))) {
      const auto recipe = read_rooms_recipe(entry.path());
      QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
      ++count;
    }
    QCOMPARE(count, 24);
    const auto set =
        make_rooms_set(*read_rooms_recipe(test::source_path("resources/recipes/rooms/scans-train.toml")));
    QVERIFY(set->num_scenes() >= 300);
    QCOMPARE(set->name(), std::string("rooms-scans-train"));
    QCOMPARE(set->split(), std::string("train"));
    QVERIFY(!set->rotated_boxes());
    QVERIFY(!set->load(set->num_scenes()));
  }

  void recipes_that_make_no_sense_are_named() {
    const auto problem = [](const std::string& text) {
      const auto recipe = parse_rooms_recipe(text, "r.toml");
      return recipe ? std::string("it was read") : recipe.error().message;
    };
    const std::string head = "generator = \"rooms\"\nsource = \"views\"\n";
    QVERIFY(problem(head).starts_with("it was read"));
    QVERIFY(problem("generator = \"rooms\"\n").find("\"source\"") != std::string::npos);
    QVERIFY(problem("generator = \"rooms\"\nsource = \"caves\"\n").find("\"offices\"") != std::string::npos);
    QVERIFY(problem(head + "points = 5\n").find("points") != std::string::npos);
    QVERIFY(problem(head + "scale = 0\n").find("scale") != std::string::npos);
    QVERIFY(problem(head + "set = \"../x\"\n").find("\"set\"") != std::string::npos);
    QVERIFY(problem(head + "walls = 5\n").find("walls") != std::string::npos);
    const auto image_command = parse_procedural_recipe(head, "r.toml");
    QVERIFY(!image_command && image_command.error().message.find("rooms") != std::string::npos);
  }
};

ALIDADE_TEST(RoomsTest)
#include "rooms_test.moc"
