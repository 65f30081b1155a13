// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/base/provenance.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/base/table.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

class BaseTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // The examples of FIPS 180-4 and one that ends on the border of a block.
  void sha256KnowsItsVectors() {
    QCOMPARE(sha256_hex(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(sha256_hex("abc"),
             std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
             std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    QCOMPARE(sha256_hex(std::string(1000000, 'a')),
             std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
  }

  void sha256DoesNotDependOnThePieces() {
    Sha256 pieces;
    const std::string text(777, 'x');
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t take = std::min<std::size_t>(1 + at % 130, text.size() - at);
      pieces.add(text.data() + at, take);
      at += take;
    }
    QCOMPARE(pieces.hex(), sha256_hex(text));
  }

  void readingRefusesWhatIsTooLarge() {
    QTemporaryDir folder;
    const fs::path path = folder.filePath("a.bin").toStdString();
    QVERIFY(write_file_atomically(path, "12345"));
    QVERIFY(read_file(path, 5));
    const auto refused = read_file(path, 4);
    QVERIFY(!refused && refused.error().code == ErrorCode::kInput);
    QVERIFY(refused.error().message.find("a.bin") != std::string::npos);
    QVERIFY(!read_file(folder.path().toStdString(), 100));
    QVERIFY(!read_file(path.string() + ".missing", 100));
  }

  void writingReplacesWholeFilesAndLeavesNoOther() {
    QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "new" / "a.txt";
    QVERIFY(write_file_atomically(path, "first"));
    QVERIFY(write_file_atomically(path, std::string(100000, 'b')));
    QCOMPARE(read_file(path, 1 << 20)->size(), std::size_t{100000});
    QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1);
  }

  // A full device: the short write is seen, the old file stays and no temporary is left.
  void aFailedWriteKeepsTheOldFile() {
    QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "a.txt";
    QVERIFY(write_file_atomically(path, "kept"));
    fs::create_directory(path.string() + ".d");
    const auto failed = write_file_atomically(path.string() + ".d", "cannot replace a folder");
    QVERIFY(!failed && failed.error().code == ErrorCode::kFailed);
    QCOMPARE(*read_file(path, 100), std::string("kept"));
    QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 2);
  }

  void aWriteThatIsCutShortKeepsTheOldFile() {
    QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "a.txt";
    QVERIFY(write_file_atomically(path, "kept"));
    // As on a full disk: the first bytes are written, the rest is not.
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto failed = write_file_atomically(path, std::string(100000, 'x'));
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    QVERIFY(!failed);
    QCOMPARE(*read_file(path, 1000000), std::string("kept"));
    QCOMPARE(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1);
  }

  void normalNumbersHaveTheirMoments() {
    Random random(3);
    double sum = 0.0, squares = 0.0, fourth = 0.0;
    constexpr int kCount = 200000;
    for (int i = 0; i < kCount; ++i) {
      const double x = random.normal();
      sum += x;
      squares += x * x;
      fourth += x * x * x * x;
    }
    // Five standard errors of each estimate.
    QVERIFY(std::abs(sum / kCount) < 5.0 / std::sqrt(kCount));
    QVERIFY(std::abs(squares / kCount - 1.0) < 5.0 * std::sqrt(2.0 / kCount));
    QVERIFY(std::abs(fourth / kCount - 3.0) < 5.0 * std::sqrt(96.0 / kCount));
  }

  void indicesAreUniform() {
    Random random(8);
    int counts[7] = {};
    for (int i = 0; i < 70000; ++i) {
      ++counts[random.index(7)];
    }
    for (const int count : counts) {
      QVERIFY(std::abs(count - 10000) < 5 * std::sqrt(10000.0));
    }
  }

  void streamsOfOneSeedDiffer() {
    QVERIFY(mix_seed(1, 2) != mix_seed(1, 3));
    QVERIFY(mix_seed(1, 2) != mix_seed(2, 1));
    QCOMPARE(mix_seed(1, 2), mix_seed(1, 2));
  }

  void csvQuotesAndKeepsNumbers() {
    const Table table{{"name", "value (mm)"}, {{std::string("a,\"b\""), 0.1}, {std::monostate{}, -1e-17}}};
    QCOMPARE(to_csv(table), std::string("name,value (mm)\n\"a,\"\"b\"\"\",0.1\n,-1e-17\n"));
  }

  void provenanceIsStable() {
    Provenance p = current_provenance();
    p.recipe = "{\"steps\":20}";
    p.seed = 4;
    p.dataset = "x";
    QCOMPARE(to_json(p),
             "{\"alidade\":\"" + p.version + "\",\"recipe\":{\"steps\":20},\"seed\":4,\"dataset\":\"x\"}");
  }
};

ALIDADE_TEST(BaseTest)
#include "base_test.moc"
