// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <QScrollArea>

#include "core/evaluation/report/report.h"

class QLabel;
class QVBoxLayout;

namespace alidade {

/// Why a sample counted as it did under a metric: the verdict, the decisions in their order, the rule.
class ExplainerPanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit ExplainerPanel(QWidget* parent = nullptr);

  /// Without a sample: the metric's rule and what to do to see more.
  void explain(const EvaluationReport* report, std::size_t column, std::optional<std::size_t> sample);
  /// All of it as lines of text, for the clipboard.
  QString text() const;

 private:
  void show(const QString& heading, const Explanation& explanation, const QString& hint, Outcome outcome);
  void addStep(int number, const QString& step);

  QWidget* content_;
  QVBoxLayout* column_;
  QStringList lines_;
};

}  // namespace alidade
