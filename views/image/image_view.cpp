// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_view.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>
#include <QToolTip>
#include <QVBoxLayout>

#include "views/base/layer_bar.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"
#include "views/image/image_canvas.h"
#include "views/image/image_rasters.h"

namespace alidade {
namespace {

/// The depth layer's color bar at the right of the readout line.
class DepthBar : public QWidget {
 public:
  DepthBar(const ImageCanvas& canvas, QWidget* parent) : QWidget(parent), canvas_(canvas) {
    setMinimumWidth(220);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    if (const auto figure = canvas_.figure()) {
      QPainter painter(this);
      figure->paintDepthBar(painter, rect(), screenPlotTheme(themeOf(*this)));
    }
  }

 private:
  const ImageCanvas& canvas_;
};

/// One line of text, cut with an ellipsis where it does not fit.
class NoteLabel : public QLabel {
 public:
  explicit NoteLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setProperty("muted", true);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setPen(themeOf(*this).muted);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(text(), Qt::ElideRight, width()));
  }
};

bool hasAny(const std::vector<ImageU8>& images) {
  return std::any_of(images.begin(), images.end(), [](const ImageU8& image) { return !image.empty(); });
}

}  // namespace

ImageView::ImageView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      stack_(new QStackedWidget(this)),
      card_(new StateCard(this)),
      canvas_(new ImageCanvas(this)),
      readout_(new QLabel(this)),
      note_(new NoteLabel(this)),
      depth_bar_(new DepthBar(*canvas_, this)) {
  buildActions();
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildBar());
  column->addWidget(canvas_, 1);
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(8, 0, 8, 0);
  readout_->setFont(numberFont());
  readout_->setTextFormat(Qt::PlainText);
  readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  readout_->hide();
  for (QLabel* label : {readout_, note_}) {  // one of them is shown
    label->setFixedHeight(24);
    foot->addWidget(label, 1);
  }
  foot->addWidget(depth_bar_);
  column->addLayout(foot);
  stack_->addWidget(card_);
  stack_->addWidget(content);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);

  connect(&session, &SessionModel::datasetChanged, this, &ImageView::rebuild);
  connect(&session, &SessionModel::frameChanged, this, &ImageView::rebuild);
  connect(&session, &SessionModel::selectionChanged, this, &ImageView::rebuild);
  connect(&session, &SessionModel::resultsChanged, this, &ImageView::rebuild);
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested("open-dataset"); });
  connect(canvas_, &ImageCanvas::readoutChanged, this, [this](const QString& text) {
    readout_->setText(text);
    readout_->setVisible(!text.isEmpty());
    note_->setVisible(text.isEmpty());
  });
  connect(canvas_, &ImageCanvas::hovered, this, &ImageView::showTip);
  connect(canvas_, &ImageCanvas::clicked, this, [this](std::optional<int> instance) {
    if (instance) {
      this->session().selectInstance(*instance);
    }
  });
  rebuild();
}

QAction* ImageView::addToggle(const QString& id, const QString& text, const QString& tip, bool* flag,
                              const QKeySequence& key) {
  auto* action = new QAction(text, this);
  action->setObjectName("image-" + id);
  action->setCheckable(true);
  action->setChecked(*flag);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  toggles_.push_back({action, tip, flag});
  connect(action, &QAction::toggled, this, [this, flag](bool on) {
    *flag = on;
    rebuild();
  });
  return action;
}

void ImageView::buildActions() {
  OverlayLayers& poses = layers_.poses;
  addToggle("ground-truth", "Ground truth", "Ground truth: solid green", &poses.ground_truth, Qt::Key_G)
      ->setIconText("GT");
  addToggle("prediction", "Prediction", "Prediction: dashed red-orange", &poses.prediction, Qt::Key_P)
      ->setIconText("Pred");
  addToggle("box", "Box", "Oriented boxes", &poses.boxes);
  addToggle("axes", "Axes", "Object axes: x red, y green, z blue", &poses.axes);
  addToggle("labels", "Labels", "Names and rotation errors", &poses.labels);
  addToggle("contour", "Contour", "Outlines of the visible masks", &layers_.contours);
  addToggle("mask", "Mask", "Visible masks", &layers_.masks);
  addToggle("nocs", "NOCS", "Normalized object coordinates as colors", &layers_.nocs);
  addToggle("depth", "Depth", "Depth as colors", &layers_.depth);
  addToggle("gray", "Gray", "Gray background, so that overlays stand out", &layers_.gray);
  auto* fit = new QAction("Fit image", this);
  fit->setObjectName("image-fit");
  fit->setShortcut(Qt::Key_R);
  fit->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(fit);
  connect(fit, &QAction::triggered, this, [this] { canvas_->fit(); });
}

QWidget* ImageView::buildBar() {
  auto* bar = new LayerBar(this);
  for (const Toggle& toggle : toggles_) {
    bar->addLayer(toggle.action);
  }
  return bar;
}

QString ImageView::context() const {
  const auto frame = session().frame();
  if (!frame) {
    return {};
  }
  const QSize size = canvas_->figure() ? canvas_->figure()->rasters()->size : QSize();
  const QString name = QString::fromStdString(frame->info.name);
  return size.isEmpty() ? name
                        : QString("%1 %2 %3%4%5")
                              .arg(name, QString(QChar(0x00b7)))
                              .arg(size.width())
                              .arg(QChar(0x00d7))
                              .arg(size.height());
}

std::shared_ptr<const Figure> ImageView::figure() const {
  return stack_->currentWidget() == card_ || !session().frame() ? nullptr : canvas_->figure();
}

void ImageView::setLayers(const ImageLayers& layers) {
  layers_ = layers;
  refreshToggles();
  rebuild();
}

void ImageView::refreshToggles() {
  for (const Toggle& toggle : toggles_) {
    const QSignalBlocker blocker(toggle.action);
    toggle.action->setChecked(*toggle.flag);
  }
}

void ImageView::rebuild() {
  const auto frame = session().frame();
  if (!frame) {
    showCard();
    return;
  }
  const auto before = canvas_->figure();
  ImageFigureData contents{frame, session().shownResult(), layers_, session().selection().instance,
                           current_provenance()};
  if (before && before->contents().frame == frame && before->contents().result == contents.result &&
      before->contents().layers == layers_ && before->contents().selected == contents.selected) {
    canvas_->setStale(false);
    return;  // several signals tell of one step
  }
  if (const auto dataset = session().dataset()) {
    contents.provenance.dataset = dataset->name();
    contents.provenance.dataset_sha256 = dataset->digest();
  }
  if (contents.result) {
    contents.provenance = contents.result->provenance;
  }
  // Selecting and flipping results leave the pictures as they are.
  const bool same =
      before && before->contents().frame == frame && before->contents().layers.masks == layers_.masks &&
      before->contents().layers.contours == layers_.contours &&
      before->contents().layers.nocs == layers_.nocs && before->contents().layers.depth == layers_.depth &&
      before->contents().layers.gray == layers_.gray;
  canvas_->setFigure(
      std::make_shared<const ImageFigure>(std::move(contents), same ? before->rasters() : nullptr));
  stack_->setCurrentIndex(1);
  refreshNote();
  depth_bar_->setVisible(!canvas_->figure()->rasters()->depth.isNull());
  depth_bar_->update();
  Q_EMIT contextChanged();
}

void ImageView::refreshNote() {
  const Frame& frame = *session().frame();
  const auto allow = [this](const char* id, bool has, const QString& why) {
    for (const Toggle& toggle : toggles_) {
      if (toggle.action->objectName() == QString("image-") + id) {
        toggle.action->setEnabled(has);
        toggle.action->setToolTip(has ? toggle.tip : toggle.tip + " (" + why + ")");
      }
    }
  };
  const bool camera = frame.camera.valid();
  for (const char* pose : {"ground-truth", "prediction", "box", "axes", "labels"}) {
    allow(pose, camera, "no intrinsics");
  }
  allow("contour", hasAny(frame.visible_masks), "not in dataset");
  allow("mask", hasAny(frame.visible_masks), "not in dataset");
  allow("nocs", !frame.nocs.empty(), "not in dataset");
  allow("depth", !frame.depth.empty(), "not in dataset");
  allow("gray", !frame.color.empty(), "not in dataset");
  QStringList notes;
  if (!camera) {
    notes << "No intrinsics in the dataset: poses are not drawn.";
  }
  if (frame.color.empty()) {
    notes << "No color image: other layers still work.";
  }
  for (const auto* sentences : {&frame.problems, &frame.remarks}) {
    for (const std::string& sentence : *sentences) {
      notes << QString::fromStdString(sentence);
    }
  }
  note_->setText(notes.join("  "));
  note_->setToolTip(plainToolTip(notes.join("\n")));
}

void ImageView::showCard() {
  const bool selected = session().dataset() && session().selection().frame;
  const bool loading = selected && session().frameProblem().isEmpty();
  if (loading && canvas_->figure()) {
    canvas_->setStale(true);  // the next frame is on its way; the old one stays, dimmed
    return;
  }
  canvas_->setFigure(nullptr);
  if (loading) {
    card_->setContent("image", "Reading the frame" + QString(QChar(0x2026)));
  } else if (!session().dataset()) {
    card_->setContent("image", "Open a dataset to see its images.", "Open dataset" + QString(QChar(0x2026)));
  } else if (!session().frameProblem().isEmpty()) {
    card_->setContent("warning", session().frameProblem());
  } else {
    card_->setContent("image", "Select a frame in the dataset browser.");
  }
  stack_->setCurrentIndex(0);
  Q_EMIT contextChanged();
}

void ImageView::showTip(std::optional<int> instance, const QPoint& global) {
  const auto frame = session().frame();
  if (!instance || !frame) {
    QToolTip::hideText();
    return;
  }
  QToolTip::showText(global, plainToolTip(instanceLabel(*frame, session().shownResult().get(), *instance)),
                     canvas_);
}

QJsonObject ImageView::saveState() const {
  QJsonObject state;
  for (const Toggle& toggle : toggles_) {
    state[toggle.action->objectName().mid(6)] = *toggle.flag;
  }
  return state;
}

void ImageView::restoreState(const QJsonObject& state) {
  for (const Toggle& toggle : toggles_) {
    *toggle.flag = state.value(toggle.action->objectName().mid(6)).toBool(*toggle.flag);
  }
  refreshToggles();
  rebuild();
}

QList<QAction*> ImageView::viewActions() const {
  return actions();
}

void ImageView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    canvas_->update();
  }
  View::changeEvent(event);
}

}  // namespace alidade
