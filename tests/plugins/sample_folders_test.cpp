// SPDX-License-Identifier: BSD-3-Clause
// Every genuine dataset sample through all the readers that the program has.
#include <filesystem>

#include <QtTest>

#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class SampleFoldersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_folder_opens_or_says_why_data() {
    QTest::addColumn<QString>("folder");
    for (const char* folder :
         {"bop_chess_blenderproc", "bop_chess_blenderproc/output/bop_data",
          "bop_chess_blenderproc/output/bop_data/chess", "bop_chess_blenderproc/output/bop_data/backup",
          "bop_chess_blenderproc/output/bop_data/backup/000000", "bop_results", "bop_results/results_sub",
          "bop_tyol_frame", "bop_tyol_frame/data", "bop_ycbv_models", "bop_ycbv_models/ycbv",
          "bop_ycbv_models/ycbv/models", "hb_primesense", "hb_primesense/hb_val_primesense",
          "hb_primesense/hb_val_primesense/000001", "ycbv_demo_frame", "ycbv_demo_frame/example_data"}) {
      QTest::newRow(folder) << folder;
    }
  }

  void every_folder_opens_or_says_why() {
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    QFETCH(QString, folder);
    const std::filesystem::path path = test::samples_folder() + "/" + folder.toStdString();
    if (!std::filesystem::exists(path)) {
      QSKIP("this sample is absent");
    }
    const auto dataset = builtin_readers().open(path, {});
    if (!dataset) {
      // Results are no dataset; above a dataset the sentence names the folder to open instead.
      const QString message = QString::fromStdString(dataset.error().message);
      QVERIFY2(message.startsWith(QString::fromStdString(path.string())), qPrintable(message));
      QVERIFY2(folder.startsWith("bop_results") ||
                   message.endsWith("for example " +
                                    QString::fromStdString((path / "output/bop_data").string()) + "."),
               qPrintable(message));
      QVERIFY(folder.startsWith("bop_results") || builtin_readers().open(path / "output/bop_data", {}));
      return;
    }
    QVERIFY((*dataset)->num_frames() > 0 || !(*dataset)->problems().empty());
    QVERIFY((*dataset)->num_frames() > 0 || !(*dataset)->models().empty());
    for (std::size_t i = 0; i < (*dataset)->num_frames(); ++i) {
      const auto frame = (*dataset)->load(i, {.color = true, .depth = true, .masks = i == 0, .nocs = false});
      QVERIFY(frame);
      QVERIFY(!frame->color.empty() || !frame->depth.empty() || !frame->problems.empty());
    }
  }
};

ALIDADE_TEST(SampleFoldersTest)
#include "sample_folders_test.moc"
