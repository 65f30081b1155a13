// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QWidget>

class QAction;
class QComboBox;
class QGridLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace alidade {

class HoverCanvas;
class QuantizationModel;
struct QuantizationSweep;

/// Beside the chart: bits of the solved assignment or of the network that is looked at, the budget, and for
/// each module a pin and the levels that it may have.
class BudgetPanel : public QWidget {
  Q_OBJECT

 public:
  explicit BudgetPanel(QuantizationModel& model, QWidget* parent = nullptr);

  /// As the model is now.
  void refresh();

 private:
  /// The widgets of one module's limits.
  struct Limit {
    std::string module;
    QLabel* name;
    QComboBox* pin;
    QToolButton* allowed;
    std::vector<QAction*> levels;  ///< of the menu, in the order of the options
  };

  void rebuildLimits();
  void showLimits();
  void takePin(std::size_t row);
  void takeAllowed(std::size_t row);
  void showSolution();

  QuantizationModel& model_;
  HoverCanvas* strip_;
  QSlider* slider_;
  QLabel* budget_;
  QLabel* solution_;
  QLabel* exactness_;
  QGridLayout* limits_;
  QToolButton* reset_;
  std::vector<Limit> rows_;
  std::shared_ptr<const QuantizationSweep> listed_;  ///< whose modules the rows are of
};

}  // namespace alidade
