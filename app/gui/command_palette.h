// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QFrame>
#include <QPointer>

class QAction;
class QLabel;
class QLineEdit;
class QListWidget;

namespace alidade {

/// One command the palette offers: an action and where it belongs ("File", "Mollweide").
struct PaletteEntry {
  QPointer<QAction> action;
  QString group;
};

/// A search field over a list of commands, shown over the window's top. Typing filters, Up and Down choose,
/// Enter runs, Escape closes.
class CommandPalette : public QFrame {
  Q_OBJECT

 public:
  explicit CommandPalette(QWidget* window);

  void open(std::vector<PaletteEntry> entries);
  /// Texts of the rows shown now, best first.
  QStringList shownTexts() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refilter();
  void runCurrent();

  std::vector<PaletteEntry> entries_;
  QLineEdit* search_;
  QListWidget* list_;
  QLabel* nothing_;
};

}  // namespace alidade
