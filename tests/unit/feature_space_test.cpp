// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <Eigen/QR>
#include <QtTest>

#include "core/base/random.h"
#include "core/evaluation/statistics/embedding.h"
#include "core/evaluation/statistics/feature_space.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using Eigen::MatrixXd;

namespace {

MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Random random(seed);
  MatrixXd out(rows, columns);
  for (Eigen::Index i = 0; i < out.size(); ++i) {
    out(i) = random.normal();
  }
  return out;
}

/// Three groups of `size` rows, `apart` from one another.
MatrixXd groups(int size, double apart, std::uint64_t seed, std::vector<int>& labels) {
  MatrixXd out = random_matrix(3 * size, 12, seed);
  labels.clear();
  for (int i = 0; i < 3 * size; ++i) {
    labels.push_back(i / size);
    out(i, i / size) += apart;
  }
  return out;
}

MatrixXd orthogonal(Eigen::Index n, std::uint64_t seed) {
  return Eigen::HouseholderQR<MatrixXd>(random_matrix(n, n, seed)).householderQ();
}

}  // namespace

class FeatureSpaceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void purityTellsGroupsFromChance() {
    std::vector<int> labels;
    const MatrixXd apart = groups(40, 50.0, 1, labels);
    QCOMPARE(*neighbor_purity(apart, labels, 10), 1.0);
    const MatrixXd mixed = groups(40, 0.0, 1, labels);
    QVERIFY(std::abs(*neighbor_purity(mixed, labels, 10) - 39.0 / 119.0) < 0.08);
    // A turn, a shift and one factor change no neighbor.
    const MatrixXd moved = (3.0 * apart * orthogonal(12, 4)).rowwise() + Eigen::RowVectorXd::Ones(12);
    QCOMPARE(*neighbor_purity(moved, labels, 10), 1.0);
    QVERIFY(!neighbor_purity(apart.topRows(10), std::span(labels).first(10), 10));
    QVERIFY(!neighbor_purity(apart, std::span(labels).first(7), 3));
    // By hand: of 0, 1, 3 and 7 on a line the nearest of each is 1, 0, 1, 3.
    MatrixXd line(4, 1);
    line << 0.0, 1.0, 3.0, 7.0;
    QCOMPARE(*neighbor_purity(line, std::vector<int>{5, 5, 6, 6}, 1), 0.75);
  }

  void agreementIsARankCorrelationWithinLabels() {
    std::vector<int> labels;
    const MatrixXd features = groups(20, 100.0, 2, labels);
    const MatrixXd own = row_distances(features);
    QVERIFY(std::abs(*distance_agreement(features, labels, own) - 1.0) < 1e-12);
    QVERIFY(std::abs(*distance_agreement(features, labels, own.array().square().matrix()) - 1.0) < 1e-12);
    QVERIFY(std::abs(*distance_agreement(features, labels, -own) + 1.0) < 1e-12);
    const MatrixXd unrelated = row_distances(random_matrix(60, 3, 77));
    QVERIFY(std::abs(*distance_agreement(features, labels, unrelated)) < 0.2);
    QVERIFY(!distance_agreement(features.topRows(2), std::span(labels).first(2), own.topLeftCorner(2, 2)));
  }

  void similarityIgnoresTheBasisAndIsUnbiased() {
    const MatrixXd a = random_matrix(50, 8, 3);
    QVERIFY(std::abs(*feature_similarity(a, a) - 1.0) < 1e-12);
    const MatrixXd turned = (-2.5 * a * orthogonal(8, 5)).rowwise() + Eigen::RowVectorXd::Constant(8, 40.0);
    QVERIFY(std::abs(*feature_similarity(a, turned) - 1.0) < 1e-9);
    // Many more columns than rows: the plain estimate would say almost 1 for unrelated features.
    double sum = 0.0;
    for (int i = 0; i < 40; ++i) {
      sum += *feature_similarity(random_matrix(30, 200, 100 + i), random_matrix(30, 200, 500 + i)) / 40.0;
    }
    QVERIFY2(std::abs(sum) < 0.03, qPrintable(QString::number(sum)));
    QVERIFY(!feature_similarity(a.topRows(3), a.topRows(3)));
    QVERIFY(!feature_similarity(a, a.topRows(20)));
    QVERIFY(!feature_similarity(a, MatrixXd::Ones(50, 2)));
  }

  void principalPlaneHoldsTheLargestVariances() {
    // Axis-aligned data with known standard deviations, turned: the plane gives them back.
    MatrixXd flat = MatrixXd::Zero(100, 5);
    flat.col(0) = 5.0 * random_matrix(100, 1, 6);
    flat.col(1) = 2.0 * random_matrix(100, 1, 7);
    const MatrixXd plane = principal_plane(flat * orthogonal(5, 8));
    QCOMPARE(plane.cols(), Eigen::Index{2});
    const MatrixXd centered = flat.rowwise() - flat.colwise().mean();
    QVERIFY(std::abs(plane.squaredNorm() - centered.squaredNorm()) < 1e-6 * centered.squaredNorm());
    QVERIFY(plane.col(0).squaredNorm() > plane.col(1).squaredNorm());
    QVERIFY(std::abs(plane.col(0).dot(plane.col(1))) < 1e-6 * plane.squaredNorm());
  }

  void tsneKeepsGroupsApart() {
    std::vector<int> labels;
    const MatrixXd features = groups(40, 12.0, 9, labels);
    const MatrixXd shown = tsne(features, {}, {});
    QVERIFY(shown.allFinite());
    QCOMPARE(*neighbor_purity(shown, labels, 5), 1.0);
    QVERIFY(shown == tsne(features, {}, {}));
    // It shows neighborhoods, not distances: far groups are no further apart than need be.
    const MatrixXd further = tsne(groups(40, 1e6, 9, labels), {}, {});
    QVERIFY(further.allFinite() && further.norm() < 10.0 * shown.norm());
    for (const Eigen::Index rows : {0, 1, 3, 4, 5}) {
      const MatrixXd few = tsne(random_matrix(rows, 12, 1), {}, {});
      QVERIFY(few.rows() == rows && few.cols() == 2 && few.allFinite());
    }
    QVERIFY(tsne(MatrixXd::Ones(20, 4), {}, {}).allFinite());
  }

  void turningRecoversAnOrthogonalChange() {
    const MatrixXd reference = random_matrix(30, 2, 12);
    MatrixXd mirrored = reference * orthogonal(2, 13);
    mirrored.col(1) *= -1.0;
    const MatrixXd back = turned_onto(mirrored, reference);
    const Eigen::RowVectorXd shift = mirrored.colwise().mean() - reference.colwise().mean();
    QVERIFY((back - (reference.rowwise() + shift)).norm() < 1e-9);
  }
};

ALIDADE_TEST(FeatureSpaceTest)
#include "feature_space_test.moc"
