// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "views/base/view.h"
#include "views/inspector/property_text.h"

class QGridLayout;
class QScrollArea;

namespace alidade {

class ElidedLabel;
class StateCard;

/// Every number of the selected object: ground truth, estimate and errors, each with a copy button.
class InspectorView : public View {
  Q_OBJECT

 public:
  explicit InspectorView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("inspector"); }
  QString title() const override { return tr("Inspector"); }
  QString context() const override;
  QList<QAction*> viewActions() const override;

  /// The lines shown now.
  const std::vector<Property>& properties() const { return shown_; }

 private:
  void refresh();
  void rebuild();
  void showCard();
  void addRow(int row, const Property& property);
  const Instance* instance() const;

  std::vector<Property> shown_;
  std::vector<ElidedLabel*> values_;  ///< one per line; null for headings
  StateCard* empty_;
  QScrollArea* scroll_;
  QGridLayout* grid_ = nullptr;
  QAction* copy_all_;
};

}  // namespace alidade
