// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QtTest>

#include "core/diffusion/guidance.h"
#include "core/diffusion/sampler.h"
#include "tests/unit/ode_fixture.h"

using namespace alidade;
using namespace alidade::test;

class GuidanceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void schedulesMatchTheOracle() {
    const auto schedules = ode_json("schedules");
    const auto times = schedules["t"].get<std::vector<double>>();
    for (const auto& [name, values] : schedules.items()) {
      if (name == "t" || name == "formula") {
        continue;
      }
      const Guidance guidance = ode_guidance(name);
      for (std::size_t i = 0; i < times.size(); ++i) {
        QVERIFY(std::abs(guidance(times[i]) / values[i].get<double>() - 1.0) <= 1e-10);
      }
    }
  }

  void shapesHaveTheirEnds() {
    QCOMPARE(Guidance{}(0.3), 1.0);
    QCOMPARE((Guidance{GuidanceKind::kConstant, 1.0, 4.0, 5.0}(0.9)), 4.0);
    const Guidance linear{GuidanceKind::kLinear, 1.0, 5.0, 5.0};
    QCOMPARE(linear(1.0), 1.0);
    QCOMPARE(linear(0.5), 3.0);
    QCOMPARE(linear(0.0), 5.0);
    const Guidance exponential{GuidanceKind::kExponential, 1.0, 8.0, 5.0};
    QCOMPARE(exponential(0.0), 8.0);
    QVERIFY(std::abs(exponential(1.0) - (1.0 + 7.0 * std::exp(-5.0))) < 1e-14);
  }

  void textsRoundTrip_data() {
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"none", "constant:3", "constant:0.1", "linear:1:5", "exponential:1:8", "exponential:0.5:3:2.25",
          "exponential:1e-05:1e+300", "constant:0.30000000000000004", "spline:0,8:0.25,3:1,1"}) {
      QTest::newRow(text) << text;
    }
  }
  void textsRoundTrip() {
    QFETCH(QString, text);
    const auto guidance = parse_guidance(text.toStdString());
    QVERIFY(guidance);
    QCOMPARE(QString::fromStdString(to_text(*guidance)), text);
    QVERIFY(*parse_guidance(to_text(*guidance)) == *guidance);
  }

  void describesInShort() {
    const auto described = [](const char* text) { return describe(*parse_guidance(text)); };
    QCOMPARE(described("none"), std::string("none"));
    QCOMPARE(described("constant:3"), std::string("const 3"));
    QCOMPARE(described("linear:1:5"), std::string("linear 1\u20135"));
    QCOMPARE(described("exponential:1:8:5"), std::string("exp 1\u20138"));
    QCOMPARE(described("exponential:1:8:2"), std::string("exp 1\u20138, rate 2"));
    QCOMPARE(described("exponential:1:7.5000001:1.3987809893109973"),
             std::string("exp 1\u20137.5, rate 1.3988"));
    QCOMPARE(described("constant:12345.678"), std::string("const 12346"));
  }

  void hostileTextIsRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             ":",
                             "exponential",
                             "exponential:1",
                             "constant:-3",
                             "constant:0",
                             "constant:",
                             "constant: 3",
                             "constant:3x",
                             "constant:0x3",
                             "constant:1e999",
                             "constant:inf",
                             "linear:nan:2",
                             "linear:1:2:3",
                             "exponential:1:8:5:5",
                             "exponential:1:8:",
                             "none:1",
                             "NONE",
                             "const:3",
                             "exponential:1:8:-5",
                             "constant:+3",
                             "constant:3,5",
                             "spline",
                             "spline:0,1:0.5",
                             "spline:0,1:0.5,",
                             "spline:0,1:x,2",
                             "spline:0,1:0.5,nan",
                             "spline:0,1,2:1,1"}) {
      QTest::newRow(text) << text;
    }
    QTest::newRow("long") << QString(100000, QLatin1Char(':'));
  }
  void hostileTextIsRefused() {
    QFETCH(QString, text);
    const auto guidance = parse_guidance(text.toStdString());
    QVERIFY(!guidance);
    QCOMPARE(guidance.error().code, ErrorCode::kUsage);
    QVERIFY(guidance.error().message.size() < 250);
    if (text != QLatin1String("spline")) {
      QVERIFY(guidance.error().message.find("linear:MIN:MAX") != std::string::npos);
    }
  }

  void drawnCurvesPassThroughTheirPointsWithoutOvershoot() {
    const Guidance drawn{
        GuidanceKind::kSpline, 1.0, 1.0, 5.0, {{0.1, 8.0}, {0.2, 7.9}, {0.5, 0.02}, {0.9, 3.0}}};
    QVERIFY(check_guidance(drawn));
    for (const GuidancePoint& point : drawn.points) {
      QVERIFY(std::abs(drawn(point.t) - point.w) < 1e-12);
    }
    QCOMPARE(drawn(0.0), 8.0);
    QCOMPARE(drawn(1.0), 3.0);
    for (std::size_t i = 0; i + 1 < drawn.points.size(); ++i) {
      const GuidancePoint &a = drawn.points[i], &b = drawn.points[i + 1];
      double before = a.w;
      for (int k = 1; k <= 100; ++k) {
        const double w = drawn(a.t + (b.t - a.t) * k / 100.0);
        QVERIFY((w - before) * (b.w - a.w) >= -1e-12);
        before = w;
      }
    }
    // Two points are a line.
    const Guidance line{GuidanceKind::kSpline, 1.0, 1.0, 5.0, {{0.0, 5.0}, {1.0, 1.0}}};
    QVERIFY(std::abs(line(0.25) - 4.0) < 1e-12);
  }

  void impossibleCurvesAreNamed() {
    const auto message = [](std::vector<GuidancePoint> points) {
      const auto checked = check_guidance({GuidanceKind::kSpline, 1.0, 1.0, 5.0, std::move(points)});
      return checked ? QString() : QString::fromStdString(checked.error().message);
    };
    QVERIFY(message({{0.0, 1.0}}).contains("2 to 64 points"));
    QVERIFY(message(std::vector<GuidancePoint>(65)).contains("not 65"));
    QVERIFY(message({{0.0, 1.0}, {0.5, 0.0}}).contains("point 2"));
    QVERIFY(message({{0.0, -1.0}, {0.5, 1.0}}).contains("point 1"));
    QVERIFY(message({{0.0, 1.0}, {0.5, std::nan("")}}).contains("positive, finite"));
    QVERIFY(message({{0.0, 1.0}, {0.0, 2.0}}).contains("vertical tangent"));
    QVERIFY(message({{0.5, 1.0}, {0.2, 2.0}}).contains("order the points"));
    QVERIFY(message({{0.0, 1.0}, {1.5, 2.0}}).contains("0 <= t <= 1"));
    QVERIFY(message({{std::nan(""), 1.0}, {0.5, 2.0}}).contains("0 <= t <= 1"));
    QVERIFY(message({{0.0, 1.0}, {1.0, 2.0}}).isEmpty());
  }

  void jsonRoundTrips() {
    for (const char* text :
         {"none", "constant:3", "linear:1:5", "exponential:1:8:2.5", "spline:0,8:0.25,3:1,1"}) {
      const Guidance guidance = *parse_guidance(text);
      const auto back = guidance_from_json(to_json(guidance), "schedule.json");
      QVERIFY2(back, text);
      QVERIFY(*back == guidance);
    }
  }

  void hostileJsonIsRefused() {
    for (const char* text :
         {"", "[]", "{}", "{\"format\":\"alidade-guidance/1\"}",
          "{\"format\":\"alidade-guidance/1\",\"kind\":\"exp\"}",
          "{\"format\":\"alidade-guidance/1\",\"kind\":\"constant\",\"w\":\"3\"}",
          "{\"format\":\"alidade-guidance/1\",\"kind\":\"constant\",\"w\":-3}",
          "{\"format\":\"alidade-guidance/1\",\"kind\":\"none\",\"w\":3}",
          "{\"format\":\"alidade-guidance/1\",\"kind\":\"spline\",\"points\":[[0,1],[0]]}",
          "{\"format\":\"alidade-guidance/1\",\"kind\":\"spline\",\"points\":[[0,1],[0,2]]}",
          "{\"format\":7,\"kind\":{}}"}) {
      const auto guidance = guidance_from_json(text, "schedule.json");
      QVERIFY2(!guidance, text);
      QCOMPARE(guidance.error().code, ErrorCode::kInput);
      QVERIFY(QString::fromStdString(guidance.error().message).startsWith("schedule.json: "));
    }
  }

  void samplersAreNamed() {
    for (const char* name :
         {"ddim", "ddim-naive", "euler", "heun", "rk45", "reverse-sde", "predictor-corrector"}) {
      QCOMPARE(to_text(*parse_sampler(name)), std::string(name));
    }
    QCOMPARE(parse_sampler("DDIM").error().code, ErrorCode::kUsage);
    SamplerOptions options;
    options.guidance = *parse_guidance("exponential:1:8");
    QCOMPARE(describe(options), std::string("ddim 20 \u00b7 exp 1\u20138"));
    options = {};
    options.kind = SamplerKind::kRk45;
    options.start_time = 0.55;
    options.final_denoise = true;
    QCOMPARE(describe(options), std::string("rk45 1e-05 \u00b7 T 0.55 \u00b7 denoised"));
  }
};

ALIDADE_TEST(GuidanceTest)
#include "guidance_test.moc"
