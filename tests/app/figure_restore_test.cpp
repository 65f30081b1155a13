// SPDX-License-Identifier: BSD-3-Clause
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QJsonObject>
#include <QLineEdit>
#include <QMimeData>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/export_panel.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "core/base/file.h"
#include "core/session/figure_file.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_of_view.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"

using namespace alidade;

namespace {

constexpr int kPatience = 60000;

QString tabletop() {
  return QString::fromStdString(share_path("datasets/tabletop-mini"));
}

/// A window with the small dataset, in folders of its own.
struct FigureStage {
  QTemporaryDir home;
  std::unique_ptr<MainWindow> window;

  FigureStage() {
    qputenv("XDG_CONFIG_HOME", home.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home.filePath(QStringLiteral("state")).toUtf8());
    window = std::make_unique<MainWindow>(AppSettings{});
    window->open({1280, 800});
  }
  SessionModel& session() const { return window->workbench().session(); }
  bool open(const QString& path) const {
    window->workbench().openDataset(path);
    return QTest::qWaitFor([this] { return session().frame() && session().selection().instance; }, kPatience);
  }
  /// The map of the laboratory's samples, drawn and then hidden.
  View* hiddenMap() const {
    View* map = window->view(QStringLiteral("mollweide"));
    ViewDock* dock = window->docks().at(QStringLiteral("mollweide"));
    QJsonObject state = map->saveState();
    state[QStringLiteral("source")] = 1;
    map->restoreState(state);
    dock->show();
    dock->raise();
    const bool drawn =
        QTest::qWaitFor([map] { return map->showsFigure() && map->awaited().isEmpty(); }, kPatience);
    dock->hide();
    window->docks().at(QStringLiteral("schedule-lab"))->hide();
    return drawn ? map : nullptr;
  }
  ExportPanel* panel(const QString& view) const {
    window->view(view)->setFocus();
    window->actions().trigger(QStringLiteral("export"));
    auto* made = window->findChild<QDialog*>()->findChild<ExportPanel*>();
    made->chooseView(view);
    return made;
  }
};

void dropFigure(QWidget& target, const QString& path) {
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&target, &enter);  // only then is a drop delivered
  QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&target, &event);
}

}  // namespace

class FigureRestoreTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void hiddenViewsAreBroughtUpToDate() {
    FigureStage stage;
    QVERIFY(stage.open(tabletop()));
    View* map = stage.hiddenMap();
    QVERIFY(map && !map->isVisible());
    stage.session().selectFrame(2);
    ExportPanel* panel = stage.panel(map->id());
    QTRY_VERIFY_WITH_TIMEOUT(panel->awaited().isEmpty() && panel->figure(), kPatience);
    const QString path = stage.home.filePath(QStringLiteral("map.svg"));
    QVERIFY(panel->write(path));
    const auto& samples = stage.session().model<SamplingModel>().column(0).samples;
    QCOMPARE(samples->frame, std::size_t(2));
    QCOMPARE(samples->frame_name, stage.session().dataset()->frame_info(2).name);
    const auto record = read_figure_record(path.toStdString());
    QVERIFY(record);
    QCOMPARE(record->origin.frame, std::optional<std::size_t>(2));
    QCOMPARE(record->origin.frame_name, samples->frame_name);
    QCOMPARE(record->origin.category, samples->category);
    QCOMPARE(record->provenance.dataset_sha256, stage.session().dataset()->digest());
    QVERIFY(record->origin.states.contains("schedule-lab"));
    // Nobody computes for it any more once the panel is gone.
    delete stage.window->findChild<QDialog*>();
    QVERIFY(!map->watched());
  }

  void everyExportNamesWhatItShows() {
    FigureStage stage;
    QVERIFY(stage.open(tabletop()));
    QList<View*> views;
    for (const auto& [id, dock] : stage.window->docks()) {
      if (dock->view() && id != QLatin1String("figure")) {
        views << dock->view();
      }
    }
    int figures = 0;
    for (View* view : views) {
      const auto figure = view->showsFigure() ? figureOf(*view, views) : nullptr;
      if (!figure || view->subject() == ViewSubject::kNothing) {
        continue;
      }
      ++figures;
      const std::string csv = *figureBytes(*figure, ".csv", {});
      QVERIFY(csv.find(stage.session().dataset()->digest()) != std::string::npos);
      QVERIFY(csv.find("\"view\":\"" + view->id().toStdString()) != std::string::npos);
      QVERIFY(csv.find(tabletop().toStdString()) == std::string::npos);  // no paths
      if (view->subject() != ViewSubject::kDataset) {
        QVERIFY(csv.find("\"frame\":\"" + stage.session().frame()->info.name) != std::string::npos);
      }
    }
    QVERIFY(figures > 0);
  }

  void aDroppedFigureRestoresItsView() {
    FigureStage stage;
    QVERIFY(stage.open(tabletop()));
    View* image = stage.window->view(QStringLiteral("image"));
    stage.session().selectFrame(1);
    QTRY_VERIFY_WITH_TIMEOUT(stage.session().frame() != nullptr, kPatience);
    QJsonObject layers = image->saveState();
    for (const QString& key : layers.keys()) {
      if (layers[key].isBool()) {
        layers[key] = !layers[key].toBool();
      }
    }
    image->restoreState(layers);
    const Selection exported = stage.session().selection();
    ExportPanel* panel = stage.panel(image->id());
    QTRY_VERIFY_WITH_TIMEOUT(panel->figure() != nullptr, kPatience);
    const QString path = stage.home.filePath(QStringLiteral("image.pdf"));
    const QJsonObject saved = image->saveState();
    QVERIFY(panel->write(path));
    delete stage.window->findChild<QDialog*>();

    stage.session().selectFrame(0);
    image->restoreState({});
    stage.window->docks().at(QStringLiteral("image"))->hide();
    dropFigure(*stage.window, path);
    QTRY_COMPARE_WITH_TIMEOUT(stage.session().selection().frame, exported.frame, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(image->saveState() == saved, kPatience);
    QVERIFY(stage.window->docks().at(QStringLiteral("image"))->isVisible());

    // A window without the dataset finds it among what was open.
    AppSettings known;
    known.recent = {stage.home.filePath(QStringLiteral("gone")), tabletop()};
    MainWindow fresh(known);
    fresh.open({1280, 800});
    fresh.setFileQuestion([](const QString&, bool) { return QString(); });
    dropFigure(fresh, path);
    SessionModel& session = fresh.workbench().session();
    QTRY_VERIFY_WITH_TIMEOUT(session.dataset() && session.selection().frame == exported.frame, kPatience);
  }

  void whatIsNotFoundIsAskedForAndNeverOpenedFromThePathInside() {
    FigureStage stage;
    const QString path = stage.home.filePath(QStringLiteral("foreign.svg"));
    const std::string record =
        "{\"alidade\":\"0.1.0\",\"dataset\":\"/etc\",\"dataset_sha256\":\"" + std::string(64, 'c') +
        "\",\"view\":\"image\",\"frame\":\"000001/000001\",\"frame_index\":1,"
        "\"states\":{\"image\":{\"at\":\"/etc\"}}}";  // no raw text: moc loses its way in it
    QVERIFY(write_file_atomically(path.toStdString(),
                                  "<svg><metadata id=\"alidade\">" +
                                      QString::fromStdString(record).toHtmlEscaped().toStdString() +
                                      "</metadata></svg>"));
    QStringList asked;
    stage.window->setFileQuestion([&asked](const QString& sentence, bool folder) {
      asked << sentence + (folder ? " folder" : " file");
      return asked.size() == 1 ? tabletop() : QString();
    });
    dropFigure(*stage.window, path);
    QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 2, kPatience);
    QVERIFY(asked[0].contains("/etc") && asked[0].endsWith("folder"));
    QVERIFY2(asked[1].contains("digests differ"), qPrintable(asked[1]));
    QVERIFY(!stage.session().dataset());
  }

  void namesAndTextSizeAreLive() {
    FigureStage stage;
    QVERIFY(stage.open(tabletop()));
    ExportPanel* panel = stage.panel(QStringLiteral("image"));
    QTRY_VERIFY_WITH_TIMEOUT(panel->figure() != nullptr, kPatience);
    QLineEdit* field = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT(
        (field = [panel]() -> QLineEdit* {
          for (auto* edit : panel->findChildren<QLineEdit*>()) {
            if (edit->accessibleName() == QLatin1String("Text in place of ground truth")) {
              return edit;
            }
          }
          return nullptr;
        }()) != nullptr,
        kPatience);
    field->setText(QStringLiteral("annotated"));
    QCOMPARE(panel->options().names.value(QStringLiteral("ground truth")), QStringLiteral("annotated"));
    panel->findChild<QDoubleSpinBox*>(QStringLiteral("textSize"))->setValue(10.0);
    QCOMPARE(panel->options().text_size, 10.0);
  }
};

ALIDADE_TEST(FigureRestoreTest)
#include "figure_restore_test.moc"
