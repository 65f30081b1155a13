// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "views/base/figure_export.h"
#include "views/base/view.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace alidade {

/// A figure as it will stand on paper, scaled to fit.
class FigurePreview : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;
  void display(std::shared_ptr<const Figure> figure, const ExportOptions& options);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::shared_ptr<const Figure> figure_;
  ExportOptions options_;
};

/// The Figure perspective: which view, format, size and resolution, with the printed figure as a preview.
class ExportPanel : public View {
  Q_OBJECT

 public:
  using Views = std::function<QList<View*>()>;

  /// `views` lists the views that exist now.
  ExportPanel(SessionModel& session, Views views, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("figure"); }
  QString title() const override { return tr("Figure"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;

  /// Offers the views that have a figure now and chooses `view_id` when it is among them.
  void chooseView(const QString& view_id);
  ExportOptions options() const;
  /// ".png", ".svg", ".pdf" or ".csv".
  QString extension() const;
  /// Writes the figure; the Error names what is wrong. With the numbers beside it as .csv when asked for.
  Expected<void> write(const QString& path) const;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* buildForm();
  void refresh();
  void display();
  void askAndWrite();

  Views views_;
  QComboBox* view_;
  QComboBox* format_;
  QComboBox* preset_;
  QDoubleSpinBox* width_;
  QDoubleSpinBox* height_;
  QSpinBox* dpi_;
  QComboBox* background_;
  QCheckBox* numbers_;
  QLabel* outcome_;
  QPushButton* export_;
  FigurePreview* preview_;
};

}  // namespace alidade
