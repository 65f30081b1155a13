// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <QAction>
#include <QList>

#include "views/base/chosen_color_map.h"

class QMenu;

namespace alidade {

/// An action with a menu that chooses the colors of a quantity: a built-in map, either way round, or one of a
/// file, whose colors are kept without it.
class ColorMapAction : public QAction {
  Q_OBJECT

 public:
  /// `is_signed`: the quantity has both signs, with 0 in the middle of the map. `first` holds until another
  /// one is chosen.
  ColorMapAction(const QString& text, const QString& tip, const ColorMap& first, bool is_signed,
                 QObject* parent);
  ~ColorMapAction() override;

  const ColorMap& map() const { return map_; }
  /// What ColorMap::saved wrote; anything else is the first map. Emits nothing.
  void restore(const QJsonValue& saved);

  /// Takes the colors of a file; one that cannot be read changes nothing.
  void openFile(const QString& path);
  /// Who asks for a file; empty: none was chosen. Replaced by tests.
  void setFileQuestion(std::function<QString()> ask) { ask_ = std::move(ask); }
  /// The action of a built-in map by its number, for tests.
  QAction* option(int number) const { return options_.at(number); }
  QAction* invert() const { return invert_; }
  QAction* open() const { return open_; }

 Q_SIGNALS:
  /// The user chose other colors.
  void chosen();
  /// One sentence: what of a file could not be read, or why its map may deceive.
  void said(const QString& sentence, bool problem);

 private:
  void choose(const ColorMap& map);
  void show();

  ColorMap first_, map_;
  bool signed_;
  QMenu* menu_;
  QList<QAction*> options_;
  QAction* of_file_;
  QAction* invert_;
  QAction* open_;
  std::function<QString()> ask_;
};

}  // namespace alidade
