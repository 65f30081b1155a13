// SPDX-License-Identifier: BSD-3-Clause
// alidade quantize, as a user calls it.
#include <cmath>
#include <fstream>

#include <QtTest>

#include "core/io/safetensors.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const QString kKeypoints =
    QString::fromStdString(source_path("resources/checkpoints/keypoint-demo.safetensors"));
const QString kDemo = QString::fromStdString(source_path("resources/checkpoints/demo.safetensors"));

double square_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) {
    sum += value * value;
  }
  return sum;
}

}  // namespace

class QuantizeCommandTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  fs::path root_;

  Outcome quantized(const QStringList& arguments) {
    return run_program(QStringList{"quantize"} + arguments, root_);
  }

 private Q_SLOTS:
  void initTestCase() {
    root_ = folder_.path().toStdString();
    std::ofstream(root_ / "few.toml")
        << "generator = \"cubesat\"\nsplit = \"test\"\nseed = 5\nframes = 6\nwidth = 96\nheight = 96\n";
  }

  void analysisListsModulesAndLayers() {
    const Outcome text = quantized({"analyze", kDemo});
    QVERIFY2(text.code == 0, text.text().c_str());
    for (const char* word :
         {"encoder", "regression", "score_head.last.2.weight", "2 bit, 4 levels", "ternary, 3 levels"}) {
      QVERIFY2(text.out.contains(QLatin1String(word)), word);
    }
    const auto rows = quantized({"analyze", kDemo, "--levels", "8,4", "--json"}).json();
    double parameters = 0.0;
    for (const auto& row : rows) {
      parameters += row.at("tensor") == "(all)" ? 0.0 : row.at("parameters").get<double>();
      QVERIFY(row.at("8 bit, 256 levels: SQNR (dB)").get<double>() >
              row.at("4 bit, 16 levels: SQNR (dB)").get<double>() + 15.0);
    }
    double expected = 0.0;
    const auto demo = read_safetensors(kDemo.toStdString());
    QVERIFY(demo);
    for (const auto& [name, tensor] : demo->tensors) {
      expected += tensor.shape.size() == 2 ? static_cast<double>(tensor.bytes.size()) / 4.0 : 0.0;
    }
    QCOMPARE(parameters, expected);
  }

  void aPackedFileBecomesACheckpointAgain() {
    const Outcome applied = quantized({"apply", kDemo, "--bits", "encoder=8,regression=ternary,score_head=4",
                                       "--label", "-o", "packed.safetensors"});
    QVERIFY2(applied.code == 0, applied.text().c_str());
    QVERIFY(applied.out.startsWith("W8-ternary-4\n"));
    QVERIFY(applied.out.contains(QString::number(fs::file_size(root_ / "packed.safetensors"))));
    QVERIFY(fs::file_size(root_ / "packed.safetensors") * 5 < fs::file_size(kDemo.toStdString()));
    // No other command takes it for a checkpoint.
    const Outcome opened = quantized({"analyze", "packed.safetensors"});
    QCOMPARE(opened.code, 3);
    QVERIFY(opened.sentence().contains("alidade-packed"));

    QVERIFY(quantized({"export", "packed.safetensors", "-o", "plain.safetensors"}).code == 0);
    const auto before = read_safetensors(kDemo.toStdString()),
               after = read_safetensors(root_ / "plain.safetensors");
    QVERIFY(before && after);
    QCOMPARE(after->tensors.size(), before->tensors.size());
    const auto said = nlohmann::json::parse(after->metadata.at("quantization"));
    QCOMPARE(said.at("label").get<std::string>(), std::string("W8-ternary-4"));
    QCOMPARE(said.at("from").get<std::string>(), std::string("demo.safetensors"));
    QCOMPARE(said.at("from_sha256").get<std::string>().size(), std::size_t{64});
    for (const auto& [name, tensor] : before->tensors) {
      const TensorEntry& other = after->tensors.at(name);
      QVERIFY(other.shape == tensor.shape && other.dtype == tensor.dtype);
      if (tensor.shape.size() != 2) {
        QVERIFY2(other == tensor, name.c_str());
        continue;
      }
      const auto weights = tensor_values(tensor);
      auto difference = tensor_values(other);
      for (std::size_t i = 0; i < weights.size(); ++i) {
        difference[i] -= weights[i];
      }
      const double decibels = 10.0 * std::log10(square_of(weights) / square_of(difference));
      QVERIFY2(decibels > (name.starts_with("encoder") ? 35.0
                           : name.starts_with("score") ? 14.0
                                                       : 3.0),
               name.c_str());
    }
    // Every other command opens it.
    const Outcome again = quantized({"analyze", "plain.safetensors"});
    QVERIFY2(again.code == 0, again.text().c_str());
  }

  void equalCallsGiveEqualBytes() {
    for (const char* name : {"a.safetensors", "b.safetensors"}) {
      QVERIFY(quantized({"apply", kDemo, "--bits", "encoder=3,score_head=powers5", "--scales", "tensor", "-o",
                         name})
                  .code == 0);
    }
    const auto bytes = [&](const char* name) {
      QFile file(QString::fromStdString((root_ / name).string()));
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!bytes("a.safetensors").isEmpty() && bytes("a.safetensors") == bytes("b.safetensors"));
  }

  void rangesOfInputsAreFoundOnImages() {
    const Outcome applied =
        quantized({"apply", kKeypoints, "--bits", "backbone=8,pyramid=2,head=8", "--dataset", "few.toml",
                   "--images", "4", "--label", "-o", "ranges.safetensors"});
    QVERIFY2(applied.code == 0, applied.text().c_str());
    QVERIFY(applied.out.startsWith("W8-2-8 A8\n"));
    QVERIFY(quantized({"export", "ranges.safetensors", "-o", "ranges-plain.safetensors"}).code == 0);
    const auto plain = read_safetensors(root_ / "ranges-plain.safetensors");
    QVERIFY(plain);
    const auto inputs = nlohmann::json::parse(plain->metadata.at("input_quantization"));
    QVERIFY(inputs.size() > 10);
    for (const auto& [layer, range] : inputs.items()) {
      QVERIFY2(range.at("bits") == 8 && range.at("scale").get<double>() > 0.0, layer.c_str());
    }
    const auto said = nlohmann::json::parse(plain->metadata.at("quantization"));
    QCOMPARE(said.at("label").get<std::string>(), std::string("W8-2-8 A8"));
    QCOMPARE(said.at("activation_bits").get<int>(), 8);
    QCOMPARE(said.at("calibration").at("images").get<int>(), 4);
    // Its layers are computed in whole numbers.
    const Outcome run = quantized({"run", "ranges.safetensors", "--repeats", "3", "--json"});
    QVERIFY2(run.code == 0, run.text().c_str());
  }

  void assignmentsAreSweptAndJudged() {
    const Outcome swept = quantized({"sweep", kKeypoints, "--dataset", "few.toml", "--levels", "8,2",
                                     "--images", "4", "--solved", "2", "-o", "sweep.json", "--json"});
    QVERIFY2(swept.code == 0, swept.text().c_str());
    QVERIFY(swept.json().size() >= 9);
    std::ifstream file(root_ / "sweep.json");
    const auto json = nlohmann::json::parse(file);
    QCOMPARE(json.at("format").get<std::string>(), std::string("alidade-quantization-sweep"));
    QCOMPARE(json.at("points").size(), swept.json().size());
    QCOMPARE(json.at("modules").size(), std::size_t{3});
    QVERIFY(json.at("points")[1].at("predicted_loss").get<double>() > 0.0);
    QVERIFY(fs::exists(root_ / "sweep.json.runs" / "W8-8-8" / "final.safetensors"));
  }

  void badSweepsAreRefusedInASentence() {
    const auto sentence = [&](const QStringList& arguments, int code) {
      const Outcome done = quantized(arguments);
      return done.code == code ? done.sentence() : QString::fromStdString(done.text());
    };
    const QStringList sweep{"sweep", kKeypoints, "--dataset", "few.toml", "-o", "bad.json"};
    QVERIFY(sentence(sweep + QStringList{"--levels", "7"}, 2).contains("no levels \"7\""));
    QVERIFY(sentence(sweep + QStringList{"--levels", "powers2"}, 2).contains("no levels \"powers2\""));
    QVERIFY(sentence(sweep + QStringList{"--train", "nowhere.toml"}, 3).contains("nowhere.toml"));
    QVERIFY(sentence({"sweep", kDemo, "--dataset", "few.toml", "-o", "bad.json"}, 3)
                .contains("alidade-pose-network"));
    QVERIFY(!fs::exists(root_ / "bad.json"));
    std::ofstream(root_ / "mine.json") << "mine";
    QVERIFY(
        sentence({"sweep", kKeypoints, "--dataset", "few.toml", "-o", "mine.json"}, 2).contains("--force"));
    const QStringList apply{"apply", kKeypoints, "--bits", "head=8", "--dataset", "few.toml"};
    QVERIFY(sentence(apply + QStringList{"--range", "largest"}, 2).contains("least squared error"));
    QVERIFY(sentence({"apply", kKeypoints, "--bits", "head=powers4", "--dataset", "few.toml"}, 2)
                .contains("powers of two"));
    QVERIFY(sentence({"apply", kKeypoints, "--bits", "head=8", "--dataset", "nowhere.toml"}, 3)
                .contains("nowhere.toml"));
    QVERIFY(sentence({"apply", kDemo, "--bits", "encoder=8", "--dataset", "few.toml"}, 3)
                .contains("alidade-pose-network"));
  }

  void badCallsAreRefusedInASentence() {
    const auto sentence = [&](const QStringList& arguments, int code) {
      const Outcome done = quantized(arguments);
      return done.code == code ? done.sentence() : QString::fromStdString(done.text());
    };
    QVERIFY(sentence({"apply", kDemo, "--bits", "neck=8"}, 2)
                .contains("its modules are encoder, regression, score_head"));
    QVERIFY(sentence({"apply", kDemo, "--bits", "encoder=9"}, 2).contains("no levels \"9\""));
    QVERIFY(sentence({"apply", kDemo, "--bits", "encoder=8", "--keep", "x"}, 2).contains("no tensor \"x\""));
    QVERIFY(sentence({"export", kDemo, "-o", "x.safetensors"}, 3).contains("alidade-packed"));
    QVERIFY(!fs::exists(root_ / "x.safetensors"));
    std::ofstream(root_ / "there.safetensors") << "mine";
    QVERIFY(
        sentence({"apply", kDemo, "--bits", "encoder=8", "-o", "there.safetensors"}, 2).contains("--force"));
    QVERIFY(quantized({"apply", kDemo, "--bits", "encoder=8", "-o", "cut.safetensors"}).code == 0);
    fs::resize_file(root_ / "cut.safetensors", fs::file_size(root_ / "cut.safetensors") - 5);
    QVERIFY(sentence({"export", "cut.safetensors", "-o", "x.safetensors"}, 3).contains("cut.safetensors"));
  }
};

ALIDADE_TEST(QuantizeCommandTest)
#include "quantize_command_test.moc"
