// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>

#include "app/render/document_pdf.h"
#include "core/base/file.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class DocumentPdfTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void equalTextGivesEqualBytes() {
    const QTemporaryDir folder;
    const auto write = [&folder](const char* name, const std::string& text) {
      const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / name;
      const auto written = write_document_pdf(text, path);
      return written ? *read_file(path, 1 << 26) : written.error().message;
    };
    const std::string table =
        "# Title\n\n| a | b |\n| --- | ---: |\n| **x**<sup>1</sup> | 5°2cm |\n\n- end\n";
    const std::string first = write("a.pdf", table);
    QVERIFY(first.starts_with("%PDF-"));
    QCOMPARE(write("b.pdf", table), first);
    QVERIFY(write("c.pdf", table + "\nmore\n") != first);
    // Long documents go on.
    std::string paragraphs;
    for (int i = 0; i < 120; ++i) {
      paragraphs += "paragraph " + std::to_string(i) + "\n\n";
    }
    const auto pages = [](const std::string& pdf) {
      return QByteArray::fromStdString(pdf).count("/Type /Page\n");
    };
    QCOMPARE(pages(first), 1);
    QVERIFY(pages(write("d.pdf", paragraphs)) > 1);
  }

  void imagesLieBesideThePdf() {
    const QTemporaryDir folder;
    const std::filesystem::path path(folder.path().toStdString());
    const auto bytes = [&path](const char* text) {
      const auto written = write_document_pdf(text, path / "a.pdf");
      return written ? *read_file(path / "a.pdf", 1 << 26) : written.error().message;
    };
    const std::string missing = bytes("before\n\n![f](f.svg)\n\nafter\n");
    QVERIFY(missing.starts_with("%PDF-") && missing.find("/Width 840") == std::string::npos);
    const auto draw = [&path](const char* color) {
      const std::string svg =
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1000\" height=\"2000\"><rect width=\"900\" "
          "height=\"1900\" fill=\"" +
          std::string(color) + "\"/></svg>";
      return write_file_atomically(path / "f.svg", svg);
    };
    QVERIFY(draw("#ff0000"));
    const std::string red = bytes("before\n\n![f](f.svg)\n\nafter\n");
    QVERIFY(red.find("/Width 840") != std::string::npos);  // 560 high on paper, three dots each
    QCOMPARE(bytes("before\n\n![f](f.svg)\n\nafter\n"), red);
    QCOMPARE(QByteArray::fromStdString(red).count("/Type /Page\n"), 1);  // shrunk to the page
    QVERIFY(draw("#0000ff"));
    QVERIFY(bytes("before\n\n![f](f.svg)\n\nafter\n") != red);
  }

  void aFolderThatCannotBeMadeIsAnError() { QVERIFY(!write_document_pdf("text", "/dev/null/x.pdf")); }
};

ALIDADE_TEST(DocumentPdfTest)
#include "document_pdf_test.moc"
