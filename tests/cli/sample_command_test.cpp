// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/npz.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// `alidade sample` as a user runs it.
class SampleCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  QStringList analytic(const QStringList& more) const {
    return QStringList{"sample", "--analytic", "--dataset", "set.toml", "-k", "8"} + more;
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto trained = work_.run({"train", "train.toml", "-o", "run"});
    COMPARE_CODE(trained, 0);
    work_.write("drawn.json",
                "{\"format\": \"alidade-guidance/1\", \"kind\": \"spline\", "
                "\"points\": [[0.0, 9.0], [1.0, 1.0]]}\n");
  }

  void aNetworkAndTheAnalyticFieldGiveSets() {
    const auto exact = work_.run(analytic({"--json", "-o", "exact.npz"}));
    const auto learned =
        work_.run({"sample", "--checkpoint", "run/final.safetensors", "--dataset", "set.toml", "-k", "4",
                   "--json", "--warm-start", "regression", "--start-time", "0.3"});
    COMPARE_CODE(exact, 0);
    COMPARE_CODE(learned, 0);
    const auto a = exact.json().at("sets"), b = learned.json().at("sets");
    QVERIFY(a.size() >= b.size() && !b.empty());
    QVERIFY(a[0].at("analytic").get<bool>() && !b[0].at("analytic").get<bool>());
    QVERIFY(a[0].at("rotation_median_deg").get<double>() < 10.0);
    QVERIFY(b[0].at("provenance").contains("checkpoint_sha256"));
    QVERIFY(b[0].at("provenance").at("recipe").dump().find("\"warm_start\":true") != std::string::npos);
    const auto arrays = read_npz(work_.path("exact.npz"));
    QVERIFY(arrays);
    QVERIFY((arrays->at("samples").shape == std::vector<std::size_t>{a.size(), 8, 4, 4}));
  }

  // The columns start from the same noise, and the first is what it is alone.
  void columnsDifferByTheirScheduleOnly() {
    const auto both =
        work_.run(analytic({"--instance", "0", "--trajectory", "--guidance", "none", "--compare",
                            "constant:2", "--compare", "drawn.json", "-o", "both.npz"}));
    const auto alone = work_.run(
        analytic({"--instance", "0", "--trajectory", "--schedule", "drawn.json", "-o", "alone.npz"}));
    COMPARE_CODE(both, 0);
    COMPARE_CODE(alone, 0);
    QCOMPARE(both.out.trimmed().split('\n').size(), 2 + 1 + 3);
    const auto a = read_npz(work_.path("both.npz")), b = read_npz(work_.path("alone.npz"));
    QVERIFY(a && b);
    const auto samples = a->at("samples").as_doubles(), one = b->at("samples").as_doubles();
    QCOMPARE(samples.size(), 3 * one.size());
    QVERIFY(std::equal(one.begin(), one.end(), samples.end() - static_cast<std::ptrdiff_t>(one.size())));
    const auto path = a->at("path").as_doubles(), rows = a->at("path_row").as_doubles();
    const std::size_t state = 8 * 16, steps = rows.size() / 3;
    for (std::size_t i = 0; i < state; ++i) {
      QCOMPARE(path[i], path[steps * state + i]);
      QCOMPARE(path[i], path[2 * steps * state + i]);
    }
  }

  void theSeedDecidesTheBytes() {
    COMPARE_CODE(work_.run(analytic({"--all", "--seed", "5", "-o", "five.npz"})), 0);
    COMPARE_CODE(work_.run(analytic({"--all", "--seed", "5", "-o", "again.npz"})), 0);
    COMPARE_CODE(work_.run(analytic({"--frame", "2", "--seed", "5", "-o", "part.npz"})), 0);
    QVERIFY(work_.read("five.npz") == work_.read("again.npz"));
    const auto whole = read_npz(work_.path("five.npz")), part = read_npz(work_.path("part.npz"));
    QVERIFY(whole && part);
    const auto all = whole->at("samples").as_doubles(), some = part->at("samples").as_doubles();
    QVERIFY(std::search(all.begin(), all.end(), some.begin(), some.end()) != all.end());
  }

  void wrongUseIsSaid_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("part");
    QTest::addColumn<int>("code");
    const QStringList set{"--dataset", "set.toml"};
    QTest::newRow("neither") << QStringList{"sample"} + set << "--analytic" << 2;
    QTest::newRow("both") << analytic({"--checkpoint", "run/final.safetensors"}) << "either" << 2;
    QTest::newRow("frame") << analytic({"--frame", "nowhere"}) << "nowhere" << 2;
    QTest::newRow("instance") << analytic({"--instance", "99"}) << "no instance 99" << 2;
    QTest::newRow("all and one") << analytic({"--all", "--instance", "0"}) << "--all" << 2;
    QTest::newRow("warm start") << analytic({"--warm-start", "tea"}) << "truth or regression" << 2;
    QTest::newRow("no head") << analytic({"--warm-start", "regression"}) << "regression head" << 2;
    QTest::newRow("schedule") << analytic({"--schedule", "missing.json"}) << "missing.json" << 3;
    QTest::newRow("negative") << analytic({"--compare", "constant:-1"}) << "positive" << 2;
    QTest::newRow("memory")
        << (QStringList{"sample", "--analytic", "-k", "20000", "--steps", "9000", "--trajectory"} + set)
        << "fit" << 2;
    QTest::newRow("points") << analytic({"--trajectory-points", "5"}) << "rk45" << 2;
  }

  void wrongUseIsSaid() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, part);
    QFETCH(int, code);
    const auto outcome = work_.run(arguments);
    COMPARE_CODE(outcome, code);
    QVERIFY2(outcome.sentence().contains(part), outcome.text().c_str());
    QVERIFY(outcome.out.isEmpty());
  }

  // A naive step under strong guidance multiplies the noise at every step.
  void aDivergingSamplerKeepsItsPath() {
    const auto outcome =
        work_.run(analytic({"--instance", "0", "--sampler", "ddim-naive", "--steps", "400", "--guidance",
                            "constant:1e9", "--trajectory", "--json", "-o", "bad.npz"}));
    COMPARE_CODE(outcome, 1);
    QVERIFY2(outcome.sentence().contains("diverged"), outcome.text().c_str());
    const auto set = outcome.json().at("sets").at(0);
    const int step = set.at("first_bad_step").get<int>();
    QCOMPARE(set.at("curve").size(), static_cast<std::size_t>(step + 1));
    QVERIFY(read_npz(work_.path("bad.npz")));
  }

  void aFileIsNotOverwrittenUnasked() {
    work_.write("mine.npz", "mine");
    COMPARE_CODE(work_.run(analytic({"-o", "mine.npz"})), 2);
    QCOMPARE(work_.read("mine.npz"), std::string("mine"));
    COMPARE_CODE(work_.run(analytic({"-o", "mine.npz", "--force"})), 0);
    QVERIFY(read_npz(work_.path("mine.npz")));
  }
};

ALIDADE_TEST(SampleCommandTest)
#include "sample_command_test.moc"
