// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <QSemaphore>
#include <QtTest>

#include <unistd.h>

#include "core/data/dataset_reader.h"
#include "core/data/frame_loader.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// Ten frames; number 5 cannot be read. Loading waits while the gate is closed.
class FakeDataset : public Dataset {
 public:
  std::string name() const override { return "fake"; }
  std::string format() const override { return "fake"; }
  std::filesystem::path root() const override { return "fake"; }
  std::size_t num_frames() const override { return 10; }
  const FrameInfo& frame_info(std::size_t) const override { return info_; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }
  Expected<std::shared_ptr<const Mesh>> mesh(int) const override { return Error{}; }
  Expected<Frame> load(std::size_t index, const FrameLayers&) const override {
    ++loads;
    started.release();
    std::unique_lock lock(gate_mutex);
    gate.wait(lock, [&] { return open.load(); });
    if (index == 5) {
      return Error{ErrorCode::kInput, "frame 5: damaged; get it again."};
    }
    Frame frame;
    frame.index = index;
    return frame;
  }

  mutable std::atomic<int> loads = 0;
  mutable QSemaphore started;
  mutable std::mutex gate_mutex;
  mutable std::condition_variable gate;
  std::atomic<bool> open = true;

 private:
  FrameInfo info_;
  std::vector<ObjectModel> models_;
  std::vector<DatasetProblem> problems_;
  std::string digest_;
};

}  // namespace

class FrameLoaderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void loads_holds_and_prefetches() {
    const auto dataset = std::make_shared<FakeDataset>();
    QSemaphore done;
    std::atomic<std::size_t> last = 99;
    FrameLoader loader(dataset, 4, [&](std::size_t index, Expected<std::shared_ptr<const Frame>> frame) {
      last = frame && (*frame)->index == index ? index : 77;
      done.release();
    });
    QVERIFY(!loader.request(0));
    QVERIFY(done.tryAcquire(1, 20000));
    QCOMPARE(last.load(), std::size_t{0});
    QTRY_COMPARE(dataset->loads.load(), 3);
    QTRY_VERIFY(loader.request(1) != nullptr);
    QVERIFY(loader.request(0) != nullptr);
  }

  void newest_request_wins() {
    const auto dataset = std::make_shared<FakeDataset>();
    dataset->open = false;
    std::mutex mutex;
    std::vector<std::size_t> answered;
    FrameLoader loader(dataset, 3, [&](std::size_t index, const auto&) {
      const std::lock_guard lock(mutex);
      answered.push_back(index);
    });
    loader.request(0);
    QVERIFY(dataset->started.tryAcquire(1, 20000));
    loader.request(7);
    loader.request(3);
    {
      const std::lock_guard lock(dataset->gate_mutex);
      dataset->open = true;
    }
    dataset->gate.notify_all();
    QTRY_VERIFY((std::lock_guard(mutex), !answered.empty()));
    const std::lock_guard lock(mutex);
    QCOMPARE(answered, std::vector<std::size_t>{3});
  }

  void errors_reach_the_callback() {
    QSemaphore done;
    std::string message;
    FrameLoader loader(std::make_shared<FakeDataset>(), 1,
                       [&](std::size_t, Expected<std::shared_ptr<const Frame>> frame) {
                         message = frame ? "" : frame.error().message;
                         done.release();
                       });
    loader.request(5);
    QVERIFY(done.tryAcquire(1, 20000));
    QVERIFY(message.find("frame 5") != std::string::npos);
  }

  void unknown_formats_list_the_known_ones() {
    DatasetReaders readers;
    QVERIFY(readers.open("/nonexistent", {}).error().message.find("no such file") != std::string::npos);
    QVERIFY(readers.open("/", {}).error().message.find("no reader knows this format") != std::string::npos);
  }

  void missing_permission_is_said() {
    const auto root =
        std::filesystem::temp_directory_path() / ("alidade_closed_" + std::to_string(::getpid()));
    std::filesystem::create_directories(root / "closed");
    std::ofstream(root / "closed" / "file").put('x');
    std::filesystem::permissions(root, std::filesystem::perms(0755));
    std::filesystem::permissions(root / "closed", std::filesystem::perms::none);
    const uid_t user = ::geteuid();
    if (user == 0) {
      QCOMPARE(::seteuid(65534), 0);  // root may read everything
    }
    const DatasetReaders readers;
    const std::string folder = readers.open(root / "closed", {}).error().message;
    const std::string inside = readers.open(root / "closed" / "file", {}).error().message;
    const std::string around = readers.open(root, {}).error().message;
    if (user == 0) {
      QCOMPARE(::seteuid(0), 0);
    }
    std::filesystem::permissions(root / "closed", std::filesystem::perms::owner_all);
    std::filesystem::remove_all(root);
    QVERIFY2(folder.find("there is no permission to read it") != std::string::npos, folder.c_str());
    QVERIFY2(inside.find("there is no permission to read it") != std::string::npos, inside.c_str());
    QVERIFY2(around.find("no reader knows this format") != std::string::npos, around.c_str());
    QVERIFY2(around.find("no permission to read " + (root / "closed").string()) != std::string::npos,
             around.c_str());
  }
};

ALIDADE_TEST(FrameLoaderTest)
#include "frame_loader_test.moc"
