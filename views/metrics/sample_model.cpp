// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/sample_model.h"

#include <algorithm>
#include <limits>

#include <QGuiApplication>

#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/base/view.h"
#include "views/metrics/metric_tables.h"

namespace alidade {
namespace {

constexpr int kOutcomeColumn = 2;

const Theme& sampleColors() {
  return themeOf(QGuiApplication::palette());
}

}  // namespace

void SampleModel::setContent(Content content) {
  beginResetModel();
  content_ = std::move(content);
  other_index_ = content_.other ? SampleIndex(*content_.other) : SampleIndex();
  other_column_ = content_.other && content_.report
                      ? content_.other->column(content_.report->columns[content_.column].id)
                      : std::nullopt;
  endResetModel();
}

std::optional<std::size_t> SampleModel::sample(int row) const {
  return row >= 0 && row < rowCount() ? std::optional(content_.samples[static_cast<std::size_t>(row)])
                                      : std::nullopt;
}

int SampleModel::rowOf(std::size_t sample) const {
  const auto found = std::find(content_.samples.begin(), content_.samples.end(), sample);
  return found == content_.samples.end() ? -1 : static_cast<int>(found - content_.samples.begin());
}

int SampleModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(content_.samples.size());
}

int SampleModel::columnCount(const QModelIndex& parent) const {
  if (parent.isValid() || !content_.report) {
    return 0;
  }
  return static_cast<int>(content_.report->measures.size()) + 1 - measureOf(0);
}

/// Measures stand behind the outcomes; below 0 for the columns before them.
int SampleModel::measureOf(int column) const {
  return column - kOutcomeColumn - (other_column_ ? 2 : 1);
}

SampleModel::Kind SampleModel::kindOf(int column) const {
  if (column <= kOutcomeColumn) {
    return static_cast<Kind>(column);
  }
  const int measure = measureOf(column);
  if (measure < 0) {
    return Kind::kOther;
  }
  return measure < static_cast<int>(content_.report->measures.size()) ? Kind::kMeasure : Kind::kScore;
}

std::optional<std::size_t> SampleModel::counterpart(std::size_t index) const {
  return other_column_ ? other_index_.find(*content_.report, index) : std::nullopt;
}

QString SampleModel::text(const EvaluatedSample& sample, std::size_t index, int column) const {
  const EvaluationReport& report = *content_.report;
  switch (kindOf(column)) {
    case Kind::kImage:
      return QString::fromStdString(report.images[sample.image]);
    case Kind::kObject: {
      const QString category = QString::fromStdString(report.rows[sample.row].name);
      return sample.instance < 0 ? category : QStringLiteral("%1 %2").arg(category).arg(sample.instance);
    }
    case Kind::kScore:
      return sample.prediction < 0 ? QStringLiteral("–") : numberText(sample.score, 2);
    case Kind::kMeasure: {
      const auto m = static_cast<std::size_t>(measureOf(column));
      return measureText(report.measures[m], sample.measures[m]);
    }
    case Kind::kOutcome:
      return outcomeText(sample, content_.column);
    case Kind::kOther:
      break;
  }
  const auto other = counterpart(index);
  return other ? outcomeText(content_.other->samples[*other], *other_column_) : QStringLiteral("–");
}

QVariant SampleModel::sortKey(const EvaluatedSample& sample, std::size_t index, int column) const {
  switch (kindOf(column)) {
    case Kind::kImage:
      return static_cast<qulonglong>(sample.image);
    case Kind::kScore:
      return sample.prediction < 0 ? -1.0 : sample.score;
    case Kind::kMeasure: {
      // Without a number an object is worse than any that has one.
      const auto m = static_cast<std::size_t>(measureOf(column));
      const double worst = content_.report->measures[m].higher_is_better ? -std::numeric_limits<double>::max()
                                                                         : std::numeric_limits<double>::max();
      return sample.measures[m].value_or(worst);
    }
    default:
      return text(sample, index, column);
  }
}

QVariant SampleModel::data(const QModelIndex& index, int role) const {
  const auto at = sample(index.row());
  if (!at || index.column() >= columnCount()) {
    return {};
  }
  const EvaluatedSample& judged = content_.report->samples[*at];
  const Kind kind = kindOf(index.column());
  const bool number = kind == Kind::kScore || kind == Kind::kMeasure;
  switch (role) {
    case Qt::DisplayRole:
      return text(judged, *at, index.column());
    case kSortRole:
      return sortKey(judged, *at, index.column());
    case Qt::TextAlignmentRole:
      return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole:
      return number ? QVariant(numberFont()) : QVariant();
    case Qt::ForegroundRole:
      break;
    default:
      return {};
  }
  const bool wrong = judged.outcomes[content_.column] == Outcome::kWrong;
  if (kind == Kind::kOutcome && wrong) {
    return sampleColors().prediction;
  }
  return kind == Kind::kImage || kind == Kind::kOther || kind == Kind::kScore ? sampleColors().muted
                                                                              : sampleColors().text;
}

QVariant SampleModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical || !content_.report || section >= columnCount()) {
    return {};
  }
  const Kind kind = kindOf(section);
  if (role == Qt::SizeHintRole) {
    return headerSize(headerData(section, orientation, Qt::DisplayRole).toString());
  }
  if (role == Qt::TextAlignmentRole) {
    const bool number = kind == Kind::kScore || kind == Kind::kMeasure;
    return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role == Qt::ToolTipRole && (kind == Kind::kOutcome || kind == Kind::kOther)) {
    const MetricColumn& column = content_.report->columns[content_.column];
    return wrappedToolTip(QString::fromStdString(column.title + ": " + column.rule));
  }
  if (role != Qt::DisplayRole) {
    return {};
  }
  switch (kind) {
    case Kind::kImage:
      return "image";
    case Kind::kObject:
      return "object";
    case Kind::kScore:
      return "score";
    case Kind::kMeasure:
      return QString::fromStdString(
          content_.report->measures[static_cast<std::size_t>(measureOf(section))].title);
    case Kind::kOutcome:
      return other_column_ ? tr("in %1").arg(content_.name) : tr("outcome");
    case Kind::kOther:
      return tr("in %1").arg(content_.other_name);
  }
  return {};
}

}  // namespace alidade
