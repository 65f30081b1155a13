// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <QtTest>

#include "core/evaluation/protocol.h"
#include "core/evaluation/report/report.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

EvaluatedSample sample(std::uint32_t row, std::vector<Outcome> outcomes) {
  EvaluatedSample result;
  result.row = row;
  result.outcomes = std::move(outcomes);
  return result;
}

/// A protocol that returns a report with values that are not finite.
Protocol broken_protocol() {
  Protocol protocol;
  protocol.id = "broken";
  protocol.title = "Broken arithmetic";
  protocol.obstacle = [](const EvaluationInput& input) {
    return input.images.empty() ? std::string("there are no images.") : std::string();
  };
  protocol.run = [](std::shared_ptr<const EvaluationInput>, const JobContext&) -> Expected<EvaluationReport> {
    EvaluationReport report;
    report.protocol = "what the protocol itself says does not count";
    report.columns = {share_column("a", "a"), share_column("b", "b"), share_column("c", "c")};
    MetricRow row;
    row.name = "mug";
    row.cells.resize(3);
    row.cells[0].value = kNan;
    row.cells[1].value = std::numeric_limits<double>::infinity();
    row.cells[1].reason = "no ground truth";
    row.cells[2].value = 0.5;
    row.cells[2].interval = Interval{kNan, 1.0, 0.95};
    report.rows = {row};
    report.samples = {sample(0, {Outcome::kWrong})};
    report.samples[0].measures = {kNan, 1.5};
    report.notes = {"of the protocol"};
    return report;
  };
  return protocol;
}

}  // namespace

class EvaluationReportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void columnsAreFoundById() {
    EvaluationReport report;
    report.columns = {share_column("a", "A"), share_column("b", "B")};
    QCOMPARE(report.column("b"), std::optional<std::size_t>(1));
    QVERIFY(!report.column("B"));
  }

  void samplesBehindACellAreThoseThatItJudges() {
    EvaluationReport report;
    report.columns = {share_column("a", "A"), share_column("b", "B")};
    report.rows.resize(3);
    report.rows[2].is_mean = true;
    report.samples = {sample(0, {Outcome::kCorrect, Outcome::kNone}),
                      sample(1, {Outcome::kWrong, Outcome::kWrong}),
                      sample(0, {Outcome::kIgnored, Outcome::kCorrect}), sample(1, {})};
    QCOMPARE(samples_behind(report, 0, 0), (std::vector<std::size_t>{0, 2}));
    QCOMPARE(samples_behind(report, 0, 1), (std::vector<std::size_t>{2}));
    QCOMPARE(samples_behind(report, 1, 0), (std::vector<std::size_t>{1}));
    QCOMPARE(samples_behind(report, 2, 0), (std::vector<std::size_t>{0, 1, 2}));
    QVERIFY(samples_behind(report, 3, 0).empty());
    QVERIFY(samples_behind(report, 0, 9).empty());
  }

  void meanLeavesAbsentRowsOutOrCountsThem() {
    const std::vector<std::uint32_t> ones(2, 1);
    const std::vector<Estimator> rows = {image_mean({1.0, 0.0}), image_mean({-1.0, -1.0}), Estimator()};
    QCOMPARE(mean_estimator(rows, std::nullopt)(ones), std::optional(0.5));
    QCOMPARE(mean_estimator(rows, 0.0)(ones), std::optional(0.5 / 3.0));
    QCOMPARE(mean_estimator({Estimator()}, std::nullopt)(ones), std::optional<double>());
    QCOMPARE(mean_estimator({}, 0.0)(ones), std::optional<double>());
  }

  void meanCellHoldsValueAndEstimator() {
    std::vector<MetricRow> rows(2);
    rows[0].cells = {image_mean_cell({1.0, 0.0, 1.0, 1.0})};
    rows[1].cells = {image_mean_cell({0.0, 0.0, 1.0, 0.0})};
    const MetricCell mean = mean_cell(rows, 0, std::nullopt);
    QCOMPARE(mean.value, std::optional(0.5));
    QCOMPARE(mean.estimator(std::vector<std::uint32_t>{4, 0, 0, 0}), std::optional(0.5));
    QCOMPARE(mean.mean_of->rows, (std::vector<std::size_t>{0, 1}));
    rows[1].cells[0].estimator = nullptr;
    QVERIFY(!mean_cell(rows, 0, std::nullopt).estimator);
    rows[1].cells[0].value.reset();
    QVERIFY(mean_cell(rows, 0, std::nullopt).estimator);
    QCOMPARE(mean_cell(rows, 0, 0.0).value, std::optional(0.375));
    const MetricCell none = mean_cell({}, 0, 0.0);
    QVERIFY(!none.value && !none.reason.empty() && !none.estimator);
  }

  void evaluateFillsTheHeaderAndDropsWhatIsNotFinite() {
    const auto input = std::make_shared<EvaluationInput>();
    input->name = "run 1";
    input->images.resize(2);
    input->images[0].name = "first";
    input->images[1].name = "second";
    input->notes = {"of the reader"};
    input->provenance.dataset = "shelf";
    const auto report = evaluate(broken_protocol(), input, JobContext{});
    QVERIFY(report);
    QCOMPARE((*report)->protocol, std::string("broken"));
    QCOMPARE((*report)->title, std::string("Broken arithmetic"));
    QCOMPARE((*report)->name, std::string("run 1"));
    QCOMPARE((*report)->images, (std::vector<std::string>{"first", "second"}));
    QCOMPARE((*report)->notes, (std::vector<std::string>{"of the reader", "of the protocol"}));
    QCOMPARE((*report)->provenance.dataset, std::string("shelf"));
    QVERIFY(!(*report)->provenance.version.empty());
    const auto& cells = (*report)->rows[0].cells;
    QVERIFY(!cells[0].value && cells[0].reason.find("not a number") != std::string::npos);
    QVERIFY(!cells[1].value && cells[1].reason.starts_with("no ground truth; "));
    QVERIFY(cells[2].value && !cells[2].interval);
    QVERIFY(!(*report)->samples[0].measures[0] && (*report)->samples[0].measures[1]);
  }

  void obstacleAndStopAreErrors() {
    const auto empty = std::make_shared<EvaluationInput>();
    const auto refused = evaluate(broken_protocol(), empty, JobContext{});
    QVERIFY(!refused && refused.error().code == ErrorCode::kInput);
    QCOMPARE(refused.error().message, std::string("broken: there are no images."));
    const auto input = std::make_shared<EvaluationInput>();
    input->images.resize(1);
    std::stop_source stop;
    stop.request_stop();
    JobContext job;
    job.stop = stop.get_token();
    const auto stopped = evaluate(broken_protocol(), input, job);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
  }

  void protocolsHaveDifferentIds() {
    for (const Protocol& protocol : protocols()) {
      QCOMPARE(find_protocol(protocol.id), &protocol);
      QVERIFY(!protocol.title.empty() && !protocol.summary.empty() && protocol.run);
    }
    QVERIFY(find_protocol("no such protocol") == nullptr);
  }
};

ALIDADE_TEST(EvaluationReportTest)
#include "evaluation_report_test.moc"
