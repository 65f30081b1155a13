// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chosen_color_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QByteArray>
#include <QJsonObject>

namespace alidade {
namespace {

constexpr std::size_t kBuiltInRows = 513;  // odd: a diverging map has its middle
constexpr qsizetype kLongestMapName = 80;
constexpr std::array<const char*, 6> kSequentialNames{"viridis", "cividis", "magma",
                                                      "inferno", "plasma",  "gray"};
constexpr std::array<const char*, 2> kDivergingNames{"blue-brown", "green-purple"};

using Rows = std::shared_ptr<const ColorRows>;

template <class ColorOf>
Rows sampledRows(const ColorOf& color_of) {
  ColorRows rows(kBuiltInRows);
  for (std::size_t i = 0; i < kBuiltInRows; ++i) {
    const QColor color = color_of(static_cast<double>(i) / (kBuiltInRows - 1));
    rows[i] = {static_cast<std::uint8_t>(color.red()), static_cast<std::uint8_t>(color.green()),
               static_cast<std::uint8_t>(color.blue())};
  }
  return std::make_shared<const ColorRows>(std::move(rows));
}

/// Made once: copies of a map share them.
Rows rowsOf(SequentialMap map) {
  static const auto tables = [] {
    std::array<Rows, kSequentialNames.size()> made;
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] =
          sampledRows([i](double share) { return sequentialColor(static_cast<SequentialMap>(i), share); });
    }
    return made;
  }();
  return tables[static_cast<std::size_t>(map)];
}

Rows rowsOf(DivergingMap map) {
  static const auto tables = [] {
    std::array<Rows, kDivergingNames.size()> made;
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] = sampledRows(
          [i](double share) { return divergingColor(2.0 * share - 1.0, static_cast<DivergingMap>(i)); });
    }
    return made;
  }();
  return tables[static_cast<std::size_t>(map)];
}

/// Rows from their digits, six a color; null for anything else.
Rows rowsOfDigits(const QString& digits) {
  const qsizetype count = digits.size() / 6;
  if (digits.size() % 6 != 0 || count < static_cast<qsizetype>(kFewestColorRows) ||
      count > static_cast<qsizetype>(kMostColorRows)) {
    return nullptr;
  }
  const QByteArray text = digits.toLatin1();
  const QByteArray bytes = QByteArray::fromHex(text);
  if (bytes.toHex() != text) {
    return nullptr;
  }
  ColorRows rows(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < 3 * rows.size(); ++i) {
    rows[i / 3][i % 3] = static_cast<std::uint8_t>(bytes[static_cast<qsizetype>(i)]);
  }
  return std::make_shared<const ColorRows>(std::move(rows));
}

}  // namespace

ColorMap::ColorMap(const QString& name, Rows rows, bool file)
    : name_(name), rows_(std::move(rows)), file_(file) {}

ColorMap::ColorMap(SequentialMap map)
    : ColorMap(QLatin1String(kSequentialNames[static_cast<std::size_t>(map)]), rowsOf(map), false) {}

ColorMap::ColorMap(DivergingMap map)
    : ColorMap(QLatin1String(kDivergingNames[static_cast<std::size_t>(map)]), rowsOf(map), false) {}

ColorMap::ColorMap(const QString& name, ColorRows rows)
    : ColorMap(name.left(kLongestMapName), std::make_shared<const ColorRows>(std::move(rows)), true) {}

QColor ColorMap::at(double amount) const {
  const double share = std::isfinite(amount) ? std::clamp(amount, 0.0, 1.0) : 0.0;
  const double place = (inverted_ ? 1.0 - share : share) * static_cast<double>(rows_->size() - 1);
  const auto index = std::min(static_cast<std::size_t>(place), rows_->size() - 2);
  const double next = place - static_cast<double>(index);
  const auto channel = [&](std::size_t i) {
    const double from = (*rows_)[index][i], to = (*rows_)[index + 1][i];
    return static_cast<int>(std::lround(from + (to - from) * next));
  };
  return {channel(0), channel(1), channel(2)};
}

bool ColorMap::rises() const {
  return (lightness_of(rows_->back()) >= lightness_of(rows_->front())) != inverted_;
}

QColor ColorMap::onSurface(double amount, bool dark_surface) const {
  const double share = std::isfinite(amount) ? std::clamp(amount, 0.0, 1.0) : 0.0;
  // What is as dark or as light as the surface is left out, at whichever end it lies.
  const double left_out = dark_surface ? 0.25 : 0.15;
  const bool at_low_end = dark_surface == rises();
  return at((at_low_end ? left_out : 0.0) + (1.0 - left_out) * share);
}

QColor ColorMap::ofTime(double t, bool dark_surface) const {
  const double noise = std::clamp(t, 0.0, 1.0);
  const double light = dark_surface ? 1.0 - 0.72 * noise : 0.82 * noise;  // from the dark end of the map
  return at(rises() ? light : 1.0 - light);
}

QString ColorMap::remark(bool is_signed) const {
  if (is_signed) {
    return diverges(*rows_) ? QString()
                            : QStringLiteral("not diverging: 0 does not stand out between the signs");
  }
  ColorRows rows = *rows_;
  if (inverted_) {
    std::reverse(rows.begin(), rows.end());
  }
  const auto turn = lightness_turn(rows);
  return turn ? QStringLiteral("not perceptually uniform: lightness goes back at %1 %")
                    .arg(std::lround(100.0 * *turn))
              : QString();
}

QJsonValue ColorMap::saved() const {
  QJsonObject json{{QStringLiteral("name"), name_}};
  if (file_) {
    QByteArray bytes;
    bytes.reserve(static_cast<qsizetype>(3 * rows_->size()));
    for (const auto& row : *rows_) {
      for (const std::uint8_t channel : row) {
        bytes.append(static_cast<char>(channel));
      }
    }
    json[QLatin1String("rows")] = QString::fromLatin1(bytes.toHex());
  }
  if (inverted_) {
    json[QLatin1String("inverted")] = true;
  }
  return json;
}

ColorMap ColorMap::restored(const QJsonValue& saved, const ColorMap& fallback, bool is_signed) {
  const QJsonObject json = saved.toObject();
  const QString name = json.value(QLatin1String("name")).toString();
  ColorMap map = fallback;
  if (const QJsonValue digits = json.value(QLatin1String("rows")); digits.isString()) {
    const Rows rows = rowsOfDigits(digits.toString());
    if (!rows || name.isEmpty()) {
      return fallback;
    }
    map = ColorMap(name.left(kLongestMapName), rows, true);
  } else if (colorMapNames(is_signed).contains(name)) {
    map = builtInColorMap(name, is_signed);
  } else {
    return fallback;
  }
  map.setInverted(json.value(QLatin1String("inverted")).toBool());
  return map;
}

bool ColorMap::operator==(const ColorMap& other) const {
  return inverted_ == other.inverted_ && file_ == other.file_ && name_ == other.name_ &&
         (rows_ == other.rows_ || *rows_ == *other.rows_);
}

QStringList colorMapNames(bool is_signed) {
  QStringList names;
  const auto add = [&names](const auto& table) {
    for (const char* name : table) {
      names << QLatin1String(name);
    }
  };
  is_signed ? add(kDivergingNames) : add(kSequentialNames);
  return names;
}

ColorMap builtInColorMap(const QString& name, bool is_signed) {
  const int index = std::max<int>(0, static_cast<int>(colorMapNames(is_signed).indexOf(name)));
  return is_signed ? ColorMap(static_cast<DivergingMap>(index)) : ColorMap(static_cast<SequentialMap>(index));
}

}  // namespace alidade
