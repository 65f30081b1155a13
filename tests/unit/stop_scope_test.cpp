// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/stop_scope.h"

#include <atomic>
#include <functional>

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/helper_threads.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/sample_file.h"
#include "core/io/npz.h"
#include "core/io/obj.h"
#include "core/io/ply.h"
#include "core/io/safetensors.h"
#include "core/io/zip.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLarge = std::size_t{24} << 20;

/// Reads or parses something; empty when that succeeded.
using Reading = std::function<std::optional<Error>()>;

template <class T>
std::optional<Error> failure_of(const Expected<T>& read) {
  return read ? std::nullopt : std::optional(read.error());
}

NpyArray poses(std::size_t rows, std::size_t samples) {
  std::vector<double> values;
  for (std::size_t i = 0; i < rows * std::max<std::size_t>(samples, 1); ++i) {
    values.insert(values.end(), {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1});
  }
  return NpyArray::from(values, samples == 0 ? std::vector<std::size_t>{rows, 4, 4}
                                             : std::vector<std::size_t>{rows, samples, 4, 4});
}

/// The arrays of a file, however the test is stopped.
ColumnReader whole(const fs::path& path, const char* key) {
  const StopScope none{std::stop_token()};
  return *ColumnReader::read(path, {"image", key}, "Arrays");
}

/// A column-major array as numpy.asfortranarray saves it.
std::string fortran_bytes() {
  std::string bytes =
      to_npy_bytes(NpyArray::from(std::vector<double>(kLarge / sizeof(double)), {kLarge / 16, 2}));
  const std::string order = "'fortran_order': False";
  return bytes.replace(bytes.find(order), order.size(), "'fortran_order': True ");
}

}  // namespace

/// A stop that reaches whatever reads and parses large files.
class StopScopeTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::stop_source stopped_;
  std::map<std::string, Reading> readings_;

  fs::path path(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }
  fs::path sparse(const std::string& name, std::size_t size) const {
    std::ofstream(path(name)).put('x');
    fs::resize_file(path(name), size);
    return path(name);
  }

  void addFiles() {
    const fs::path file = sparse("file", kLarge);
    readings_["file"] = [file] { return failure_of(read_file(file, kLarge)); };
    readings_["digest of a file"] = [file] { return failure_of(sha256_file(file)); };
    const NpyArray images = NpyArray::from(std::vector<std::int32_t>(300000));
    const auto arrays = path("poses.npz"), sets = path("samples.npz");
    QVERIFY(write_npz(arrays, {{"image", images}, {"pose", poses(300000, 0)}}));
    QVERIFY(write_npz(
        sets, {{"image", NpyArray::from(std::vector<std::int32_t>(3))}, {"samples", poses(3, 90000)}}));
    readings_["NPZ"] = [arrays] { return failure_of(read_npz(arrays)); };
    readings_["poses"] = [arrays] { return failure_of(read_pose_table(arrays, PoseRole::kTruth)); };
    readings_["rows of poses"] = [arrays] {
      auto columns = whole(arrays, "pose");
      return failure_of(pose_table_of(columns, arrays, PoseRole::kTruth));
    };
    readings_["rows of samples"] = [sets] { return failure_of(samples_of(whole(sets, "samples"))); };
    readings_["sample set"] = [sets] { return failure_of(read_samples(sets)); };
  }

  void addTexts() {
    const std::string zip = *to_zip_bytes({{"a", std::string(kLarge, 'a')}, {"b", "b"}});
    readings_["archive"] = [zip] { return failure_of(parse_zip(zip, "a.zip")); };
    readings_["array by columns"] = [npy = fortran_bytes()] { return failure_of(parse_npy(npy, "a.npy")); };
    readings_["long JSON"] = [json = "[" + std::string(kLarge, ' ') + "1]"] {
      return failure_of(parse_json(json, "a.json"));
    };
    readings_["one long text in JSON"] = [json = "\"" + std::string(kLarge, 'a') + "\""] {
      return failure_of(parse_ordered_json(json, "a.json"));
    };
    std::string lines = "v 0 0 0\n";
    for (int i = 0; i < 300000; ++i) {
      lines += "\n";
    }
    readings_["OBJ"] = [lines] { return failure_of(parse_obj(lines, "a.obj", 1.0)); };
    const std::string ply =
        "ply\nformat ascii 1.0\nelement vertex 300000\nproperty float x\nproperty float y\n"
        "property float z\nend_header\n";
    std::string points;
    for (int i = 0; i < 300000; ++i) {
      points += "0 0 0\n";
    }
    readings_["PLY"] = [ply, points] { return failure_of(parse_ply(ply + points, "a.ply", 1.0)); };
  }

 private Q_SLOTS:
  void initTestCase() {
    stopped_.request_stop();
    addFiles();
    addTexts();
    SafeTensors weights;
    for (const char* name : {"a", "b", "c"}) {
      weights.tensors[name] = {"U8", {kLarge / 3}, std::string(kLarge / 3, 'w')};
    }
    const auto checkpoint = path("a.safetensors"), again = path("b.safetensors");
    QVERIFY(write_safetensors(checkpoint, weights));
    readings_["checkpoint"] = [checkpoint] { return failure_of(read_safetensors(checkpoint)); };
    readings_["checkpoint with digest"] = [checkpoint] {
      return failure_of(read_hashed_safetensors(checkpoint));
    };
    readings_["tensors"] = [bytes = *read_file(checkpoint, 2 * kLarge)] {
      return failure_of(parse_safetensors(bytes, "a.safetensors"));
    };
    const StopScope scope(stopped_.get_token());  // what is saved after a stop is whole
    QVERIFY(write_safetensors(again, weights));
    const StopScope inner{std::stop_token()};
    QVERIFY(*read_file(checkpoint, 2 * kLarge) == *read_file(again, 2 * kLarge));
  }

  void whatIsLargeIsStopped_data() {
    QTest::addColumn<QString>("what");
    for (const auto& [what, reading] : readings_) {
      QTest::newRow(what.c_str()) << QString::fromStdString(what);
    }
  }

  void whatIsLargeIsStopped() {
    QFETCH(QString, what);
    const Reading& reading = readings_.at(what.toStdString());
    const auto alone = reading();
    QVERIFY2(!alone, alone ? alone->message.c_str() : "");
    const StopScope scope(stopped_.get_token());
    const auto asked = reading();
    QVERIFY2(asked && asked->code == ErrorCode::kCancelled, asked ? asked->message.c_str() : "it was read");
    QVERIFY2(asked->message.starts_with("reading ") && asked->message.ends_with(" was stopped."),
             asked->message.c_str());
  }

  void aStopIsSeenWhileReading() {
    std::stop_source source;
    const StopScope scope(source.get_token());
    std::size_t taken = 0;
    const auto read =
        read_pieces(sparse("pieces", 10 * kLarge), 10 * kLarge, {}, [&](std::string_view piece) {
          taken += piece.size();
          source.request_stop();
        });
    QVERIFY(!read && read.error().code == ErrorCode::kCancelled);
    QVERIFY2(taken > 0 && taken <= kBytesUnasked, std::to_string(taken).c_str());
  }

  void whatIsSmallIsStillRead() {
    const StopScope scope(stopped_.get_token());
    QCOMPARE(read_file(sparse("small", kBytesUnasked), kLarge)->size(), kBytesUnasked);
    QVERIFY(parse_json("[" + std::string(1000000, ' ') + "1]", "a.json"));
    QVERIFY(write_npz(path("small.npz"),
                      {{"image", NpyArray::from(std::vector<std::int32_t>(3))}, {"pose", poses(3, 0)}}));
    QVERIFY(read_pose_table(path("small.npz"), PoseRole::kTruth));
  }

  void scopesNest() {
    QVERIFY(!stop_asked());
    const StopScope outer(stopped_.get_token());
    QVERIFY(stop_asked());
    {
      const StopScope inner{std::stop_token()};
      QVERIFY(!stop_asked());
    }
    QVERIFY(stop_asked());
  }

  void helpersWorkInTheSameScope() {
    const StopScope scope(stopped_.get_token());
    std::atomic<int> asked{0}, all{0};
    work_together(3, [&](bool) {
      asked += stop_asked() ? 1 : 0;
      ++all;
    });
    QVERIFY(all >= 1);
    QCOMPARE(asked.load(), all.load());
  }
};

ALIDADE_TEST(StopScopeTest)
#include "stop_scope_test.moc"
