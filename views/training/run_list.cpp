// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/run_list.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>

#include "views/base/plot_theme.h"
#include "views/base/row_filter.h"
#include "views/base/view.h"
#include "views/training/training_pens.h"
#include "views/training/training_plots.h"

namespace alidade {
namespace {

constexpr int kRowHeight = 46;
constexpr int kSwatch = 22;
constexpr int kGap = 8;
constexpr int kSmallText = 11;

QRect checkRect(const QStyleOptionViewItem& option, const QWidget* widget) {
  const QStyle* style = widget ? widget->style() : QApplication::style();
  return style->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &option, widget);
}

QString nameOf(const TrainingModel::Run& run) {
  return run.history ? QString::fromStdString(run.history->name) : run.path.section(QLatin1Char('/'), -1);
}

}  // namespace

std::vector<int> stylesOf(const std::vector<TrainingModel::Run>& runs, bool by_arm) {
  std::vector<std::shared_ptr<const TrainingHistory>> histories;
  std::vector<int> styles;
  for (const TrainingModel::Run& run : runs) {
    histories.push_back(run.history);
    styles.push_back(run.style);
  }
  return by_arm ? armStyles(histories) : styles;
}

QString runDetail(const TrainingHistory& history) {
  QStringList parts;
  if (history.seed) {
    parts << QObject::tr("seed %1").arg(*history.seed);
  }
  if (history.last_step == 0) {
    parts << QObject::tr("no record yet");
  } else if (history.total_steps > 0) {
    parts << QObject::tr("step %1 of %2").arg(history.last_step).arg(history.total_steps);
  } else {
    parts << QObject::tr("step %1").arg(history.last_step);
  }
  return parts.join(QStringLiteral(" \u00b7 "));
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  return {120, kRowHeight};
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
  QStyleOptionViewItem item = option;
  initStyleOption(&item, index);
  const Theme& colors = themeOf(option.palette);
  const PlotTheme theme = screenPlotTheme(colors);
  const bool shown = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  if (option.state & QStyle::State_Selected) {
    painter->fillRect(option.rect, colors.selection);
  } else if (option.state & QStyle::State_MouseOver) {
    painter->fillRect(option.rect, colors.raised);
  }
  QStyleOptionViewItem check = item;
  check.rect = checkRect(item, option.widget);
  check.state = (check.state & ~QStyle::State_HasFocus) | (shown ? QStyle::State_On : QStyle::State_Off);
  const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_IndicatorItemViewItemCheck, &check, painter, option.widget);
  int left = check.rect.right() + kGap;
  const int first = option.rect.top() + 5, second = option.rect.top() + 24;
  const int swatch_y = first + 9;
  painter->setOpacity(shown ? 1.0 : 0.4);
  painter->setPen(runPen(theme, index.data(RunList::kStyleRole).toInt(), 2.0 * theme.line));
  painter->drawLine(left, swatch_y, left + kSwatch, swatch_y);
  left += kSwatch + kGap;
  const int width = option.rect.right() - kGap - left;
  const auto line = [&](int top, const QFont& font, const QColor& color, const QString& text) {
    painter->setFont(font);
    painter->setPen(color);
    painter->drawText(QRect(left, top, width, 18), Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, width));
  };
  line(first, option.font, colors.text, index.data(Qt::DisplayRole).toString());
  const bool problem = index.data(RunList::kProblemRole).toBool();
  QFont small = numberFont();
  small.setPixelSize(kSmallText);
  line(second, small, problem ? colors.warning : colors.muted, index.data(RunList::kDetailRole).toString());
  painter->restore();
}

RunList::RunList(TrainingModel& model, QWidget* parent) : QListWidget(parent), model_(model) {
  setItemDelegate(new RunDelegate(this));
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setFrameShape(QFrame::NoFrame);
  setUniformItemSizes(true);
  setMouseTracking(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Training runs"));
  connect(&model_, &TrainingModel::runsChanged, this, &RunList::refresh);
  connect(this, &QListWidget::itemChanged, this, [this](const QListWidgetItem* item) {
    model_.setVisible(item->data(kPathRole).toString(), item->checkState() == Qt::Checked);
  });
  refresh();
}

QStringList RunList::selectedPaths() const {
  QStringList paths;
  for (const QListWidgetItem* item : selectedItems()) {
    paths << item->data(kPathRole).toString();
  }
  return paths;
}

void RunList::setByArm(bool by_arm) {
  by_arm_ = by_arm;
  refresh();
}

void RunList::refresh() {
  {
    const QSignalBlocker quiet(this);  // what is filled in is no choice of the user
    fillRows();
  }
  hideOthers();
  viewport()->update();
}

void RunList::fillRows() {
  const auto& runs = model_.runs();
  const std::vector<int> styles = stylesOf(runs, by_arm_);
  for (int row = count(); row-- > 0;) {
    if (!model_.find(item(row)->data(kPathRole).toString())) {
      delete takeItem(row);
    }
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const int row = static_cast<int>(i);
    if (row >= count() || item(row)->data(kPathRole).toString() != runs[i].path) {
      insertItem(row, new QListWidgetItem);
    }
    fill(*item(row), runs[i], styles[i]);
  }
}

void RunList::setWords(const QStringList& words) {
  words_ = words;
  hideOthers();
}

/// A run that nobody sees is not selected: Delete must not take it.
void RunList::hideOthers() {
  int shown = 0;
  for (int row = 0; row < count(); ++row) {
    QListWidgetItem& one = *item(row);
    const bool holds =
        holdsAllWords(one.text() + QLatin1Char('\n') + one.data(kDetailRole).toString(), words_);
    one.setHidden(!holds);
    if (!holds) {
      one.setSelected(false);
    }
    shown += holds ? 1 : 0;
  }
  Q_EMIT searched(shown, count());
}

void RunList::fill(QListWidgetItem& item, const TrainingModel::Run& run, int style) {
  item.setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
  item.setText(nameOf(run));
  item.setCheckState(run.visible ? Qt::Checked : Qt::Unchecked);
  item.setData(kPathRole, run.path);
  item.setData(kStyleRole, style);
  const auto problems = run.history ? run.history->problems.size() : 0;
  QString detail = run.history ? runDetail(*run.history) : run.problem;
  QString tip = run.path;
  if (problems > 0) {
    detail +=
        QStringLiteral(" \u00b7 ") + (problems == 1 ? tr("1 problem") : tr("%1 problems").arg(problems));
    for (const std::string& problem : run.history->problems) {
      tip += QLatin1Char('\n') + QString::fromStdString(problem);
    }
  }
  if (!run.problem.isEmpty()) {
    tip += QLatin1Char('\n') + run.problem;
  } else if (run.history && !run.history->recipe_sha256.empty()) {
    tip += QLatin1Char('\n') +
           tr("recipe %1").arg(QString::fromStdString(run.history->recipe_sha256.substr(0, 12)));
  }
  item.setData(kDetailRole, detail);
  item.setData(kProblemRole, problems > 0 || !run.problem.isEmpty());
  item.setToolTip(wrappedToolTip(tip));
  item.setData(Qt::AccessibleTextRole, item.text() + QStringLiteral(", ") + detail);
}

void RunList::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Delete && !selectedItems().isEmpty()) {
    model_.remove(selectedPaths());
    return;
  }
  QListWidget::keyPressEvent(event);
}

}  // namespace alidade
