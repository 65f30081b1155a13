// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/exchange/column_reader.h"
#include "core/exchange/column_writer.h"
#include "core/exchange/pose_set_file.h"
#include "core/io/npz.h"
#include "core/io/zip.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using ColumnArrays = std::map<std::string, NpyArray>;
using ColumnTexts = std::vector<std::string>;

/// A row of a kind of file that Alidade does not have.
struct Layer {
  std::string module;
  std::int32_t bits = 0;
  double bytes = 0.0;
  bool kept = false;
  std::array<double, 2> range{};
};

const std::vector<Layer> kLayers{{"encoder", 4, 1024.0, true, {-1.0, 1.0}},
                                 {"head", 8, 96.5, false, {0.0, 2.5}}};

ColumnWriter layers_file(const std::vector<Layer>& rows) {
  ColumnWriter file;
  file.add("module", rows, &Layer::module);
  file.add("bits", rows, &Layer::bits);
  file.add("bytes", rows, [](const Layer& l) { return l.bytes; });
  file.add("kept", rows, &Layer::kept);
  file.add_numbers("range", rows, {2},
                   [](const Layer& l, auto& out) { out.insert(out.end(), l.range.begin(), l.range.end()); });
  file.add_list("runs", {"a", "b", "c"});
  file.add_text("name", "two layers");
  return file;
}

/// An array without data, whatever its shape.
NpyArray hollow(DType dtype, std::vector<std::size_t> shape) {
  NpyArray array;
  array.dtype = dtype;
  array.shape = std::move(shape);
  return array;
}

template <class T>
std::string sentence(const Expected<T>& value) {
  return value ? std::string() : value.error().message;
}

}  // namespace

class ColumnFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::filesystem::path path() const {
    return std::filesystem::path(folder_.path().toStdString()) / "layers.npz";
  }
  Expected<ColumnReader> open(const ColumnTexts& required = {"module"}) const {
    return ColumnReader::read(path(), required, "Layers");
  }
  /// The file after `change`; read again.
  Expected<ColumnReader> changed(const std::function<void(ColumnArrays&)>& change) const {
    ColumnArrays arrays = *read_npz(path());
    change(arrays);
    if (auto written = write_npz(path(), arrays); !written) {
      return written.error();
    }
    return open();
  }
  /// "layers.npz: PLACE: PROBLEM; see ..." as readers say it.
  std::string expected(const std::string& place, const std::string& problem) const {
    return path().string() + ": " + place + ": " + problem + "; see \"Layers\" in docs/formats.md.";
  }

 private Q_SLOTS:
  void init() { QVERIFY(layers_file(kLayers).write(path())); }

  void columnsComeBackTyped() {
    const auto file = open();
    QVERIFY2(file, sentence(file).c_str());
    QVERIFY(file->unreadable().empty());
    QCOMPARE(file->rows(), std::size_t{2});
    QVERIFY((*file->texts("module") == ColumnTexts{"encoder", "head"}));
    QVERIFY((*file->integers("bits") == std::vector<std::int64_t>{4, 8}));
    QVERIFY((*file->integers("kept") == std::vector<std::int64_t>{1, 0}));
    QVERIFY((*file->numbers("bytes", {}) == std::vector<double>{1024.0, 96.5}));
    QVERIFY((*file->numbers("range", {2}) == std::vector<double>{-1.0, 1.0, 0.0, 2.5}));
    QVERIFY((*file->names("runs") == ColumnTexts{"a", "b", "c"}));
    QCOMPARE(file->single_text("name"), std::string("two layers"));
    QCOMPARE(file->depth("range"), std::size_t{2});
    const auto arrays = *read_npz(path());
    QVERIFY(arrays.at("bits").dtype == DType::kInt32 && arrays.at("kept").dtype == DType::kBool);
  }

  void keysThatNobodyAsksForMayHoldAnything() {
    auto entries = *parse_zip(*read_file(path(), 1 << 20), "x");
    std::string objects = to_npy_bytes(NpyArray::from(std::vector<double>{1.0}));
    objects.replace(objects.find("'<f8'"), 5, "'|O' ");
    entries["unknown.npy"] = objects;
    entries["notes.txt"] = "no array at all";
    QVERIFY(write_file_atomically(path(), *to_zip_bytes(entries)));
    const auto file = open();
    QVERIFY2(file, sentence(file).c_str());
    QVERIFY((*file->integers("bits") == std::vector<std::int64_t>{4, 8}));
    const auto ignored = file->unreadable();
    QCOMPARE(ignored.size(), std::size_t{2});
    QVERIFY(ignored[0].find("layers.npz: notes.txt") != std::string::npos);
    QVERIFY(ignored[1].find("layers.npz: unknown.npy") != std::string::npos);
    entries["bits.npy"] = objects;
    QVERIFY(write_file_atomically(path(), *to_zip_bytes(entries)));
    const auto asked = open()->integers("bits");
    QVERIFY(!asked && asked.error().message.find("element type '|O'") != std::string::npos);
    entries["module.npy"] = objects;
    QVERIFY(write_file_atomically(path(), *to_zip_bytes(entries)));
    QVERIFY(!open());
  }

  void aFileWithoutRowsHasItsColumns() {
    QVERIFY(layers_file({}).write(path()));
    QVERIFY((read_npz(path())->at("range").shape == std::vector<std::size_t>{0, 2}));
    const auto file = open();
    QVERIFY2(file, sentence(file).c_str());
    QVERIFY(file->rows() == 0 && file->numbers("range", {2})->empty());
  }

  void missingKeysAreEmptyUnlessRequired() {
    const auto file = open();
    QVERIFY(file->numbers("none", {3})->empty() && file->integers("none")->empty());
    QVERIFY(file->texts("none")->empty() && file->labels("none")->empty() && file->names("none")->empty());
    QVERIFY(!file->has("none") && file->depth("none") == 0 && file->single_text("none").empty());
    QCOMPARE(sentence(open({"module", "none"})),
             expected("\"none\"", "expected this array, found none of that name"));
  }

  void wrongTypesAreNamed() {
    const auto file = open();
    QCOMPARE(sentence(file->numbers("module", {})), expected("\"module\"", "expected numbers, found texts"));
    QCOMPARE(sentence(file->texts("bits")), expected("\"bits\"", "expected texts, found numbers"));
    QCOMPARE(sentence(file->integers("bytes")),
             expected("\"bytes\"", "expected whole numbers (an integer or bool type)"));
    QCOMPARE(sentence(file->labels("bytes")),
             expected("\"bytes\"", "expected texts or whole numbers, found floating-point numbers"));
  }

  void wrongShapesAndLengthsAreNamed() {
    const auto file = open();
    QCOMPARE(sentence(file->numbers("range", {3})),
             expected("\"range\"", "expected shape (2, 3), found (2, 2)"));
    QCOMPARE(sentence(file->integers("range")), expected("\"range\"", "expected shape (2,), found (2, 2)"));
    QCOMPARE(sentence(file->texts("runs")), expected("\"runs\"", "expected shape (2,), found (3,)"));
    QCOMPARE(sentence(file->names("range")),
             expected("\"range\"", "expected a list of names, found shape (2, 2)"));
    const auto scalar =
        changed([](ColumnArrays& a) { a["module"] = hollow(DType::kUInt8, {}), a["module"].data = {1}; });
    QCOMPARE(sentence(scalar), expected("\"module\"", "expected one entry per object, found a scalar"));
  }

  void namesStandOnce() {
    const auto file = changed([](ColumnArrays& a) {
      a["runs"] = NpyArray::from(ColumnTexts{"a", "b", "a"});
      a["bits"] = NpyArray::from(ColumnTexts{"x", ""});
    });
    QCOMPARE(sentence(file->names("runs")),
             path().string() + ": runs[2]: the name \"a\" is there twice; list it once.");
    QCOMPARE(sentence(file->labels("bits")), expected("bits[1]", "expected a name, found an empty text"));
  }

  void hugeSizesTakeNoMemory() {
    const std::size_t huge = std::size_t{1} << 40;
    QCOMPARE(sentence(changed([=](ColumnArrays& a) {
               a["module"] = hollow(DType::kUInt8, {huge, 0});
             })),
             expected("\"module\"", "expected a list of fewer than 2^31 entries"));
    QVERIFY(layers_file(kLayers).write(path()));
    // Texts of no width take no bytes, however many there are.
    const auto file = changed([=](ColumnArrays& a) {
      a["runs"] = hollow(DType::kText, {huge});
      a["bits"] = hollow(DType::kText, {2});
      a["range"] = hollow(DType::kFloat64, {2, huge, 0});
    });
    QVERIFY2(file, sentence(file).c_str());
    QCOMPARE(sentence(file->names("runs")), expected("\"runs\"", "expected at most 4000000 names"));
    QCOMPARE(sentence(file->labels("bits")), expected("bits[0]", "expected a name, found an empty text"));
    QVERIFY(!file->numbers("range", {2}));
    QCOMPARE(file->depth("range"), huge);
  }

  void rowsWithoutDataAreNoObjects() {
    ColumnArrays arrays;
    arrays["image"] = NpyArray::from(ColumnTexts{"a"});
    arrays["pose"] = hollow(DType::kFloat64, {std::size_t{1} << 30, 0});
    QVERIFY(write_npz(path(), arrays));
    QCOMPARE(sentence(read_pose_table(path(), PoseRole::kPredictions)),
             path().string() + ": pose[4000000]: expected at most 4000000 objects; split the file.");
  }

  void anArrayThatIsNotFullIsNotWritten() {
    ColumnWriter file = layers_file(kLayers);
    file.add_numbers("uneven", kLayers, {2},
                     [](const Layer& l, auto& out) { out.insert(out.end(), l.bits == 4 ? 2 : 1, 0.0); });
    std::filesystem::remove(path());
    QCOMPARE(sentence(file.write(path())), path().string() +
                                               ": \"uneven\": expected 4 numbers, found 3; give "
                                               "every row as many as its shape has.");
    QVERIFY(!std::filesystem::exists(path()));
  }
};

ALIDADE_TEST(ColumnFileTest)
#include "column_file_test.moc"
