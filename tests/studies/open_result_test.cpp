// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <fstream>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/open_result.h"
#include "core/base/file.h"
#include "core/data/procedural/tabletop.h"
#include "core/diffusion/guidance.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/exchange/kernel_sharing_file.h"
#include "core/exchange/result_file.h"
#include "core/exchange/sample_file.h"
#include "core/io/npz.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/studies/infer.h"
#include "core/studies/plain/evaluate.h"
#include "tests/support/kernel_sharings.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<const Dataset> openedTabletop(const std::string& split) {
  TabletopRecipe recipe;
  recipe.split = split;
  recipe.frames = 4;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

/// Shows only the images of another dataset under names of their own.
class RenamedDataset : public Dataset {
 public:
  explicit RenamedDataset(std::shared_ptr<const Dataset> inner) : inner_(std::move(inner)) {
    for (std::size_t i = 0; i < inner_->num_frames(); ++i) {
      infos_.push_back(inner_->frame_info(i));
      infos_.back().name = "kitchen/" + std::to_string(i);
    }
  }
  std::string name() const override { return "kitchen"; }
  std::string format() const override { return inner_->format(); }
  fs::path root() const override { return inner_->root(); }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return inner_->models(); }
  const std::vector<DatasetProblem>& problems() const override { return inner_->problems(); }
  const std::string& digest() const override { return digest_; }
  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override {
    return inner_->load(index, layers);
  }
  Expected<std::shared_ptr<const Mesh>> mesh(int id) const override { return inner_->mesh(id); }

 private:
  std::shared_ptr<const Dataset> inner_;
  std::vector<FrameInfo> infos_;
  std::string digest_ = "k";
};

/// 20,000 frames of five objects each, every second one symmetric about an axis.
class LargeDataset : public Dataset {
 public:
  LargeDataset() {
    for (int i = 0; i < 20000; ++i) {
      FrameInfo info;
      info.name = "000001/" + std::to_string(i);
      info.scene_id = 1;
      info.image_id = i;
      infos_.push_back(info);
    }
  }
  std::string name() const override { return "large"; }
  std::string format() const override { return "test"; }
  fs::path root() const override { return {}; }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }
  Expected<Frame> load(std::size_t index, const FrameLayers&) const override {
    Frame frame;
    frame.info = infos_[index];
    frame.index = index;
    for (int k = 0; k < 5; ++k) {
      Instance instance;
      instance.index = k;
      instance.object_id = k + 1;
      instance.category = k % 2 == 0 ? "bowl" : "mug";
      instance.cam_from_obj.t = {0.1 * k, 0.0, 1.0 + 1e-5 * static_cast<double>(index)};
      instance.size = {0.1, 0.05, 0.1};
      instance.symmetry = k % 2 == 0 ? continuous_symmetry(Eigen::Vector3d::UnitY()) : no_symmetry();
      frame.instances.push_back(instance);
    }
    return frame;
  }
  Expected<std::shared_ptr<const Mesh>> mesh(int) const override {
    return Error{ErrorCode::kInput, "large: no meshes"};
  }

 private:
  std::vector<FrameInfo> infos_;
  std::vector<ObjectModel> models_;
  std::vector<DatasetProblem> problems_;
  std::string digest_ = "l";
};

std::string bytesOf(const fs::path& path) {
  const auto bytes = read_file(path, 1u << 30);
  return bytes ? *bytes : std::string();
}

}  // namespace

/// Files of results opened on the dataset that they belong to.
class OpenResultTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::shared_ptr<const Dataset> dataset_ = openedTabletop("evaluate");
  std::shared_ptr<const PoseResult> result_;

  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

  /// Objects that are annotated in these frames.
  std::size_t annotated(const std::vector<std::size_t>& frames) const {
    std::size_t count = 0;
    for (const std::size_t frame : frames) {
      count += dataset_->load(frame, {false, false, false, false})->instances.size();
    }
    return count;
  }

  /// The arrays that were written from the result, for changing.
  std::map<std::string, NpyArray> arrays() const { return *read_npz(path("result.npz")); }

  OpenedResult openedFile(const char* name) const {
    auto opened = open_result(path(name), *dataset_, {});
    if (!opened) {
      qWarning("%s", opened.error().message.c_str());
      return {};
    }
    return std::move(*opened);
  }

  QString refusal(const char* name, const Dataset& dataset) const {
    const auto opened = open_result(path(name), dataset, {});
    return opened ? QStringLiteral("opened") : QString::fromStdString(opened.error().message);
  }

 private Q_SLOTS:
  void initTestCase() {
    auto network = PoseNetwork::load(alidade::test::source_path("resources/checkpoints/demo.safetensors"));
    QVERIFY2(network, network ? "" : network.error().message.c_str());
    InferOptions options = default_infer_options();
    options.num_samples = 3;
    options.frames = {0, 1, 3};
    const auto result = infer_poses(*dataset_, **network, options, {});
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    result_ = *result;
    QVERIFY(write_pose_result(*result_, path("result.npz")));
  }

  void whatWasWrittenComesBack() {
    const OpenedResult opened = openedFile("result.npz");
    QCOMPARE(opened.kind, std::string("poses"));
    QCOMPARE(opened.results.size(), std::size_t{1});
    const PoseResult& back = *opened.results.front().result;
    QVERIFY2(opened.results.front().notes.empty(), "a whole file has nothing to remark");
    QCOMPARE(back.name, result_->name);
    QCOMPARE(back.sampler, result_->sampler);
    QCOMPARE(back.frames, result_->frames);
    QVERIFY(back.provenance == result_->provenance);
    QVERIFY(write_pose_result(back, path("again.npz")));
    QCOMPARE(bytesOf(path("again.npz")), bytesOf(path("result.npz")));
    QVERIFY(to_table(accuracy_table(back)).rows == to_table(accuracy_table(*result_)).rows);
    for (std::size_t i = 0; i < back.estimates.size(); ++i) {
      QCOMPARE(back.estimates[i].error.iou, result_->estimates[i].error.iou);
      QCOMPARE(back.estimates[i].error.snapped, result_->estimates[i].error.snapped);
    }
  }

  void anotherDatasetIsNamedWithBothNumbers() {
    const RenamedDataset kitchen(dataset_);
    const QString sentence = refusal("result.npz", kitchen);
    for (const char* part : {"result.npz", "none of its 3 images", "the 4 of dataset \"kitchen\"", "kitchen/0"}) {
      QVERIFY2(sentence.contains(QLatin1String(part)), qPrintable(sentence));
    }
    QVERIFY(sentence.contains(QString::fromStdString(result_->provenance.dataset)));
    QCOMPARE(sentence.count(QLatin1Char('\n')), 0);
  }

  void objectsThatAreNotThereAreCounted() {
    auto changed = arrays();
    auto objects = changed.at("object").as_integers();
    std::vector<std::int32_t> wrong(objects.size(), 991);
    changed["object"] = NpyArray::from(wrong);
    QVERIFY(write_npz(path("wrong.npz"), changed));
    const QString sentence = refusal("wrong.npz", *dataset_);
    QVERIFY2(sentence.contains(QStringLiteral("none of its %1 objects").arg(wrong.size())), qPrintable(sentence));
    wrong.assign(objects.begin(), objects.end());
    wrong.front() = 991;
    changed["object"] = NpyArray::from(wrong);
    QVERIFY(write_npz(path("one.npz"), changed));
    const OpenedResult opened = openedFile("one.npz");
    QCOMPARE(opened.results.front().result->estimates.size(), objects.size() - 1);
    const QString note = QString::fromStdString(opened.results.front().notes.front());
    QVERIFY2(note.contains(QStringLiteral("%1 estimates").arg(objects.size() - 1)) &&
                 note.contains(QStringLiteral("to the %1 objects").arg(annotated(result_->frames))) &&
                 note.contains(QStringLiteral("1 row more (first: row 0)")),
             qPrintable(note));
  }

  void millimetresAreRefused() {
    auto changed = arrays();
    auto poses = changed.at("pose").as_doubles();
    for (std::size_t i = 0; i < poses.size(); ++i) {
      poses[i] *= i % 4 == 3 && i % 16 < 12 ? 1000.0 : 1.0;
    }
    changed["pose"] = NpyArray::from(poses, changed.at("pose").shape);
    QVERIFY(write_npz(path("mm.npz"), changed));
    const QString sentence = refusal("mm.npz", *dataset_);
    QVERIFY2(sentence.contains("m from the camera in the median") && sentence.contains("divide") &&
                 sentence.contains("millimetres"),
             qPrintable(sentence));
    changed = arrays();
    auto sizes = changed.at("size").as_doubles();
    for (double& side : sizes) {
      side *= 1000.0;
    }
    changed["size"] = NpyArray::from(sizes, changed.at("size").shape);
    QVERIFY(write_npz(path("mm_size.npz"), changed));
    QVERIFY(refusal("mm_size.npz", *dataset_).contains("divide its sizes by 1000"));
  }

  void notANumberIsNamedByItsRow() {
    auto changed = arrays();
    auto poses = changed.at("pose").as_doubles();
    poses[16 + 3] = std::numeric_limits<double>::quiet_NaN();
    changed["pose"] = NpyArray::from(poses, changed.at("pose").shape);
    QVERIFY(write_npz(path("nan.npz"), changed));
    const QString sentence = refusal("nan.npz", *dataset_);
    QVERIFY2(sentence.contains("pose[1]") && sentence.contains("nan"), qPrintable(sentence));
  }

  void posesAloneAreMatchedByTheirObjects() {
    const auto whole = arrays();
    std::map<std::string, NpyArray> bare;
    for (const char* key : {"image", "category", "pose"}) {
      bare[key] = whole.at(key);
    }
    QVERIFY(write_npz(path("bare.npz"), bare));
    const PoseResult back = *openedFile("bare.npz").results.front().result;
    QCOMPARE(back.estimates.size(), result_->estimates.size());
    for (const PoseEstimate& estimate : back.estimates) {
      const PoseEstimate* computed = result_->find(estimate.frame, estimate.instance);
      QVERIFY(computed && computed->category == estimate.category);
      QCOMPARE(estimate.hypotheses.size(), std::size_t{1});
      QVERIFY(estimate.size.minCoeff() > 0.0);  // the dataset's
    }
  }

  void groundTruthIsWithoutError() {
    QVERIFY(bool(write_dataset_truth(*dataset_, path("truth.npz"), {})));
    const OpenedResult opened = openedFile("truth.npz");
    QCOMPARE(opened.kind, std::string("ground truth"));
    const PoseResult& truth = *opened.results.front().result;
    QCOMPARE(truth.estimates.size(), annotated({0, 1, 2, 3}));
    for (const PoseEstimate& estimate : truth.estimates) {
      QVERIFY(estimate.error.rotation_raw < 1e-9 && estimate.error.translation < 1e-12);
      QVERIFY(std::abs(estimate.error.iou - 1.0) < 1e-9);
    }
  }

  void bopResultsAreInMillimetres() {
    std::ofstream file(path("method_set-test.csv"));
    file << "scene_id,im_id,obj_id,score,R,t,time\n";
    std::size_t objects = 0;
    file.precision(17);
    for (std::size_t i = 0; i < dataset_->num_frames(); ++i) {
      const auto frame = dataset_->load(i, {false, false, false, false});
      for (const Instance& instance : frame->instances) {
        file << frame->info.scene_id << ',' << frame->info.image_id << ',' << instance.object_id << ",0.5,";
        for (int k = 0; k < 9; ++k) {
          file << (k > 0 ? " " : "") << instance.cam_from_obj.R(k / 3, k % 3);
        }
        const Eigen::Vector3d t = 1000.0 * instance.cam_from_obj.t;
        file << ',' << t[0] << ' ' << t[1] << ' ' << t[2] << ",-1\n";
        ++objects;
      }
    }
    file.close();
    const OpenedResult opened = openedFile("method_set-test.csv");
    QCOMPARE(opened.kind, std::string("BOP results"));
    const PoseResult& poses = *opened.results.front().result;
    QCOMPARE(poses.name, std::string("method"));
    QCOMPARE(poses.estimates.size(), objects);
    for (const PoseEstimate& estimate : poses.estimates) {
      QVERIFY(estimate.error.rotation_reduced < 1e-6 && estimate.error.translation < 1e-9);
    }
  }

  void samplesBecomeARunPerSchedule() {
    std::vector<std::shared_ptr<const ObjectSamples>> sets;
    for (const char* name : {"exp 1\u20138", "none"}) {
      for (const PoseEstimate& estimate : result_->estimates) {
        auto samples = std::make_shared<ObjectSamples>();
        samples->name = name;
        samples->frame_name = estimate.frame_name;
        samples->frame = estimate.frame;
        samples->instance = estimate.instance;
        samples->category = estimate.category;
        samples->samples = estimate.hypotheses;
        samples->times = {1.0, 0.0};
        samples->trajectory = {estimate.hypotheses, estimate.hypotheses};
        sets.push_back(samples);
      }
    }
    QVERIFY(write_samples(sets, path("samples.npz")));
    const OpenedResult opened = openedFile("samples.npz");
    QCOMPARE(opened.kind, std::string("samples"));
    QCOMPARE(opened.results.size(), std::size_t{2});
    QCOMPARE(opened.results[1].result->name, std::string("none"));
    const PoseResult& first = *opened.results[0].result;
    QCOMPARE(first.estimates.size(), result_->estimates.size());
    for (std::size_t i = 0; i < first.estimates.size(); ++i) {
      QCOMPARE(first.estimates[i].hypotheses.size(), std::size_t{3});
      for (std::size_t k = 0; k < 3; ++k) {
        QVERIFY(first.estimates[i].hypotheses[k].R == result_->estimates[i].hypotheses[k].R);
        QVERIFY(first.estimates[i].hypotheses[k].t == result_->estimates[i].hypotheses[k].t);
      }
    }
    QVERIFY(opened.results[0].notes.back().find("paths") != std::string::npos);
    QVERIFY(opened.results[1].notes.back().find("paths") == std::string::npos);
  }

  void filesAreToldByTheirBytes() {
    const auto kind = [this](const char* name, const std::string& bytes) {
      static_cast<void>(write_file_atomically(path(name), bytes));
      const auto recognized = recognize_file(path(name));
      return recognized ? *recognized : OpenableKind::kUnknown;
    };
    QCOMPARE(kind("a.txt", bytesOf(path("result.npz"))), OpenableKind::kArrays);
    QCOMPARE(kind("b.npz", "scene_id,im_id,obj_id,score,R,t,time\n"), OpenableKind::kBopResults);
    QCOMPARE(kind("c", "1,2,3,0.5,1 0 0 0 1 0 0 0 1,0 0 1000,-1\n"), OpenableKind::kBopResults);
    QCOMPARE(kind("d", to_json(Guidance{})), OpenableKind::kSchedule);
    QCOMPARE(kind("e", "{\"format\": \"alidade-session\", \"schema\": 9}"), OpenableKind::kSession);
    QCOMPARE(kind("h", "{\"format\": \"alidade-branch-accuracy\", \"rows\": 3}"), OpenableKind::kBranches);
    QCOMPARE(kind("i", "{\"format\": \"alidade-quantization-sweep\", \"points\": 3}"), OpenableKind::kSweep);
    QVERIFY(refusal("i", *dataset_).contains("open it in the window"));
    QVERIFY(write_kernel_sharing(alidade::test::kernelSharing(), path("k.npz")));
    QCOMPARE(kind("j", bytesOf(path("k.npz"))), OpenableKind::kKernels);
    QVERIFY(refusal("j", *dataset_).contains("shared kernels"));
    QCOMPARE(kind("f", "{\"1\": {\"diameter\": 3}}"), OpenableKind::kUnknown);
    QCOMPARE(kind("g", ""), OpenableKind::kUnknown);
    QCOMPARE(*recognize_file(alidade::test::source_path("resources/checkpoints/demo.safetensors")),
             OpenableKind::kCheckpoint);
    QVERIFY(refusal("f", *dataset_).contains("open the folder around it"));
    QVERIFY(!recognize_file(path("nowhere")));
  }

  void aHundredThousandRowsAreRead() {
    const LargeDataset large;
    PoseResult poses;
    poses.name = "large";
    for (std::size_t i = 0; i < large.num_frames(); ++i) {
      const Frame frame = *large.load(i, {});
      for (const Instance& instance : frame.instances) {
        PoseEstimate estimate;
        estimate.frame_name = frame.info.name;
        estimate.instance = instance.index;
        estimate.object_id = instance.object_id;
        estimate.category = instance.category;
        estimate.cam_from_obj = instance.cam_from_obj;
        estimate.cam_from_obj.t.z() += 0.01;
        estimate.size = instance.size;
        estimate.hypotheses = {estimate.cam_from_obj};
        poses.estimates.push_back(estimate);
      }
    }
    QVERIFY(write_pose_result(poses, path("large.npz")));
    const auto opened = open_result(path("large.npz"), large, {});
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const PoseResult& back = *opened->results.front().result;
    QCOMPARE(back.estimates.size(), std::size_t{100000});
    for (const std::size_t i : {std::size_t{0}, std::size_t{7}, std::size_t{99999}}) {
      QVERIFY(std::abs(back.estimates[i].error.translation - 0.01) < 1e-12);
      QVERIFY(back.estimates[i].error.iou > 0.8 && back.estimates[i].error.iou < 0.95);
    }
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = open_result(path("large.npz"), large, {stop.get_token(), {}});
    QCOMPARE(stopped.error().code, ErrorCode::kCancelled);
  }

  void aVersionToComeOpensWithARemark() {
    auto changed = arrays();
    changed["provenance"] = NpyArray::from(std::vector<std::string>{"{\"alidade\": \"99.0.0\", \"seed\": 1}"});
    QVERIFY(write_npz(path("newer.npz"), changed));
    const OpenedResult opened = openedFile("newer.npz");
    QCOMPARE(opened.results.front().result->estimates.size(), result_->estimates.size());
    QVERIFY(QString::fromStdString(opened.results.front().notes.front()).contains("99.0.0"));
  }
};

ALIDADE_TEST(OpenResultTest)
#include "open_result_test.moc"
