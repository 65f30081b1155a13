// SPDX-License-Identifier: BSD-3-Clause
// What the command line prints and what the window's table shows are the same numbers.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/workbench.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "tests/support/test_registry.h"
#include "views/base/session_model.h"
#include "views/predictions/predictions_view.h"

using namespace alidade;

namespace {

QJsonObject infer_on_command_line(const QStringList& more) {
  QProcess program;
  const QStringList arguments{"infer",
                              "--checkpoint",
                              QString::fromStdString(share_path("resources/checkpoints/demo.safetensors")),
                              "--dataset",
                              QString::fromStdString(share_path("datasets/tabletop-mini")),
                              "--json"};
  program.start(qEnvironmentVariable("ALIDADE_BINARY"), arguments + more);
  if (!program.waitForFinished(120000) || program.exitCode() != 0) {
    qWarning("%s", program.readAllStandardError().constData());
    return {};
  }
  return QJsonDocument::fromJson(program.readAllStandardOutput()).object();
}

/// The accuracy table of the view: the one whose first header is "category".
QAbstractItemModel* accuracy_model(QWidget& view) {
  for (const QTableView* table : view.findChildren<QTableView*>()) {
    if (table->model() && table->model()->headerData(0, Qt::Horizontal).toString() == "category") {
      return table->model();
    }
  }
  return nullptr;
}

}  // namespace

class CliEqualsWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void accuraciesAreEqual() {
    QTemporaryDir folder;
    const QString file = folder.filePath("r.npz");
    const QJsonArray rows = infer_on_command_line({"--out", file}).value("accuracy").toArray();
    QVERIFY(rows.size() > 2);
    QVERIFY(QFile::exists(file));

    Workbench workbench;
    PredictionsView view(workbench.session());
    workbench.trySample();
    const auto guided_on_all_frames = [&] {
      const auto result = workbench.session().resultA();
      return result && result->estimates.size() > 20;
    };
    QTRY_VERIFY_WITH_TIMEOUT(guided_on_all_frames(), 120000);
    QTRY_VERIFY_WITH_TIMEOUT(!workbench.jobs().busy(), 120000);
    const std::vector<std::string> keys = to_table(accuracy_table(*workbench.session().resultA())).columns;
    const QAbstractItemModel* model = accuracy_model(view);
    QVERIFY(model);
    QCOMPARE(model->rowCount(), int(rows.size()));
    for (int row = 0; row < model->rowCount(); ++row) {
      const QJsonObject expected = rows[row].toObject();
      QCOMPARE(model->index(row, 0).data().toString(), expected.value("category").toString());
      for (int column = 1; column < model->columnCount(); ++column) {
        const QString key = QString::fromStdString(keys.at(column));  // the view shortens its headers
        QVERIFY2(expected.contains(key), qPrintable(key));
        // The cell is rounded for reading; its precision is that of its text.
        const QString text = model->index(row, column).data().toString();
        const int decimals = text.contains('.') ? int(text.size() - text.indexOf('.') - 1) : 0;
        QCOMPARE(text, QString::number(expected.value(key).toDouble(), 'f', decimals));
      }
    }
  }
};

ALIDADE_TEST(CliEqualsWindowTest)
#include "cli_equals_window_test.moc"
