// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/io/npz.h"
#include "core/io/zip.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::map<std::string, NpyArray> example() {
  return {{"poses", NpyArray::from(std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3})},
          {"names", NpyArray::from(std::vector<std::string>{"mug", "C∞ y"})},
          {"flags", NpyArray::from(std::vector<bool>{true, false, true})}};
}

std::string npy(const std::string& dictionary, const std::string& data) {
  const std::string header = dictionary + "\n";
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + std::string(1, '\0') +
         header + data;
}

}  // namespace

class NpzTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void round_trip_and_same_bytes() {
    QTemporaryDir folder;
    const std::string a = folder.path().toStdString() + "/a.npz", b = folder.path().toStdString() + "/b.npz";
    QVERIFY(write_npz(a, example()) && write_npz(b, example()));
    QCOMPARE(*read_file(a, 1 << 20), *read_file(b, 1 << 20));
    const auto back = read_npz(a);
    QVERIFY(back);
    QVERIFY(*back == example());
    QCOMPARE(back->at("names").as_texts()[1], std::string("C∞ y"));
    QCOMPARE(back->at("flags").as_integers(), (std::vector<std::int64_t>{1, 0, 1}));
  }

  void crc_of_the_standard_check_text() { QCOMPARE(crc32_of("123456789"), 0xCBF43926u); }

  void damaged_content_and_truncation_are_refused() {
    const std::string bytes = *to_zip_bytes({{"a.npy", to_npy_bytes(example()["poses"])}});
    for (std::size_t at = 35; at < 35 + 176; ++at) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 4);
      QVERIFY(!parse_zip(damaged, "x"));
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      QVERIFY(!parse_zip(bytes.substr(0, size), "x"));
    }
    QVERIFY(!parse_zip(bytes + "tail", "x"));
  }

  void names_that_leave_the_archive_are_refused() {
    for (const char* name : {"../a", "/a", "a/../../b", "c:\\a", ""}) {
      QVERIFY2(!parse_zip(*to_zip_bytes({{name, "1"}}), "x"), name);
    }
    QVERIFY(parse_zip(*to_zip_bytes({{"folder/a..b", "1"}}), "x"));
  }

  void limits() {
    const std::string bytes = *to_zip_bytes({{"a", "12345"}, {"b", "12345"}});
    QVERIFY(parse_zip(bytes, "x"));
    QVERIFY(!parse_zip(bytes, "x", {.entries = 1}));
    QVERIFY(!parse_zip(bytes, "x", {.total_bytes = 9}));
  }

  void fortran_order_and_byte_texts() {
    const auto matrix = parse_npy(
        npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", std::string("\1\4\2\5\3\6")), "x");
    QVERIFY(matrix);
    QCOMPARE(matrix->as_doubles(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
    const auto texts =
        parse_npy(npy("{'descr': '|S2', 'fortran_order': False, 'shape': (2,), }", "abcd"), "x");
    QVERIFY(texts);
    QCOMPARE(texts->as_texts(), (std::vector<std::string>{"ab", "cd"}));
  }

  void every_number_of_numpy_is_read() {
    const auto read = [](const char* type, const std::string& bytes) {
      const auto array = parse_npy(
          npy(std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (2,), }", bytes), "x");
      return array ? *array : NpyArray{};
    };
    using Whole = std::vector<std::int64_t>;
    QCOMPARE(read("|i1", std::string("\xff\x05", 2)).as_integers(), (Whole{-1, 5}));
    QCOMPARE(read("<i2", std::string("\xfe\xff\x05\x00", 4)).as_integers(), (Whole{-2, 5}));
    QCOMPARE(read("<u4", std::string("\xff\xff\xff\xff\x05\0\0\0", 8)).as_integers(), (Whole{4294967295, 5}));
    QCOMPARE(read("<u8", std::string(8, '\xff') + std::string("\x05\0\0\0\0\0\0\0", 8)).as_integers(),
             (Whole{std::numeric_limits<std::int64_t>::max(), 5}));
    QCOMPARE(read("<f2", std::string("\x00\x3c\x01\x80", 4)).as_doubles(),
             (std::vector<double>{1.0, -0x1p-24}));
    const auto far = read("<f2", std::string("\xff\x7b\x00\xfc", 4)).as_doubles();
    QVERIFY(far[0] == 65504.0 && std::isinf(far[1]) && far[1] < 0.0);
    for (const char* type : {"|O", "<c8", "<f16", "<M8[s]", ">i4", "|i4", "i4", "<V8", ""}) {
      QVERIFY2(read(type, std::string(16, '\0')).shape.empty(), type);
    }
  }

  void an_array_of_another_kind_spoils_only_itself() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString() + "/mixed.npz";
    const std::string objects = npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "pickled!");
    const auto bytes = to_zip_bytes({{"flags.npy", to_npy_bytes(example()["flags"])}, {"meta.npy", objects}});
    QVERIFY(write_file_atomically(path, *bytes));
    QVERIFY(!read_npz(path));
    const auto each = read_npz_each(path);
    QVERIFY(each && each->at("flags"));
    QVERIFY(!each->at("meta") && each->at("meta").error().message.find("meta.npy") != std::string::npos);
  }

  void headers_that_lie() {
    for (const char* header :
         {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
          "{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }",
          "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
          "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 8), }",
          "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<f8', 'shape': (1,), }",
          "{'descr': '<f8', 'descr': '<f8', 'shape': (1,), }", "{"}) {
      QVERIFY2(!parse_npy(npy(header, std::string(8, '\0')), "x"), header);
    }
    const auto scalar =
        parse_npy(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", std::string(8, '\0')), "x");
    QVERIFY(scalar);
    QCOMPARE(scalar->as_doubles(), std::vector<double>{0.0});
  }

  void fixture_and_foreign_archive() {
    const auto K = read_npy(test::fixture("bop/K.npy"));
    QVERIFY(K);
    QCOMPARE(K->shape, (std::vector<std::size_t>{3, 3}));
    QCOMPARE(K->as_doubles()[8], 1.0);
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    const auto arrays = read_npz(test::samples_folder() + "/checkpoints/candle/candle-core/tests/test.npz");
    QVERIFY(arrays);
    QCOMPARE(arrays->at("x").as_doubles()[9], 9.0);
    QCOMPARE(arrays->at("x_plus_one").as_doubles()[9], 10.0);
  }
};

ALIDADE_TEST(NpzTest)
#include "npz_test.moc"
