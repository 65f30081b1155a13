// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include <QString>

namespace alidade {

/// A path of any bytes as Qt's text and back: a byte that is no UTF-8 becomes the lone surrogate U+DC00 +
/// byte, which no valid text holds. QString::fromStdString would lose it, and the file could not be opened.
QString pathOfBytes(const std::string& bytes);
std::string bytesOfPath(const QString& path);

}  // namespace alidade
