// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"
#include "views/base/figure.h"
#include "views/base/plot_theme.h"

namespace alidade {

/// The size and kind of an exported figure.
struct ExportOptions {
  double width_mm = 84.0;  ///< 84 = one column, 174 = two
  double height_mm = 60.0;
  double dpi = 300.0;                ///< PNG only
  bool svg_text_as_outlines = true;  ///< SVG that looks the same without the font
  bool transparent = false;
  double text_size = kPrintTextSize;  ///< points; small text and titles follow
  QHash<QString, QString> names{};    ///< name in a legend -> what is written in its place
  ThemeKind theme = ThemeKind::kPrint;
};

/// Writes the figure after the extension of `path` (.png, .svg, .pdf, .csv), with its provenance inside: a
/// PNG text chunk "alidade", <metadata> in SVG, the Keywords of the PDF, the first line of the CSV. Equal
/// figures give equal bytes. Needs a QGuiApplication (any platform) for fonts. ErrorCode::kUsage for an
/// unknown extension or an absurd size.
Expected<void> exportFigure(const Figure& figure, const std::filesystem::path& path,
                            const ExportOptions& options);

/// The theme that figures are painted with for these options.
PlotTheme themeFor(const ExportOptions& options);

/// The bytes that exportFigure writes; `extension` is ".png", ".svg", ".pdf" or ".csv".
Expected<std::string> figureBytes(const Figure& figure, const std::string& extension,
                                  const ExportOptions& options);

}  // namespace alidade
