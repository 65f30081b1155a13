// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QImage>
#include <QStringList>
#include <QWidget>

#include "views/base/figure_export.h"

namespace alidade {

/// A figure as it will stand on paper, scaled to fit. It is painted when it or the room for it changes, not
/// whenever the widget is.
class FigurePreview : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;
  /// Null leaves the sheet empty.
  void display(std::shared_ptr<const Figure> figure, const ExportOptions& options);
  /// The names in the figure's legends, as they are without replacement.
  QStringList names() const { return names_; }

 Q_SIGNALS:
  /// names() may be others now.
  void painted();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintSheet(const QSize& pixels, double scale);

  std::shared_ptr<const Figure> figure_;
  ExportOptions options_;
  QImage sheet_;  ///< the painted figure; null: to be painted
  QStringList names_;
};

}  // namespace alidade
