// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/npy_header.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace alidade {
namespace {

constexpr std::size_t kMaxNpyHeaderBytes = 65536;
constexpr std::size_t kMaxDimensions = 32;
constexpr std::size_t kMaxTextWidth = 1 << 16;

/// Kind and size in bytes, without the order of the bytes.
constexpr std::pair<DType, std::string_view> kDescriptors[] = {
    {DType::kFloat16, "f2"}, {DType::kFloat32, "f4"}, {DType::kFloat64, "f8"}, {DType::kInt8, "i1"},
    {DType::kInt16, "i2"},   {DType::kInt32, "i4"},   {DType::kInt64, "i8"},   {DType::kUInt8, "u1"},
    {DType::kUInt16, "u2"},  {DType::kUInt32, "u4"},  {DType::kUInt64, "u8"},  {DType::kBool, "b1"}};

/// A cursor over the dictionary text.
struct Cursor {
  std::string_view text;

  void skip_blanks() {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) {
      text.remove_prefix(1);
    }
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text.starts_with(token)) {
      return false;
    }
    text.remove_prefix(token.size());
    return true;
  }
  std::optional<std::string> quoted() {
    skip_blanks();
    if (text.empty() || (text.front() != '\'' && text.front() != '"')) {
      return std::nullopt;
    }
    const std::size_t end = text.find(text.front(), 1);
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    std::string word(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    return word;
  }
  std::optional<std::size_t> number() {
    skip_blanks();
    std::size_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc()) {
      return std::nullopt;
    }
    text.remove_prefix(end - text.data());
    return value;
  }
};

bool read_descriptor(const std::string& descriptor, NpyHeader& header) {
  const char order = descriptor.empty() ? ' ' : descriptor.front();
  for (const auto& [dtype, text] : kDescriptors) {
    if (std::string_view(descriptor).substr(std::min<std::size_t>(1, descriptor.size())) == text) {
      header.dtype = dtype;
      return order == '<' || (order == '|' && text.ends_with('1'));
    }
  }
  const bool wide = descriptor.starts_with("<U");
  if (!wide && !descriptor.starts_with("|S")) {
    return false;
  }
  header.dtype = DType::kText;
  header.byte_text = !wide;
  const char* end = descriptor.data() + descriptor.size();
  const auto result = std::from_chars(descriptor.data() + 2, end, header.text_width);
  return result.ec == std::errc() && result.ptr == end && header.text_width <= kMaxTextWidth;
}

bool read_shape(Cursor& cursor, NpyHeader& header) {
  if (!cursor.take("(")) {
    return false;
  }
  while (!cursor.take(")")) {
    const auto extent = cursor.number();
    if (!extent || header.shape.size() == kMaxDimensions) {
      return false;
    }
    header.shape.push_back(*extent);
    if (!cursor.take(",")) {
      return cursor.take(")");
    }
  }
  return true;
}

/// Reads one "key: value"; `seen` has one bit per key so that none may stand twice.
bool read_item(Cursor& cursor, NpyHeader& header, unsigned& seen, std::string& unknown_type) {
  const auto key = cursor.quoted();
  if (!key || !cursor.take(":")) {
    return false;
  }
  const unsigned bit = *key == "descr" ? 1 : *key == "fortran_order" ? 2 : *key == "shape" ? 4 : 0;
  if (bit == 0 || (seen & bit)) {
    return false;
  }
  seen |= bit;
  if (bit == 2) {
    header.fortran_order = cursor.take("True");
    return header.fortran_order || cursor.take("False");
  }
  if (bit == 4) {
    return read_shape(cursor, header);
  }
  const auto descriptor = cursor.quoted();
  if (!descriptor || !read_descriptor(*descriptor, header)) {
    unknown_type = descriptor ? *descriptor : "a record";
    return false;
  }
  return true;
}

bool read_dictionary(Cursor cursor, NpyHeader& header, std::string& unknown_type) {
  unsigned seen = 0;
  if (!cursor.take("{")) {
    return false;
  }
  while (!cursor.take("}")) {
    if (!read_item(cursor, header, seen, unknown_type)) {
      return false;
    }
    if (!cursor.take(",")) {
      if (!cursor.take("}")) {
        return false;
      }
      break;
    }
  }
  cursor.skip_blanks();
  return seen == 7 && cursor.text.empty();
}

}  // namespace

Expected<NpyHeader> parse_npy_header(std::string_view bytes, const std::string& name) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  if (bytes.size() < 12 || !bytes.starts_with("\x93NUMPY") || byte(6) < 1 || byte(6) > 3 || byte(7) != 0) {
    return input_error(name, "byte 0", "not a NumPy array of format 1.0, 2.0 or 3.0",
                       "save it with numpy.save");
  }
  const bool short_length = byte(6) == 1;
  const std::size_t start = short_length ? 10 : 12;
  const std::size_t length =
      short_length ? byte(8) | byte(9) << 8 : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
  if (length > kMaxNpyHeaderBytes || start + length > bytes.size()) {
    return input_error(name, "header",
                       "its length of " + std::to_string(length) + " bytes exceeds the file or 64 kB",
                       "save the array again");
  }
  NpyHeader header;
  header.data_offset = start + length;
  std::string unknown_type;
  if (!read_dictionary({bytes.substr(start, length)}, header, unknown_type)) {
    if (!unknown_type.empty()) {
      return input_error(
          name, "header", "element type '" + unknown_type + "' is not supported",
          "convert to a floating-point number or integer of at most 64 bits, bool or text, little-endian");
    }
    return input_error(name, "header", "expected the keys descr, fortran_order and shape",
                       "save it with numpy.save");
  }
  return header;
}

std::string npy_descriptor(const NpyArray& array) {
  for (const auto& [dtype, text] : kDescriptors) {
    if (dtype == array.dtype) {
      return (text.ends_with('1') ? "|" : "<") + std::string(text);
    }
  }
  return "<U" + std::to_string(array.text_width);
}

}  // namespace alidade
