// SPDX-License-Identifier: BSD-3-Clause
#include "views/runs/run_table_model.h"

#include "core/results/detection_result.h"
#include "views/base/view.h"

namespace alidade {
namespace {

Run sideOf(int column) {
  return column == RunTableModel::kA ? Run::kA : Run::kB;
}

bool isSide(int column) {
  return column == RunTableModel::kA || column == RunTableModel::kB;
}

bool isInTables(int column) {
  return column == RunTableModel::kTables;
}

bool belongsToFrames(const HeldRuns::Entry& entry) {
  return entry.type == typeid(PoseResult) || entry.type == typeid(DetectionResult);
}

}  // namespace

QString describeRun(const HeldRuns::Entry& entry) {
  QStringList parts;
  parts << (entry.kind.empty() ? QObject::tr("result") : QString::fromStdString(entry.kind));
  if (entry.type == typeid(PoseResult)) {
    const auto count = std::static_pointer_cast<const PoseResult>(entry.result)->estimates.size();
    parts << (count == 1 ? QObject::tr("1 object") : QObject::tr("%1 objects").arg(count));
  }
  if (entry.type == typeid(DetectionResult)) {
    const auto count = std::static_pointer_cast<const DetectionResult>(entry.result)->scenes.size();
    parts << (count == 1 ? QObject::tr("1 scene") : QObject::tr("%1 scenes").arg(count));
  }
  if (!entry.state.empty()) {
    parts << QString::fromStdString(entry.state);
  }
  return parts.join(QStringLiteral(" \u00b7 "));
}

RunTableModel::RunTableModel(SessionModel& session, QObject* parent)
    : QAbstractTableModel(parent), session_(session) {
  connect(&session_, &SessionModel::runsChanged, this, &RunTableModel::refresh);
  connect(&session_, &SessionModel::resultsChanged, this, &RunTableModel::refresh);
  refresh();
}

/// Rows come and go at the end as far as views are concerned: a selection then stays on its row's number,
/// which the view mends by the run's own.
void RunTableModel::refresh() {
  const int now = static_cast<int>(session_.runs().all().size());
  if (now > rows_) {
    beginInsertRows({}, rows_, now - 1);
    rows_ = now;
    endInsertRows();
  } else if (now < rows_) {
    beginRemoveRows({}, now, rows_ - 1);
    rows_ = now;
    endRemoveRows();
  }
  if (rows_ > 0) {
    Q_EMIT dataChanged(index(0, 0), index(rows_ - 1, kColumns - 1));
  }
}

RunId RunTableModel::runAt(int row) const {
  const auto& all = session_.runs().all();
  return row >= 0 && static_cast<std::size_t>(row) < all.size() ? all[static_cast<std::size_t>(row)].id : 0;
}

int RunTableModel::rowOf(RunId run) const {
  const std::size_t place = session_.runs().place_of(run);
  return place < session_.runs().all().size() ? static_cast<int>(place) : -1;
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : rows_;
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

const HeldRuns::Entry* RunTableModel::entry(const QModelIndex& index) const {
  return index.isValid() ? session_.runs().find(runAt(index.row())) : nullptr;
}

/// Tables and curves are of poses and detections.
bool RunTableModel::hasChoice(const HeldRuns::Entry& entry, int column) const {
  return isSide(column) || (isInTables(column) && belongsToFrames(entry));
}

bool RunTableModel::isChosen(const HeldRuns::Entry& entry, int column) const {
  if (isInTables(column)) {
    return entry.in_tables || session_.runs().is_chosen(entry.id);
  }
  return session_.runs().chosen_run(entry.type, sideOf(column)) == entry.id;
}

QVariant RunTableModel::textOf(const HeldRuns::Entry& entry, int column) const {
  switch (column) {
    case kName:
      return QString::fromStdString(entry.name);
    case kWhat:
      return describeRun(entry);
    case kSaved:
      return entry.file.empty() ? tr("in memory") : QString::fromStdString(entry.file.filename().string());
    case kNote:
      return QString::fromStdString(entry.note);
    default:
      return {};
  }
}

QString RunTableModel::tipOf(const HeldRuns::Entry& entry, int column) const {
  if (isSide(column)) {
    return column == kA ? tr("What views show.") : tr("What views compare with; hold Shift to see it.");
  }
  if (isInTables(column)) {
    return session_.runs().is_chosen(entry.id)
               ? tr("A and B are always in the tables of the metrics view.")
               : tr("A row in the tables and a line in the curves of the metrics view.");
  }
  QString tip = textOf(entry, column).toString();
  if (column == kSaved) {
    tip = entry.file.empty() ? tr("No file holds this result yet.") : QString::fromStdString(entry.file.string());
  }
  return tip.isEmpty() ? tip : plainToolTip(tip);
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
  const HeldRuns::Entry* held = entry(index);
  if (held == nullptr) {
    return {};
  }
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
      return textOf(*held, column);
    case Qt::CheckStateRole:
      return hasChoice(*held, column) ? QVariant(isChosen(*held, column) ? Qt::Checked : Qt::Unchecked)
                                      : QVariant();
    case Qt::ToolTipRole:
      return tipOf(*held, column);
    case Qt::AccessibleTextRole:
      return hasChoice(*held, column) ? (isChosen(*held, column) ? tr("chosen") : tr("not chosen"))
                                      : textOf(*held, column);
    case kStyleRole:
      return column == kName ? QVariant(held->style) : QVariant();
    default:
      return {};
  }
}

bool RunTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const HeldRuns::Entry* held = entry(index);
  if (held == nullptr) {
    return false;
  }
  const RunId run = held->id;
  if (role == Qt::EditRole && index.column() == kName) {
    session_.renameRun(run, value.toString());
    return true;
  }
  if (role == Qt::EditRole && index.column() == kNote) {
    session_.setRunNote(run, value.toString());
    return true;
  }
  if (role != Qt::CheckStateRole || !hasChoice(*held, index.column())) {
    return false;
  }
  if (isInTables(index.column())) {
    if (!session_.runs().is_chosen(run)) {
      session_.setRunInTables(run, !held->in_tables);
    }
    return true;
  }
  if (!isChosen(*held, index.column())) {
    session_.chooseRun(sideOf(index.column()), run);
  } else if (index.column() == kB && belongsToFrames(*held)) {
    session_.chooseNone(Run::kB, held->type);  // nothing to compare with is a choice, nothing to show is none
  }
  return true;
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
    return {};
  }
  const QString titles[] = {tr("Run"), tr("A"), tr("B"), tr("In tables"), tr("What"), tr("File"), tr("Note")};
  return section >= 0 && section < kColumns ? titles[section] : QString();
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  if (index.column() == kName || index.column() == kNote) {
    flags |= Qt::ItemIsEditable;
  }
  return isSide(index.column()) || isInTables(index.column()) ? flags | Qt::ItemIsUserCheckable : flags;
}

}  // namespace alidade
