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
          "exponential:1e-05:1e+300", "constant:0.30000000000000004"}) {
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
                             "constant:3,5"}) {
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
    QVERIFY(guidance.error().message.find("linear:MIN:MAX") != std::string::npos);
  }

  void samplersAreNamed() {
    for (const char* name : {"ddim", "ddim-naive", "euler", "rk45"}) {
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
