// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/figure_fit.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <QCoreApplication>

#include "views/base/text_recorder.h"

namespace alidade {
namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;
constexpr double kTouch = 0.4;   // points that the boxes of two texts may share: glyphs do not fill theirs
constexpr double kBeyond = 0.3;  // points that a box may stand beyond its clip
constexpr int kLongestQuote = 40;
/// Sizes that are tried, by area: one column, between, two columns, and taller ones.
constexpr std::array<std::pair<double, double>, 12> kSizes{{{84, 60},
                                                            {84, 90},
                                                            {120, 80},
                                                            {84, 120},
                                                            {120, 110},
                                                            {84, 170},
                                                            {174, 90},
                                                            {120, 160},
                                                            {174, 120},
                                                            {174, 160},
                                                            {174, 230},
                                                            {260, 180}}};

QString tr(const char* text) {
  return QCoreApplication::translate("alidade::FigureFit", text);
}

QString quoted(const QString& text) {
  const QString shown = text.size() > kLongestQuote ? text.left(kLongestQuote) + QChar(0x2026) : text;
  return QChar(0x201c) + shown + QChar(0x201d);
}

bool overlap(const PlacedText& a, const PlacedText& b) {
  const QRectF both = a.ink & a.clip & b.ink & b.clip;
  return both.width() > kTouch && both.height() > kTouch;
}

QString faultOf(const std::vector<PlacedText>& texts) {
  for (const PlacedText& text : texts) {
    if (!text.clip.adjusted(-kBeyond, -kBeyond, kBeyond, kBeyond).contains(text.ink) ||
        text.text.endsWith(QChar(0x2026))) {
      return tr("%1 is cut").arg(quoted(text.text));
    }
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      if (overlap(texts[i], texts[j])) {
        return tr("%1 and %2 overlap").arg(quoted(texts[i].text), quoted(texts[j].text));
      }
    }
  }
  return {};
}

QString sizeText(double width_mm, double height_mm) {
  return QStringLiteral("%1 \u00d7 %2 mm").arg(width_mm).arg(height_mm);
}

std::optional<std::pair<double, double>> enough(const Figure& figure, ExportOptions options) {
  // As little wider or taller as possible; a size that is smaller in one direction is no way out.
  for (const auto& [width, height] : kSizes) {
    const std::pair<double, double> size{std::max(width, options.width_mm),
                                         std::max(height, options.height_mm)};
    ExportOptions larger = options;
    larger.width_mm = size.first;
    larger.height_mm = size.second;
    if (textFault(figure, larger).isEmpty()) {
      return size;
    }
  }
  return std::nullopt;
}

}  // namespace

QString textFault(const Figure& figure, const ExportOptions& options) {
  const QSizeF size(options.width_mm * kPointsPerMillimetre, options.height_mm * kPointsPerMillimetre);
  return faultOf(textsOf(figure, size, themeFor(options)));
}

QString misfit(const Figure& figure, const ExportOptions& options) {
  const QString fault = textFault(figure, options);
  if (fault.isEmpty()) {
    return {};
  }
  const QString here = tr("At %1 with text of %2 pt %3")
                           .arg(sizeText(options.width_mm, options.height_mm))
                           .arg(options.text_size)
                           .arg(fault);
  if (const auto size = enough(figure, options)) {
    return tr("%1; %2 is enough.").arg(here, sizeText(size->first, size->second));
  }
  return tr("%1; no usual size is enough: choose smaller text.").arg(here);
}

}  // namespace alidade
