// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/color_map.h"
#include "views/base/figure_export.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/image/image_canvas.h"
#include "views/image/image_rasters.h"
#include "views/image/image_view.h"
#include "views/image/pixel_values.h"

namespace alidade {
namespace {

constexpr double kPlateDepth = 1.0;

std::shared_ptr<const Mesh> squarePlate() {
  auto mesh = std::make_shared<Mesh>();
  mesh->vertices = {{-0.1F, -0.1F, 0}, {0.1F, -0.1F, 0}, {0.1F, 0.1F, 0}, {-0.1F, 0.1F, 0}};
  mesh->faces = {{0, 1, 2}, {0, 2, 3}};
  return mesh;
}

/// A gray picture of 100 x 80 pixels with one plate, 20 x 20 pixels in the middle; frame i is brighter by i.
/// Everything was measured 5 mm behind the plate.
class PlateDataset : public Dataset {
 public:
  PlateDataset() {
    info_.name = "plate";
    info_.categories = {"plate"};
  }
  std::string name() const override { return "plates"; }
  std::string format() const override { return "test"; }
  std::filesystem::path root() const override { return {}; }
  std::size_t num_frames() const override { return 3; }
  const FrameInfo& frame_info(std::size_t) const override { return info_; }
  const std::vector<ObjectModel>& models() const override { return models_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }
  Expected<Frame> load(std::size_t index, const FrameLayers&) const override {
    Frame frame;
    frame.info = info_;
    frame.index = index;
    frame.camera = {100, 80, 100.0, 100.0, 49.5, 39.5};
    frame.color = ImageU8(100, 80, 3, static_cast<std::uint8_t>(100 + index));
    frame.depth = ImageF(100, 80, 1, static_cast<float>(kPlateDepth + 0.005));
    Instance plate;
    plate.index = 0;
    plate.object_id = 1;
    plate.category = "plate";
    plate.cam_from_obj.t = {0, 0, kPlateDepth};
    plate.size = {0.2, 0.2, 0.01};
    plate.symmetry = no_symmetry();
    frame.instances.push_back(plate);
    return frame;
  }
  Expected<std::shared_ptr<const Mesh>> mesh(int) const override {
    if (without_mesh) {
      return Error{ErrorCode::kInput, "There is no mesh."};
    }
    return squarePlate();
  }
  bool without_mesh = false;

 private:
  FrameInfo info_;
  std::vector<ObjectModel> models_;
  std::vector<DatasetProblem> problems_;
  std::string digest_ = "0";
};

/// The plates, each moved by (x, 0, z) metres.
std::shared_ptr<PoseResult> movedPlates(const Dataset& dataset, const std::string& name, double x, double z) {
  auto result = std::make_shared<PoseResult>();
  result->name = name;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    const Instance instance = dataset.load(i, {})->instances[0];
    PoseEstimate estimate;
    estimate.frame = i;
    estimate.instance = 0;
    estimate.object_id = 1;
    estimate.category = "plate";
    estimate.cam_from_obj = instance.cam_from_obj;
    estimate.cam_from_obj.t += Eigen::Vector3d(x, 0, z);
    estimate.size = instance.size;
    result->estimates.push_back(estimate);
  }
  return result;
}

bool alikeColor(const QColor& a, const QColor& b, int tolerance = 4) {
  return std::abs(a.red() - b.red()) <= tolerance && std::abs(a.green() - b.green()) <= tolerance &&
         std::abs(a.blue() - b.blue()) <= tolerance;
}

double cellOf(const Table& table, const std::string& column, const std::string& source) {
  const auto at = std::find(table.columns.begin(), table.columns.end(), column) - table.columns.begin();
  for (const auto& row : table.rows) {
    for (const auto& cell : row) {
      const auto* text = std::get_if<std::string>(&cell);
      if (text && text->starts_with(source) && at < static_cast<std::ptrdiff_t>(row.size())) {
        const auto* value = std::get_if<double>(&row[static_cast<std::size_t>(at)]);
        return value ? *value : -1.0;
      }
    }
  }
  return -2.0;
}

}  // namespace

class ImageErrorsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    dataset_ = std::make_shared<PlateDataset>();
    session_ = std::make_unique<SessionModel>();
    view_ = std::make_unique<ImageView>(*session_);
    view_->resize(640, 560);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
  }

  void cleanup() {
    view_.reset();
    session_.reset();
  }

  void silhouettesHaveTheirColorsAndCounts() {
    open(0.05, 0.0);
    only({"silhouette"});
    setOpacity(1.0);
    QTRY_VERIFY(errors() && !errors()->silhouette.isNull());
    QVERIFY(alikeColor(pixel(42, 40), safeColor(SafeColor::kSkyBlue)));
    QVERIFY(alikeColor(pixel(62, 40), safeColor(SafeColor::kOrange)));
    QVERIFY(alikeColor(pixel(10, 10), QColor(100, 100, 100)));
    const QColor agreement = pixel(52, 40);
    QVERIFY(agreement.red() > 110 && agreement.red() == agreement.green());
    const Table table = view_->figure()->data();
    QCOMPARE(cellOf(table, "silhouette agreement (px)", "prediction"), 300.0);
    QCOMPARE(cellOf(table, "silhouette missing (px)", "prediction"), 100.0);
    QCOMPARE(cellOf(table, "silhouette too much (px)", "prediction"), 100.0);
    QCOMPARE(cellOf(table, "silhouette IoU", "prediction"), 0.6);
    QCOMPARE(cellOf(table, "silhouette IoU", "ground truth"), -1.0);  // empty
    QVERIFY(legend()->isVisible());
  }

  /// Measured at 1.005 m; the prediction stands at 1.015 m, the truth at 1 m.
  void depthDifferencesAreThoseOfTheChosenModel() {
    open(0.0, 0.015);
    only({"difference"});
    setOpacity(1.0);
    QTRY_VERIFY(errors() && !errors()->difference.isNull());
    QVERIFY(errors()->against_prediction);
    QVERIFY(alikeColor(pixel(50, 40), divergingColor(-0.010 / 0.020)));
    QVERIFY(alikeColor(pixel(10, 10), QColor(100, 100, 100)));
    QVERIFY(std::abs(cellOf(view_->figure()->data(), "measured minus model depth, median (mm)",
                            "prediction") - -10.0) < 1e-3);
    QVERIFY(canvas().readout({50.5, 40.5}).contains(QString("difference ") + QChar(0x2212) + "10.0 mm"));
    chooseIn("Depth of", 1);
    QTRY_VERIFY(!errors()->against_prediction);
    QVERIFY(alikeColor(pixel(50, 40), divergingColor(0.005 / 0.020)));
    QVERIFY(std::abs(cellOf(view_->figure()->data(), "measured minus model depth, median (mm)",
                            "ground truth") - 5.0) < 1e-3);
    QVERIFY(canvas().readout({50.5, 40.5}).contains("difference +5.0 mm"));
    chooseIn("Range of differences", 2);  // 5 mm
    QTRY_VERIFY(alikeColor(pixel(50, 40), divergingColor(1.0)));
  }

  void opacityLetsThePictureThrough() {
    open(0.05, 0.0);
    only({"silhouette"});
    setOpacity(0.5);
    QTRY_VERIFY(errors() && !errors()->silhouette.isNull());
    const QColor blue = safeColor(SafeColor::kSkyBlue);
    QTRY_VERIFY(alikeColor(pixel(42, 40), QColor((100 + blue.red()) / 2, (100 + blue.green()) / 2,
                                                 (100 + blue.blue()) / 2)));
  }

  void meshesAreFilledAndOutlined() {
    open(0.05, 0.0);
    only({"mesh", "ground-truth", "prediction"});
    setOpacity(1.0);
    QTRY_VERIFY(errors() && !errors()->fill.isNull());
    QCOMPARE(errors()->outlines.size(), std::size_t{2});
    QCOMPARE(errors()->outlines[0].contours.at(0).boundingRect(), QRectF(40, 30, 20, 20));
    QCOMPARE(errors()->outlines[1].contours.at(0).boundingRect(), QRectF(45, 30, 20, 20));
    QVERIFY(errors()->outlines[1].prediction);
    const QColor orange = theme(ThemeKind::kDark).prediction;
    QVERIFY(alikeColor(pixel(55, 40), orange, 12));  // seen nearly along its normal
    // The left edge of the truth, halfway down, is the solid green line.
    const QImage shown = grab();
    const QPointF edge = canvas().placement().widgetFromImage().map(QPointF(40.0, 37.0));
    QVERIFY(alikeColor(shown.pixelColor(edge.toPoint()), theme(ThemeKind::kDark).ground_truth, 60));
    session_->setResultA(nullptr);
    QTRY_VERIFY(errors()->outlines.size() == 1);
    QTRY_VERIFY(alikeColor(pixel(55, 40), theme(ThemeKind::kDark).ground_truth, 12));
  }

  void whatIsMissingIsSaid() {
    dataset_->without_mesh = true;
    open(0.05, 0.0);
    only({"silhouette"});
    QTRY_VERIFY(note().contains("The objects have no meshes"));
    session_->setResultA(nullptr);
    QTRY_VERIFY(note().contains("No prediction to compare"));
    QVERIFY(view_->figure());
    QVERIFY(!legend()->isVisible());
  }

  void theReadoutFollowsTheFrameUnderTheMouse() {
    open(0.0, 0.0);
    only({});
    const QPoint at = canvas().placement().widgetFromImage().map(QPointF(20.5, 10.5)).toPoint();
    QTest::mouseMove(&canvas(), at - QPoint(3, 0));
    QTest::mouseMove(&canvas(), at);
    QTRY_VERIFY(readout().contains("rgb 100 100 100"));
    session_->stepFrame(1);
    QTRY_VERIFY(readout().contains("rgb 101 101 101"));
    session_->stepFrame(1);
    QTRY_VERIFY(readout().contains("rgb 102 102 102"));
    QVERIFY(readout().contains("20,   10"));
  }

  void largePixelsHoldTheNumbersOfTheirLayer() {
    open(0.0, 0.015);
    only({});
    const auto lines = [this](bool wide) { return pixelLines(*canvas().figure(), 50, 40, wide); };
    QCOMPARE(lines(true), QStringList({"100", "100", "100"}));
    only({"depth"});
    QCOMPARE(lines(true), QStringList({"1.005"}));
    only({"difference"});
    QTRY_VERIFY(errors() && errors()->complete && !errors()->difference.isNull());
    QCOMPARE(lines(false), QStringList({QString(QChar(0x2212)) + "10.0"}));
    QCOMPARE(lines(true), QStringList({QString(QChar(0x2212)) + "10.0", "1.005", "1.015"}));
    QCOMPARE(pixelLines(*canvas().figure(), 5, 5, true), QStringList({"100", "100", "100"}));
    // They are written: the pixel holds more than one color from the scale on, and one below it.
    const auto colorsAt = [this](double scale) {
      canvas().setPlacement({scale, QPointF(200.0, 200.0) - 50.0 * scale * QPointF(1.0, 0.8)});
      const QImage image = grab();
      const QPointF corner = canvas().placement().widgetFromImage().map(QPointF(50, 40));
      QSet<QRgb> colors;
      for (int y = 2; y < scale - 2; ++y) {
        for (int x = 2; x < scale - 2; ++x) {
          colors.insert(image.pixel(static_cast<int>(corner.x()) + x, static_cast<int>(corner.y()) + y));
        }
      }
      return colors.size();
    };
    QCOMPARE(colorsAt(24.0), qsizetype{1});
    QVERIFY(colorsAt(40.0) > 1);
  }

  void theWipeShowsEachRunOnItsSide() {
    open(0.05, 0.0);
    session_->setResultB(movedPlates(*dataset_, "other", -0.05, 0.0));
    only({"silhouette"});
    setOpacity(1.0);
    QTRY_VERIFY(errors() && errors()->complete && !errors()->silhouette.isNull());
    QCOMPARE(view_->wipeSides(), WipeSides::kOff);
    view_->findChild<QAction*>("image-wipe-runs")->trigger();
    QCOMPARE(view_->wipeSides(), WipeSides::kRuns);
    QTRY_VERIFY(canvas().wipe() && !canvas().wipe()->right->errors()->silhouette.isNull());
    QVERIFY(canvas().wipe()->left_name.startsWith("A") && canvas().wipe()->left_name.contains("run"));
    QVERIFY(canvas().wipe()->right_name.contains("other"));
    const auto border = [this] { return static_cast<int>(canvas().wipeShare() * canvas().width()); };
    const auto widgetAt = [this](double u, double v) {
      return canvas().placement().widgetFromImage().map(QPointF(u, v)).toPoint();
    };
    // In the middle: left of it A misses columns 40 to 44, right of it B misses columns 55 to 59.
    QVERIFY(alikeColor(pixel(42, 40), safeColor(SafeColor::kSkyBlue)));
    QVERIFY(alikeColor(pixel(57, 40), safeColor(SafeColor::kSkyBlue)));
    // Dragged to the right of column 62 all is A's: too much there.
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, QPoint(border(), canvas().height() / 2));
    QTest::mouseMove(&canvas(), widgetAt(80, 40));
    QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, widgetAt(80, 40));
    QVERIFY(std::abs(border() - widgetAt(80, 40).x()) <= 1);
    QVERIFY(alikeColor(pixel(62, 40), safeColor(SafeColor::kOrange)));
    QVERIFY(std::abs(canvas().wipeShareOfImage() - 0.8) < 0.01);
    // At the left all is B's: too much in columns 35 to 39.
    canvas().setWipeShare(canvas().wipeShareOfImage() * 0.0);
    QVERIFY(alikeColor(pixel(37, 40), safeColor(SafeColor::kOrange)));
    view_->findChild<QAction*>("image-wipe-right")->trigger();
    QVERIFY(std::abs(canvas().wipeShare() - 0.05) < 1e-9);
    const Table table = view_->figure()->data();
    QCOMPARE(table.columns.front(), std::string("side"));
    QCOMPARE(table.rows.size(), std::size_t{4});
    for (const char* extension : {".svg", ".pdf", ".png"}) {
      const auto bytes = figureBytes(*view_->figure(), extension, {});
      QVERIFY2(bytes && !bytes->empty(), extension);
    }
    view_->setWipeSides(WipeSides::kTruthOfA);
    QTRY_COMPARE(canvas().wipe()->right_name, QString("Ground truth"));
    QVERIFY(!canvas().wipe()->right->contents().result);
    QVERIFY(view_->figure());
  }

  void theStateComesBack() {
    open(0.05, 0.0);
    only({"mesh", "difference"});
    setOpacity(0.3);
    chooseIn("Range of differences", 0);
    view_->setWipeSides(WipeSides::kTruthOfB);
    canvas().setWipeShare(0.25);
    ImageView other(*session_);
    other.restoreState(view_->saveState());
    QCOMPARE(other.layers(), view_->layers());
    QCOMPARE(other.wipeSides(), WipeSides::kTruthOfB);
    QCOMPARE(other.canvas().wipeShare(), 0.25);
    QJsonObject hostile;
    hostile["error_opacity"] = 7.0;
    hostile["error_range"] = -1.0;
    hostile["wipe"] = 99;
    hostile["wipe_share"] = 5.0;
    other.restoreState(hostile);
    QCOMPARE(other.layers().errors.opacity, 1.0);
    QVERIFY(other.layers().errors.range > 0.0);
    QCOMPARE(other.canvas().wipeShare(), 1.0);
  }

  /// A view that nobody sees makes nothing until its figure is asked for.
  void anExportWaitsForWhatIsOnItsWay() {
    ImageView hidden(*session_);
    ImageLayers layers;
    layers.errors.difference = true;
    hidden.setLayers(layers);
    session_->setDataset(dataset_);
    QTRY_VERIFY(session_->frame());
    session_->setResultA(movedPlates(*dataset_, "run", 0.0, 0.015));
    const auto figure = hidden.figure();
    QVERIFY(figure);
    QVERIFY(std::abs(cellOf(figure->data(), "measured minus model depth, median (mm)", "prediction") - -10.0) <
            1e-3);
  }

  /// Both arms of the diverging map lose the same lightness with every step.
  void theDivergingMapIsEven() {
    const auto lightness = [](const QColor& color) {
      const auto linear = [](double x) {
        return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
      };
      const double r = linear(color.redF()), g = linear(color.greenF()), b = linear(color.blueF());
      const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
      const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
      const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
      return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
    };
    for (int i = 0; i <= 20; ++i) {
      const double share = i / 20.0;
      QVERIFY(std::abs(lightness(divergingColor(share)) - (0.95 - 0.53 * share)) < 0.006);
      QVERIFY(std::abs(lightness(divergingColor(-share)) - (0.95 - 0.53 * share)) < 0.006);
    }
    QVERIFY(divergingColor(-1.0).blue() > divergingColor(-1.0).red() + 60);
    QVERIFY(divergingColor(1.0).red() > divergingColor(1.0).blue() + 60);
    QCOMPARE(divergingColor(5.0), divergingColor(1.0));
  }

 private:
  ImageCanvas& canvas() const { return view_->canvas(); }
  std::shared_ptr<const ImageErrors> errors() const {
    return canvas().figure() ? canvas().figure()->errors() : nullptr;
  }
  QWidget* legend() const { return view_->findChild<QWidget*>("imageErrorLegend"); }

  void open(double x, double z) {
    session_->setDataset(dataset_);
    QTRY_VERIFY(session_->frame());
    session_->setResultA(movedPlates(*dataset_, "run", x, z));
  }

  void only(const QStringList& names) {
    for (QAction* action : view_->viewActions()) {
      if (action->isCheckable()) {
        action->setChecked(names.contains(action->objectName().mid(6)));
      }
    }
  }

  void setOpacity(double opacity) {
    view_->findChild<QSlider*>()->setValue(static_cast<int>(std::lround(100.0 * opacity)));
  }

  void chooseIn(const QString& accessible_name, int option) {
    for (auto* combo : view_->findChildren<QComboBox*>()) {
      if (combo->accessibleName() == accessible_name) {
        combo->setCurrentIndex(option);
        Q_EMIT combo->activated(option);
        return;
      }
    }
    QFAIL("there is no such choice");
  }

  QImage grab() { return canvas().grab().toImage(); }
  QColor pixel(int u, int v) {
    const QPointF at = canvas().placement().widgetFromImage().map(QPointF(u + 0.5, v + 0.5));
    return grab().pixelColor(static_cast<int>(at.x()), static_cast<int>(at.y()));
  }
  QString readout() const { return labelWith("rgb"); }
  QString note() const {
    QString all;
    for (const auto* label : view_->findChildren<QLabel*>()) {
      all += label->text() + " ";
    }
    return all;
  }
  QString labelWith(const QString& part) const {
    for (const auto* label : view_->findChildren<QLabel*>()) {
      if (label->text().contains(part)) {
        return label->text();
      }
    }
    return {};
  }

  std::shared_ptr<PlateDataset> dataset_;
  std::unique_ptr<SessionModel> session_;
  std::unique_ptr<ImageView> view_;
};

}  // namespace alidade

using alidade::ImageErrorsTest;
ALIDADE_TEST(ImageErrorsTest)
#include "image_errors_test.moc"
