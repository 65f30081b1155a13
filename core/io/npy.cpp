// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/npy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/file.h"
#include "core/base/stop_scope.h"
#include "core/io/npy_header.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxNpyBytes = std::uintmax_t{4} << 30;

template <class To, class From>
void convert(const std::vector<char>& data, std::vector<To>& out) {
  From value{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::memcpy(&value, data.data() + i * sizeof(From), sizeof(From));
    if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
      // A double outside the range of the integer has no defined conversion.
      out[i] = value > -9.2e18 && value < 9.2e18 ? static_cast<To>(value) : To{};
    } else if constexpr (std::is_same_v<From, std::uint64_t> && std::is_signed_v<To> &&
                         std::is_integral_v<To>) {
      out[i] = static_cast<To>(std::min<From>(value, std::numeric_limits<To>::max()));
    } else {
      out[i] = static_cast<To>(value);
    }
  }
}

/// IEEE 754 half precision.
double half_value(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = bits & 0x8000 ? -1.0 : 1.0;
  if (exponent == 31) {
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25));
}

template <class To>
void convert_halves(const std::vector<char>& data, std::vector<To>& out) {
  std::vector<char> wide(out.size() * sizeof(double));
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, data.data() + 2 * i, 2);
    const double value = half_value(bits);
    std::memcpy(wide.data() + i * sizeof value, &value, sizeof value);
  }
  convert<To, double>(wide, out);
}

template <class To>
std::vector<To> numbers(const NpyArray& array) {
  if (array.dtype == DType::kText) {
    return {};
  }
  std::vector<To> out(array.size());
  switch (array.dtype) {
    case DType::kFloat16:
      convert_halves(array.data, out);
      break;
    case DType::kInt8:
      convert<To, std::int8_t>(array.data, out);
      break;
    case DType::kInt16:
      convert<To, std::int16_t>(array.data, out);
      break;
    case DType::kUInt32:
      convert<To, std::uint32_t>(array.data, out);
      break;
    case DType::kUInt64:
      convert<To, std::uint64_t>(array.data, out);
      break;
    case DType::kFloat32:
      convert<To, float>(array.data, out);
      break;
    case DType::kFloat64:
      convert<To, double>(array.data, out);
      break;
    case DType::kInt32:
      convert<To, std::int32_t>(array.data, out);
      break;
    case DType::kInt64:
      convert<To, std::int64_t>(array.data, out);
      break;
    case DType::kUInt16:
      convert<To, std::uint16_t>(array.data, out);
      break;
    default:
      convert<To, std::uint8_t>(array.data, out);
      break;
  }
  return out;
}

void append_utf8(std::string& text, char32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
  } else if (c < 0x10000) {
    text += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
             static_cast<char>(0x80 | (c & 63))};
  } else if (c < 0x110000) {
    text += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
             static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
  } else {
    text += "\xEF\xBF\xBD";
  }
}

/// Code points of UTF-8 text; a stray byte stands for itself.
std::u32string utf32(const std::string& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (i + more >= text.size()) {
      out += lead;
      ++i;
      continue;
    }
    char32_t c = more == 0 ? lead : lead & (0x3F >> more);
    for (int k = 1; k <= more; ++k) {
      c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 63);
    }
    out += c;
    i += more + 1;
  }
  return out;
}

/// NumPy's Fortran order: the first index runs fastest. Nothing after a stop.
std::optional<std::vector<char>> to_c_order(const std::vector<char>& data,
                                            const std::vector<std::size_t>& shape, std::size_t item) {
  std::vector<char> out(data.size());
  std::vector<std::size_t> index(shape.size(), 0);
  std::vector<std::size_t> stride(shape.size(), item);
  for (std::size_t d = 1; d < shape.size(); ++d) {
    stride[d] = stride[d - 1] * shape[d - 1];
  }
  StopMeter meter(kBytesUnasked);
  for (std::size_t to = 0; to < data.size(); to += item) {
    if (meter.stopped(item)) {
      return std::nullopt;
    }
    std::size_t from = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      from += index[d] * stride[d];
    }
    std::memcpy(out.data() + to, data.data() + from, item);
    for (std::size_t d = shape.size(); d-- > 0 && ++index[d] == shape[d];) {
      index[d] = 0;
    }
  }
  return out;
}

/// Byte texts ('|S') become UTF-32 ones.
std::vector<char> widen(const std::vector<char>& data) {
  std::vector<char> out(data.size() * 4, 0);
  for (std::size_t i = 0; i < data.size(); ++i) {
    out[4 * i] = data[i];
  }
  return out;
}

}  // namespace

std::size_t NpyArray::size() const {
  std::size_t product = 1;
  for (const std::size_t extent : shape) {
    product *= extent;
  }
  return product;
}

std::size_t NpyArray::item_size() const {
  switch (dtype) {
    case DType::kFloat64:
    case DType::kInt64:
    case DType::kUInt64:
      return 8;
    case DType::kFloat32:
    case DType::kInt32:
    case DType::kUInt32:
      return 4;
    case DType::kFloat16:
    case DType::kInt16:
    case DType::kUInt16:
      return 2;
    case DType::kText:
      return 4 * text_width;
    default:
      return 1;
  }
}

std::vector<double> NpyArray::as_doubles() const {
  return numbers<double>(*this);
}
std::vector<double> NpyArray::as_doubles(std::size_t first, std::size_t count) const {
  const auto begin = data.begin() + static_cast<std::ptrdiff_t>(first * item_size());
  NpyArray part;
  part.dtype = dtype;
  part.shape = {count};
  part.data.assign(begin, begin + static_cast<std::ptrdiff_t>(count * item_size()));
  return part.as_doubles();
}
std::vector<std::int64_t> NpyArray::as_integers() const {
  return numbers<std::int64_t>(*this);
}

std::vector<std::string> NpyArray::as_texts() const {
  std::vector<std::string> texts;
  for (std::size_t i = 0; dtype == DType::kText && i < size(); ++i) {
    std::string& text = texts.emplace_back();
    for (std::size_t k = 0; k < text_width; ++k) {
      char32_t c = 0;
      std::memcpy(&c, data.data() + (i * text_width + k) * 4, 4);
      if (c == 0) {
        break;
      }
      append_utf8(text, c);
    }
  }
  return texts;
}

NpyArray NpyArray::from(const std::vector<std::string>& texts) {
  NpyArray array;
  array.dtype = DType::kText;
  array.shape = {texts.size()};
  std::vector<std::u32string> wide;
  array.text_width = 1;
  for (const auto& text : texts) {
    wide.push_back(utf32(text));
    array.text_width = std::max(array.text_width, wide.back().size());
  }
  array.data.assign(texts.size() * array.item_size(), 0);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    std::memcpy(array.data.data() + i * array.item_size(), wide[i].data(), wide[i].size() * 4);
  }
  return array;
}

Expected<NpyArray> parse_npy(std::string_view bytes, const std::string& name) {
  const auto header = parse_npy_header(bytes, name);
  if (!header) {
    return header.error();
  }
  NpyArray array;
  array.dtype = header->dtype;
  array.text_width = header->text_width;
  array.shape = header->shape;
  const std::string_view body = bytes.substr(header->data_offset);
  std::size_t expected = header->byte_text ? header->text_width : array.item_size();
  const std::size_t item = expected;
  bool fits = true;
  for (const std::size_t extent : array.shape) {
    fits = fits && !__builtin_mul_overflow(expected, extent, &expected);
  }
  if (!fits || expected != body.size()) {
    return input_error(name, "data",
                       "the shape asks for " + (fits ? std::to_string(expected) : "too many") +
                           " bytes, the file has " + std::to_string(body.size()),
                       "write the array again");
  }
  array.data.assign(body.begin(), body.end());
  if (header->fortran_order && array.shape.size() > 1 && !array.data.empty()) {
    auto ordered = to_c_order(array.data, array.shape, item);
    if (!ordered) {
      return reading_stopped(name);
    }
    array.data = std::move(*ordered);
  }
  if (header->byte_text) {
    array.data = widen(array.data);
  }
  return array;
}

Expected<NpyArray> read_npy(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxNpyBytes);
  if (!bytes) {
    return bytes.error();
  }
  return parse_npy(*bytes, path.string());
}

std::string to_npy_bytes(const NpyArray& array) {
  std::string shape = "(";
  for (const std::size_t extent : array.shape) {
    shape += std::to_string(extent) + (array.shape.size() == 1 ? "," : ", ");
  }
  if (array.shape.size() > 1) {
    shape.resize(shape.size() - 2);
  }
  std::string header =
      "{'descr': '" + npy_descriptor(array) + "', 'fortran_order': False, 'shape': " + shape + "), }";
  header.append((64 - (10 + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + std::string(array.data.begin(), array.data.end());
}

}  // namespace alidade
