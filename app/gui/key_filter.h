// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

namespace alidade {

class SessionModel;

/// Application-wide: while Shift alone is held the session shows reference B, unless the user types. Also
/// lets sliders keep their arrow keys, which elsewhere step through the samples.
class KeyFilter : public QObject {
  Q_OBJECT

 public:
  KeyFilter(SessionModel& session, QObject* parent);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  SessionModel& session_;
};

}  // namespace alidade
