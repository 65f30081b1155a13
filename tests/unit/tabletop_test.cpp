// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include <QTest>

#include "core/base/sha256.h"
#include "core/data/procedural/tabletop.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

TabletopRecipe small_recipe(const std::string& split = "test") {
  TabletopRecipe recipe;
  recipe.split = split;
  recipe.models_per_category = 4;
  recipe.frames = 12;
  recipe.width = 160;
  recipe.height = 120;
  return recipe;
}

TabletopRecipe household_recipe() {
  TabletopRecipe recipe = small_recipe();
  recipe.categories = household_categories();
  recipe.printed = true;
  return recipe;
}

std::string hash_of(const Frame& frame) {
  Sha256 hash;
  hash.add(frame.color.data.data(), frame.color.data.size());
  hash.add(frame.depth.data.data(), frame.depth.data.size() * sizeof(float));
  hash.add(frame.nocs.data.data(), frame.nocs.data.size());
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    hash.add(frame.instances[i].cam_from_obj.R.data(), sizeof(double) * 9);
    hash.add(frame.visible_masks[i].data.data(), frame.visible_masks[i].data.size());
  }
  return hash.hex();
}

}  // namespace

class TabletopTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void nocs_map_agrees_with_depth_and_pose();
  void noise_stays_within_its_law();
  void frames_depend_on_recipe_and_index_only();
  void layers_do_not_influence_each_other();
  void splits_share_no_model();
  void a_mug_is_symmetric_only_without_handle();
  void every_household_category_is_seen();
  void a_part_of_the_categories_has_the_same_shapes();
  void a_print_changes_colors_alone();
  void a_print_is_in_the_mesh();
  void only_chosen_categories_change_the_recipe();
  void masks_do_not_overlap_and_fractions_fit();
  void the_dataset_generates_on_load();
  void recipes_are_checked_data();
  void recipes_are_checked();
};

void TabletopTest::nocs_map_agrees_with_depth_and_pose() {
  TabletopRecipe recipe = small_recipe();
  recipe.depth_noise = 0.0;
  const TabletopGenerator generator(recipe);
  int checked = 0;
  for (std::size_t index = 0; index < 6; ++index) {
    const Frame frame = generator.frame(index);
    for (std::size_t i = 0; i < frame.instances.size(); ++i) {
      const Instance& instance = frame.instances[i];
      for (int y = 0; y < recipe.height; ++y) {
        for (int x = 0; x < recipe.width; ++x) {
          if (*frame.visible_masks[i].pixel(x, y) == 0) {
            continue;
          }
          const Eigen::Vector3d p = frame.camera.unproject(x, y, *frame.depth.pixel(x, y));
          const Eigen::Vector3d q = instance.cam_from_obj.inverse() * p;
          QVERIFY(((q.cwiseAbs() - 0.5 * instance.size).array() < 2e-4).all());  // inside its box
          const Eigen::Vector3d nocs = q / instance.size.norm() + Eigen::Vector3d::Constant(0.5);
          for (int c = 0; c < 3; ++c) {
            // Half a step of 8 bits, and half a step of 0.1 mm of depth (stretched along the ray).
            QVERIFY(std::abs(frame.nocs.pixel(x, y)[c] / 255.0 - nocs[c]) <
                    0.51 / 255.0 + 0.0001 / instance.size.norm());
          }
          ++checked;
        }
      }
    }
  }
  QVERIFY(checked > 3000);
}

void TabletopTest::noise_stays_within_its_law() {
  TabletopRecipe recipe = small_recipe();
  const TabletopGenerator noisy(recipe);
  recipe.depth_noise = 0.0;
  const TabletopGenerator exact(recipe);
  double sum = 0.0, squares = 0.0;
  int count = 0, holes = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    const Frame a = noisy.frame(index), b = exact.frame(index);
    for (int y = 0; y < recipe.height; ++y) {
      for (int x = 0; x < recipe.width; ++x) {
        const double z = *b.depth.pixel(x, y), measured = *a.depth.pixel(x, y);
        QVERIFY(z > 0.0);
        if (measured == 0.0) {
          ++holes;
          continue;
        }
        const double sigma = 0.0012 * z * z + 0.0004;
        const double deviation = (measured - z) * a.camera.unproject(x, y, 1.0).norm() / sigma;
        sum += deviation, squares += deviation * deviation, ++count;
      }
    }
  }
  QVERIFY(std::abs(sum / count) < 0.02);
  QVERIFY(std::abs(std::sqrt(squares / count) - 1.0) < 0.02);
  const double share = static_cast<double>(holes) / (count + holes);
  QVERIFY2(share > 0.002 && share < 0.15, qPrintable(QString::number(share)));
}

void TabletopTest::frames_depend_on_recipe_and_index_only() {
  const TabletopGenerator a(small_recipe()), b(small_recipe());
  std::vector<std::string> forward(6), backward(6);
  {
    std::jthread first([&] {
      for (int i = 0; i < 6; i += 2)
        forward[i] = hash_of(a.frame(i));
    });
    std::jthread second([&] {
      for (int i = 1; i < 6; i += 2)
        forward[i] = hash_of(a.frame(i));
    });
  }
  for (int i = 5; i >= 0; --i) {
    backward[i] = hash_of(b.frame(i));
  }
  QVERIFY(forward == backward);
  QCOMPARE(std::set<std::string>(forward.begin(), forward.end()).size(), std::size_t{6});
  TabletopRecipe other = small_recipe();
  other.seed = 77;
  QVERIFY(hash_of(TabletopGenerator(other).frame(0)) != forward[0]);
}

void TabletopTest::layers_do_not_influence_each_other() {
  const TabletopGenerator generator(small_recipe());
  const Frame all = generator.frame(3);
  FrameLayers layers;
  layers.color = layers.nocs = false;
  const Frame some = generator.frame(3, layers);
  QVERIFY(some.color.empty() && some.nocs.empty());
  QVERIFY(all.depth.data == some.depth.data);
  QCOMPARE(all.instances.size(), some.instances.size());
}

void TabletopTest::splits_share_no_model() {
  std::set<std::array<double, 3>> sizes;
  std::size_t expected = 0;
  for (const char* split : {"train", "val", "test", "mini"}) {
    const TabletopGenerator generator(small_recipe(split));
    QCOMPARE(generator.models().size(), std::size_t{24});
    for (const auto& model : generator.models()) {
      sizes.insert({model.size.x(), model.size.y(), model.size.z()});
      ++expected;
    }
  }
  QCOMPARE(sizes.size(), expected);
}

void TabletopTest::a_mug_is_symmetric_only_without_handle() {
  TabletopRecipe recipe = small_recipe();
  recipe.max_elevation_deg = 30.0;
  recipe.depth_noise = 0.0;
  const TabletopGenerator generator(recipe);
  int hidden = 0, visible = 0;
  for (std::size_t index = 0; index < 60; ++index) {
    FrameDetails details;
    FrameLayers layers;
    layers.color = layers.nocs = false;
    const Frame frame = generator.frame(index, layers, &details);
    for (std::size_t i = 0; i < frame.instances.size(); ++i) {
      const Instance& instance = frame.instances[i];
      if (instance.category != "mug" || instance.visible_fraction < 0.98) {
        continue;
      }
      QCOMPARE(!instance.symmetry.trivial(), static_cast<bool>(details.handle_hidden[i]));
      // Unoccluded: what decides is on which side of the mug the camera stands; +x carries the handle.
      const Eigen::Vector3d eye = instance.cam_from_obj.inverse() * Eigen::Vector3d::Zero();
      const double side = eye.x() / std::hypot(eye.x(), eye.z());
      if (side > 0.3) {
        QVERIFY(instance.symmetry.trivial());
        ++visible;
      } else if (side < -0.97) {
        QCOMPARE(instance.symmetry.axes.size(), std::size_t{1});
        ++hidden;
      }
    }
  }
  QVERIFY2(hidden >= 2 && visible >= 5, qPrintable(QString("%1 %2").arg(hidden).arg(visible)));
}

void TabletopTest::every_household_category_is_seen() {
  TabletopRecipe recipe = household_recipe();
  recipe.max_clutter = 0;
  const TabletopGenerator generator(recipe);
  QCOMPARE(generator.models().size(), std::size_t{40});
  std::map<std::string, std::int64_t> pixels, instances;
  bool cup_hidden = false, cup_seen = false;
  FrameLayers layers;
  layers.color = layers.nocs = layers.depth = false;
  for (std::size_t index = 0; index < 150; ++index) {
    FrameDetails details;
    const Frame frame = generator.frame(index, layers, &details);
    for (std::size_t i = 0; i < frame.instances.size(); ++i) {
      const Instance& instance = frame.instances[i];
      pixels[instance.category] +=
          std::count_if(frame.visible_masks[i].data.begin(), frame.visible_masks[i].data.end(),
                        [](std::uint8_t value) { return value != 0; });
      ++instances[instance.category];
      if (instance.category == "cup") {
        QCOMPARE(!instance.symmetry.trivial(), static_cast<bool>(details.handle_hidden[i]));
        (details.handle_hidden[i] ? cup_hidden : cup_seen) = true;
      } else {
        QVERIFY(!details.handle_hidden[i]);
      }
    }
  }
  for (const auto& category : household_categories()) {
    QVERIFY2(instances[category] >= 25 && pixels[category] > 30 * instances[category],
             qPrintable(QString("%1: %2 pixels of %3")
                            .arg(QString::fromStdString(category))
                            .arg(pixels[category])
                            .arg(instances[category])));
  }
  QCOMPARE(instances.size(), household_categories().size());
  QVERIFY(cup_hidden && cup_seen);
}

void TabletopTest::a_part_of_the_categories_has_the_same_shapes() {
  TabletopRecipe part = household_recipe();
  part.categories = {"tube", "box"};
  const TabletopGenerator whole(household_recipe()), half(part);
  QCOMPARE(half.models()[0].category, std::string("tube"));
  for (const ObjectModel& model : half.models()) {
    const auto same = std::find_if(whole.models().begin(), whole.models().end(),
                                   [&](const ObjectModel& other) { return other.name == model.name; });
    QVERIFY(same != whole.models().end());
    QVERIFY(whole.mesh(same->id)->vertices == half.mesh(model.id)->vertices);
    QVERIFY(whole.mesh(same->id)->colors == half.mesh(model.id)->colors);
  }
}

void TabletopTest::a_print_changes_colors_alone() {
  TabletopRecipe plain = household_recipe();
  plain.printed = false;
  const TabletopGenerator with(household_recipe()), without(plain);
  for (std::size_t index = 0; index < 3; ++index) {
    const Frame a = with.frame(index), b = without.frame(index);
    QVERIFY(a.depth.data == b.depth.data && a.nocs.data == b.nocs.data);
    QVERIFY(a.visible_masks.size() == b.visible_masks.size());
    std::int64_t changed = 0, beside = 0;
    for (std::size_t p = 0; p < a.depth.data.size(); ++p) {
      const auto difference = [&](std::size_t c) {
        return std::abs(int{a.color.data[3 * p + c]} - int{b.color.data[3 * p + c]});
      };
      const bool differs = std::max({difference(0), difference(1), difference(2)}) > 4;
      // The outline of an object mixes with what is behind it.
      const bool on_object = a.nocs.data[3 * p] != 0 || a.nocs.data[3 * p + 1] != 0;
      changed += differs && on_object;
      beside += differs && !on_object;
    }
    QVERIFY2(changed > 100 && beside < changed / 4, qPrintable(QString("%1 %2").arg(changed).arg(beside)));
  }
}

void TabletopTest::a_print_is_in_the_mesh() {
  const TabletopGenerator generator(household_recipe());
  for (const ObjectModel& model : generator.models()) {
    const auto mesh = generator.mesh(model.id);
    const auto shape = generator.shape(model.id);
    QVERIFY(mesh->faces.size() >= shape->mesh.faces.size());
    std::set<std::array<std::uint8_t, 3>> plain(shape->mesh.colors.begin(), shape->mesh.colors.end()),
        printed(mesh->colors.begin(), mesh->colors.end());
    QVERIFY(shape->print.empty() || printed.size() >= plain.size());
  }
}

void TabletopTest::only_chosen_categories_change_the_recipe() {
  const std::string plain = to_json(small_recipe());
  QVERIFY(plain.find("categories") == std::string::npos && plain.find("surfaces") == std::string::npos);
  TabletopRecipe named = small_recipe();
  named.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
  QCOMPARE(to_json(named), plain);
  const std::string household = to_json(household_recipe());
  QVERIFY(household.find("\"categories\"") != std::string::npos &&
          household.find("\"surfaces\"") != std::string::npos);
  for (const char* text : {"categories = \"household\"\nsurfaces = \"printed\"",
                           "surfaces = \"printed\"\ncategories = [\"box\", \"bottle\", \"can\", \"cup\", "
                           "\"remote\", \"teapot\", \"cutlery\", \"glass\", \"shoe\", \"tube\"]"}) {
    const auto read = parse_tabletop_recipe(text, "r.toml");
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QVERIFY(read->categories == household_categories() && read->printed);
  }
  QVERIFY(parse_tabletop_recipe("categories = \"nocs\"", "r.toml")->categories == shape_categories());
  QVERIFY(make_procedural_dataset(household_recipe())->categories().size() == 10);
}

void TabletopTest::masks_do_not_overlap_and_fractions_fit() {
  const TabletopGenerator generator(small_recipe());
  for (std::size_t index = 0; index < 6; ++index) {
    FrameDetails details;
    const Frame frame = generator.frame(index, {}, &details);
    std::vector<int> owners(frame.depth.data.size());
    for (std::size_t i = 0; i < frame.instances.size(); ++i) {
      std::int64_t visible = 0;
      for (std::size_t p = 0; p < owners.size(); ++p) {
        const bool set = frame.visible_masks[i].data[p] != 0;
        owners[p] += set;
        visible += set;
        QVERIFY(!set || details.full_masks[i].data[p] != 0);
      }
      QVERIFY(visible > 0 && visible <= details.num_pixels[i]);
      QCOMPARE(frame.instances[i].visible_fraction, static_cast<double>(visible) / details.num_pixels[i]);
    }
    QVERIFY(*std::max_element(owners.begin(), owners.end()) <= 1);
  }
}

void TabletopTest::the_dataset_generates_on_load() {
  const auto dataset = make_procedural_dataset(small_recipe());
  QCOMPARE(dataset->num_frames(), std::size_t{12});
  QCOMPARE(dataset->categories(), shape_categories());
  const auto frame = dataset->load(2, {});
  QVERIFY(frame);
  QCOMPARE(frame->info.name, dataset->frame_info(2).name);
  QVERIFY(!dataset->load(12, {}));
  QVERIFY(dataset->mesh(1));
  QVERIFY(!dataset->mesh(25));
  QVERIFY(dataset->digest() != make_procedural_dataset(small_recipe("val"))->digest());
}

void TabletopTest::recipes_are_checked_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("part");
  QTest::newRow("unknown key") << "split = \"a\"\ncolour = 3\n"
                               << "line 2: unknown key \"colour\"";
  QTest::newRow("not toml") << "split = \n"
                            << "line 1";
  QTest::newRow("kind") << "frames = \"many\"\n"
                        << "\"frames\": expected a whole number";
  QTest::newRow("range") << "width = 100000\n"
                         << "\"width\"";
  QTest::newRow("real range") << "depth_unit_mm = 0.0\n"
                              << "\"depth_unit_mm\": 0 is outside";
  QTest::newRow("order") << "min_objects = 6\nmax_objects = 3\n"
                         << "min_objects and max_objects";
  QTest::newRow("unknown category") << "categories = [\"box\", \"boat\"]\n"
                                    << "\"categories\": there is no category \"boat\"";
  QTest::newRow("category twice") << "categories = [\"box\", \"tube\", \"box\"]\n"
                                  << "\"box\" is named twice";
  QTest::newRow("no category") << "categories = []\n"
                               << "the list is empty";
  QTest::newRow("category set") << "categories = \"kitchen\"\n"
                                << "\"categories\": expected a list of categories in quotes";
  QTest::newRow("mixed list") << "categories = [\"box\", 3]\n"
                              << "\"categories\": expected a list";
  QTest::newRow("surfaces") << "surfaces = \"shiny\"\n"
                            << "\"surfaces\": expected \"plain\" or \"printed\"";
  QTest::newRow("split") << "split = \"../up\"\n"
                         << "\"split\"";
}

void TabletopTest::recipes_are_checked() {
  QFETCH(QString, text);
  QFETCH(QString, part);
  const auto recipe = parse_tabletop_recipe(text.toStdString(), "r.toml");
  QVERIFY(!recipe);
  QCOMPARE(recipe.error().code, ErrorCode::kInput);
  const auto message = QString::fromStdString(recipe.error().message);
  QVERIFY2(message.startsWith("r.toml: ") && message.contains(part), qPrintable(message));
}

ALIDADE_TEST(TabletopTest)
#include "tabletop_test.moc"
