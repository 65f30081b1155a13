// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/metric_model.h"

#include <QGuiApplication>
#include <QPainter>

#include "views/base/run_look.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kMark = kRunSwatchSide;
constexpr int kGap = 8;
const QString kTag = QStringLiteral("published");

const Theme& colors() {
  return themeOf(QGuiApplication::palette());
}

QVariant alignment(bool number) {
  return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

QString betterText(const MetricColumn& column) {
  if (column.best_at) {
    return QStringLiteral("Nearest to %1 %2 is best.")
        .arg(*column.best_at * column.factor)
        .arg(QString::fromStdString(column.unit));
  }
  return column.higher_is_better ? QStringLiteral("Higher is better.") : QStringLiteral("Lower is better.");
}

QFont tagFont() {
  QFont font = uiFont();
  font.setPixelSize(11);
  return font;
}

}  // namespace

void MetricModel::setContent(Content content) {
  beginResetModel();
  content_ = std::move(content);
  endResetModel();
}

std::optional<std::size_t> MetricModel::metricOf(int column) const {
  if (column < 1 || column >= columnCount()) {
    return std::nullopt;
  }
  const int index = column - 1;
  return static_cast<std::size_t>(content_.comparison ? index / 2 : index);
}

bool MetricModel::isDifference(int column) const {
  return content_.comparison && column > 0 && (column - 1) % 2 == 1;
}

int MetricModel::columnOf(std::size_t metric) const {
  return 1 + static_cast<int>(metric) * (content_.comparison ? 2 : 1);
}

int MetricModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(content_.shown.table.rows.size());
}

int MetricModel::columnCount(const QModelIndex& parent) const {
  const int metrics = static_cast<int>(content_.shown.table.columns.size());
  return parent.isValid() ? 0 : 1 + metrics * (content_.comparison ? 2 : 1);
}

/// Rows that are told apart by their runs carry the run's swatch.
bool MetricModel::hasMark(int row) const {
  const RowSource::Kind kind = source(row).kind;
  const bool of_category = kind == RowSource::Kind::kCategory &&
                           !content_.shown.table.rows[static_cast<std::size_t>(row)].method.empty();
  return kind == RowSource::Kind::kRun || kind == RowSource::Kind::kSlice || of_category;
}

const PairedCell* MetricModel::paired(int row, std::size_t metric) const {
  const RowSource& of_row = source(row);
  if (!content_.comparison || of_row.kind == RowSource::Kind::kPublished || of_row.run > kPlaceB) {
    return nullptr;
  }
  if (of_row.kind == RowSource::Kind::kSlice) {
    const auto& test = (*content_.shown.slices)[of_row.slice].test;
    return test ? pairedCell(*test, test->rows.back(), content_.shown.table.columns[metric].id) : nullptr;
  }
  return pairedCell(*content_.comparison, reportOf(row).rows[of_row.row].name,
                    content_.shown.table.columns[metric].id);
}

QVariant MetricModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) {
    return {};
  }
  if (role == Qt::ToolTipRole) {
    return wrappedToolTip(tip(index.row(), index.column()));
  }
  if (role == kSummaryRole) {
    return content_.shown.table.rows[static_cast<std::size_t>(index.row())].is_mean;
  }
  if (role == kGroupRole) {
    const auto& rows = content_.shown.table.rows;
    const auto row = static_cast<std::size_t>(index.row());
    return row > 0 && rows[row].group != rows[row - 1].group;
  }
  const auto metric = metricOf(index.column());
  if (!metric) {
    return nameData(index.row(), role);
  }
  return isDifference(index.column()) ? differenceData(index.row(), *metric, role)
                                      : valueData(index.row(), *metric, role);
}

QVariant MetricModel::nameData(int row, int role) const {
  const MetricTable::Row& line = content_.shown.table.rows[static_cast<std::size_t>(row)];
  switch (role) {
    case Qt::DisplayRole:
      return rowName(line);
    case Qt::TextAlignmentRole:
      return alignment(false);
    case Qt::ForegroundRole:
      return isStale(row) || line.published ? colors().muted : colors().text;
    case kPublishedRole:
      return line.published;
    case kRunRole:
      return hasMark(row) ? QVariant(static_cast<int>(source(row).run)) : QVariant();
    case kStyleRole:
      return hasMark(row) ? QVariant(content_.runs[source(row).run].style) : QVariant();
    default:
      return {};
  }
}

QVariant MetricModel::valueData(int row, std::size_t metric, int role) const {
  const MetricTable::Row& line = content_.shown.table.rows[static_cast<std::size_t>(row)];
  const MetricTable::Cell& cell = line.cells[metric];
  switch (role) {
    case Qt::DisplayRole:
      return QString::fromStdString(cell.text);
    case Qt::TextAlignmentRole:
      return alignment(true);
    case Qt::ForegroundRole:
      return isStale(row) || line.published || !cell.value ? colors().muted : colors().text;
    case Qt::FontRole:
      break;
    default:
      return {};
  }
  QFont font = numberFont();
  font.setBold(cell.rank == Rank::kBest);
  font.setUnderline(cell.rank == Rank::kSecond);
  return font;
}

QVariant MetricModel::differenceData(int row, std::size_t metric, int role) const {
  const PairedCell* cell = paired(row, metric);
  switch (role) {
    case Qt::DisplayRole:
      return differenceText(cell, content_.shown.table.columns[metric]);
    case Qt::TextAlignmentRole:
      return alignment(true);
    case Qt::FontRole:
      return numberFont();
    case Qt::ForegroundRole:
      break;
    default:
      return {};
  }
  if (isStale(row) || !isSignificant(cell) || !cell->difference || !cell->a || !cell->b) {
    return colors().muted;
  }
  // The color of the run that is better.
  const bool a_better = is_better(content_.shown.table.columns[metric], *cell->a, *cell->b);
  return runColor(colors(), content_.runs[a_better ? kPlaceA : kPlaceB].style);
}

QString MetricModel::tip(int row, int column) const {
  const auto metric = metricOf(column);
  const MetricTable::Row& line = content_.shown.table.rows[static_cast<std::size_t>(row)];
  if (!metric) {
    QString name = rowName(line);
    if (source(row).kind == RowSource::Kind::kSlice) {
      name += QLatin1Char('\n') + sliceTip(content_.shown, static_cast<std::size_t>(row));
    }
    return line.note.empty() ? name : name + QLatin1Char('\n') + QString::fromStdString(line.note);
  }
  if (isDifference(column) && source(row).run > kPlaceB) {
    return QStringLiteral("A − B stands in the rows of A and B.");
  }
  if (isDifference(column)) {
    return differenceTip(paired(row, *metric), content_.shown.table.columns[*metric],
                         content_.comparison->method);
  }
  return cellTip(content_.shown, reportOf(row), static_cast<std::size_t>(row), *metric);
}

QVariant MetricModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical) {
    return {};
  }
  const auto metric = metricOf(section);
  if (role == Qt::SizeHintRole) {
    return headerSize(headerData(section, orientation, Qt::DisplayRole).toString());
  }
  if (role == Qt::TextAlignmentRole) {
    return alignment(metric.has_value());
  }
  if (!metric) {
    return role == Qt::DisplayRole ? QVariant(QString::fromStdString(content_.shown.table.corner))
                                   : QVariant();
  }
  const MetricColumn& column = content_.shown.table.columns[*metric];
  if (role == Qt::DisplayRole) {
    return isDifference(section) ? QStringLiteral("A − B") : headerText(column);
  }
  if (role == Qt::ToolTipRole) {
    return wrappedToolTip(QStringLiteral("%1: %2\n%3")
                              .arg(QString::fromStdString(column.title), QString::fromStdString(column.rule),
                                   betterText(column)));
  }
  return {};
}

void MetricDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  const QVariant ink = index.data(Qt::ForegroundRole);
  if (ink.isValid()) {
    option->palette.setColor(QPalette::HighlightedText, ink.value<QColor>());
  }
}

QSize MetricDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  if (index.data(MetricModel::kPublishedRole).toBool()) {
    size.rwidth() += QFontMetrics(tagFont()).horizontalAdvance(kTag) + 4 * kGap;
  }
  if (index.data(MetricModel::kRunRole).isValid()) {
    size.rwidth() += kMark + kGap;
  }
  return size;
}

void MetricDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  const Theme& theme = colors();
  QStyleOptionViewItem shifted = option;
  const QVariant style = index.data(MetricModel::kStyleRole);
  if (style.isValid()) {
    // The item's background first, over its whole width; then its text beside the mark.
    painter->fillRect(option.rect, option.state & QStyle::State_Selected ? theme.selection : theme.surface);
    const QRectF mark(option.rect.left() + kGap, option.rect.center().y() - kMark / 2.0 + 0.5, kMark, kMark);
    paintRunSwatch(*painter, mark, theme, style.toInt());
    shifted.rect.adjust(kMark + kGap, 0, 0, 0);
  }
  QStyledItemDelegate::paint(painter, shifted, index);
  painter->save();
  if (index.data(MetricModel::kPublishedRole).toBool()) {
    const QFontMetrics metrics(tagFont());
    const int width = metrics.horizontalAdvance(kTag) + 2 * kGap;
    const QRectF tag(option.rect.right() - width - kGap + 0.5, option.rect.center().y() - 9 + 0.5, width, 18);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(theme.border);
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(tag, 4, 4);
    painter->setFont(tagFont());
    painter->setPen(theme.muted);
    painter->drawText(tag, Qt::AlignCenter, kTag);
  }
  const bool group = index.data(MetricModel::kGroupRole).toBool();
  if (group || (index.data(MetricModel::kSummaryRole).toBool() && index.row() > 0)) {
    painter->setPen(theme.muted);
    painter->drawLine(option.rect.topLeft(), option.rect.topRight());
  }
  painter->restore();
}

}  // namespace alidade
