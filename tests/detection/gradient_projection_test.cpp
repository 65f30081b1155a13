// SPDX-License-Identifier: BSD-3-Clause
// PCGrad as a control of joint training, by hand.
#include <QtTest>

#include "core/nn/sparse_detector/gradient_exchange.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::vector<float> projected_step(std::vector<std::vector<float>> gradients) {
  std::vector<SourceStep> steps;
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    SourceStep step;
    step.source = static_cast<int>(k);
    step.shared = gradients[k];
    steps.push_back(std::move(step));
  }
  CombineOptions options;
  options.project = true;
  // Two tensors: the projection is of both as one vector.
  const std::vector<SharedTensor> tensors{{"a", "stem", 0, 1}, {"b", "stem", 1, gradients[0].size() - 1}};
  const auto combined = combine_steps(std::move(steps), tensors, options);
  return combined ? combined->shared : std::vector<float>();
}

}  // namespace

class GradientProjectionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void opposedGradientsLoseWhatOpposes() {
    // (1, 0) loses its component along (-1, 1) and becomes (0.5, 0.5), (-1, 1) becomes (0, 1).
    const auto step = projected_step({{1.0f, 0.0f}, {-1.0f, 1.0f}});
    QCOMPARE(step.size(), std::size_t{2});
    QVERIFY(std::abs(step[0] - 0.25f) < 1e-6f && std::abs(step[1] - 0.75f) < 1e-6f);
  }

  void othersKeepTheirMean() {
    const auto step = projected_step({{1.0f, 0.0f, 3.0f}, {3.0f, 1.0f, 0.0f}});
    QCOMPARE(step, (std::vector<float>{2.0f, 0.5f, 1.5f}));
  }
};

ALIDADE_TEST(GradientProjectionTest)
#include "gradient_projection_test.moc"
