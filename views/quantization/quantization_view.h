// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "views/base/view.h"
#include "views/quantization/quantization_model.h"

class QBoxLayout;
class QComboBox;
class QLabel;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace alidade {

class BudgetPanel;
class HoverCanvas;
class ParallelPanel;
class StateCard;
class TradeoffCanvas;
struct BitStripQuestion;
struct StudyQuestion;
struct TradeoffQuestion;

/// What bits cost and save: networks of a quantization sweep on a trade-off chart with a budget that is
/// solved live, bits and sensitivities of their modules, which modules bear few bits, and all of it as
/// parallel coordinates. Needs no dataset.
class QuantizationView : public View {
  Q_OBJECT

 public:
  explicit QuantizationView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("quantization"); }
  QString title() const override { return tr("Quantization"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  ViewSubject subject() const override { return ViewSubject::kNothing; }
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  static constexpr std::size_t kPages = static_cast<std::size_t>(kLastQuantizationPage) + 1;

  QWidget* buildStrip();
  QWidget* buildPage();
  void buildActions();
  void connectParts();
  void connectLists();

  QuantizationPage page() const { return model_.choice().page; }
  TradeoffQuestion tradeoffQuestion() const;
  BitStripQuestion stripQuestion() const;
  StudyQuestion studyQuestion() const;
  /// Another sweep: the lists anew.
  void takeEvidence();
  void fillLists();
  void showLists();
  void showChoice();
  /// The page that is chosen anew.
  void refresh();
  /// Shows the canvas, or a sentence in its place.
  void showOn(QWidget* canvas, const QString& problem);
  void showCard();
  void choosePoint(int point);
  void arrangeStrip();

  QuantizationModel& model_;
  QStackedWidget* stack_;
  StateCard* card_;
  StateCard* inner_card_;  ///< in place of a chart, below the strip
  QBoxLayout* strip_ = nullptr;
  std::vector<QToolButton*> pages_;
  QComboBox* costs_;
  QComboBox* metrics_;
  QComboBox* modules_;
  std::array<QComboBox*, 2> scores_;
  QToolButton* published_;
  QToolButton* calibration_;
  QToolButton* layers_;
  QStackedWidget* canvas_stack_;
  TradeoffCanvas* tradeoff_;
  HoverCanvas* bits_;
  HoverCanvas* columns_;
  ParallelPanel* parallel_;
  QSplitter* split_;
  BudgetPanel* panel_;
  QList<QAction*> actions_;
  std::shared_ptr<const QuantizationSweep> listed_;  ///< whose names the lists have
  bool listed_layers_ = false;                       ///< for which they have scores
};

}  // namespace alidade
