// SPDX-License-Identifier: BSD-3-Clause
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/quant/packed_codes.h"
#include "core/quant/packed_file.h"
#include "core/quant/packed_layout.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

PackedTensor packed_tensor(std::vector<std::int64_t> shape, const std::string& levels,
                           Granularity granularity, std::uint64_t seed) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) {
    count *= static_cast<std::size_t>(extent);
  }
  const auto weights = random_weights(count, seed, 0.05);
  auto quantized = quantize({"w", weights, static_cast<std::size_t>(shape[0])}, *named_levels(levels),
                            granularity, RangeRule::kLeastSquares);
  return {std::move(shape), std::move(*quantized)};
}

/// Every kind of levels, matrices, a convolution and a vector, beside tensors that stay.
PackedCheckpoint sample_checkpoint() {
  PackedCheckpoint checkpoint;
  checkpoint.packed["backbone.conv1.weight"] = packed_tensor({8, 3, 3, 3}, "8", Granularity::kChannel, 1);
  checkpoint.packed["backbone.conv2.weight"] = packed_tensor({5, 7, 1, 1}, "3", Granularity::kChannel, 2);
  checkpoint.packed["fpn.attention"] = packed_tensor({6, 37}, "ternary", Granularity::kChannel, 3);
  checkpoint.packed["fpn.scale"] = packed_tensor({9}, "6", Granularity::kTensor, 4);
  checkpoint.packed["head.a.weight"] = packed_tensor({4, 33}, "powers5", Granularity::kTensor, 5);
  checkpoint.packed["head.b.weight"] = packed_tensor({1, 31}, "binary", Granularity::kChannel, 6);
  checkpoint.packed["head.c.weight"] = packed_tensor({3, 20}, "ternary", Granularity::kTensor, 7);
  checkpoint.packed["head.d.weight"] = packed_tensor({2, 16}, "balanced15", Granularity::kChannel, 8);
  checkpoint.plain["head.bias"] = float_tensor({1.0, -2.0, 0.5}, {3});
  checkpoint.plain["steps"] = shape_tensor({12});
  checkpoint.original = {{"format", "sample-network"}, {"recipe", "{\"a\": \"\u00e9\"}"}};
  checkpoint.provenance = {{"quantization", "{\"from\": \"sample.safetensors\"}"}};
  return checkpoint;
}

bool equal(const PackedCheckpoint& a, const PackedCheckpoint& b) {
  bool same = a.plain == b.plain && a.original == b.original && a.provenance == b.provenance &&
              a.packed.size() == b.packed.size();
  for (const auto& [name, tensor] : a.packed) {
    const auto other = b.packed.find(name);
    same = same && other != b.packed.end() && other->second.shape == tensor.shape &&
           other->second.weights.levels == tensor.weights.levels &&
           other->second.weights.codes == tensor.weights.codes &&
           other->second.weights.scales.values == tensor.weights.scales.values;
  }
  return same;
}

std::string text_of(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

}  // namespace

class PackedFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void codesLieWhereTheLayoutSays() {
    // 3 bit codes 0..7 and 0..3: 12 * 3 = 36 bits, in two words, code 10 across their border.
    std::vector<std::uint8_t> codes = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 7, 3};
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      bits |= static_cast<std::uint64_t>(codes[i]) << (3 * i);
    }
    std::string expected;
    for (int i = 0; i < 8; ++i) {
      expected += static_cast<char>(bits >> (8 * i) & 255);
    }
    QCOMPARE(packed_words(12, 3), std::size_t{2});
    QVERIFY(pack_codes(codes, 1, 3) == expected);
    QVERIFY(*unpack_codes(expected, 1, 12, 3, 8, "w") == codes);
  }

  void codesOfTheFixtureComeBack() {
    const auto json = quant_json("packed/matrices");
    for (const auto& entry : json.at("cases")) {
      const LevelSet levels = *named_levels(entry.at("kind").get<std::string>());
      const std::size_t rows = entry.at("codes").size();
      std::vector<std::uint8_t> codes;
      for (const double code : numbers_of(entry.at("codes"))) {
        codes.push_back(nearest_level(levels, code));
      }
      const std::size_t columns = codes.size() / rows;
      const std::string bytes = pack_codes(codes, rows, levels.bits);
      QCOMPARE(bytes.size(), rows * ((columns * static_cast<std::size_t>(levels.bits) + 31) / 32) * 4);
      QVERIFY(*unpack_codes(bytes, rows, columns, levels.bits, levels.values.size(), "w") == codes);
      QVERIFY(!unpack_codes(bytes.substr(4), rows, columns, levels.bits, levels.values.size(), "w"));
    }
  }

  void badCodesAreNamed() {
    const std::vector<std::uint8_t> codes = {0, 1, 2, 3};
    const auto outside = unpack_codes(pack_codes(codes, 2, 2), 2, 2, 2, 3, "head.weight");
    QVERIFY(!outside);
    QVERIFY(says(outside.error().message, "head.weight: row 1, column 1: code 3 of 3 levels"));
    std::string padded = pack_codes(codes, 2, 2);
    padded[3] = 1;
    QVERIFY(says(unpack_codes(padded, 2, 2, 2, 4, "w").error().message, "row 0"));
  }

  void aFileComesBack() {
    const QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "packed.safetensors";
    const PackedCheckpoint checkpoint = sample_checkpoint();
    const auto written = write_packed(path, checkpoint);
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    const auto read = read_packed(path);
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QVERIFY(equal(*read, checkpoint));
    const SafeTensors content = unpacked(*read);
    auto metadata = checkpoint.original;
    metadata.merge(std::map(checkpoint.provenance));
    QVERIFY(content.metadata == metadata);
    QCOMPARE(content.tensors.size(), std::size_t{10});
    for (const auto& [name, tensor] : checkpoint.packed) {
      const auto values = tensor_values(content.tensors.at(name));
      QVERIFY(content.tensors.at(name).shape == tensor.shape);
      auto expected = dequantized(tensor.weights);
      for (double& value : expected) {
        value = static_cast<double>(static_cast<float>(value));
      }
      QCOMPARE(largest_difference(values, expected), 0.0);
    }
  }

  void theBillCountsEveryByte() {
    const QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "packed.safetensors";
    const PackedCheckpoint checkpoint = sample_checkpoint();
    QVERIFY(write_packed(path, checkpoint));
    const auto content = *packed_content(checkpoint);
    const std::uint64_t size = std::filesystem::file_size(path);
    const PackedBill bill = packed_bill(content, size);
    QCOMPARE(bill.total(), size);
    // 8 x 27 x 8 bit; 5 x 7 x 3; 6 x 37 x 2; 9 rows of one code; 4 x 33 x 5; 31 x 1; 3 x 20 x 2; 2 x 16 x 4.
    QCOMPARE(bill.codes, std::uint64_t{4 * (8 * 7 + 5 + 6 * 3 + 9 + 4 * 6 + 1 + 3 * 2 + 2 * 2)});
    QCOMPARE(bill.scales, std::uint64_t{4 * (8 + 5 + 6 + 1 + 1 + 1 + 1 + 2)});
    QCOMPARE(bill.levels, std::uint64_t{4 * (3 + 17 + 2 + 15)});
    QCOMPARE(bill.shapes, std::uint64_t{8 * (8 * 2 + 2 * 4 + 1)});
    QCOMPARE(bill.plain, std::uint64_t{3 * 4 + 8});
    const std::string bytes = text_of(QString::fromStdString(path.string()));
    std::uint64_t length = 0;
    for (std::size_t i = 8; i-- > 0;) {
      length = length << 8 | static_cast<unsigned char>(bytes[i]);
    }
    QCOMPARE(bill.header, length + 8);
    auto header = nlohmann::json::parse(bytes.substr(8, length));
    header.erase("__metadata__");
    QCOMPARE(header.size(), content.tensors.size());
    QVERIFY(header.dump().size() <= 150 * header.size());
    std::uint64_t sum = 0;
    for (const auto& [name, tensor] : checkpoint.packed) {
      sum += packed_bytes(tensor);
    }
    QCOMPARE(sum, bill.codes + bill.scales + bill.shapes);
  }

  void damagedFilesAreRefused() {
    const QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "packed.safetensors";
    QVERIFY(write_packed(path, sample_checkpoint()));
    const std::string bytes = text_of(QString::fromStdString(path.string()));
    for (const std::size_t size : {std::size_t{4}, bytes.size() / 2, bytes.size() - 1}) {
      QVERIFY(write_folder_file(path, bytes.substr(0, size)));
      const auto cut = read_packed(path);
      QVERIFY(!cut);
      QVERIFY(says(cut.error().message, "packed.safetensors"));
    }
    std::string altered = bytes;
    altered[altered.size() - 3] = static_cast<char>(altered[altered.size() - 3] ^ 1);
    QVERIFY(write_folder_file(path, altered));
    QVERIFY(says(read_packed(path).error().message, "digest"));
  }

  void contentsThatDisagreeAreRefused() {
    const SafeTensors whole = *packed_content(sample_checkpoint());
    QVERIFY(parse_packed(whole, "f"));
    const auto refused = [&](const std::function<void(SafeTensors&)>& change, const char* part) {
      SafeTensors content = whole;
      change(content);
      const auto parsed = parse_packed(content, "f.safetensors");
      return !parsed && says(parsed.error().message, "f.safetensors") && says(parsed.error().message, part);
    };
    const std::string conv = "backbone.conv1.weight";
    QVERIFY(refused([](auto& c) { c.metadata["format"] = "other"; }, "other"));
    QVERIFY(refused([](auto& c) { c.metadata.erase(kConfigKey); }, kConfigKey));
    QVERIFY(refused([](auto& c) { c.metadata[kConfigKey] = "[]"; }, kConfigKey));
    QVERIFY(refused([](auto& c) { c.metadata[kOriginalKey] = "[1]"; }, kOriginalKey));
    for (const char* suffix : {kPackedSuffix, kScaleSuffix, kShapeSuffix}) {
      QVERIFY(refused([&](auto& c) { c.tensors.erase(conv + suffix); }, conv.c_str()));
    }
    QVERIFY(refused([](auto& c) { c.tensors.erase("alidade_levels.ternary"); }, "alidade_levels.ternary"));
    QVERIFY(refused(
        [](auto& c) {
          c.tensors["alidade_levels.ternary"] = float_tensor({-1, 0, 2}, {3});
        },
        "levels"));
    QVERIFY(refused([](auto& c) { c.tensors["alidade_levels.odd"] = float_tensor({1}, {1}); }, "odd"));
    QVERIFY(refused([&](auto& c) { c.tensors[conv] = float_tensor({1}, {1}); }, conv.c_str()));
    // Sizes that no file could hold are refused before anything of that size is made.
    const auto enormous = shape_tensor({INT64_MAX / 2, 4});
    QVERIFY(refused([&](auto& c) { c.tensors[conv + kShapeSuffix] = enormous; }, conv.c_str()));
    QVERIFY(refused(
        [&](auto& c) {
          c.tensors[conv + kShapeSuffix] = shape_tensor({1 << 20, 27});
        },
        conv.c_str()));
    QVERIFY(refused(
        [&](auto& c) {
          c.tensors[conv + kFullShapeSuffix] = shape_tensor({8, 27, 1 << 30, 1 << 30});
        },
        conv.c_str()));
    QVERIFY(refused(
        [&](auto& c) {
          c.tensors[conv + kFullShapeSuffix] = shape_tensor({8, -27});
        },
        conv.c_str()));
    QVERIFY(
        refused([&](auto& c) { c.tensors[conv + kScaleSuffix] = float_tensor({-1}, {1}); }, conv.c_str()));
    QVERIFY(refused([&](auto& c) { c.tensors["fpn.scale_scale"] = float_tensor({NAN}, {1}); }, "fpn.scale"));
    QVERIFY(refused([&](auto& c) { c.tensors["fpn.attention_packed"].bytes[0] = '\xff'; }, "code 3 of 3"));
  }

  void whatCannotBePackedIsRefused() {
    PackedCheckpoint checkpoint = sample_checkpoint();
    checkpoint.plain["fpn.scale_packed"] = float_tensor({1}, {1});
    QVERIFY(says(packed_content(checkpoint).error().message, "fpn.scale_packed"));
    checkpoint = sample_checkpoint();
    checkpoint.packed["fpn.scale"].weights.scales.zeros = {1.0};
    QVERIFY(says(packed_content(checkpoint).error().message, "zero point"));
    checkpoint.packed["fpn.scale"].weights.scales = {{0.1}, {}};
    QVERIFY(says(packed_content(checkpoint).error().message, "float32"));
    checkpoint.packed["fpn.scale"].weights.codes.pop_back();
    QVERIFY(says(packed_content(checkpoint).error().message, "fpn.scale"));
  }

  void numpyReadsTheSameCodes() {
    QProcess python;
    QString program;
    for (const char* candidate : {"python3", "/usr/bin/python3"}) {  // the first may be one of the user's own
      python.start(candidate, {"-c", "import numpy"});
      if (program.isEmpty() && python.waitForFinished(60000) && python.exitStatus() == QProcess::NormalExit &&
          python.exitCode() == 0) {
        program = candidate;
      }
      python.waitForFinished(60000);
    }
    if (program.isEmpty()) {
      QSKIP("python3 with NumPy is not installed here: docs/read_packed.py was not run.");
    }
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/packed.safetensors";
    const PackedCheckpoint checkpoint = sample_checkpoint();
    QVERIFY(write_packed(path, checkpoint));
    python.start(program,
                 {QString::fromStdString(source_path("docs/read_packed.py")), QString::fromStdString(path)});
    QVERIFY(python.waitForFinished(60000));
    std::string expected;
    for (const auto& [name, tensor] : checkpoint.packed) {
      const QuantizedWeights& weights = tensor.weights;
      const std::string codes(weights.codes.begin(), weights.codes.end());
      expected += name + " " + std::to_string(weights.rows) + " " + std::to_string(weights.columns) + " " +
                  std::to_string(weights.levels.bits) + " " + sha256_hex(codes) + " " +
                  sha256_hex(float_tensor(dequantized(weights), tensor.shape).bytes) + "\n";
    }
    QCOMPARE(QString::fromUtf8(python.readAllStandardOutput()), QString::fromStdString(expected));
  }
};

ALIDADE_TEST(PackedFileTest)
#include "packed_file_test.moc"
