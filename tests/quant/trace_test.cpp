// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/quant/mqat.h"
#include "core/quant/trace.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

HessianProduct product_with(const std::vector<double>& matrix, std::size_t n) {
  return [&matrix, n](std::span<const double> probe) -> Expected<std::vector<double>> {
    std::vector<double> image(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        image[i] += matrix[i * n + j] * probe[j];
      }
    }
    return image;
  };
}

/// The fixture's network: Linear(3,5), tanh, Linear(5,2), mean of all squared errors; gradients by hand.
class TinyNetwork {
 public:
  explicit TinyNetwork(const nlohmann::json& json)
      : x_(numbers_of(json.at("X"))), y_(numbers_of(json.at("Y"))) {
    for (const auto& tensor : json.at("params")) {
      const auto values = numbers_of(tensor);
      sizes.push_back(values.size());
      parameters.insert(parameters.end(), values.begin(), values.end());
    }
  }

  std::vector<double> gradient(const std::vector<double>& p) const {
    const double *w1 = p.data(), *b1 = w1 + 15, *w2 = b1 + 5, *b2 = w2 + 10;
    std::vector<double> g(p.size(), 0.0);
    for (std::size_t sample = 0; sample < x_.size() / 3; ++sample) {
      const double* x = x_.data() + 3 * sample;
      double hidden[5], back[5] = {};
      for (std::size_t h = 0; h < 5; ++h) {
        hidden[h] = std::tanh(b1[h] + w1[3 * h] * x[0] + w1[3 * h + 1] * x[1] + w1[3 * h + 2] * x[2]);
      }
      for (std::size_t o = 0; o < 2; ++o) {
        double out = b2[o];
        for (std::size_t h = 0; h < 5; ++h) {
          out += w2[5 * o + h] * hidden[h];
        }
        const double delta = 2.0 * (out - y_[2 * sample + o]) / static_cast<double>(y_.size());
        g[30 + o] += delta;
        for (std::size_t h = 0; h < 5; ++h) {
          g[20 + 5 * o + h] += delta * hidden[h];
          back[h] += delta * w2[5 * o + h];
        }
      }
      for (std::size_t h = 0; h < 5; ++h) {
        const double delta = back[h] * (1.0 - hidden[h] * hidden[h]);
        g[15 + h] += delta;
        for (std::size_t i = 0; i < 3; ++i) {
          g[3 * h + i] += delta * x[i];
        }
      }
    }
    return g;
  }

  /// H v by central differences of the gradient.
  HessianProduct product() const {
    return [this](std::span<const double> probe) -> Expected<std::vector<double>> {
      const double tiny = 1e-5;
      auto up = parameters, down = parameters;
      for (std::size_t i = 0; i < probe.size(); ++i) {
        up[i] += tiny * probe[i];
        down[i] -= tiny * probe[i];
      }
      auto image = gradient(up);
      const auto other = gradient(down);
      for (std::size_t i = 0; i < image.size(); ++i) {
        image[i] = (image[i] - other[i]) / (2.0 * tiny);
      }
      return image;
    };
  }

  std::vector<double> parameters;
  std::vector<std::size_t> sizes;

 private:
  std::vector<double> x_, y_;
};

}  // namespace

class TraceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void productsAgreeWithTheFixture() {
    const auto json = quant_json("quant/hutchinson");
    QCOMPARE(json.at("quadratics").size(), std::size_t{3});
    for (const auto& entry : json.at("quadratics")) {
      const auto n = entry.at("n").get<std::size_t>();
      const auto matrix = numbers_of(entry.at("A")), probes = numbers_of(entry.at("probes"));
      const auto product = product_with(matrix, n);
      std::vector<double> values;
      for (std::size_t probe = 0; probe < probes.size() / n; ++probe) {
        const std::span<const double> v(probes.data() + probe * n, n);
        const auto image = *product(v);
        double sum = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
          sum += v[i] * image[i];
        }
        values.push_back(sum);
      }
      QVERIFY(largest_difference(values, numbers_of(entry.at("vAv"))) < 1e-10);
      const TraceEstimate estimate = trace_of_products(values, 0.05);
      QVERIFY(std::abs(estimate.mean - entry.at("mean").get<double>()) < 1e-10);
      // Its own variance, 2 (|A|^2 - sum a_ii^2), is what the standard error estimates.
      const double variance = entry.at("variance_exact_rademacher");
      const double expected = std::sqrt(variance / 64.0);
      QVERIFY(std::abs(estimate.standard_error / expected - 1.0) < 0.4);
      QVERIFY(std::abs(estimate.mean - entry.at("trace").get<double>()) < 4.0 * expected);
    }
  }

  void estimatesReachTheTrace() {
    const auto json = quant_json("quant/hutchinson");
    for (const auto& entry : json.at("quadratics")) {
      const auto n = entry.at("n").get<std::size_t>();
      const auto matrix = numbers_of(entry.at("A"));
      TraceOptions options;
      options.most_probes = 4000;
      options.seed = 3;
      const std::vector<std::size_t> block{n};
      const auto estimate = hutchinson_traces(product_with(matrix, n), block, options);
      QVERIFY(estimate);
      const TraceEstimate& trace = estimate->front();
      QVERIFY(std::abs(trace.mean - entry.at("trace").get<double>()) < 4.0 * trace.standard_error);
      QCOMPARE(trace.converged, trace.standard_error <= 0.05 * std::abs(trace.mean));
      QVERIFY(trace.converged || trace.probes == 4000);
      QCOMPARE(hutchinson_traces(product_with(matrix, n), block, options)->front().products, trace.products);
    }
  }

  void tracesOfANetworkAgreeWithTheFixture() {
    const auto json = quant_json("quant/hutchinson").at("tiny_network");
    const TinyNetwork network(json);
    const auto exact = numbers_of(json.at("exact_hessian_trace_per_tensor"));
    // Unit vectors give the diagonal itself.
    std::size_t at = 0;
    for (std::size_t tensor = 0; tensor < network.sizes.size(); ++tensor) {
      double trace = 0.0;
      for (std::size_t i = 0; i < network.sizes[tensor]; ++i, ++at) {
        std::vector<double> unit(network.parameters.size(), 0.0);
        unit[at] = 1.0;
        trace += (*network.product()(unit))[at];
      }
      QVERIFY(std::abs(trace - exact[tensor]) < 1e-6);
    }
    TraceOptions options;
    options.most_probes = 3000;
    const auto estimates = hutchinson_traces(network.product(), network.sizes, options);
    QVERIFY(estimates);
    for (std::size_t tensor = 0; tensor < exact.size(); ++tensor) {
      const TraceEstimate& estimate = (*estimates)[tensor];
      QVERIFY(std::abs(estimate.mean - exact[tensor]) < 4.0 * estimate.standard_error + 1e-6);
    }
    // The first layer's trace is negative, which must end no estimate early.
    QVERIFY(exact[0] < 0.0 && (*estimates)[0].mean < 0.0);
  }

  void aMeanThatStandsStillStopsNothingEarly() {
    // A diagonal matrix has no variance: it stops at the least number of probes, not before.
    const std::vector<double> diagonal = {1.0, 0.0, 0.0, 2.0};
    const std::vector<std::size_t> blocks = {1, 1};
    TraceOptions options;
    options.least_probes = 10;
    const auto estimates = hutchinson_traces(product_with(diagonal, 2), blocks, options);
    QCOMPARE((*estimates)[0].probes, std::size_t{10});
    QCOMPARE((*estimates)[0].mean, 1.0);
    QCOMPARE((*estimates)[1].mean, 2.0);
    QCOMPARE((*estimates)[1].standard_error, 0.0);
  }

  void badOptionsAreRefused() {
    const std::vector<double> matrix = {1.0};
    const auto product = product_with(matrix, 1);
    const std::vector<std::size_t> one = {1}, two = {2}, none, zero = {0};
    TraceOptions options;
    QVERIFY(!hutchinson_traces(product, two, options));
    QVERIFY(!hutchinson_traces(product, none, options));
    QVERIFY(!hutchinson_traces(product, zero, options));
    options.least_probes = 1;
    QVERIFY(!hutchinson_traces(product, one, options));
    options = {};
    options.tolerance = 0.0;
    QVERIFY(!hutchinson_traces(product, one, options));
    options = {};
    std::stop_source source;
    source.request_stop();
    const auto stopped = hutchinson_traces(product, one, options, {source.get_token(), {}});
    QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
  }

  void fisherIsTheQuadraticForm() {
    const std::vector<double> squares = {1.0, 4.0}, weights = {0.5, -0.25}, near = {0.0, 0.0};
    QCOMPARE(fisher_importance(squares, weights, near), 0.5 * (0.25 + 4.0 * 0.0625));
  }
};

ALIDADE_TEST(TraceTest)
#include "trace_test.moc"
