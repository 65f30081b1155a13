// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QPointer>

#include "views/base/figure_export.h"
#include "views/base/view.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;
class QTimer;

namespace alidade {

class FigurePreview;
class NewestAnswer;
class NameForm;

/// A view that may be exported, by its id and its title in the window: there may be several of a kind.
struct OfferedView {
  QString id;
  QString title;
  View* view = nullptr;
};

/// The Figure perspective: which view, format, size, text and names, with the printed figure as a preview.
/// The chosen view is watched while this panel is seen: what it shows is brought up to date although it may
/// be hidden, and nothing is exported before.
class ExportPanel : public View {
  Q_OBJECT

 public:
  using Views = std::function<std::vector<OfferedView>()>;

  /// `views` lists the views that exist now.
  ExportPanel(SessionModel& session, Views views, QWidget* parent = nullptr);
  ~ExportPanel() override;

  QString id() const override { return QStringLiteral("figure"); }
  QString title() const override { return tr("Figure"); }
  QString context() const override;
  ViewSubject subject() const override { return ViewSubject::kNothing; }
  /// That of the chosen view, with all that makes it again; null while it is empty or not up to date.
  std::shared_ptr<const Figure> figure() const override;
  bool showsFigure() const override;
  QString awaited() const override;

  /// Offers the views that have a figure now and chooses `view_id` when it is among them.
  void chooseView(const QString& view_id);
  ExportOptions options() const;
  /// ".png", ".svg", ".pdf" or ".csv".
  QString extension() const;
  /// Writes the figure; the Error names what is wrong. With the numbers beside it as .csv when asked for.
  Expected<void> write(const QString& path) const;

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* buildForm();
  void addSizeFields(QFormLayout& rows);
  void addLookFields(QFormLayout& rows);
  void connectFields();
  View* chosen() const;
  QList<View*> existing() const;
  void watch(View* view);
  void refresh();
  void display();
  void askAndWrite();
  void judge(std::shared_ptr<const Figure> shown);

  Views views_;
  QPointer<View> watched_view_;
  QComboBox* view_;
  QComboBox* format_;
  QComboBox* preset_;
  QDoubleSpinBox* width_;
  QDoubleSpinBox* height_;
  QSpinBox* dpi_;
  QDoubleSpinBox* text_;
  QComboBox* background_;
  QCheckBox* numbers_;
  NameForm* names_;
  QLabel* misfit_;
  QLabel* outcome_;
  QPushButton* export_;
  FigurePreview* preview_;
  NewestAnswer* judged_;   ///< whether the texts of the figure fit
  NewestAnswer* written_;  ///< what came of the file
  QTimer* waiting_;        ///< runs while the view is not up to date
  QTimer* typed_;          ///< until the preview follows what was typed
};

}  // namespace alidade
