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

  void aFolderThatCannotBeMadeIsAnError() { QVERIFY(!write_document_pdf("text", "/dev/null/x.pdf")); }
};

ALIDADE_TEST(DocumentPdfTest)
#include "document_pdf_test.moc"
