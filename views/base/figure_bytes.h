// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

#include <QRectF>

#include "core/base/expected.h"

class QPaintDevice;

namespace alidade {

// Pieces of file formats that Qt leaves to us; used where figures and documents are written.

/// JSON text with everything beyond ASCII written escaped.
std::string asciiJson(const std::string& utf8_json);

/// The PNG with an uncompressed tEXt chunk behind its header chunk.
std::string withPngText(const std::string& png, const std::string& keyword, const std::string& text);

/// A PDF painted by `paint` on a QPdfWriter (device, device units per point, area in points: its upper
/// left corner is that of the page): one page unless
/// it asks for more. Fonts are embedded,
/// images lossless, dates fixed; `keywords` goes into the document information.
Expected<std::string> pdfBytes(double width_mm, double height_mm, const std::string& keywords,
                               const std::function<void(QPaintDevice&, double, const QRectF&)>& paint);

}  // namespace alidade
