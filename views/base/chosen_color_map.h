// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QColor>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include "core/base/color_rows.h"
#include "views/base/color_map.h"

namespace alidade {

/// The map that somebody chose for an amount from 0 to 1: a built-in one or the rows of a file, either way
/// round. A value that is cheap to copy.
class ColorMap {
 public:
  ColorMap(SequentialMap map);  // NOLINT(google-explicit-constructor): a built-in map is a color map
  /// Its 0 is -1 of divergingColor.
  ColorMap(DivergingMap map);  // NOLINT(google-explicit-constructor)
  /// `rows` holds at least two; between them colors are linear.
  ColorMap(const QString& name, ColorRows rows);

  /// "viridis", or the name of a file without its ending.
  const QString& name() const { return name_; }
  bool fromFile() const { return file_; }
  bool inverted() const { return inverted_; }
  void setInverted(bool inverted) { inverted_ = inverted; }

  /// The color of `amount`, clamped to [0, 1].
  QColor at(double amount) const;
  /// The same from the part of the map that stands out on a dark or a light surface: lines and dots of the
  /// same amount have the color that a color bar painted with it shows.
  QColor onSurface(double amount, bool dark_surface) const;
  /// The colors of a diffusion time: whichever way round the map is, 0 stands out on the surface and 1 stands
  /// back.
  QColor ofTime(double t, bool dark_surface) const;

  /// Why the map may deceive, "not perceptually uniform: lightness goes back at 40 %"; empty for a good one.
  /// `is_signed`: for amounts of both signs, with 0 in the middle.
  QString remark(bool is_signed) const;

  /// With all its colors, so that it needs no file when it is read again.
  QJsonValue saved() const;
  /// `fallback` for anything that saved() did not write, and for a built-in map that is not for such amounts.
  static ColorMap restored(const QJsonValue& saved, const ColorMap& fallback, bool is_signed);

  bool operator==(const ColorMap& other) const;

 private:
  ColorMap(const QString& name, std::shared_ptr<const ColorRows> rows, bool file);
  bool rises() const;

  QString name_;
  std::shared_ptr<const ColorRows> rows_;
  bool file_ = false;
  bool inverted_ = false;
};

/// The built-in maps for amounts, or for those of both signs.
QStringList colorMapNames(bool is_signed);
/// A built-in map by its name; the first one for another name.
ColorMap builtInColorMap(const QString& name, bool is_signed);

}  // namespace alidade
