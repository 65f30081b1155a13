// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/explainer_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "views/metrics/sample_lists.h"

namespace alidade {
namespace {

QLabel* paragraph(const QString& text, bool muted) {
  auto* label = new QLabel(text);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setProperty("muted", muted);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

QLabel* heading(const QString& text) {
  auto* label = paragraph(text, false);
  QFont font = label->font();
  font.setBold(true);
  label->setFont(font);
  return label;
}

}  // namespace

ExplainerPanel::ExplainerPanel(QWidget* parent)
    : QScrollArea(parent), content_(new QWidget), column_(new QVBoxLayout(content_)) {
  column_->setContentsMargins(16, 12, 16, 16);
  column_->setSpacing(8);
  setWidget(content_);
  setWidgetResizable(true);
  content_->setAutoFillBackground(false);
  viewport()->setAutoFillBackground(false);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Why this sample counts as it does"));
}

void ExplainerPanel::explain(const EvaluationReport* report, std::size_t column,
                             std::optional<std::size_t> sample) {
  if (!report || column >= report->columns.size()) {
    show({}, {}, tr("Choose a number of the table to see its rule."), Outcome::kNone);
    return;
  }
  const MetricColumn& metric = report->columns[column];
  const QString title = QString::fromStdString(metric.title);
  if (!sample) {
    show(title, {metric.rule, {}, {}}, tr("Choose a sample of the list to see how it was judged."),
         Outcome::kNone);
    return;
  }
  const EvaluatedSample& judged = report->samples[*sample];
  Explanation explanation =
      report->explain ? report->explain(*sample, column) : Explanation{metric.rule, {}, {}};
  if (explanation.verdict.empty()) {
    explanation.verdict = outcomeText(judged, column).toStdString();
  }
  QString object = QString::fromStdString(report->rows[judged.row].name);
  if (judged.instance >= 0) {
    object += QStringLiteral(" %1").arg(judged.instance);
  }
  show(
      QStringLiteral("%1 · %2 · %3").arg(title, object, QString::fromStdString(report->images[judged.image])),
      explanation, {}, judged.outcomes[column]);
}

void ExplainerPanel::addStep(int number, const QString& step) {
  auto* line = new QWidget;
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  auto* index = paragraph(QString::number(number), true);
  index->setWordWrap(false);
  index->setFixedWidth(16);
  row->addWidget(index, 0, Qt::AlignTop);
  row->addWidget(paragraph(step, false), 1);
  column_->addWidget(line);
  lines_ << QStringLiteral("%1. %2").arg(number).arg(step);
}

void ExplainerPanel::show(const QString& title, const Explanation& explanation, const QString& hint,
                          Outcome outcome) {
  while (QLayoutItem* item = column_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  lines_.clear();
  if (!title.isEmpty()) {
    column_->addWidget(heading(title));
    lines_ << title;
  }
  if (!explanation.verdict.empty()) {
    auto* verdict = paragraph(QString::fromStdString(explanation.verdict), false);
    verdict->setObjectName(outcome == Outcome::kWrong     ? QStringLiteral("verdictWrong")
                           : outcome == Outcome::kCorrect ? QStringLiteral("verdictCorrect")
                                                          : QStringLiteral("verdict"));
    column_->addWidget(verdict);
    lines_ << verdict->text();
  }
  int number = 0;
  for (const std::string& step : explanation.steps) {
    addStep(++number, QString::fromStdString(step));
  }
  if (!explanation.rule.empty()) {
    column_->addSpacing(4);
    column_->addWidget(paragraph(tr("Rule"), true));
    column_->addWidget(paragraph(QString::fromStdString(explanation.rule), false));
    lines_ << tr("Rule: ") + QString::fromStdString(explanation.rule);
  }
  if (!hint.isEmpty()) {
    column_->addWidget(paragraph(hint, true));
    lines_ << hint;
  }
  column_->addStretch(1);
}

QString ExplainerPanel::text() const {
  return lines_.join(QLatin1Char('\n'));
}

}  // namespace alidade
