// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QLabel>

namespace alidade {

/// Plain text that gives way: where there is too little room, its lines end in an ellipsis and the tool tip
/// shows the whole text. It never asks for more width than a few letters, so that it cannot push its
/// neighbors out.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);

  /// The whole text; several lines are elided one by one.
  void setFullText(const QString& text);
  const QString& fullText() const { return full_; }
  /// Said below the whole text, or alone where nothing is cut.
  void setTip(const QString& tip);
  bool isCut() const { return cut_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  bool event(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void elide();
  QSize sizeFor(int text_width) const;

  QString full_, tip_;
  bool cut_ = false;
};

}  // namespace alidade
