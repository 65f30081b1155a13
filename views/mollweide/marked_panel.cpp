// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/marked_panel.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>
#include <QFont>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QSignalBlocker>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "views/base/elided_label.h"
#include "views/base/data_table.h"
#include "views/base/plot.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kRowHeight = 22;
constexpr int kLeastListHeight = 120;
constexpr int kCellPadding = 26;

QString axisName(const Eigen::Vector3d& axis) {
  for (int i = 0; i < 3; ++i) {
    if (std::abs(axis[i]) > 1.0 - 1e-6) {
      return QString(QChar("xyz"[i]));
    }
  }
  return QString("(%1, %2, %3)")
      .arg(numberText(axis.x(), 2), numberText(axis.y(), 2), numberText(axis.z(), 2));
}

}  // namespace

std::vector<QString> basinNames(const Basins& basins, const std::optional<Rigid3>& truth) {
  std::vector<QString> names;
  for (const Eigen::Matrix3d& element : basins.elements) {
    if (!basins.of_truth || !truth) {
      names.push_back(QString("mode %1").arg(names.size() + 1));
      continue;
    }
    const Eigen::Matrix3d relative = truth->R.transpose() * element;
    const double angle = rotation_angle(relative) * kDegreesPerRadian;
    names.push_back(angle < 0.5 ? QString("truth")
                                : QString("%1° %2").arg(numberText(angle, 0),
                                                        axisName(Eigen::AngleAxisd(relative).axis())));
  }
  return names;
}

void MarkedModel::setReport(BasinReport report, std::vector<QString> names) {
  beginResetModel();
  report_ = std::move(report);
  names_ = std::move(names);
  std::stable_sort(report_.samples.begin(), report_.samples.end(),
                   [](const SampleBasin& a, const SampleBasin& b) {
                     if (a.left() != b.left()) {
                       return a.left();
                     }
                     return a.left() && a.last_change.value_or(0.0) > b.last_change.value_or(0.0);
                   });
  endResetModel();
}

int MarkedModel::sampleAt(int row) const {
  return row >= 0 && row < rowCount() ? report_.samples[static_cast<std::size_t>(row)].sample : -1;
}

int MarkedModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(report_.samples.size());
}

int MarkedModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QString MarkedModel::basinName(const std::optional<int>& basin) const {
  return basin ? names_[static_cast<std::size_t>(*basin)] : tr("outside");
}

QString MarkedModel::text(const SampleBasin& sample, int column) const {
  switch (column) {
    case kSample:
      return QString::number(sample.sample + 1);
    case kFirst:
      return basinName(sample.first);
    case kSince:
      return sample.first ? numberText(sample.first_time, 2) : QString();
    case kEnd:
      return basinName(sample.last);
    case kChanges:
      return QString::number(sample.changes);
    default:
      return sample.last_change ? numberText(*sample.last_change, 2) : QString();
  }
}

QVariant MarkedModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) {
    return {};
  }
  const SampleBasin& sample = report_.samples[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return text(sample, index.column());
    case Qt::TextAlignmentRole:
      return index.column() == kFirst || index.column() == kEnd ? int(Qt::AlignLeft | Qt::AlignVCenter)
                                                                : int(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::FontRole: {
      QFont font;
      font.setBold(sample.left());
      return font;
    }
    default:
      return {};
  }
}

QVariant MarkedModel::headerData(int section, Qt::Orientation orientation, int role) const {
  static const char* const kNames[kColumns] = {"sample", "first", "at t", "final", "changes", "last at t"};
  static const char* const kTips[kColumns] = {
      "Number of the sample; bold = it left its first basin",
      "The first basin it was in: the nearest equivalent of the truth (or mode of the final samples) when "
      "that was at most 30° away and the noise level at most 1",
      "Diffusion time of that state",
      "The basin it ended in",
      "Moves from one basin to another, or out of all at the end",
      "Diffusion time of the first state after the last move"};
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
    return {};
  }
  if (role == Qt::DisplayRole) {
    return tr(kNames[section]);
  }
  if (role == Qt::ToolTipRole) {
    return wrappedToolTip(tr(kTips[section]));
  }
  if (role == Qt::TextAlignmentRole) {
    return section == kFirst || section == kEnd ? int(Qt::AlignLeft | Qt::AlignVCenter)
                                                : int(Qt::AlignRight | Qt::AlignVCenter);
  }
  return {};
}

MarkedPanel::MarkedPanel(QWidget* parent)
    : QWidget(parent),
      model_(new MarkedModel(this)),
      summary_(new ElidedLabel),
      table_(new DataTable),
      list_(new QToolButton) {
  list_->setObjectName("layerButton");
  list_->setText(tr("List"));
  list_->setAccessibleName(tr("List the marked samples"));
  list_->setToolTip(
      tr("Show the marked samples one by one: where each began, where it ended, when it moved"));
  list_->setCheckable(true);
  connect(list_, &QToolButton::toggled, this, &MarkedPanel::setListShown);
  auto* clear = new QToolButton;
  clear->setObjectName("layerButton");
  clear->setText(tr("Clear"));
  clear->setToolTip(tr("Forget the marked samples"));
  clear->setAccessibleName(clear->toolTip());
  connect(clear, &QToolButton::clicked, this, &MarkedPanel::clearAsked);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(8, 4, 8, 0);
  head->addWidget(summary_, 1);
  head->addWidget(list_);
  head->addWidget(clear);
  table_->setModel(model_);
  table_->setAccessibleName(tr("Basins of the marked samples"));
  table_->setFrameShape(QFrame::NoFrame);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->verticalHeader()->setDefaultSectionSize(kRowHeight);
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  const QFontMetrics metrics(table_->horizontalHeader()->font());
  for (const int column :
       {MarkedModel::kSample, MarkedModel::kSince, MarkedModel::kChanges, MarkedModel::kLastChange}) {
    const QString name = model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    table_->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Fixed);
    table_->setColumnWidth(column, metrics.horizontalAdvance(name) + kCellPadding);
  }
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& row) { Q_EMIT currentChanged(model_->sampleAt(row.row())); });
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addLayout(head);
  column->addWidget(table_, 1);
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  setListShown(false);
}

void MarkedPanel::setListShown(bool shown) {
  const QSignalBlocker quiet(list_);
  list_->setChecked(shown);
  table_->setVisible(shown);
  setMinimumHeight(shown ? kLeastListHeight : 0);
  setMaximumHeight(shown ? QWIDGETSIZE_MAX : layout()->sizeHint().height());
  updateGeometry();
}

bool MarkedPanel::listShown() const {
  return list_->isChecked();
}

QSize MarkedPanel::sizeHint() const {
  constexpr int kListHeight = 150;
  return {400, listShown() ? kListHeight : layout()->sizeHint().height()};
}

void MarkedPanel::clear() {
  model_->setReport({}, {});
  summary_->setFullText({});
}

void MarkedPanel::setReport(const BasinReport& report, const std::optional<Rigid3>& truth,
                            std::size_t marked) {
  const std::size_t count = std::min(marked, kMostFollowed);
  const auto left = std::count_if(report.samples.begin(), report.samples.end(),
                                  [](const SampleBasin& sample) { return sample.left(); });
  const auto basins = report.basins.elements.size();
  QString text = tr("%1 marked \u00b7 %2 left their basin").arg(marked).arg(left);
  if (count < marked) {
    text = tr("%1 marked \u00b7 of the first %2, %3 left their basin").arg(marked).arg(count).arg(left);
  }
  text += basins == 1 ? tr(" \u00b7 1 basin") : tr(" \u00b7 %1 basins").arg(basins);
  summary_->setFullText(text);
  model_->setReport(report, basinNames(report.basins, truth));
}

QString MarkedPanel::summary() const {
  return summary_->fullText();
}

int MarkedPanel::current() const {
  return model_->sampleAt(table_->currentIndex().row());
}

}  // namespace alidade
