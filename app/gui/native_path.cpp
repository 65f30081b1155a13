// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/native_path.h"

#include <QStringDecoder>

namespace alidade {
namespace {

constexpr char16_t kEscaped = 0xDC00;

bool isEscaped(QChar unit) {
  return unit.unicode() >= kEscaped + 0x80 && unit.unicode() <= kEscaped + 0xFF;
}

/// Bytes of the character at the front; 0 when there is none.
qsizetype characterBytes(QByteArrayView bytes) {
  for (qsizetype length = 1; length <= 4 && length <= bytes.size(); ++length) {
    QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decode(bytes.first(length));
    if (!decode.hasError() && !text.isEmpty() && !text.contains(QChar::ReplacementCharacter)) {
      return length;
    }
  }
  return 0;
}

}  // namespace

QString pathOfBytes(const std::string& bytes) {
  QString path = QString::fromStdString(bytes);
  if (path.toStdString() == bytes) {
    return path;
  }
  path.clear();
  QByteArrayView rest(bytes.data(), static_cast<qsizetype>(bytes.size()));
  while (!rest.isEmpty()) {
    if (const qsizetype length = characterBytes(rest); length > 0) {
      path += QString::fromUtf8(rest.first(length));
      rest = rest.sliced(length);
    } else {
      path += QChar(static_cast<char16_t>(kEscaped + static_cast<unsigned char>(rest.front())));
      rest = rest.sliced(1);
    }
  }
  return path;
}

std::string bytesOfPath(const QString& path) {
  std::string bytes;
  qsizetype begin = 0;
  for (qsizetype i = 0; i < path.size(); ++i) {
    const bool lone = isEscaped(path[i]) && (i == 0 || !path[i - 1].isHighSurrogate());
    if (lone) {
      bytes += path.mid(begin, i - begin).toStdString() + static_cast<char>(path[i].unicode() - kEscaped);
      begin = i + 1;
    }
  }
  return bytes + path.mid(begin).toStdString();
}

}  // namespace alidade
