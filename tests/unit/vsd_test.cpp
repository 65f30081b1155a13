// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/vsd.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/unit/bop_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const PinholeCamera kSmallCamera{64, 48, 60.0, 61.0, 31.0, 23.5};

/// The maps of the fixture, millimetres times `scale`.
std::vector<ImageF> fixture_maps(const std::string& name, double scale) {
  std::vector<ImageF> maps;
  const Expected<NpyArray> array = read_npy(fixture("bop/vsd_depth_" + name + ".npy"));
  if (!array || array->shape.size() != 3) {
    return maps;
  }
  const std::vector<double> values = array->as_doubles();
  const std::size_t pixels = array->shape[1] * array->shape[2];
  for (std::size_t i = 0; i < array->shape[0]; ++i) {
    ImageF map(static_cast<int>(array->shape[2]), static_cast<int>(array->shape[1]), 1);
    for (std::size_t p = 0; p < pixels; ++p) {
      map.data[p] = static_cast<float>(values[i * pixels + p] * scale);
    }
    maps.push_back(std::move(map));
  }
  return maps;
}

Eigen::Matrix3d json_matrix(const nlohmann::json& rows) {
  Eigen::Matrix3d m;
  for (int i = 0; i < 9; ++i) {
    m(i / 3, i % 3) = rows[i / 3][i % 3].get<double>();
  }
  return m;
}

Rigid3 pose_of(const nlohmann::json& entry, const std::string& suffix) {
  Rigid3 pose{json_matrix(entry.at("R_" + suffix)), {}};
  for (int i = 0; i < 3; ++i) {
    const auto& t = entry.at("t_" + suffix)[i];
    pose.t[i] = (t.is_array() ? t[0].get<double>() : t.get<double>()) * kMetresPerMm;
  }
  return pose;
}

/// A sphere with outward faces, or with inward ones when `inside_out`.
ObjectGeometry sphere(double radius, bool inside_out = false) {
  ObjectGeometry object;
  object.diameter = 2.0 * radius;
  constexpr int kRings = 24, kSectors = 48;
  for (int r = 0; r <= kRings; ++r) {
    for (int s = 0; s < kSectors; ++s) {
      const double a = std::numbers::pi * r / kRings;
      const double b = 2.0 * std::numbers::pi * s / kSectors;
      object.vertices.emplace_back(radius * std::sin(a) * std::cos(b), radius * std::sin(a) * std::sin(b),
                                   radius * std::cos(a));
    }
  }
  for (int r = 0; r < kRings; ++r) {
    for (int s = 0; s < kSectors; ++s) {
      const int a = r * kSectors + s, b = r * kSectors + (s + 1) % kSectors;
      const int c = a + kSectors, d = b + kSectors;
      object.triangles.emplace_back(a, inside_out ? b : c, inside_out ? c : b);
      object.triangles.emplace_back(b, inside_out ? d : c, inside_out ? c : d);
    }
  }
  return object;
}

/// The definition of VSD pixel by pixel, without single precision.
double plain_vsd(const ImageF& measured, const ImageF& truth, const ImageF& estimate, double delta,
                 double tau) {
  double sum = 0.0;
  int united = 0;
  for (int y = 0; y < measured.height; ++y) {
    for (int x = 0; x < measured.width; ++x) {
      const double ray = kSmallCamera.unproject(x, y, 1.0).norm();
      const double m = ray * *measured.pixel(x, y);
      const double g = ray * *truth.pixel(x, y);
      const double e = ray * *estimate.pixel(x, y);
      const bool see_g = g > 0.0 && (m == 0.0 || g - m <= delta);
      const bool see_e = e > 0.0 && (m == 0.0 || e - m <= delta || see_g);
      united += see_g || see_e;
      sum += see_g && see_e ? std::abs(g - e) >= tau : see_g || see_e;
    }
  }
  return united == 0 ? 1.0 : sum / united;
}

}  // namespace

class VsdTest : public QObject {
  Q_OBJECT

  void compareWithToolkit(double scale, double tolerance) {
    const nlohmann::json expected = fixture_json("bop/vsd_expected.json");
    const auto measured = fixture_maps("test", scale);
    const auto truth = fixture_maps("gt", scale);
    const auto estimate = fixture_maps("est", scale);
    const auto& cases = expected.at("cases");
    QVERIFY(!measured.empty() && cases.size() == measured.size());
    const PinholeCamera camera =
        camera_of(json_matrix(expected.at("K")), measured[0].width, measured[0].height);
    for (std::size_t i = 0; i < measured.size(); ++i) {
      VsdRule rule;
      rule.delta = expected.at("delta_mm").get<double>() * scale;
      rule.diameter = cases[i].at("diameter").get<double>() * scale;
      rule.taus = expected.at("taus_fraction_of_diameter").get<std::vector<double>>();
      compareTaus(cases[i].at("vsd_step_taus"), vsd_error(measured[i], truth[i], estimate[i], camera, rule),
                  tolerance);
      rule.cost = VsdCost::kTruncatedLinear;
      compareTaus(cases[i].at("vsd_tlinear_taus"),
                  vsd_error(measured[i], truth[i], estimate[i], camera, rule), tolerance);
      rule.cost = VsdCost::kStep;
      rule.diameter = 0.0;
      rule.taus = {20.0 * scale};
      compareTaus(nlohmann::json::array({cases[i].at("vsd_step_20mm_not_normalised")}),
                  vsd_error(measured[i], truth[i], estimate[i], camera, rule), tolerance);
      const auto cus = cus_error(truth[i], estimate[i]);
      QVERIFY(bool(cus));
      ALIDADE_NEAR(*cus, cases[i].at("cus").get<double>(), 1e-9);
    }
  }

  void compareTaus(const nlohmann::json& expected, const Expected<std::vector<double>>& errors,
                   double tolerance) {
    QVERIFY(bool(errors));
    QCOMPARE(errors->size(), expected.size());
    for (std::size_t i = 0; i < errors->size(); ++i) {
      ALIDADE_NEAR((*errors)[i], expected[i].get<double>(), tolerance);
    }
  }

 private Q_SLOTS:
  void equalsTheToolkitInMillimetres() { compareWithToolkit(1.0, 1e-9); }
  // Metres round the single-precision depths anew: a pixel or two may fall on the other side of a threshold.
  void equalsTheToolkitInMetres() { compareWithToolkit(kMetresPerMm, 0.01); }

  void defaultTausAreTheToolkits() {
    const auto taus = fixture_json("bop/vsd_expected.json").at("taus_fraction_of_diameter");
    QCOMPARE(VsdRule{}.taus, taus.get<std::vector<double>>());
  }

  void drawnFixtureScenesAgreeWithTheirMaps() {
    // The fixture's own renderer is not exact; silhouettes may differ by a pixel, depths inside may not.
    const nlohmann::json expected = fixture_json("bop/vsd_expected.json");
    const auto objects = bop_fixture_objects();
    const auto truth = fixture_maps("gt", kMetresPerMm);
    QVERIFY(!truth.empty());
    const PinholeCamera camera = camera_of(json_matrix(expected.at("K")), truth[0].width, truth[0].height);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const auto& entry = expected.at("cases")[i];
      const ImageF drawn =
          render_depth(objects.at(entry.at("obj_id").get<int>()), pose_of(entry, "gt"), camera);
      std::size_t both = 0, far = 0;
      for (std::size_t p = 0; p < drawn.data.size(); ++p) {
        const bool shared = drawn.data[p] > 0.0F && truth[i].data[p] > 0.0F;
        both += shared;
        far += shared && std::abs(drawn.data[p] - truth[i].data[p]) > 1e-3F;
      }
      QVERIFY(both > 0 && far * 50 < both);
      QVERIFY(*cus_error(drawn, truth[i]) < 0.15);
    }
  }

  void equalsTheDefinition() {
    Random random(21);
    for (int round = 0; round < 20; ++round) {
      ImageF maps[3] = {{64, 48, 1}, {64, 48, 1}, {64, 48, 1}};
      for (int m = 0; m < 3; ++m) {
        for (float& z : maps[m].data) {
          z = random.uniform() < 0.3 ? 0.0F : static_cast<float>(random.uniform(0.5, 0.6));
        }
      }
      VsdRule rule;
      rule.taus = {0.01, 0.02, 0.05};
      const auto errors = vsd_error(maps[0], maps[1], maps[2], kSmallCamera, rule);
      QVERIFY(bool(errors));
      for (std::size_t i = 0; i < rule.taus.size(); ++i) {
        ALIDADE_NEAR((*errors)[i], plain_vsd(maps[0], maps[1], maps[2], rule.delta, rule.taus[i]), 1e-12);
      }
    }
  }

  void theRegionChangesNothing() {
    const ObjectGeometry ball = sphere(0.05);
    const ImageF truth = render_depth(ball, {Eigen::Matrix3d::Identity(), {0.05, 0.0, 0.6}}, kSmallCamera);
    const ImageF estimate =
        render_depth(ball, {Eigen::Matrix3d::Identity(), {0.06, 0.01, 0.62}}, kSmallCamera);
    const ImageF measured(64, 48, 1, 0.61F);
    VsdRule rule;
    rule.diameter = ball.diameter;
    const auto whole = vsd_error(measured, truth, estimate, kSmallCamera, rule);
    for (const PixelRegion region : {PixelRegion{0, 0, 64, 48}, {20, 5, 60, 45}, {-100, -1, 1000, 1000}}) {
      QCOMPARE(*vsd_error(measured, truth, estimate, kSmallCamera, rule, region), *whole);
    }
    QCOMPARE(*vsd_error(measured, truth, estimate, kSmallCamera, rule, PixelRegion{}),
             std::vector<double>(rule.taus.size(), 1.0));
  }

  void limits() {
    const ObjectGeometry ball = sphere(0.05);
    const ImageF near = render_depth(ball, {Eigen::Matrix3d::Identity(), {0.0, 0.0, 0.6}}, kSmallCamera);
    const ImageF away = render_depth(ball, {Eigen::Matrix3d::Identity(), {0.2, 0.1, 0.6}}, kSmallCamera);
    const ImageF none(64, 48, 1);
    const ImageF wall(64, 48, 1, 0.3F);
    VsdRule rule;
    rule.diameter = ball.diameter;
    const auto all = [&](double value) { return std::vector<double>(rule.taus.size(), value); };
    QCOMPARE(*vsd_error(none, near, near, kSmallCamera, rule), all(0.0));
    QCOMPARE(*vsd_error(near, near, near, kSmallCamera, rule), all(0.0));
    QCOMPARE(*vsd_error(none, near, away, kSmallCamera, rule), all(1.0));
    QCOMPARE(*vsd_error(none, none, none, kSmallCamera, rule), all(1.0));
    QCOMPARE(*vsd_error(wall, near, near, kSmallCamera, rule), all(1.0));  // both hidden: empty union
    QCOMPARE(*cus_error(near, near), 0.0);
    QCOMPARE(*cus_error(near, away), 1.0);
    QCOMPARE(*cus_error(none, none), 1.0);
  }

  void unmeasuredAndBrokenDepth() {
    const ImageF model(64, 48, 1, 0.5F);
    ImageF measured(64, 48, 1, std::nanf(""));
    VsdRule rule;
    rule.diameter = 0.1;
    const auto errors = vsd_error(measured, model, model, kSmallCamera, rule);
    QVERIFY(bool(errors));
    QVERIFY(std::all_of(errors->begin(), errors->end(), [](double e) { return e == 1.0; }));
    QVERIFY(!vsd_error(ImageF(32, 48, 1), model, model, kSmallCamera, rule));
    QVERIFY(!vsd_error(model, model, ImageF(64, 47, 1), kSmallCamera, rule));
    QVERIFY(!vsd_error(model, model, model, PinholeCamera{}, rule));
    QVERIFY(!cus_error(model, ImageF(1, 1, 1)));
    QVERIFY(bool(vsd_error(ImageF{}, ImageF{}, ImageF{}, kSmallCamera, rule)));
  }

  void masks() {
    ImageU8 a(4, 1, 1), b(4, 1, 1);
    a.data = {255, 255, 0, 0};
    b.data = {0, 1, 1, 0};
    ALIDADE_NEAR(*complement_over_union(a, b), 2.0 / 3.0, 1e-15);
    QVERIFY(!complement_over_union(a, ImageU8(1, 4, 1)));
  }

  void backFacesAreDrawn() {
    const Rigid3 pose{Eigen::Matrix3d::Identity(), {0.02, -0.01, 0.5}};
    const ImageF outward = render_depth(sphere(0.05), pose, kSmallCamera);
    const ImageF inward = render_depth(sphere(0.05, true), pose, kSmallCamera);
    QVERIFY(std::count_if(outward.data.begin(), outward.data.end(), [](float z) { return z > 0.0F; }) > 50);
    QVERIFY(*cus_error(outward, inward) < 1e-12);
    for (std::size_t i = 0; i < outward.data.size(); ++i) {
      ALIDADE_NEAR(inward.data[i], outward.data[i], 1e-6);
    }
  }

  void hostileMeshesAreSkipped() {
    ObjectGeometry object;
    object.vertices = {{0.0, 0.0, 0.0}, {0.1, 0.0, 0.0}, {0.0, 0.1, 0.0}};
    object.triangles = {{0, 1, 3}, {-1, 0, 1}, {0, 0, 0}};
    const Rigid3 pose{Eigen::Matrix3d::Identity(), {0.0, 0.0, 0.5}};
    const ImageF drawn = render_depth(object, pose, kSmallCamera);
    QCOMPARE(drawn.data, std::vector<float>(64 * 48, 0.0F));
    QVERIFY(render_depth(object, pose, PinholeCamera{}).empty());
  }

  void spheresOverlap() {
    const auto at = [](double x, double z) { return Rigid3{Eigen::Matrix3d::Identity(), {x, 0.0, z}}; };
    QVERIFY(sphere_projections_overlap(0.1, at(0.0, 1.0), at(0.09, 1.0)));
    QVERIFY(!sphere_projections_overlap(0.1, at(0.0, 1.0), at(0.11, 1.0)));
    QVERIFY(sphere_projections_overlap(0.1, at(0.0, 1.0), at(0.0, 5.0)));
    QVERIFY(!sphere_projections_overlap(0.1, at(0.0, 0.0), at(0.0, 1.0)));
  }
};

ALIDADE_TEST(VsdTest)
#include "vsd_test.moc"
