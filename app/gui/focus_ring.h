// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPointer>
#include <QWidget>

namespace alidade {

/// A line around the widget that has the keyboard, in whatever window, while one works with the keyboard: the
/// next click takes it away. Fields with a text cursor have borders of their own.
class FocusRing : public QObject {
  Q_OBJECT

 public:
  explicit FocusRing(QObject* parent);
  ~FocusRing() override;

  /// The widget that is ringed now; null for none.
  const QWidget* ringed() const { return target_; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void follow(QWidget* widget);
  void place();

  QPointer<QWidget> frame_;
  QPointer<QWidget> target_;
  bool by_keyboard_ = false;
};

}  // namespace alidade
