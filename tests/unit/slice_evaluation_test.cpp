// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numeric>

#include "core/base/random.h"
#include "core/evaluation/slices/slice_evaluation.h"
#include "core/evaluation/text/slice_text.h"
#include "core/geometry/rotation.h"
#include "tests/unit/nocs_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Input = std::shared_ptr<EvaluationInput>;

const Protocol& any_protocol(const char* id) {
  return *find_protocol(id);
}

SlicedRun whole_of(const Protocol& protocol, const Input& input,
                   const BootstrapOptions& options = {0, 0.95, 0}) {
  auto report = evaluate(protocol, input, {});
  if (!report) {
    qWarning("%s", report.error().message.c_str());
    return {};
  }
  if (options.replicates == 0) {
    return {input, *report};
  }
  return {input, std::make_shared<const EvaluationReport>(*with_intervals(**report, options, {}))};
}

std::vector<ComparedSlice> sliced(const char* id, const Input& input, const std::vector<std::string>& texts,
                                  const BootstrapOptions& options = {0, 0.95, 0}) {
  std::vector<Slice> slices;
  for (const std::string& text : texts) {
    slices.push_back(*parse_slice(text));
  }
  auto made =
      compare_slices(any_protocol(id), whole_of(any_protocol(id), input), nullptr, slices, options, {});
  return made ? *made : std::vector<ComparedSlice>();
}

/// Objects of two classes, several of a class in an image, each with what a detector says of it: a good pose,
/// a bad one, nothing, or two. Visibility is the k-th of twenty parts.
Input crowd(std::uint64_t seed, std::size_t images) {
  Random random(seed);
  auto input = std::make_shared<EvaluationInput>();
  input->name = "crowd";
  input->categories = {"bowl", "mug"};
  for (std::uint32_t image = 0; image < images; ++image) {
    input->images.emplace_back();
    input->images.back().name = "s/" + std::to_string(image);
    input->images.back().scene_id = static_cast<int>(image % 2);
    input->images.back().camera = {640, 480, 500.0, 500.0, 320.0, 240.0};
    for (int k = 0; k < 5; ++k) {
      PoseRow row;
      row.image = image;
      row.category = static_cast<std::uint32_t>(k % 2);
      row.object_id = 1 + k % 2;
      row.instance = k;
      row.cam_from_obj = {Eigen::Matrix3d::Identity(), {0.4 * k, 0.0, 0.5 + random.uniform()}};
      row.size = Eigen::Vector3d(0.05 + 0.2 * random.uniform(), 0.05, 0.05);
      row.visible_fraction = 0.05 * random.index(20) + 0.025;
      row.visibility_known = true;
      input->truth.rows.push_back(row);
      const std::uint32_t kind = random.index(4);
      PoseRow found = row;
      found.visible_fraction = 1.0;
      found.visibility_known = false;
      found.score = random.uniform();
      found.cam_from_obj.t.x() += kind == 1 ? 0.03 : 0.001;
      if (kind != 2) {
        input->predictions.rows.push_back(found);
      }
      if (kind == 3) {  // once more
        found.cam_from_obj.t.x() += 0.004;
        found.score *= 0.9;
        input->predictions.rows.push_back(found);
      }
    }
  }
  for (const int id : {1, 2}) {
    ObjectGeometry& object = input->objects[id];
    object.name = id == 1 ? "bowl" : "mug";
    for (const double x : {-0.05, 0.05}) {
      object.vertices.emplace_back(x, 0.0, 0.0);
      object.vertices.emplace_back(0.0, x, 0.01);
    }
    object.triangles.emplace_back(0, 1, 2);
    object.diameter = 0.1;
  }
  return input;
}

const MetricRow* row_named(const EvaluationReport& report, const std::string& name) {
  for (const MetricRow& row : report.rows) {
    if (row.name == name) {
      return &row;
    }
  }
  return nullptr;
}

/// Without instance numbers of predictions, as detectors give them.
Input without_numbers(Input input) {
  for (PoseRow& row : input->predictions.rows) {
    row.instance = -1;
  }
  return input;
}

void same_cells(const EvaluationReport& a, const EvaluationReport& b) {
  QCOMPARE(a.rows.size(), b.rows.size());
  for (std::size_t r = 0; r < a.rows.size(); ++r) {
    QCOMPARE(a.rows[r].name, b.rows[r].name);
    QCOMPARE(a.rows[r].truths, b.rows[r].truths);
    QCOMPARE(a.rows[r].predictions, b.rows[r].predictions);
    for (std::size_t c = 0; c < a.columns.size(); ++c) {
      const MetricCell &x = a.rows[r].cells[c], &y = b.rows[r].cells[c];
      QVERIFY(x.value == y.value);
      QCOMPARE(x.interval.has_value(), y.interval.has_value());
      if (x.interval) {
        QVERIFY(x.interval->low == y.interval->low && x.interval->high == y.interval->high);
      }
    }
  }
}

}  // namespace

class SliceEvaluationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everythingIsTheWhole_data() {
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<bool>("numbers");
    for (const char* id :
         {"nocs-legacy", "nocs-exact-all", "genpose", "bop19", "bop24", "add-s", "indoor-rotated"}) {
      QTest::newRow(id) << id << false;
    }
    for (const char* id : {"omni6d-analytic", "tracking"}) {
      QTest::newRow(id) << id << true;
    }
  }

  /// Bit by bit, intervals included.
  void everythingIsTheWhole() {
    QFETCH(QString, protocol);
    QFETCH(bool, numbers);
    Input input = crowd(3, 20);
    for (auto* rows : {&input->truth.rows, &input->predictions.rows}) {
      for (PoseRow& row : *rows) {
        row.bbox = std::array<double, 4>{10.0, 100.0 * row.object_id, 60.0, 100.0 * row.object_id + 50.0};
      }
    }
    if (!numbers) {
      input = without_numbers(input);
    }
    const BootstrapOptions options{60, 0.9, 5};
    const QByteArray id = protocol.toLatin1();
    const SlicedRun whole = whole_of(any_protocol(id), input, options);
    QVERIFY(whole.report);
    const auto slices = sliced(id, input, {"everything", "z > 0"}, options);
    QCOMPARE(slices.size(), std::size_t{2});
    for (const ComparedSlice& slice : slices) {
      QVERIFY2(slice.a.report, slice.a.reason.c_str());
      std::vector<std::size_t> every(whole.report->samples.size());
      std::iota(every.begin(), every.end(), std::size_t{0});
      QCOMPARE(samples_in_slice(*whole.report, slice.a, every), every);
      same_cells(*whole.report, *slice.a.report);
      QCOMPARE(slice.a.counts.truths, slice.a.counts.all_truths);
      QCOMPARE(slice.a.counts.predictions, slice.a.counts.all_predictions);
    }
  }

  void everythingIsTheWholeOfTheFixture() {
    const auto input = std::make_shared<EvaluationInput>(nocs_input("nocs"));
    QVERIFY(!input->truth.rows.empty());
    const SlicedRun whole = whole_of(any_protocol("nocs-legacy"), input);
    same_cells(*whole.report, *sliced("nocs-legacy", input, {"everything"}).front().a.report);
  }

  /// Slices that part the data: rows add up, and so does what counts as right.
  void partsRecombine_data() {
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("share");
    QTest::newRow("localization") << "bop19"
                                  << "ar_mssd";
    QTest::newRow("distances") << "add"
                               << "add_0.1d";
    QTest::newRow("pairs") << "tracking"
                           << "5deg5cm";
  }

  void partsRecombine() {
    QFETCH(QString, protocol);
    QFETCH(QString, share);
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      Input input = crowd(seed, 12);
      if (protocol != "tracking") {
        input = without_numbers(input);
      }
      const QByteArray id = protocol.toLatin1();
      const SlicedRun whole = whole_of(any_protocol(id), input);
      QVERIFY(whole.report);
      const std::vector<std::vector<std::string>> partitions{
          {"z < 80 cm", "z >= 80 cm and z < 1.2", "not z < 1.2 m"},
          {"occluded > 40 %", "not occluded > 40 %"},
          {"scene = 0 and size < 10 cm", "scene = 0 and size >= 10 cm", "scene = 1"},
          {"instance in (0, 3)", "instance not in (0, 3)"}};
      for (const auto& partition : partitions) {
        const auto slices = sliced(id, input, partition);
        QCOMPARE(slices.size(), partition.size());
        for (const char* category : {"bowl", "mug"}) {
          const MetricRow& all = *row_named(*whole.report, category);
          const std::size_t column = *whole.report->column(share.toStdString());
          std::size_t truths = 0, predictions = 0;
          double right = 0.0;
          for (const ComparedSlice& slice : slices) {
            QVERIFY2(slice.a.report, slice.a.reason.c_str());
            const MetricRow* part = row_named(*slice.a.report, category);
            truths += part ? part->truths : 0;
            predictions += part ? part->predictions : 0;
            right += part ? part->cells[column].value.value_or(0.0) * static_cast<double>(part->truths) : 0.0;
          }
          QCOMPARE(truths, all.truths);
          QCOMPARE(predictions, all.predictions);
          ALIDADE_NEAR(right, *all.cells[column].value * static_cast<double>(all.truths), 1e-9);
        }
      }
    }
  }

  /// AP weighs by rank, so it does not add up; the rows that it counts do.
  void detectionsRecombine() {
    const Input input = without_numbers(crowd(9, 30));
    for (const char* id : {"nocs-exact", "nocs-legacy-all", "bop24", "indoor-axis-aligned"}) {
      const SlicedRun whole = whole_of(any_protocol(id), input);
      const auto slices = sliced(id, input, {"size < 0.1 m", "size >= 0.1 m"});
      std::size_t truths = 0, predictions = 0;
      for (const ComparedSlice& slice : slices) {
        truths += slice.a.report->rows[0].truths + slice.a.report->rows[1].truths;
        predictions += slice.a.report->rows[0].predictions + slice.a.report->rows[1].predictions;
      }
      QCOMPARE(truths, whole.report->rows[0].truths + whole.report->rows[1].truths);
      QCOMPARE(predictions, whole.report->rows[0].predictions + whole.report->rows[1].predictions);
    }
  }

  /// A perfect detector is perfect in every slice: nothing becomes false because its ground truth is outside.
  void perfectStaysPerfect() {
    Input input = crowd(4, 10);
    input->predictions.rows.clear();
    for (PoseRow row : input->truth.rows) {
      row.instance = -1;
      row.visibility_known = false;
      input->predictions.rows.push_back(row);
    }
    for (const char* id : {"nocs-exact", "bop24", "bop19", "indoor-rotated"}) {
      const SlicedRun whole = whole_of(any_protocol(id), input);
      for (const ComparedSlice& slice :
           sliced(id, input, {"z > 1", "occluded <= 40 %", "category = mug", "x > 0.9"})) {
        QVERIFY2(slice.a.report, slice.a.reason.c_str());
        const MetricRow& row = slice.a.report->rows.back();
        for (std::size_t c = 0; c < slice.a.report->columns.size(); ++c) {
          if (whole.report->rows.back().cells[c].value && slice.a.report->columns[c].unit == "%") {
            QVERIFY2(row.cells[c].value, slice.a.report->columns[c].id.c_str());
            ALIDADE_NEAR(*row.cells[c].value, 1.0, 1e-6);
          }
        }
      }
    }
  }

  /// A class without rows in the slice is no row of it and does not lower the mean.
  void classesOutsideAreLeftOut() {
    const Input input = without_numbers(crowd(5, 10));
    const auto slices = sliced("nocs-exact", input, {"category = mug"});
    const EvaluationReport& report = *slices.front().a.report;
    QCOMPARE(report.rows.size(), std::size_t{2});
    QCOMPARE(report.rows[0].name, std::string("mug"));
    const SlicedRun whole = whole_of(any_protocol("nocs-exact"), input);
    for (std::size_t c = 0; c < report.columns.size(); ++c) {
      QVERIFY(report.rows[0].cells[c].value == row_named(*whole.report, "mug")->cells[c].value);
      QVERIFY(report.rows[1].cells[c].value == report.rows[0].cells[c].value);
    }
    QCOMPARE(report.images.size(), input->images.size());
  }

  void unknownVisibilityIsSaid() {
    const Input input = without_numbers(crowd(6, 6));
    for (PoseRow& row : input->truth.rows) {
      row.visibility_known = false;
    }
    auto slices = sliced("nocs-exact", input, {"hidden: occluded > 40 %"});
    QVERIFY(!slices.front().a.report);
    QCOMPARE(
        slices.front().a.reason,
        std::string(
            "the condition cannot be decided for any ground truth, because their visibility is not known"));
    const MetricTable table = slice_table(
        comparison_table({whole_of(any_protocol("nocs-exact"), input).report.get()}), slices, "crowd", "");
    QCOMPARE(table.rows.back().name, std::string("hidden"));
    QCOMPARE(table.rows.back().cells[0].text, std::string("–"));
    QVERIFY(table.rows.back().cells[0].reason.find("visibility is not known") != std::string::npos);
    // Of some it is known: the others are counted as set aside.
    for (std::size_t i = 0; i < 10; ++i) {
      input->truth.rows[i].visibility_known = true;
      input->truth.rows[i].visible_fraction = 0.5;
    }
    slices = sliced("nocs-exact", input, {"occluded > 40 %", "occluded <= 40 %"});
    QCOMPARE(slices[0].a.counts.truths, std::size_t{10});
    QCOMPARE(slices[0].a.counts.undecided_truths, std::size_t{20});
    QCOMPARE(slices[1].a.reason, std::string("no ground truth is in the slice"));
    QVERIFY(slice_counts_text(slices[0].a.counts).find("set aside: 20 ground truths") != std::string::npos);
  }

  void scoresAreThoseOfTheAnswers() {
    const Input input = crowd(7, 10);
    const auto slices = sliced("tracking", input, {"score > .5", "score <= .5"});
    const std::size_t all = input->truth.rows.size();
    const std::size_t missed = slices[0].a.counts.undecided_truths;
    QVERIFY(missed > 0);
    QCOMPARE(slices[0].a.counts.truths + slices[1].a.counts.truths + missed, all);
    QVERIFY(slices[0].a.by_score);
    QVERIFY(slices[0].a.counts.undecided.find("no prediction answers to them") != std::string::npos);
  }

  /// Predictions of a class that the image does not hold are asked themselves; of a class without ground
  /// truth in the slice they are set aside.
  void strangersAreAskedThemselves() {
    const Input input = without_numbers(crowd(8, 6));
    std::erase_if(input->truth.rows, [](const PoseRow& row) { return row.category == 1 && row.image > 1; });
    std::erase_if(input->predictions.rows, [](const PoseRow& row) { return row.category == 1; });
    PoseRow stranger = input->truth.rows.front();
    stranger.image = 3;
    stranger.category = 1;
    stranger.object_id = 2;
    stranger.instance = -1;
    stranger.cam_from_obj.t.z() = 9.0;
    input->predictions.rows.push_back(stranger);
    const auto slices = sliced("nocs-exact", input, {"z > 8", "image = s/3", "z < 8", "image != s/5"});
    QCOMPARE(slices[0].a.reason, std::string("no ground truth is in the slice"));
    QCOMPARE(slices[1].a.counts.without_class, std::size_t{1});
    QCOMPARE(slices[2].a.counts.predictions, slices[2].a.counts.all_predictions - 1);
    QCOMPARE(row_named(*slices[3].a.report, "mug")->predictions, std::size_t{1});
  }

  void twoRunsAreCompared() {
    const Input a = crowd(10, 20);
    const auto b = std::make_shared<EvaluationInput>(*a);
    b->name = "other";
    for (PoseRow& row : b->predictions.rows) {
      row.cam_from_obj.t.x() += row.cam_from_obj.t.z() > 1.0 ? 0.2 : 0.0;
    }
    const Protocol& protocol = any_protocol("tracking");
    const BootstrapOptions options{200, 0.95, 1};
    const SlicedRun first = whole_of(protocol, a, options), second = whole_of(protocol, b, options);
    const std::vector<Slice> slices{*parse_slice("near: z <= 1"), *parse_slice("far: z > 1"),
                                    *parse_slice("sure: score > .5")};
    const auto compared = compare_slices(protocol, first, &second, slices, options, {});
    QVERIFY2(compared, compared ? "" : compared.error().message.c_str());
    QVERIFY((*compared)[0].test && (*compared)[1].test && !(*compared)[2].test);
    QVERIFY((*compared)[2].no_test.find("goes by scores") != std::string::npos);
    QCOMPARE(*(*compared)[0].test->cells.back()[0].difference, 0.0);
    QVERIFY(*(*compared)[1].test->cells.back()[0].difference > 0.1);
    QVERIFY(*(*compared)[1].test->cells.back()[0].p_value < 0.05);
    const auto whole = paired_test(*first.report, *second.report, options, {});
    const PairedTest tests = slice_tests(*compared, *whole);
    QCOMPARE(tests.rows, (std::vector<std::string>{"near", "far", "sure"}));
    QVERIFY(tests.cells[1][0].difference == (*compared)[1].test->cells.back()[0].difference);
    QVERIFY(!tests.cells[2][0].difference && !tests.cells[2][0].reason.empty());
    // Methods compete within a slice only.
    const MetricTable table = slice_table(comparison_table({first.report.get(), second.report.get()}),
                                          *compared, first.report->name, second.report->name);
    QCOMPARE(table.rows.size(), std::size_t{8});
    QCOMPARE(table.rows[4].name, std::string("far"));
    QCOMPARE(table.rows[4].method, std::string("crowd"));
    QVERIFY(table.rows[4].cells[0].rank == Rank::kBest && table.rows[5].cells[0].rank == Rank::kSecond);
    QVERIFY(table.rows[2].cells[0].rank == Rank::kBest && table.rows[3].cells[0].rank == Rank::kBest);
    const Table flat = to_table(table);
    QCOMPARE(flat.columns[0], std::string("slice"));
    QCOMPARE(flat.columns[1], std::string("model"));
    QCOMPARE(flat.columns[2], std::string("objects"));
    QCOMPARE(flat.look.rules, (std::vector<std::size_t>{2, 4, 6}));
    const nlohmann::json json = nlohmann::json::parse(slices_json(*compared));
    QCOMPARE(json.size(), std::size_t{3});
    QCOMPARE(json[1].at("expression").get<std::string>(), std::string("z > 1"));
    QVERIFY(json[1].at("run").at("report").at("rows").is_array() &&
            json[1].at("test").at("cells").is_array());
    QVERIFY(json[2].at("test").is_null());
  }

  void stopping() {
    std::stop_source source;
    source.request_stop();
    JobContext job;
    job.stop = source.get_token();
    const Input input = crowd(11, 3);
    const Protocol& protocol = any_protocol("tracking");
    const auto made = compare_slices(protocol, whole_of(protocol, input), nullptr,
                                     std::vector<Slice>{*parse_slice("everything")}, {0, 0.95, 0}, job);
    QVERIFY(!made && made.error().code == ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(SliceEvaluationTest)
#include "slice_evaluation_test.moc"
