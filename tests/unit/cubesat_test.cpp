// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <set>
#include <thread>

#include <QTest>

#include "core/base/sha256.h"
#include "core/data/mesh_extent.h"
#include "core/data/procedural/cubesat.h"
#include "core/data/procedural/cubesat_scene.h"
#include "core/data/procedural/cubesat_shading.h"
#include "core/data/procedural/procedural_recipe.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

constexpr double kRadian = std::numbers::pi / 180.0;
constexpr FrameLayers kPosesOnly{false, false, false, false};

CubesatRecipe orbit_recipe() {
  CubesatRecipe recipe;
  recipe.split = "test";
  recipe.frames = 50;
  return recipe;
}

std::string digest_of(const Frame& frame) {
  Sha256 hash;
  hash.add(frame.color.data.data(), frame.color.data.size());
  hash.add(frame.depth.data.data(), frame.depth.data.size() * sizeof(float));
  hash.add(frame.nocs.data.data(), frame.nocs.data.size());
  hash.add(frame.visible_masks[0].data.data(), frame.visible_masks[0].data.size());
  hash.add(frame.instances[0].cam_from_obj.R.data(), sizeof(double) * 9);
  return hash.hex();
}

/// Whether the ray from `origin` meets the mesh (Moller and Trumbore); every face counts.
bool meets(const Mesh& mesh, const Eigen::Vector3d& origin, const Eigen::Vector3d& direction) {
  return std::any_of(mesh.faces.begin(), mesh.faces.end(), [&](const auto& face) {
    const Eigen::Vector3d a = mesh.vertices[face[0]].template cast<double>();
    const Eigen::Vector3d u = mesh.vertices[face[1]].template cast<double>() - a;
    const Eigen::Vector3d v = mesh.vertices[face[2]].template cast<double>() - a;
    const Eigen::Vector3d p = direction.cross(v);
    const double determinant = u.dot(p);
    if (std::abs(determinant) < 1e-15) {
      return false;
    }
    const Eigen::Vector3d s = origin - a, q = s.cross(u);
    const double x = s.dot(p) / determinant, y = direction.dot(q) / determinant;
    return x >= 0.0 && y >= 0.0 && x + y <= 1.0 && v.dot(q) / determinant > 0.0;
  });
}

double brightness(const ImageU8& image, int x, int y) {
  const auto* rgb = image.pixel(x, y);
  return (rgb[0] + rgb[1] + rgb[2]) / 3.0;
}

/// The mean brightness of all pixels without the satellite.
double mean_behind(const Frame& frame) {
  double sum = 0.0;
  int count = 0;
  for (int y = 0; y < frame.color.height; ++y) {
    for (int x = 0; x < frame.color.width; ++x) {
      if (*frame.visible_masks[0].pixel(x, y) == 0) {
        sum += brightness(frame.color, x, y);
        ++count;
      }
    }
  }
  return sum / count;
}

std::shared_ptr<const Spacecraft> craft() {
  return std::make_shared<const Spacecraft>(make_satellite(CubesatRecipe::Satellite::kCubesat));
}

}  // namespace

class CubesatTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void framesDependOnRecipeAndIndexAlone();
  void layersDoNotInfluenceEachOther();
  void theProjectedMeshFillsTheMask();
  void depthAndNocsAgreeWithThePose();
  void theSunLightsWhatItSees();
  void thePhotonsOfAPixelVary();
  void attitudesStayWithinTheirBound();
  void theSatelliteStaysInTheImage();
  void noTurnMapsASatelliteOntoItself();
  void debrisHidesAPart();
  void theBackgroundIsWhatWasAskedFor();
  void unseenLightChangesTheLightAlone();
  void theDatasetGeneratesOnLoad();
  void shippedRecipesRead();
  void recipesAreChecked_data();
  void recipesAreChecked();
};

void CubesatTest::framesDependOnRecipeAndIndexAlone() {
  CubesatRecipe recipe = orbit_recipe();
  recipe.occlusion = 0.5;
  const CubesatGenerator a(recipe);
  recipe.frames = 7;  // how many there are does not matter
  const CubesatGenerator b(recipe);
  std::vector<std::string> forward(8), backward(8);
  {
    std::jthread even([&] {
      for (int i = 0; i < 8; i += 2)
        forward[i] = digest_of(a.frame(i));
    });
    std::jthread odd([&] {
      for (int i = 1; i < 8; i += 2)
        forward[i] = digest_of(a.frame(i));
    });
  }
  for (int i = 7; i >= 0; --i) {
    backward[i] = digest_of(b.frame(i));
  }
  QVERIFY(forward == backward);
  QCOMPARE(std::set<std::string>(forward.begin(), forward.end()).size(), std::size_t{8});
  CubesatRecipe other = recipe;
  other.seed = 2;
  QVERIFY(digest_of(CubesatGenerator(other).frame(0)) != forward[0]);
  other = recipe;
  other.split = "val";
  QVERIFY(digest_of(CubesatGenerator(other).frame(0)) != forward[0]);
}

void CubesatTest::layersDoNotInfluenceEachOther() {
  const CubesatGenerator generator(orbit_recipe());
  const Frame all = generator.frame(3), color = generator.frame(3, {true, false, false, false}),
              depth = generator.frame(3, {false, true, true, true});
  QVERIFY(color.color.data == all.color.data && color.depth.empty() && color.visible_masks[0].empty());
  QVERIFY(depth.depth.data == all.depth.data && depth.nocs.data == all.nocs.data && depth.color.empty());
  QVERIFY(depth.visible_masks[0].data == all.visible_masks[0].data);
}

void CubesatTest::theProjectedMeshFillsTheMask() {
  for (const auto satellite : {CubesatRecipe::Satellite::kCubesat, CubesatRecipe::Satellite::kProbe}) {
    CubesatRecipe recipe = orbit_recipe();
    recipe.satellite = satellite;
    recipe.width = 192;
    recipe.height = 160;
    recipe.max_rotation_deg = 180.0;
    const CubesatGenerator generator(recipe);
    for (std::size_t index = 0; index < 12; ++index) {
      const Frame frame = generator.frame(index, {false, false, true, false});
      const ImageU8& mask = frame.visible_masks[0];
      double u0 = 1e9, u1 = -1e9, v0 = 1e9, v1 = -1e9;
      for (const auto& vertex : generator.mesh(1)->vertices) {
        const auto pixel = frame.camera.project(frame.instances[0].cam_from_obj * vertex.cast<double>());
        QVERIFY(pixel);
        u0 = std::min(u0, pixel->x()), u1 = std::max(u1, pixel->x());
        v0 = std::min(v0, pixel->y()), v1 = std::max(v1, pixel->y());
      }
      int left = mask.width, right = -1, top = mask.height, bottom = -1;
      for (int y = 0; y < mask.height; ++y) {
        for (int x = 0; x < mask.width; ++x) {
          if (*mask.pixel(x, y) != 0) {
            left = std::min(left, x), right = std::max(right, x);
            top = std::min(top, y), bottom = std::max(bottom, y);
          }
        }
      }
      // A tip thinner than a pixel may fall between two centers.
      const double slack = 3.0;
      QVERIFY(left >= u0 - 1e-6 && left <= std::max(0.0, u0) + slack);
      QVERIFY(right <= u1 + 1e-6 && right >= std::min(mask.width - 1.0, u1) - slack);
      QVERIFY(top >= v0 - 1e-6 && top <= std::max(0.0, v0) + slack);
      QVERIFY(bottom <= v1 + 1e-6 && bottom >= std::min(mask.height - 1.0, v1) - slack);
    }
  }
}

void CubesatTest::depthAndNocsAgreeWithThePose() {
  const CubesatGenerator generator(orbit_recipe());
  int checked = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    const Frame frame = generator.frame(index, {false, true, true, true});
    const Instance& instance = frame.instances[0];
    const Rigid3 obj_from_cam = instance.cam_from_obj.inverse();
    for (int y = 0; y < frame.depth.height; ++y) {
      for (int x = 0; x < frame.depth.width; ++x) {
        const double z = *frame.depth.pixel(x, y);
        QCOMPARE(z > 0.0, *frame.visible_masks[0].pixel(x, y) != 0);
        if (z > 0.0) {
          const Eigen::Vector3d p = obj_from_cam * frame.camera.unproject(x, y, z);
          QVERIFY(((p.cwiseAbs() - 0.5 * instance.size).array() < 3e-4).all());
          for (int c = 0; c < 3; ++c) {
            const double nocs = p[c] / instance.size.norm() + 0.5;
            QVERIFY(std::abs(frame.nocs.pixel(x, y)[c] / 255.0 - nocs) < 0.51 / 255.0 + 1e-3);
          }
          ++checked;
        }
      }
    }
  }
  QVERIFY(checked > 1000);
}

// What the sun reaches, by rays, is many times brighter than what faces away and than what lies in shadow.
void CubesatTest::theSunLightsWhatItSees() {
  CubesatRecipe recipe = orbit_recipe();
  recipe.background = CubesatRecipe::Background::kSpace;
  recipe.width = recipe.height = 128;
  recipe.max_distance = 3.0;
  const auto satellite = craft();
  const Mesh& mesh = satellite->shape.mesh;
  const double diameter = mesh_extent(mesh).diameter;
  double lit = 0.0, away = 0.0, shadow = 0.0;
  int num_lit = 0, num_away = 0, num_shadow = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    CubesatScene scene = draw_cubesat_scene(recipe, seed, satellite, diameter);
    scene.to_sun = Eigen::Vector3d(seed % 2 == 0 ? 0.8 : -0.8, seed < 2 ? 0.3 : -0.3, -0.5).normalized();
    const ImageU8 image = shade_cubesat(scene, diameter, 0.0);
    const auto items = scene.raster_items();
    Rasterizer drawn(scene.camera);
    drawn.draw(items);
    const Eigen::Vector3d sun_obj = scene.satellite.cam_from_craft.R.transpose() * scene.to_sun;
    for (int y = 0; y < image.height; y += 2) {
      for (int x = 0; x < image.width; x += 2) {
        const double facing = drawn.normal_cam(x, y).dot(scene.to_sun);
        if (drawn.fragment(x, y).item != 0 || std::abs(facing) < 0.15) {
          continue;
        }
        const Eigen::Vector3d normal_obj =
            scene.satellite.cam_from_craft.R.transpose() * drawn.normal_cam(x, y);
        const bool blocked = meets(mesh, drawn.point_mesh(x, y) + 0.006 * normal_obj, sun_obj);
        double& sum = facing < 0.0 ? away : blocked ? shadow : lit;
        int& count = facing < 0.0 ? num_away : blocked ? num_shadow : num_lit;
        sum += brightness(image, x, y);
        ++count;
      }
    }
  }
  QVERIFY(num_lit > 200 && num_away > 100 && num_shadow > 40);
  const QString told = QStringLiteral("lit %1 away %2 shadow %3")
                           .arg(lit / num_lit)
                           .arg(away / num_away)
                           .arg(shadow / num_shadow);
  QVERIFY2(lit / num_lit > 3.0 * away / num_away, qPrintable(told));
  QVERIFY2(lit / num_lit > 2.0 * shadow / num_shadow, qPrintable(told));
}

// In the square roots of light photon noise has the same spread at every brightness.
void CubesatTest::thePhotonsOfAPixelVary() {
  const auto satellite = craft();
  const double diameter = mesh_extent(satellite->shape.mesh).diameter;
  CubesatScene scene = draw_cubesat_scene(orbit_recipe(), 5, satellite, diameter);
  const ImageU8 exact = shade_cubesat(scene, diameter, 0.0);
  double squares[2] = {};
  int counts[2] = {};
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    scene.grain_seed = seed;
    const ImageU8 noisy = shade_cubesat(scene, diameter, 2.0);
    for (std::size_t i = 0; i < exact.data.size(); ++i) {
      if (exact.data[i] > 50 && exact.data[i] < 230) {
        const double difference = noisy.data[i] - exact.data[i];
        squares[exact.data[i] > 120] += difference * difference;
        ++counts[exact.data[i] > 120];
      }
    }
  }
  QVERIFY(counts[0] > 300 && counts[1] > 300);
  // 2 sqrt(1.5e-4) / 2 of 255, and the rounding to bytes.
  const double expected = std::sqrt(std::pow(255.0 * std::sqrt(1.5e-4), 2) + 1.0 / 6.0);
  for (int bright = 0; bright < 2; ++bright) {
    const double sigma = std::sqrt(squares[bright] / counts[bright]);
    QVERIFY2(std::abs(sigma / expected - 1.0) < 0.1, qPrintable(QString::number(sigma)));
  }
}

void CubesatTest::attitudesStayWithinTheirBound() {
  for (const double most : {60.0, 180.0}) {
    CubesatRecipe recipe = orbit_recipe();
    recipe.width = recipe.height = 32;
    recipe.max_rotation_deg = most;
    const CubesatGenerator generator(recipe);
    double sum = 0.0, farthest = 0.0;
    constexpr int kFrames = 600;
    for (std::size_t i = 0; i < kFrames; ++i) {
      const double angle = geodesic_distance(generator.frame(i, kPosesOnly).instances[0].cam_from_obj.R,
                                             cubesat_reference_attitude());
      sum += angle, farthest = std::max(farthest, angle);
    }
    // The mean of x (1 - cos x) / (m - sin m) over 0..m.
    const double m = most * kRadian;
    const double mean = (0.5 * m * m - m * std::sin(m) - std::cos(m) + 1.0) / (m - std::sin(m));
    QVERIFY(farthest <= m + 1e-9 && farthest > 0.95 * m);
    QVERIFY(std::abs(sum / kFrames - mean) < 0.05 * mean);
  }
}

void CubesatTest::theSatelliteStaysInTheImage() {
  const CubesatRecipe recipe = orbit_recipe();
  const CubesatGenerator generator(recipe);
  int thirds[3] = {}, cut = 0;
  constexpr int kFrames = 300;
  for (std::size_t i = 0; i < kFrames; ++i) {
    const Instance instance = generator.frame(i, kPosesOnly).instances[0];
    const double z = instance.cam_from_obj.t.z();
    QVERIFY(z >= recipe.min_distance && z <= recipe.max_distance);
    ++thirds[std::min(
        2, static_cast<int>(3.0 * (z - recipe.min_distance) / (recipe.max_distance - recipe.min_distance)))];
    QVERIFY(instance.visible_fraction > 0.5);
    cut += instance.visible_fraction < 0.97;
  }
  QVERIFY(*std::min_element(thirds, thirds + 3) > kFrames / 5);
  QVERIFY2(cut < kFrames / 20, qPrintable(QString::number(cut)));
}

// A symmetry of a shape maps its box, its center of mass and its mesh onto themselves; already the half and
// quarter turns about the axes of the box leave parts where nothing was.
void CubesatTest::noTurnMapsASatelliteOntoItself() {
  for (const auto satellite : {CubesatRecipe::Satellite::kCubesat, CubesatRecipe::Satellite::kProbe}) {
    const Mesh mesh = make_satellite(satellite).shape.mesh;
    for (int axis = 0; axis < 3; ++axis) {
      for (int quarter = 1; quarter < 4; ++quarter) {
        const Eigen::Matrix3f R =
            rotation_about(Eigen::Vector3d::Unit(axis), 0.5 * std::numbers::pi * quarter).cast<float>();
        float farthest = 0.0F;
        for (std::size_t i = 0; i < mesh.vertices.size(); i += 5) {
          float nearest = 1e9F;
          for (const auto& other : mesh.vertices) {
            nearest = std::min(nearest, (R * mesh.vertices[i] - other).squaredNorm());
          }
          farthest = std::max(farthest, std::sqrt(nearest));
        }
        QVERIFY2(farthest > 0.05F,
                 qPrintable(QStringLiteral("%1 %2 %3").arg(axis).arg(quarter).arg(farthest)));
      }
    }
    CubesatRecipe recipe = orbit_recipe();
    recipe.satellite = satellite;
    const CubesatGenerator generator(recipe);
    const ObjectModel& model = generator.models()[0];
    QVERIFY(model.symmetry.trivial());
    QCOMPARE(model.category, satellite_name(satellite));
    QCOMPARE(model.diameter, mesh_extent(mesh).diameter);
    QVERIFY(model.diameter > 0.4 && model.diameter < 0.8);
  }
}

void CubesatTest::debrisHidesAPart() {
  CubesatRecipe recipe = orbit_recipe();
  recipe.occlusion = 0.6;
  const CubesatGenerator with(recipe);
  recipe.occlusion = 0.0;
  const CubesatGenerator without(recipe);
  int hidden = 0;
  constexpr int kFrames = 120;
  for (std::size_t i = 0; i < kFrames; ++i) {
    FrameDetails details;
    const Frame a = with.frame(i, {false, false, true, false}, &details),
                b = without.frame(i, {false, false, true, false});
    QVERIFY(a.instances[0].cam_from_obj.t == b.instances[0].cam_from_obj.t);
    QVERIFY(details.full_masks[0].data == b.visible_masks[0].data);  // what debris hides is known
    QVERIFY(a.instances[0].visible_fraction > 0.3);
    hidden += a.visible_masks[0].data != b.visible_masks[0].data;
  }
  QVERIFY2(hidden > 0.45 * kFrames && hidden < 0.75 * kFrames, qPrintable(QString::number(hidden)));
}

void CubesatTest::theBackgroundIsWhatWasAskedFor() {
  CubesatRecipe recipe = orbit_recipe();
  const auto bright_frames = [&recipe](CubesatRecipe::Background background) {
    recipe.background = background;
    const CubesatGenerator generator(recipe);
    int count = 0;
    for (std::size_t i = 0; i < 24; ++i) {
      count += mean_behind(generator.frame(i)) > 22.0;
    }
    return count;
  };
  QCOMPARE(bright_frames(CubesatRecipe::Background::kSpace), 0);
  QVERIFY(bright_frames(CubesatRecipe::Background::kEarth) > 14);  // some of it lies in the night
  const int mixed = bright_frames(CubesatRecipe::Background::kMixed);
  QVERIFY(mixed > 4 && mixed < 20);
}

void CubesatTest::unseenLightChangesTheLightAlone() {
  CubesatRecipe recipe = orbit_recipe();
  const CubesatGenerator seen(recipe);
  recipe.lighting = CubesatRecipe::Lighting::kUnseen;
  const CubesatGenerator unseen(recipe);
  QCOMPARE(unseen.set().name, std::string("cubesat-test-unseen-light"));
  const auto satellite = craft();
  for (std::size_t i = 0; i < 10; ++i) {
    const Frame a = seen.frame(i), b = unseen.frame(i);
    QVERIFY(a.visible_masks[0].data == b.visible_masks[0].data);
    QVERIFY(a.depth.data == b.depth.data);
    QVERIFY(a.color.data != b.color.data);
    // No direction of the sun is in both.
    CubesatRecipe hard = recipe;
    hard.lighting = CubesatRecipe::Lighting::kHard;
    QVERIFY(draw_cubesat_scene(hard, i, satellite, 0.5).to_sun.z() <= -std::cos(75.0 * kRadian) + 1e-9);
    QVERIFY(draw_cubesat_scene(recipe, i, satellite, 0.5).to_sun.z() >= -std::cos(75.0 * kRadian) - 1e-9);
  }
}

void CubesatTest::theDatasetGeneratesOnLoad() {
  const auto dataset = make_procedural_dataset(orbit_recipe());
  QCOMPARE(dataset->num_frames(), std::size_t{50});
  QCOMPARE(dataset->name(), std::string("cubesat-test"));
  QCOMPARE(dataset->format(), std::string("Cubesat (procedural)"));
  QCOMPARE(dataset->frame_info(3).categories, std::vector<std::string>{"cubesat"});
  const auto frame = dataset->load(3, {});
  QVERIFY(frame && frame->instances.size() == 1 && frame->instances[0].object_id == 1);
  QCOMPARE(frame->info.name, dataset->frame_info(3).name);
  QVERIFY(!dataset->load(50, {}));
  QVERIFY(dataset->mesh(1) && !dataset->mesh(2));
  CubesatRecipe other = orbit_recipe();
  other.background = CubesatRecipe::Background::kSpace;
  QVERIFY(dataset->digest() != make_procedural_dataset(other)->digest());
}

void CubesatTest::shippedRecipesRead() {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_path("resources/recipes/cubesat"))) {
    const auto recipe = read_procedural_recipe(entry.path());
    QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
    QVERIFY(std::holds_alternative<CubesatRecipe>(*recipe));
    ++count;
  }
  QCOMPARE(count, 13);
}

void CubesatTest::recipesAreChecked_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("part");
  const QString head = QStringLiteral("generator = \"cubesat\"\n");
  QTest::newRow("other generator") << "generator = \"moonbase\"\n"
                                   << "\"generator\": expected \"cubesat\"";
  QTest::newRow("generator is a number") << "generator = 3\n"
                                         << "\"generator\": expected \"cubesat\"";
  QTest::newRow("generator is a table") << "[generator]\n"
                                        << "\"generator\": expected \"cubesat\"";
  QTest::newRow("key of Tabletop") << head + "max_objects = 3\n"
                                   << "line 2: unknown key \"max_objects\"";
  QTest::newRow("kind") << head + "frames = \"many\"\n"
                        << "\"frames\": expected a whole number";
  QTest::newRow("too many frames") << head + "frames = 9223372036854775807\n"
                                   << "\"frames\"";
  QTest::newRow("too large") << head + "height = 100000\n"
                             << "\"height\"";
  QTest::newRow("satellite") << head + "satellite = \"station\"\n"
                             << "\"satellite\": expected \"cubesat\" or \"probe\"";
  QTest::newRow("lighting") << head + "lighting = \"soft\"\n"
                            << "\"lighting\": expected \"hard\"";
  QTest::newRow("background") << head + "background = \"sea\"\n"
                              << "\"background\": expected \"earth\"";
  QTest::newRow("too near") << head + "min_distance = 0.1\n"
                            << "\"min_distance\": 0.1 is outside";
  QTest::newRow("order") << head + "min_distance = 6.0\nmax_distance = 3.0\n"
                         << "min_distance and max_distance";
  QTest::newRow("turn") << head + "max_rotation_deg = 181\n"
                        << "\"max_rotation_deg\"";
  QTest::newRow("share") << head + "occlusion = 1.5\n"
                         << "\"occlusion\": 1.5 is outside 0 to 1";
  QTest::newRow("not a number") << head + "sensor_noise = nan\n"
                                << "\"sensor_noise\"";
  QTest::newRow("endless") << head + "max_distance = inf\n"
                           << "\"max_distance\"";
  QTest::newRow("depth too fine") << head + "depth_unit_mm = 0.05\n"
                                  << "65535 steps of it do not reach";
  QTest::newRow("split") << head + "split = \"../up\"\n"
                         << "\"split\"";
}

void CubesatTest::recipesAreChecked() {
  QFETCH(QString, text);
  QFETCH(QString, part);
  const auto recipe = parse_procedural_recipe(text.toStdString(), "r.toml");
  QVERIFY(!recipe);
  QCOMPARE(recipe.error().code, ErrorCode::kInput);
  const auto message = QString::fromStdString(recipe.error().message);
  QVERIFY2(message.startsWith("r.toml: ") && message.contains(part), qPrintable(message));
  QVERIFY(!parse_cubesat_recipe("frames = 3\n", "r.toml"));  // Tabletop's names no generator
}

ALIDADE_TEST(CubesatTest)
#include "cubesat_test.moc"
