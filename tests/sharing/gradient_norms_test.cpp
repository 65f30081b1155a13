// SPDX-License-Identifier: BSD-3-Clause
// Gradient norms of several sources from a training log.
#include <cmath>

#include <QTest>

#include "core/sharing/gradient_norms.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class GradientNormsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void seriesBecomeGroups() {
    TrainingHistory log;
    log.series = {{"norm stage1 a b", {10, 20, 30}, {1, 2, 3}},
                  {"norm stage1 c", {10, 30}, {3, 1}},
                  {"psi stage1", {10, 20, 30}, {0.6, 0.7, 0.9}},
                  {"triggered stage1", {10, 20, 30}, {1, 1, 0}},
                  {"psi threshold", {10}, {0.8}},
                  {"psi neck", {10}, {1.0}},  // no norms: left out
                  {"triggered", {10}, {0.5}},
                  {"train/classes", {10}, {1}}};
    const GradientNorms norms = gradient_norms_of(log);
    QCOMPARE(norms.sources, (std::vector<std::string>{"a b", "c"}));
    QCOMPARE(norms.groups.size(), std::size_t{1});
    QCOMPARE(norms.threshold, 0.8);
    const GroupNorms& group = norms.groups.front();
    QCOMPARE(group.name, std::string("stage1"));
    QCOMPARE(group.triggered, (std::vector<double>{1, 1, 0}));
    QVERIFY(std::isnan(group.norms[1][1]) && group.norms[1][2] == 1.0);
    QVERIFY(group.scaled.empty());
    const auto shares = norm_shares(group.norms);
    QCOMPARE(shares[0][0], 0.25);
    QCOMPARE(shares[1][0], 0.75);
    QVERIFY(std::isnan(shares[0][1]) && std::isnan(shares[1][1]));
    QCOMPARE(shares[0][2], 0.75);
  }

  void logsWithoutThemHaveNone() {
    TrainingHistory log;
    log.series = {{"train/score", {10}, {1}}, {"gradient_norm", {10}, {1}}, {"psi x", {10}, {1}}};
    QVERIFY(gradient_norms_of(log).empty());
    QVERIFY(std::isnan(gradient_norms_of(log).threshold));
    QVERIFY(!is_gradient_norm_series("gradient_norm") && is_gradient_norm_series("norm neck a"));
    QVERIFY(norm_shares({}).empty());
    QVERIFY(std::isnan(norm_shares({{0.0}, {0.0}})[0][0]));
  }
};

ALIDADE_TEST(GradientNormsTest)
#include "gradient_norms_test.moc"
