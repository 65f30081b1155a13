// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/io/safetensors.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

SafeTensors tensor_example() {
  SafeTensors content;
  content.metadata = {{"recipe", R"({"steps": 10})"}, {"format", "alidade"}};
  content.tensors["layer.weight"] = {"F32", {2, 3}, std::string(24, '\x3f')};
  content.tensors["layer.bias"] = {"F64", {2}, std::string(16, '\x01')};
  content.tensors["steps"] = {"I64", {}, std::string(8, '\x02')};
  content.tensors["empty"] = {"U8", {0, 4}, ""};
  return content;
}

/// A file with the given header text and data.
std::string file_of(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size() & 255);
  bytes[1] = static_cast<char>(header.size() >> 8);
  return bytes + header + data;
}

}  // namespace

class SafetensorsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    path_ = folder_.path().toStdString() + "/weights.safetensors";
    QVERIFY(write_safetensors(path_, tensor_example()));
    bytes_ = *read_file(path_, 1 << 20);
  }

  void round_trip() {
    const auto back = read_safetensors(path_);
    QVERIFY(back);
    QVERIFY(*back == tensor_example());
    QVERIFY(write_safetensors(path_ + "2", *back));
    QVERIFY(*read_file(path_ + "2", 1 << 20) == bytes_);
  }

  void every_single_flipped_bit_is_rejected() {
    for (std::size_t at = 0; at < bytes_.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = bytes_;
        damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
        QVERIFY2(!parse_safetensors(damaged, "x"), std::to_string(at).c_str());
      }
    }
  }

  void every_truncation_and_appendix_is_rejected() {
    for (std::size_t size = 0; size < bytes_.size(); ++size) {
      QVERIFY(!parse_safetensors(bytes_.substr(0, size), "x"));
      QVERIFY(!parse_safetensors(bytes_.substr(0, size), "x", false));
    }
    QVERIFY(!parse_safetensors(bytes_ + "x", "x", false));
  }

  void malformed_headers() {
    const std::string good = R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
    QVERIFY(parse_safetensors(file_of(good, "1234"), "x", false));
    const auto foreign = parse_safetensors(file_of(good, "1234"), "x");
    QVERIFY2(!foreign, "no digest");
    QVERIFY2(foreign.error().message.find("intact but was not written by Alidade (1 tensor; no metadata)") !=
                 std::string::npos,
             foreign.error().message.c_str());
    QVERIFY(foreign.error().message.find("damaged") == std::string::npos);
    const std::string labeled =
        R"({"__metadata__":{"format":"pt","a":"1","b":"2","c":"3"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
    const auto says = parse_safetensors(file_of(labeled, "1234"), "x").error().message;
    QVERIFY2(says.find("its metadata says: a = 1; b = 2; c = 3)") != std::string::npos, says.c_str());
    for (
        const std::string& header :
        {R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
         R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}})",
         R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
         R"({"a":{"dtype":"U8","shape":[4294967296,4294967296,4],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
         R"({"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}})",
         R"({"a":{"dtype":"Q8","shape":[4],"data_offsets":[0,4]}})",
         R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", R"({"a":[1,2]})", R"([])", R"({"a")"}) {
      QVERIFY2(!parse_safetensors(file_of(header, "1234"), "x", false), header.c_str());
    }
    QVERIFY(!parse_safetensors(std::string(8, '\xff') + "{}", "x", false));
  }

  void writing_refuses_wrong_sizes() {
    SafeTensors content;
    content.tensors["a"] = {"F32", {3}, "1234"};
    QVERIFY(!write_safetensors(path_ + "3", content));
    QVERIFY(!std::filesystem::exists(path_ + "3"));
  }

  void file_of_another_program() {
    const std::string samples = test::samples_folder();
    if (samples.empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    const std::string path =
        samples + "/checkpoints/candle/candle-examples/examples/encodec/jfk-codes.safetensors";
    QVERIFY(!read_safetensors(path));
    const auto content = read_safetensors(path, false);
    QVERIFY(content);
    QVERIFY(!content->tensors.empty());
  }

 private:
  QTemporaryDir folder_;
  std::string path_;
  std::string bytes_;
};

ALIDADE_TEST(SafetensorsTest)
#include "safetensors_test.moc"
