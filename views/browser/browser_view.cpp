// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/browser_view.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "core/data/scene_dataset.h"
#include "views/base/search_field.h"
#include "views/base/frame_filter_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"
#include "views/browser/frame_bar.h"
#include "views/browser/frame_delegate.h"
#include "views/browser/frame_list_model.h"
#include "views/browser/problem_list.h"

namespace alidade {
namespace {

QLabel* plainLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setProperty("muted", true);
  return label;
}

}  // namespace

BrowserView::BrowserView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      frames_(new FrameListModel(this)),
      filter_(new SearchField(tr("Filter frames"), this)),
      matches_(plainLabel(filter_)),
      error_(plainLabel(this)),
      list_(new QListView(this)),
      none_(plainLabel(this)),
      bar_(new FrameBar(this)),
      problems_(new ProblemList(this)),
      empty_(new StateCard(this)),
      page_(new QWidget(this)),
      pages_(new QStackedLayout) {
  empty_->setContent(QStringLiteral("dataset"), tr("Drop a dataset folder here"), tr("Open dataset…"));
  connect(empty_, &StateCard::triggered, this,
          [this] { Q_EMIT actionRequested(QStringLiteral("open-dataset")); });
  buildPage();
  pages_->addWidget(empty_);
  pages_->addWidget(page_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(error_);
  layout->addLayout(pages_, 1);

  focus_filter_ = new QAction(tr("Filter frames"), this);
  connect(focus_filter_, &QAction::triggered, filter_, &SearchField::open);
  clear_filter_ = new QAction(tr("Clear frame filter"), this);
  connect(clear_filter_, &QAction::triggered, filter_, &QLineEdit::clear);

  play_frames_ = new QAction(tr("Play frames"), this);
  connect(play_frames_, &QAction::triggered, this, [this] { bar_->setPlaying(!bar_->playing()); });

  connect(&session, &SessionModel::datasetChanged, this, &BrowserView::applyDataset);
  connect(&session, &SessionModel::frameChanged, this, [this] { bar_->shown(); });
  connect(&session, &SessionModel::selectionChanged, this, &BrowserView::applySelection);
  connect(&session, &SessionModel::resultsChanged, this, [this] {
    frames_->setResult(this->session().shownResult());
    applySelection();
    updateField();
  });
  styleError();
  applyDataset();
}

void BrowserView::buildPage() {
  filter_->setPlaceholderText(tr("Filter: mug err>10"));
  filter_->setClearButtonEnabled(false);
  matches_->setFont(numberFont());
  auto* in_field = new QHBoxLayout(filter_);
  in_field->setContentsMargins(8, 0, 10, 0);
  in_field->addStretch(1);
  in_field->addWidget(matches_);
  error_->setWordWrap(true);
  error_->setMargin(12);
  error_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  error_->hide();
  none_->setAlignment(Qt::AlignCenter);
  none_->setWordWrap(true);
  none_->setMargin(24);

  list_->setModel(frames_);
  list_->setItemDelegate(new FrameDelegate(list_));
  list_->setUniformItemSizes(true);
  list_->setMouseTracking(true);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Frames"));

  auto* bar = new QVBoxLayout;
  bar->setContentsMargins(8, 8, 8, 8);
  bar->addWidget(filter_);
  auto* layout = new QVBoxLayout(page_);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(bar);
  layout->addWidget(list_, 1);
  layout->addWidget(none_, 1);
  layout->addWidget(bar_);
  layout->addWidget(problems_);

  connect(filter_, &QLineEdit::textChanged, this, &BrowserView::applyFilter);
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& current) {
            if (current.isValid() && !following_) {
              session().selectFrame(frames_->frameAt(current.row()));
            }
          });
  connect(bar_, &FrameBar::rowAsked, this,
          [this](int row) { session().selectFrame(frames_->frameAt(row)); });
  connect(problems_, &ProblemList::frameChosen, this,
          [this](quint64 frame) { session().selectFrame(frame); });
}

void BrowserView::applyDataset() {
  const auto dataset = session().dataset();
  following_ = true;
  frames_->setDataset(dataset);
  frames_->setResult(session().shownResult());
  following_ = false;
  problems_->setDataset(dataset);
  pages_->setCurrentWidget(dataset ? page_ : static_cast<QWidget*>(empty_));
  if (dataset) {
    error_->hide();
  }
  applySelection();
  updateField();
  Q_EMIT contextChanged();
}

void BrowserView::applyFilter() {
  following_ = true;
  frames_->setFilter(BrowserFilter::parse(filter_->text()));
  following_ = false;
  applySelection();
  updateField();
}

void BrowserView::applySelection() {
  const auto frame = session().selection().frame;
  const int row = frame ? frames_->rowOf(*frame) : -1;
  following_ = true;
  if (row < 0) {
    list_->clearSelection();
    list_->setCurrentIndex({});
  } else if (list_->currentIndex().row() != row) {
    list_->setCurrentIndex(frames_->index(row));
    list_->scrollTo(frames_->index(row));
  }
  following_ = false;
  bar_->setRows(frames_->rowCount(), row);
}

/// What the filter leaves, for views that ask; a faulty filter leaves everything.
void BrowserView::shareFilter() {
  const BrowserFilter filter = BrowserFilter::parse(filter_->text());
  auto& shared = session().model<FrameFilterModel>();
  if (filter.empty() || !filter.problem().isEmpty()) {
    shared.setFilter({}, {});
  } else {
    shared.setFilter(filter_->text().trimmed(), frames_->frames());
  }
}

void BrowserView::updateField() {
  shareFilter();
  const BrowserFilter filter = BrowserFilter::parse(filter_->text());
  const bool faulty = !filter.problem().isEmpty();
  const int count = frames_->rowCount();
  matches_->setText(filter_->text().isEmpty() ? QString()
                    : faulty                  ? QStringLiteral("?")
                                              : QString::number(count));
  filter_->setToolTip(faulty
                          ? filter.problem().toHtmlEscaped()
                          : tr("Words match names and categories; err>10 compares degrees, n>=3 objects."));
  filter_->setTextMargins(0, 0, matches_->sizeHint().width() + 8, 0);
  none_->setText(filter_->text().isEmpty() ? tr("This dataset has no frames.")
                                           : tr("No frame matches \"%1\"").arg(filter_->text()));
  none_->setVisible(count == 0);
  list_->setVisible(count > 0);
}

void BrowserView::showError(const QString& sentence) {
  error_->setText(sentence);
  error_->setAccessibleName(sentence);
  error_->setVisible(!sentence.isEmpty());
}

void BrowserView::setFilterText(const QString& text) {
  filter_->setText(text);
}

void BrowserView::styleError() {
  const Theme& colors = themeOf(*this);
  error_->setStyleSheet(QStringLiteral("QLabel { color: %1; background: %2; border-bottom: 1px solid %3; }")
                            .arg(colors.error.name(), colors.raised.name(), colors.border.name()));
}

void BrowserView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    styleError();
  }
  View::changeEvent(event);
}

QString BrowserView::context() const {
  const auto dataset = session().dataset();
  if (!dataset) {
    return {};
  }
  const auto count = dataset->num_frames();
  if (scenes_of(dataset.get())) {
    return QString::fromStdString(dataset->name()) + QStringLiteral(" · ") +
           (count == 1 ? tr("1 scene") : tr("%1 scenes").arg(count));
  }
  return QString::fromStdString(dataset->name()) + QStringLiteral(" · ") +
         (count == 1 ? tr("1 frame") : tr("%1 frames").arg(count));
}

QList<QAction*> BrowserView::viewActions() const {
  return {focus_filter_, clear_filter_, play_frames_};
}

QJsonObject BrowserView::saveState() const {
  return {{QStringLiteral("filter"), filter_->text()}};
}

void BrowserView::restoreState(const QJsonObject& state) {
  setFilterText(state.value(QLatin1String("filter")).toString().left(200));
}

}  // namespace alidade
