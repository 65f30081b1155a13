// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QImage>
#include <QStringList>
#include <QWidget>

#include "views/base/figure_export.h"

namespace alidade {

class NewestAnswer;

/// A figure as it will stand on paper, scaled to fit. It is painted when it or the room for it changes, on
/// another thread: a scene is rendered for it. Until then the sheet shows what was there.
class FigurePreview : public QWidget {
  Q_OBJECT

 public:
  explicit FigurePreview(QWidget* parent = nullptr);
  ~FigurePreview() override;
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
  void ask(const QSize& pixels, double scale);

  std::shared_ptr<const Figure> figure_;
  ExportOptions options_;
  QImage sheet_;  ///< the figure as it was painted last
  QSize asked_;   ///< pixels of the sheet that is painted or on its way; empty: to be asked for
  QStringList names_;
  NewestAnswer* answer_;
};

}  // namespace alidade
