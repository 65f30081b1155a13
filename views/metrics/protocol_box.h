// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>

#include <QComboBox>

namespace alidade {

/// Chooses a protocol: families under their heads; those that the data does not allow are grey, cannot be
/// chosen, and say why in a second line and in their tip. Item data is Protocol::id, of heads nothing.
class ProtocolBox : public QComboBox {
  Q_OBJECT

 public:
  explicit ProtocolBox(QWidget* parent = nullptr);

  /// Fills the list; `obstacles` by Protocol::id, as sentences.
  void setProtocols(const std::map<QString, QString>& obstacles, const QString& chosen);
};

}  // namespace alidade
