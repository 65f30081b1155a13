// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/pnp.h"

#include <cmath>
#include <limits>
#include <thread>

#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const PinholeCamera kPnpCamera{640, 480, 572.4, 573.6, 325.3, 242.1};

struct SeenObject {
  Rigid3 cam_from_obj;
  std::vector<PointMatch> matches;
};

/// `count` points of a body 0.2 m wide at 0.8 m; the first `wrong` of them are seen anywhere in the picture.
SeenObject seen_object(std::uint64_t seed, int count, int wrong, double noise_px) {
  Random random(seed);
  SeenObject seen;
  seen.cam_from_obj = {random_rotation(random),
                       {random.uniform(-0.1, 0.1), random.uniform(-0.1, 0.1), random.uniform(0.6, 1.0)}};
  for (int i = 0; i < count; ++i) {
    const Eigen::Vector3d point(random.uniform(-0.1, 0.1), random.uniform(-0.08, 0.08),
                                random.uniform(-0.06, 0.06));
    Eigen::Vector2d pixel = *kPnpCamera.project(seen.cam_from_obj * point);
    pixel += noise_px * Eigen::Vector2d(random.normal(), random.normal());
    if (i < wrong) {
      pixel = {random.uniform(0.0, 640.0), random.uniform(0.0, 480.0)};
    }
    seen.matches.push_back({point, pixel});
  }
  return seen;
}

double rotation_error(const Rigid3& a, const Rigid3& b) {
  return (a.R - b.R).norm();
}

}  // namespace

class PnpTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void exactMatchesGiveThePose() {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const SeenObject seen = seen_object(seed, seed % 2 == 0 ? 6 : 40, 0, 0.0);
      const auto pose = solve_pnp(kPnpCamera, seen.matches);
      QVERIFY2(pose, pose ? "" : pose.error().message.c_str());
      QVERIFY(rotation_error(pose->cam_from_obj, seen.cam_from_obj) < 1e-6);
      QVERIFY((pose->cam_from_obj.t - seen.cam_from_obj.t).norm() < 1e-6);
      QVERIFY((pose->cam_from_obj.R * pose->cam_from_obj.R.transpose() - Eigen::Matrix3d::Identity()).norm() <
              1e-12);
      QCOMPARE(pose->inliers, static_cast<int>(seen.matches.size()));
      QVERIFY(pose->mean_error_px < 1e-4);
    }
  }

  void wrongMatchesAreFoundOut() {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const SeenObject seen = seen_object(100 + seed, 50, 20, 0.5);
      const auto pose = solve_pnp(kPnpCamera, seen.matches);
      QVERIFY2(pose, pose ? "" : pose.error().message.c_str());
      QVERIFY(rotation_error(pose->cam_from_obj, seen.cam_from_obj) < 0.03);
      QVERIFY((pose->cam_from_obj.t - seen.cam_from_obj.t).norm() < 0.01);
      QVERIFY(pose->inliers >= 29);
      QCOMPARE(static_cast<int>(std::count(pose->inlier.begin(), pose->inlier.end(), true)), pose->inliers);
      QVERIFY(std::count(pose->inlier.begin(), pose->inlier.begin() + 20, true) <= 1);
      QVERIFY(pose->mean_error_px > 0.2 && pose->mean_error_px < 1.2);
    }
  }

  /// The error of Levenberg-Marquardt's result falls as one over the square root of the number of matches.
  void moreMatchesMakeItMoreAccurate() {
    double few = 0.0, many = 0.0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const SeenObject small = seen_object(200 + seed, 20, 0, 0.5),
                       large = seen_object(200 + seed, 320, 0, 0.5);
      few += rotation_error(solve_pnp(kPnpCamera, small.matches)->cam_from_obj, small.cam_from_obj);
      many += rotation_error(solve_pnp(kPnpCamera, large.matches)->cam_from_obj, large.cam_from_obj);
    }
    QVERIFY2(few / many > 2.0 && few / many < 8.0, qPrintable(QString::number(few / many)));
  }

  /// Many cells of an image vote for the same corners: a sample must not draw one corner twice.
  void repeatedPointsAreNoObstacle() {
    SeenObject seen = seen_object(7, 8, 0, 0.0);
    Random random(8);
    std::vector<PointMatch> votes;
    for (int i = 0; i < 200; ++i) {
      PointMatch vote = seen.matches[i % 8];
      vote.pixel += Eigen::Vector2d(random.normal(), random.normal());
      votes.push_back(vote);
    }
    const auto pose = solve_pnp(kPnpCamera, votes);
    QVERIFY(pose && rotation_error(pose->cam_from_obj, seen.cam_from_obj) < 0.04);
  }

  /// Two bodies in the picture: the one whose matches weigh more is found, though it has fewer.
  void weightsDecide() {
    const SeenObject light = seen_object(11, 30, 0, 0.0), heavy = seen_object(12, 12, 0, 0.0);
    std::vector<PointMatch> matches = light.matches;
    for (PointMatch match : heavy.matches) {
      match.weight = 10.0;
      matches.push_back(match);
    }
    auto pose = solve_pnp(kPnpCamera, matches);
    QVERIFY(pose && rotation_error(pose->cam_from_obj, heavy.cam_from_obj) < 1e-6);
    for (std::size_t i = 30; i < matches.size(); ++i) {
      matches[i].weight = 0.0;
    }
    pose = solve_pnp(kPnpCamera, matches);
    QVERIFY(pose && rotation_error(pose->cam_from_obj, light.cam_from_obj) < 1e-6);
    QVERIFY(!pose->inlier.back());
    QCOMPARE(pose->inliers, 30);
  }

  void theSeedGivesTheBits() {
    const SeenObject seen = seen_object(21, 60, 25, 1.0);
    PnpOptions options;
    options.seed = 5;
    const auto first = solve_pnp(kPnpCamera, seen.matches, options);
    QVERIFY(bool(first));
    std::vector<Expected<PnpPose>> others(3, *first);
    {
      std::vector<std::jthread> threads;
      for (auto& other : others) {
        threads.emplace_back([&] { other = solve_pnp(kPnpCamera, seen.matches, options); });
      }
    }
    for (const auto& other : others) {
      QVERIFY(other && other->cam_from_obj.R == first->cam_from_obj.R &&
              other->cam_from_obj.t == first->cam_from_obj.t && other->inlier == first->inlier);
    }
  }

  void whatCannotBeSolvedIsSaid() {
    const auto said = [](const std::vector<PointMatch>& matches, const PnpOptions& options = {},
                         const PinholeCamera& camera = kPnpCamera) {
      const auto pose = solve_pnp(camera, matches, options);
      return QString::fromStdString(pose ? "solved" : pose.error().message);
    };
    SeenObject seen = seen_object(31, 30, 0, 0.0);
    QVERIFY(said({}).contains("at least 6 are needed, found 0"));
    QVERIFY(said({seen.matches.begin(), seen.matches.begin() + 5}).contains("found 5"));
    std::vector<PointMatch> flat = seen.matches;
    for (PointMatch& match : flat) {
      match.object.z() = 0.01;
    }
    QVERIFY(said(flat).contains("in one plane"));
    std::vector<PointMatch> same(10, seen.matches.front());
    QVERIFY(said(same).contains("in one plane"));
    QVERIFY(
        said(seen_object(32, 40, 40, 0.0).matches, {0.05, 200, 0.99, 0}).contains("no pose brings 6 of 40"));
    QVERIFY(said(seen.matches, {3.0, 200, 0.99, 0}, {}).contains("focal length"));
    QVERIFY(said(seen.matches, {0.0, 200, 0.99, 0}).contains("threshold above 0"));
    QVERIFY(said(seen.matches, {3.0, 200, 1.0, 0}).contains("confidence"));
    QVERIFY(said(seen.matches, {3.0, 2000000000, 0.9, 0}).contains("iterations"));
  }

  void hostileNumbersAreRefusedOrHarmless() {
    const SeenObject seen = seen_object(41, 30, 0, 0.0);
    const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
    for (const double bad : {inf, -inf, nan, 1e300, -1e300}) {
      for (int field = 0; field < 3; ++field) {
        auto matches = seen.matches;
        (field == 0 ? matches[3].object.y() : field == 1 ? matches[3].pixel.x() : matches[3].weight) = bad;
        const auto pose = solve_pnp(kPnpCamera, matches);
        QVERIFY(!pose && pose.error().message.find("number 4") != std::string::npos);
      }
      QVERIFY(!solve_pnp({640, 480, bad, 500.0, 320.0, 240.0}, seen.matches));
      QVERIFY(!solve_pnp({640, 480, 500.0, 500.0, bad, 240.0}, seen.matches));
    }
    auto negative = seen.matches;
    negative[0].weight = -1.0;
    QVERIFY(!solve_pnp(kPnpCamera, negative));
    // The largest and the smallest that pass: an answer or a sentence, never an exception.
    for (const double scale : {1e6, 1e-300}) {
      auto matches = seen.matches;
      for (PointMatch& match : matches) {
        match.object *= scale;
        match.pixel = match.pixel.cwiseMin(scale);
      }
      const auto pose = solve_pnp(kPnpCamera, matches);
      QVERIFY(!pose || pose->cam_from_obj.R.allFinite());
    }
  }
};

ALIDADE_TEST(PnpTest)
#include "pnp_test.moc"
