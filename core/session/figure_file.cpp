// SPDX-License-Identifier: BSD-3-Clause
#include "core/session/figure_file.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <utility>

#include "core/base/file.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kLargestFigure = std::uintmax_t{1} << 30;
/// A record stands at the beginning of PNG and SVG and at the end of a PDF.
constexpr std::size_t kSearched = 4 << 20;

std::string extension_of(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) {
    value = (value << 8) | static_cast<unsigned char>(byte);
  }
  return value;
}

/// The tEXt chunk "alidade" (PNG 1.2, 4.2.3.1).
std::string png_text(std::string_view bytes) {
  constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
  constexpr std::string_view kKey("alidade\0", 8);
  if (!bytes.starts_with(kSignature)) {
    return {};
  }
  std::size_t at = kSignature.size();
  while (at + 12 <= bytes.size()) {
    const std::size_t length = big_endian(bytes.substr(at));
    if (length > bytes.size() - at - 12) {
      return {};
    }
    const std::string_view body = bytes.substr(at + 8, length);
    if (bytes.substr(at + 4, 4) == "tEXt" && body.starts_with(kKey)) {
      return std::string(body.substr(kKey.size()));
    }
    at += 12 + length;
  }
  return {};
}

/// The metadata element, with the five entities of XML and no other.
std::string svg_text(std::string_view bytes) {
  constexpr std::string_view kOpen = "<metadata id=\"alidade\">";
  const std::size_t open = bytes.find(kOpen);
  const std::size_t begin = open + kOpen.size();
  const std::size_t end = open == std::string_view::npos ? open : bytes.find('<', begin);
  if (end == std::string_view::npos) {
    return {};
  }
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  std::string text;
  for (std::size_t at = begin; at < end;) {
    const auto known = std::find_if(std::begin(kEntities), std::end(kEntities), [&](const auto& entity) {
      return bytes.substr(at, entity.first.size()) == entity.first;
    });
    const bool entity = known != std::end(kEntities);
    text += entity ? known->second : bytes[at];
    at += entity ? known->first.size() : 1;
  }
  return text;
}

/// The string behind the last /Keywords (PDF 32000-1, 7.3.4.2), as figures are written: only parentheses and
/// backslashes are escaped.
std::string pdf_text(std::string_view bytes) {
  constexpr std::string_view kKey = "/Keywords (";
  const std::size_t key = bytes.rfind(kKey);
  if (!bytes.starts_with("%PDF") || key == std::string_view::npos) {
    return {};
  }
  std::string text;
  for (std::size_t at = key + kKey.size(); at < bytes.size(); ++at) {
    if (bytes[at] == ')') {
      return text;
    }
    if (bytes[at] == '\\' && at + 1 < bytes.size()) {
      ++at;
    }
    text += bytes[at];
  }
  return {};
}

}  // namespace

bool has_figure_name(const std::filesystem::path& file) {
  const std::string extension = extension_of(file);
  return extension == ".pdf" || extension == ".svg" || extension == ".png";
}

std::string figure_record_text(const std::string& bytes, const std::string& extension) {
  return extension == ".png"   ? png_text(bytes)
         : extension == ".svg" ? svg_text(bytes)
         : extension == ".pdf" ? pdf_text(bytes)
                               : std::string();
}

Expected<FigureRecord> read_figure_record(const std::filesystem::path& file) {
  auto stream = open_file(file, kLargestFigure);
  if (!stream) {
    return stream.error();
  }
  const std::string extension = extension_of(file);
  std::string bytes(kSearched, '\0');
  stream->read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream->gcount()));
  if (extension == ".pdf" && bytes.size() == kSearched) {
    std::string end(kSearched, '\0');
    stream->clear();
    stream->seekg(-static_cast<std::streamoff>(kSearched), std::ios::end);
    stream->read(end.data(), static_cast<std::streamsize>(end.size()));
    end.resize(static_cast<std::size_t>(stream->gcount()));
    bytes = bytes.substr(0, 8) + end;
  }
  const std::string text = figure_record_text(bytes, extension);
  if (text.empty()) {
    return Error{
        ErrorCode::kInput,
        file.string() + " says nothing of its making; only figures that Alidade exported can be opened."};
  }
  return figure_record_from_json(text, file.string());
}

}  // namespace alidade
