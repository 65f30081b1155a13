// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/pointer_file.h"

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class PointerFileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pointersAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("remedy");
    QTest::newRow("Git LFS") << "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1000\n"
                             << "is a Git LFS pointer in place of the file; run git lfs pull.";
    QTest::newRow("before its name") << "version https://hawser.github.com/spec/v1\noid sha256:ab\nsize 1\n"
                                     << "run git lfs pull.";
    QTest::newRow("git-annex") << "/annex/objects/SHA256E-s3--ab.png\n"
                               << "run git annex get.";
    QTest::newRow("annexed link") << "../.git/annex/objects/Gx/2k/SHA256E-s3--ab.png/ab.png"
                                  << "run git annex get.";
    QTest::newRow("a text") << "version https://git-lfs.github.com/"
                            << "";
    QTest::newRow("about it") << "Run git lfs pull: version https://git-lfs.github.com/spec/v1\noid 1\n"
                              << "";
    QTest::newRow("empty") << ""
                           << "";
  }

  void pointersAreNamed() {
    QFETCH(QString, text);
    QFETCH(QString, remedy);
    QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/model.bin";
    QVERIFY(write_file_atomically(path, text.toStdString()));
    const auto read = read_file(path, 1 << 20);
    QCOMPARE(static_cast<bool>(read), remedy.isEmpty());
    if (!read) {
      QCOMPARE(read.error().code, ErrorCode::kInput);
      QVERIFY2(read.error().message.starts_with(path + ": is a ") &&
                   read.error().message.ends_with(remedy.toStdString()),
               read.error().message.c_str());
    }
  }

  void aFileThatOnlyBeginsLikeOneIsRead() {
    const std::string text = "version https://git-lfs.github.com/spec/v1\noid 1\n" + std::string(2000, 'x');
    QVERIFY(!pointer_remark(text));
  }
};

ALIDADE_TEST(PointerFileTest)
#include "pointer_file_test.moc"
