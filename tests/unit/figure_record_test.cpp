// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/session/figure_file.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

FigureRecord wholeRecord() {
  FigureRecord record;
  record.provenance.version = "0.1.0";
  record.provenance.seed = 7;
  record.provenance.checkpoint = "demo (1).safetensors";
  record.provenance.checkpoint_sha256 = std::string(64, 'a');
  record.provenance.dataset = "Tischplatte \u00fc";
  record.provenance.dataset_sha256 = std::string(64, 'b');
  record.origin.view = "mollweide";
  record.origin.frame = 4;
  record.origin.frame_name = "000001/000004";
  record.origin.object = 2;
  record.origin.category = "mug";
  record.origin.run_a = "guided";
  record.origin.states["mollweide"] = R"({"hsv":true,"source":1})";
  record.origin.states["schedule-lab"] = R"({"columns":[{"steps":20}]})";
  return record;
}

std::string chunk(const std::string& type, const std::string& body) {
  const auto size = static_cast<std::uint32_t>(body.size());
  const std::string length{static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                           static_cast<char>(size >> 8), static_cast<char>(size)};
  return length + type + body + "CRC.";
}

const std::string kPng = "\x89PNG\r\n\x1a\n";

}  // namespace

class FigureRecordTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void comesBackAsItWas() {
    const std::string text = to_json(wholeRecord());
    for (const char byte : text) {
      QVERIFY(static_cast<unsigned char>(byte) < 0x80);
    }
    const auto back = figure_record_from_json(text, "figure");
    QVERIFY(back);
    QVERIFY(*back == wholeRecord());
  }

  void namesNoPaths() {
    FigureRecord record = wholeRecord();
    record.origin.states["training"] =
        R"({"runs":["/home/me/runs/a","b"],"at":"/etc/passwd","deep":{"C:/x":1,"u":["file:///a","~/c"]},"smoothing":3})";
    const std::string text = to_json(record);
    for (const char* path : {"/home", "/etc", "C:/", "file:", "~/"}) {
      QVERIFY2(text.find(path) == std::string::npos, path);
    }
    QVERIFY(text.find("\"smoothing\":3") != std::string::npos);
    QVERIFY(text.find("[\"b\"]") != std::string::npos);
    // Nor does a text that somebody else wrote bring any in.
    const auto hostile = figure_record_from_json(
        R"({"alidade":"0.1.0","states":{"training":{"runs":["/etc/shadow"]}}})", "figure");
    QVERIFY(hostile);
    QCOMPARE(hostile->origin.states.at("training"), std::string(R"({"runs":[]})"));
  }

  void hostileTextsAreRefusedOrLeftOut() {
    for (const char* text : {"", "[]", "{}", "{\"alidade\":", "null", "{\"recipe\":1}"}) {
      QVERIFY2(!figure_record_from_json(text, "figure"), text);
    }
    QVERIFY(!figure_record_from_json(std::string(2 << 20, ' ') + "{}", "figure"));
    std::string deep = "{\"alidade\":\"1\",\"states\":";
    for (int level = 0; level < 1000; ++level) {
      deep += "{\"a\":";
    }
    QVERIFY(!figure_record_from_json(deep, "figure"));
    const auto odd = figure_record_from_json(
        R"({"alidade":1,"frame_index":-3,"object":99999999999,"view":[],"category":{},"states":{"image":"x"}})",
        "figure");
    QVERIFY(odd);
    QVERIFY(!odd->origin.frame && !odd->origin.object);
    QVERIFY(odd->origin.view.empty() && odd->origin.states.empty());
  }

  void isFoundInEachFormat() {
    const std::string text = to_json(wholeRecord());
    const std::string png = kPng + chunk("IHDR", std::string(13, 'x')) +
                            chunk("tEXt", std::string("other\0a", 7)) +
                            chunk("tEXt", std::string("alidade\0", 8) + text) + chunk("IEND", "");
    QCOMPARE(figure_record_text(png, ".png"), text);
    QString escaped = QString::fromStdString(text).toHtmlEscaped();
    const std::string svg =
        "<svg><title>t</title><metadata id=\"alidade\">" + escaped.toStdString() + "</metadata></svg>";
    QCOMPARE(figure_record_text(svg, ".svg"), text);
    std::string quoted;
    for (const char c : text) {
      quoted += (c == '(' || c == ')' || c == '\\') ? std::string("\\") + c : std::string(1, c);
    }
    QCOMPARE(figure_record_text("%PDF-1.4\n<</Keywords (" + quoted + ")>>\n%%EOF", ".pdf"), text);
  }

  void damagedFilesHoldNone() {
    const std::string huge{'\x7f', '\x7f', '\x7f', '\x7f'};
    for (const std::string& png :
         {kPng, kPng + "short", kPng + huge + "tEXtalidade", std::string("GIF89a")}) {
      QVERIFY(figure_record_text(png, ".png").empty());
    }
    QVERIFY(figure_record_text("<svg><metadata id=\"alidade\">{", ".svg").empty());
    QVERIFY(figure_record_text("%PDF /Keywords (never closed", ".pdf").empty());
    QVERIFY(figure_record_text("no pdf /Keywords (x)", ".pdf").empty());
    QTemporaryDir folder;
    const std::string path = folder.filePath("paper.pdf").toStdString();
    QVERIFY(write_file_atomically(path, "%PDF-1.4 /Keywords (pose, estimation)"));
    const auto other = read_figure_record(path);
    QVERIFY(!other);
    QVERIFY(other.error().message.find("only figures that Alidade exported") != std::string::npos);
    QVERIFY(!read_figure_record(folder.filePath("missing.png").toStdString()));
    QVERIFY(!read_figure_record("/dev/zero"));
  }

  void isReadFromTheEndOfALargePdf() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("large.pdf").toStdString();
    QVERIFY(write_file_atomically(path, "%PDF-1.4\n" + std::string(6 << 20, 'x') +
                                            "<</Keywords ({\"alidade\":\"0.1.0\",\"view\":\"scene\"})>>"));
    const auto record = read_figure_record(path);
    QVERIFY(record);
    QCOMPARE(record->origin.view, std::string("scene"));
  }
};

ALIDADE_TEST(FigureRecordTest)
#include "figure_record_test.moc"
