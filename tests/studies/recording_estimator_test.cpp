// SPDX-License-Identifier: BSD-3-Clause
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include "core/exchange/result_arrays.h"
#include "core/studies/infer.h"
#include "core/studies/recording_estimator.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"

using namespace alidade;

namespace {

/// Gives every object its true pose, with so many samples, and ends when it has had `most` frames.
class StubEstimator : public PoseEstimator {
 public:
  int samples = 2;
  int most = 1000;

  FrameLayers needs() const override { return {false, false, false, false}; }
  std::shared_ptr<PoseResult> begin(const Dataset&) const override {
    auto result = std::make_shared<PoseResult>();
    result->name = "stub";
    return result;
  }
  Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext&) override {
    if (most-- == 0) {
      return Error{ErrorCode::kCancelled, "stopped"};
    }
    for (const Instance& instance : frame.instances) {
      PoseEstimate estimate;
      estimate.frame = frame.index;
      estimate.frame_name = frame.info.name;
      estimate.instance = instance.index;
      estimate.category = instance.category;
      estimate.cam_from_obj = instance.cam_from_obj;
      estimate.size = instance.size;
      estimate.hypotheses.assign(static_cast<std::size_t>(samples), instance.cam_from_obj);
      result.estimates.push_back(estimate);
    }
    return {};
  }
};

}  // namespace

class RecordingEstimatorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatThereIsSoFarOutlivesTheRun() {
    const QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "so_far.npz";
    const test::SmallDataset dataset(6);
    StubEstimator stub;
    stub.most = 3;
    RecordingEstimator recorder(stub, {file, std::chrono::milliseconds(0), 1 << 20, 1e9});
    QVERIFY(!infer_poses(dataset, recorder, {}, {}));
    const auto read = read_result_arrays(file);
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QCOMPARE(read->poses.name, std::string("stub"));
    QCOMPARE(read->poses.rows.size(), std::size_t{1 + 2 + 3});
    QCOMPARE(read->poses.rows.front().hypotheses.size(), std::size_t{2});
  }

  void aLargeRunLeavesItsSamplesOut() {
    const QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "so_far.npz";
    const test::SmallDataset dataset(2);
    StubEstimator stub;
    stub.samples = 100;
    RecordingEstimator recorder(stub, {file, std::chrono::milliseconds(0), 4096, 1e9});
    const auto result = infer_poses(dataset, recorder, {}, {});
    QVERIFY(result);
    QCOMPARE((*result)->estimates.front().hypotheses.size(), std::size_t{100});
    QCOMPARE(read_result_arrays(file)->poses.rows.front().hypotheses.size(), std::size_t{1});
  }

  void aFailedWriteCostsNothing() {
    const QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "file";
    std::ofstream(file) << "no folder";
    const test::SmallDataset dataset(2);
    StubEstimator stub;
    RecordingEstimator recorder(stub, {file / "so_far.npz", std::chrono::milliseconds(0)});
    const auto result = infer_poses(dataset, recorder, {}, {});
    QVERIFY(result);
    QCOMPARE((*result)->estimates.size(), std::size_t{1 + 2});
    QVERIFY(!recorder.problem().empty());
  }
};

ALIDADE_TEST(RecordingEstimatorTest)
#include "recording_estimator_test.moc"
