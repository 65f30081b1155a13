// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_view.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QStackedWidget>
#include <QToolTip>
#include <QVBoxLayout>

#include "views/base/elided_label.h"
#include "views/base/mesh_cache.h"
#include "views/base/newest_answer.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/image/image_canvas.h"
#include "views/image/image_error_bar.h"
#include "views/image/image_errors_paint.h"
#include "views/image/image_foot.h"
#include "views/image/image_rasters.h"

namespace alidade {

ImageView::ImageView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      stack_(new QStackedWidget(this)),
      card_(new StateCard(this)),
      canvas_(new ImageCanvas(this)),
      error_bar_(new ImageErrorBar(this)),
      readout_(new ElidedLabel(this)),
      note_(new NoteLabel(this)),
      depth_bar_(new DepthBar(*canvas_, this)),
      error_legend_(new ErrorLegend(*canvas_, this)),
      meshes_(new MeshCache(this)),
      answer_(new NewestAnswer(this)) {
  buildActions();
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildBar());
  column->addWidget(error_bar_);
  column->addWidget(canvas_, 1);
  column->addLayout(buildFoot());
  column->addWidget(error_legend_);
  error_bar_->setLayers(layers_.errors, false);
  error_legend_->hide();
  stack_->addWidget(card_);
  stack_->addWidget(content);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  answer_->setPaused(true);
  follow();
  rebuild();
}

ImageView::~ImageView() {
  delete answer_;  // what it makes is taken by nobody any more
}

void ImageView::follow() {
  SessionModel& model = session();
  connect(&model, &SessionModel::datasetChanged, this, [this] {
    meshes_->setDataset(session().dataset());
    rebuild();
  });
  connect(&model, &SessionModel::frameChanged, this, &ImageView::rebuild);
  connect(&model, &SessionModel::selectionChanged, this, &ImageView::rebuild);
  connect(&model, &SessionModel::resultsChanged, this, &ImageView::rebuild);
  connect(meshes_, &MeshCache::loaded, this, &ImageView::rebuild);
  connect(meshes_, &MeshCache::missed, this, &ImageView::rebuild);
  meshes_->setDataset(model.dataset());
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested("open-dataset"); });
  connect(canvas_, &ImageCanvas::readoutChanged, this, [this](const QString& text) {
    readout_->setFullText(text);
    readout_->setVisible(!text.isEmpty());
    note_->setVisible(text.isEmpty());
  });
  connect(canvas_, &ImageCanvas::hovered, this, &ImageView::showTip);
  connect(canvas_, &ImageCanvas::clicked, this, [this](std::optional<int> instance) {
    if (instance) {
      session().selectInstance(*instance);
    }
  });
  connect(error_bar_, &ImageErrorBar::changed, this, [this](const ErrorLayers& layers) {
    layers_.errors = layers;
    rebuild();
  });
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

bool ImageView::showsFigure() const {
  return stack_->currentWidget() != card_ && session().frame() && canvas_->figure();
}

std::shared_ptr<const Figure> ImageView::figure() const {
  if (!showsFigure()) {
    return nullptr;
  }
  answer_->wait();
  ImageAnswer answer = held();
  ImageWish current = wish();
  if (layers_.errors.any() && meshes_->awaited(*session().frame())) {
    current.left.meshes = meshesOf(*session().dataset(), *session().frame());
    if (current.right) {
      current.right->meshes = current.left.meshes;
    }
    answer = makeFigures(current, answer, true);
  }
  if (answer.wipe) {
    return std::make_shared<const ImageWipeFigure>(answer.figure, *answer.wipe, canvas_->wipeShareOfImage());
  }
  return answer.figure;
}

void ImageView::setLayers(const ImageLayers& layers) {
  layers_ = layers;
  refreshToggles();
  rebuild();
}

QString ImageView::runName(Run side) const {
  const HeldRuns& runs = session().runs();
  const HeldRuns::Entry* run = runs.find(runs.chosen_run<PoseResult>(side));
  const QString letter = side == Run::kA ? "A" : "B";
  return run ? letter + " " + QChar(0x00b7) + " " + QString::fromStdString(run->name) : letter;
}

ImageFigureData ImageView::contentsFor(std::shared_ptr<const PoseResult> result) const {
  ImageFigureData contents{session().frame(), std::move(result), layers_, session().selection().instance,
                           current_provenance()};
  // Without a result `figureOf` names the dataset: its digest takes too long for every frame.
  if (contents.result) {
    contents.provenance = contents.result->provenance;
  }
  if (layers_.errors.any()) {
    contents.meshes = meshes_->requestAll(*contents.frame);
  }
  return contents;
}

ImageWish ImageView::wish() const {
  const bool of_b = wipe_ == WipeSides::kTruthOfB;
  ImageWish wish{contentsFor(wipe_ == WipeSides::kOff ? session().shownResult()
                             : of_b                   ? session().resultB()
                                                      : session().resultA()),
                 {},
                 {},
                 {}};
  if (wipe_ == WipeSides::kOff) {
    return wish;
  }
  wish.left_name = runName(of_b ? Run::kB : Run::kA);
  if (wipe_ == WipeSides::kRuns) {
    wish.right = contentsFor(session().resultB());
    wish.right_name = runName(Run::kB);
  } else {
    wish.right = contentsFor(nullptr);
    wish.right->layers.poses.ground_truth = true;
    wish.right_name = "Ground truth";
  }
  return wish;
}

ImageAnswer ImageView::held() const {
  return {canvas_->figure(), canvas_->wipe()};
}

void ImageView::rebuild() {
  if (!session().frame()) {
    showCard();
    return;
  }
  ImageWish next = wish();
  if (wished_ && *wished_ == next) {
    if (!answer_->awaited()) {
      canvas_->setStale(false);
    }
    return;  // several signals tell of one step
  }
  const bool meshes_awaited = layers_.errors.any() && meshes_->awaited(*next.left.frame);
  const ImageAnswer before = held();
  wished_ = next;
  if (quicklyMade(next, before)) {
    answer_->forget();
    take(makeFigures(next, before, true));
    return;
  }
  if (!before.figure || stack_->currentWidget() == card_ || meshes_awaited) {
    take(makeFigures(next, before, false));  // the picture need not wait for its errors
  }
  if (meshes_awaited) {
    answer_->forget();
    wished_.reset();
    return;  // what they bring is asked for at once, also when the last one cannot be read
  }
  answer_->ask([this, next = std::move(next), before]() -> NewestAnswer::Take {
    return [this, made = makeFigures(next, before, true)] {
      if (made.figure->contents().frame == session().frame()) {  // not of a frame that was left meanwhile
        take(made);
      }
    };
  });
}

void ImageView::take(const ImageAnswer& answer) {
  canvas_->setFigure(answer.figure, answer.wipe);
  stack_->setCurrentIndex(1);
  refreshNote();
  depth_bar_->setVisible(!answer.figure->rasters()->depth.isNull());
  depth_bar_->update();
  const auto result = answer.figure->contents().result;
  const bool estimated =
      result && std::any_of(result->estimates.begin(), result->estimates.end(), [&](const PoseEstimate& one) {
        return one.frame == answer.figure->contents().frame->index;
      });
  error_bar_->setLayers(layers_.errors, estimated);
  error_legend_->setVisible(hasErrorLegend(*answer.figure->errors()));
  error_legend_->update();
  Q_EMIT contextChanged();
}

void ImageView::showCard() {
  const bool selected = session().dataset() && session().selection().frame;
  const bool loading = selected && session().frameProblem().isEmpty();
  wished_.reset();
  answer_->forget();
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

QList<QAction*> ImageView::viewActions() const {
  return actions();
}

void ImageView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    canvas_->update();
  }
  View::changeEvent(event);
}

void ImageView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  answer_->setPaused(false);
}

void ImageView::hideEvent(QHideEvent* event) {
  View::hideEvent(event);
  answer_->setPaused(true);
}

}  // namespace alidade
