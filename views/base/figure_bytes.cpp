// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/figure_bytes.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <QBuffer>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QString>

namespace alidade {
namespace {

constexpr int kPdfResolution = 1200;
constexpr std::size_t kPngHeaderEnd = 8 + 25;  // signature and IHDR chunk

std::uint32_t crc32(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1U) ? 0xedb88320U : 0U);
    }
  }
  return ~crc;
}

std::string bigEndian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

/// A PDF string in parentheses.
std::string pdfString(const std::string& text) {
  std::string out = "(";
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + ")";
}

/// The number behind the last occurrence of `key`, or -1.
long numberAfter(const std::string& pdf, const std::string& key) {
  const auto at = pdf.rfind(key);
  return at == std::string::npos ? -1 : std::strtol(pdf.c_str() + at + key.size(), nullptr, 10);
}

/// Replaces a part in front of the cross-reference table (PDF 32000-1, 7.5.4), and adapts the offsets in it.
void replaceInPdf(std::string& pdf, std::size_t at, std::size_t length, const std::string& text) {
  const long table = numberAfter(pdf, "startxref\n");
  const auto shift = static_cast<long>(text.size()) - static_cast<long>(length);
  pdf.replace(at, length, text);
  if (shift == 0 || table < 0) {
    return;
  }
  constexpr std::size_t kLine = 20;  // "0000000015 00000 n \n"
  std::size_t line = pdf.find('\n', pdf.find('\n', static_cast<std::size_t>(table + shift)) + 1) + 1;
  for (; line + kLine <= pdf.size() && pdf[line] >= '0' && pdf[line] <= '9'; line += kLine) {
    const long offset = std::strtol(pdf.substr(line, 10).c_str(), nullptr, 10);
    if (pdf[line + 17] == 'n' && offset > static_cast<long>(at)) {
      const std::string moved = std::to_string(offset + shift);
      pdf.replace(line, 10, std::string(10 - moved.size(), '0') + moved);
    }
  }
  const std::string key = "startxref\n";
  const std::size_t number = pdf.rfind(key) + key.size();
  pdf.replace(number, pdf.find('\n', number) - number, std::to_string(table + shift));
}

/// Qt writes the time and the time zone of the machine.
void fixCreationDate(std::string& pdf) {
  const std::string key = "/CreationDate (";
  const auto at = pdf.find(key);
  const auto end = at == std::string::npos ? at : pdf.find(')', at);
  if (end != std::string::npos) {
    replaceInPdf(pdf, at + key.size(), end - at - key.size(), "D:20000101000000Z");
  }
}

/// Qt knows whole points only. Pages lie at the origin, and what is painted on them begins at their upper
/// edge.
void fixPageSizes(std::string& pdf, const QSizeF& points) {
  const std::string key = "/MediaBox [0 0 ";
  char box[64];
  std::snprintf(box, sizeof box, "%.3f %.3f", points.width(), points.height());
  for (auto at = pdf.find(key); at != std::string::npos; at = pdf.find(key, at + key.size())) {
    replaceInPdf(pdf, at + key.size(), pdf.find(']', at) - at - key.size(), box);
  }
}

/// Adds /Keywords by an incremental update (PDF 32000-1, 7.5.6): a new version of the information object, a
/// one-entry cross-reference section and a trailer that points to the first one. Nothing that Qt wrote is
/// moved.
bool addKeywords(std::string& pdf, const std::string& keywords) {
  const long info = numberAfter(pdf, "/Info ");
  const long size = numberAfter(pdf, "/Size ");
  const long root = numberAfter(pdf, "/Root ");
  const long previous = numberAfter(pdf, "startxref\n");
  const std::string head = std::to_string(info) + " 0 obj\n<<";
  const auto begin = pdf.find("\n" + head);
  const auto end = begin == std::string::npos ? begin : pdf.find("\nendobj", begin);
  if (info < 0 || size < 0 || root < 0 || previous < 0 || end == std::string::npos) {
    return false;
  }
  std::string object = pdf.substr(begin + 1, end - begin - 1);
  object.insert(object.rfind(">>"), "/Keywords " + pdfString(keywords) + "\n");
  const std::size_t object_offset = pdf.size();
  pdf += object + "\nendobj\n";
  const std::size_t table_offset = pdf.size();
  std::string offset = std::to_string(object_offset);
  offset.insert(0, 10 - offset.size(), '0');
  pdf += "xref\n" + std::to_string(info) + " 1\n" + offset + " 00000 n \n";
  pdf += "trailer\n<<\n/Size " + std::to_string(size) + "\n/Info " + std::to_string(info) + " 0 R\n/Root " +
         std::to_string(root) + " 0 R\n/Prev " + std::to_string(previous) + "\n>>\nstartxref\n" +
         std::to_string(table_offset) + "\n%%EOF\n";
  return true;
}

}  // namespace

std::string asciiJson(const std::string& utf8_json) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const QChar unit : QString::fromStdString(utf8_json)) {
    const auto code = unit.unicode();
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else {
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) {
        out += kHex[(code >> shift) & 0xf];
      }
    }
  }
  return out;
}

std::string withPngText(const std::string& png, const std::string& keyword, const std::string& text) {
  const std::string body = "tEXt" + keyword + '\0' + text;
  const std::string chunk =
      bigEndian(static_cast<std::uint32_t>(body.size() - 4)) + body + bigEndian(crc32(body));
  std::string out = png;
  out.insert(kPngHeaderEnd, chunk);
  return out;
}

Expected<std::string> pdfBytes(double width_mm, double height_mm, const std::string& keywords,
                               const std::function<void(QPaintDevice&, double, const QRectF&)>& paint) {
  const QSizeF size(width_mm / 25.4 * 72.0, height_mm / 25.4 * 72.0);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&buffer);
    writer.setResolution(kPdfResolution);
    writer.setPageSize(
        QPageSize(QSizeF(width_mm, height_mm), QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setCreator("Alidade " ALIDADE_VERSION);
    const double scale = kPdfResolution / 72.0;
    const double whole = writer.pageLayout().fullRectPoints().height();
    paint(writer, scale, QRectF(QPointF(0, whole - size.height()), size));
  }
  std::string pdf = bytes.toStdString();
  fixCreationDate(pdf);
  fixPageSizes(pdf, size);
  if (!addKeywords(pdf, keywords)) {
    return Error{
        ErrorCode::kFailed,
        "The PDF was not written in the form that Alidade knows; its provenance could not be added."};
  }
  return pdf;
}

}  // namespace alidade
