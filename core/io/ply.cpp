// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/ply.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

#include "core/base/file.h"
#include "core/base/stop_scope.h"
#include "core/io/ply_header.h"

namespace alidade {
namespace {

constexpr double kMaxPlyCorners = 255;
constexpr std::uintmax_t kMaxPlyBytes = std::uintmax_t{2} << 30;

/// Takes values one by one from the body; `failed` is set when they run out or are not numbers.
class Body {
 public:
  /// With `by_lines` a row of text ends with its line.
  Body(std::string_view bytes, PlyHeader::Format format, bool by_lines)
      : bytes_(bytes), format_(format), by_lines_(by_lines) {}

  double next(PlyType type) {
    if (format_ != PlyHeader::Format::kAscii) {
      return next_binary(type);
    }
    const double value = next_word();
    return fits(value, type) ? value : fail();
  }
  /// Goes on behind a row of an element.
  void end_row() {
    if (by_lines_) {
      bytes_.remove_prefix(std::min(bytes_.find_first_of("\r\n"), bytes_.size()));
    }
  }
  bool failed() const { return failed_; }
  /// Bytes that are left but for blanks and zeros, which exporters append.
  std::size_t left() const {
    const std::size_t last = bytes_.find_last_not_of(std::string_view(" \t\r\n\0", 5));
    return last == std::string_view::npos ? 0 : last + 1;
  }

 private:
  /// Whether a number written as text is one of the type's.
  static bool fits(double value, PlyType type) {
    const auto within = [value](double low, double high) {
      return value >= low && value <= high && value == std::floor(value);
    };
    switch (type) {
      case PlyType::kInt8:
        return within(-128.0, 127.0);
      case PlyType::kUInt8:
        return within(0.0, 255.0);
      case PlyType::kInt16:
        return within(-32768.0, 32767.0);
      case PlyType::kUInt16:
        return within(0.0, 65535.0);
      case PlyType::kInt32:
        return within(-2147483648.0, 2147483647.0);
      case PlyType::kUInt32:
        return within(0.0, 4294967295.0);
      default:
        return true;
    }
  }

  double next_word() {
    const std::size_t start = bytes_.find_first_not_of(" \t\r\n");
    bytes_.remove_prefix(std::min(start, bytes_.size()));
    bytes_.remove_prefix(bytes_.starts_with('+') ? 1 : 0);
    double value = 0.0;
    const auto [end, failure] = std::from_chars(bytes_.data(), bytes_.data() + bytes_.size(), value);
    if (failure == std::errc::result_out_of_range) {
      // Too small for a double is zero; too large must not become it.
      const std::string_view word = bytes_.substr(0, end - bytes_.data());
      const bool small = word.find("e-") != word.npos || word.find("E-") != word.npos ||
                         word.starts_with("0.") || word.starts_with("-0.");
      value = small ? 0.0 : std::numeric_limits<double>::infinity();
    } else if (failure != std::errc()) {
      return fail();
    }
    bytes_.remove_prefix(end - bytes_.data());
    return value;
  }

  double next_binary(PlyType type) {
    const std::size_t size = ply_size(type);
    if (bytes_.size() < size) {
      return fail();
    }
    unsigned char raw[8];
    std::memcpy(raw, bytes_.data(), size);
    bytes_.remove_prefix(size);
    if ((format_ == PlyHeader::Format::kBigEndian) == (std::endian::native == std::endian::little)) {
      std::reverse(raw, raw + size);
    }
    switch (type) {
      case PlyType::kInt8:
        return as<std::int8_t>(raw);
      case PlyType::kUInt8:
        return as<std::uint8_t>(raw);
      case PlyType::kInt16:
        return as<std::int16_t>(raw);
      case PlyType::kUInt16:
        return as<std::uint16_t>(raw);
      case PlyType::kInt32:
        return as<std::int32_t>(raw);
      case PlyType::kUInt32:
        return as<std::uint32_t>(raw);
      case PlyType::kFloat32:
        return as<float>(raw);
      default:
        return as<double>(raw);
    }
  }

  template <class T>
  static double as(const unsigned char* raw) {
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return static_cast<double>(value);
  }

  double fail() {
    failed_ = true;
    return 0.0;
  }

  std::string_view bytes_;
  PlyHeader::Format format_;
  bool by_lines_;
  bool failed_ = false;
};

/// What a vertex property means: 0..2 position, 3..5 normal, 6..8 color, -1 nothing to us.
int role_of(const PlyProperty& property) {
  static constexpr const char* kNames[] = {"x", "y", "z", "nx", "ny", "nz", "red", "green", "blue"};
  static constexpr const char* kDiffuse[] = {"diffuse_red", "diffuse_green", "diffuse_blue"};
  for (int i = 0; i < 9 && !property.is_list; ++i) {
    if (property.name == kNames[i] || (i >= 6 && property.name == kDiffuse[i - 6])) {
      return i;
    }
  }
  return -1;
}

std::uint8_t color_byte(double value, PlyType type) {
  const bool unit = type == PlyType::kFloat32 || type == PlyType::kFloat64;
  const double scaled = (unit ? value * 255.0 : type == PlyType::kUInt16 ? value / 257.0 : value);
  return static_cast<std::uint8_t>(std::lround(std::clamp(std::isfinite(scaled) ? scaled : 0.0, 0.0, 255.0)));
}

class PlyReader {
 public:
  PlyReader(const PlyHeader& header, std::string_view bytes, const std::string& name, double scale,
            bool by_lines)
      : header_(header),
        body_(bytes.substr(header.body_offset), header.format, by_lines),
        name_(name),
        scale_(scale) {}

  Expected<Mesh> read() {
    for (const auto& element : header_.elements) {
      const Expected<void> done = element.name == "vertex" ? vertices(element)
                                  : element.name == "face" ? faces(element)
                                                           : others(element);
      if (!done) {
        return done.error();
      }
    }
    if (mesh_.vertices.empty()) {
      return problem("vertex", 0, "the file holds no vertices");
    }
    if (largest_index_ >= static_cast<std::int64_t>(mesh_.vertices.size())) {
      return problem("face", largest_index_face_,
                     "index " + std::to_string(largest_index_) + " exceeds the " +
                         std::to_string(mesh_.vertices.size()) + " vertices");
    }
    if (const std::size_t left = body_.left(); left > 0) {
      return input_error(name_, "end", std::to_string(left) + " bytes are left over behind the last element",
                         "the file is damaged, export it again");
    }
    return std::move(mesh_);
  }

 private:
  Error problem(const std::string& element, std::size_t row, const std::string& text) const {
    return input_error(name_, element + " " + std::to_string(row), text,
                       "the file is damaged, export it again");
  }

  Expected<void> vertices(const PlyElement& element) {
    std::vector<int> roles;
    int found = 0;
    for (const auto& property : element.properties) {
      roles.push_back(role_of(property));
      found |= roles.back() >= 0 ? 1 << roles.back() : 0;
    }
    if ((found & 7) != 7 && element.count > 0) {
      return problem("vertex", 0, "x, y or z is missing");
    }
    mesh_.vertices.reserve(element.count);
    for (std::uint64_t row = 0; row < element.count; ++row) {
      if (meter_.stopped()) {
        return reading_stopped(name_);
      }
      double values[9] = {};
      for (std::size_t k = 0; k < roles.size(); ++k) {
        if (roles[k] < 0) {
          skip(element.properties[k]);
          continue;
        }
        const PlyType type = element.properties[k].type;
        const double value = body_.next(type);
        values[roles[k]] = roles[k] >= 6 ? color_byte(value, type) : value;
      }
      const Eigen::Vector3f position =
          (Eigen::Vector3d(values[0], values[1], values[2]) * scale_).cast<float>();
      if (body_.failed() || !position.allFinite()) {
        return problem("vertex", row,
                       body_.failed() ? "expected a number of its type" : "a coordinate is not finite");
      }
      body_.end_row();
      mesh_.vertices.push_back(position);
      append_attributes(values, found);
    }
    return {};
  }

  void append_attributes(const double* values, int found) {
    if ((found & 0070) == 0070) {
      const Eigen::Vector3f normal = Eigen::Vector3d(values[3], values[4], values[5]).cast<float>();
      mesh_.normals.push_back(normal.allFinite() ? normal : Eigen::Vector3f(0, 0, 0));
    }
    if ((found & 0700) == 0700) {
      mesh_.colors.push_back({static_cast<std::uint8_t>(values[6]), static_cast<std::uint8_t>(values[7]),
                              static_cast<std::uint8_t>(values[8])});
    }
  }

  static bool is_corners(const PlyProperty& property) {
    return property.is_list && (property.name == "vertex_indices" || property.name == "vertex_index");
  }

  Expected<void> faces(const PlyElement& element) {
    if (element.count > 0 && std::none_of(element.properties.begin(), element.properties.end(), is_corners)) {
      return problem("face", 0, "the list vertex_indices is missing");
    }
    for (std::uint64_t row = 0; row < element.count; ++row) {
      if (meter_.stopped()) {
        return reading_stopped(name_);
      }
      for (const auto& property : element.properties) {
        if (is_corners(property)) {
          if (const auto done = polygon(property, row); !done) {
            return done;
          }
        } else {
          skip(property);
        }
      }
      if (body_.failed()) {
        return problem("face", row, "expected a number");
      }
      body_.end_row();
    }
    return {};
  }

  Expected<void> polygon(const PlyProperty& property, std::size_t row) {
    const double count = body_.next(property.count_type);
    if (!(count >= 0.0 && count <= kMaxPlyCorners && count == std::floor(count))) {
      return problem("face", row, "expected at most 255 corners");
    }
    std::uint32_t first = 0, previous = 0;
    for (int k = 0; k < static_cast<int>(count); ++k) {
      const double index = body_.next(property.type);
      if (!(index >= 0.0 && index < 4294967295.0) || body_.failed()) {
        return problem("face", row,
                       body_.failed() ? "expected a number" : "an index is negative or too large");
      }
      const auto corner = static_cast<std::uint32_t>(index);
      if (corner > largest_index_) {
        largest_index_ = corner;
        largest_index_face_ = row;
      }
      if (k >= 2) {
        mesh_.faces.push_back({first, previous, corner});
      }
      first = k == 0 ? corner : first;
      previous = corner;
    }
    return {};
  }

  Expected<void> others(const PlyElement& element) {
    for (std::uint64_t row = 0; row < element.count; ++row) {
      if (meter_.stopped()) {
        return reading_stopped(name_);
      }
      for (const auto& property : element.properties) {
        skip(property);
      }
      if (body_.failed()) {
        return problem(element.name, row, "expected a number");
      }
      body_.end_row();
    }
    return {};
  }

  /// A list's length is bounded by what is left of the file, because taking stops there.
  void skip(const PlyProperty& property) {
    const double count = property.is_list ? body_.next(property.count_type) : 1.0;
    for (double k = 0; k < count && !body_.failed(); ++k) {
      body_.next(property.type);
    }
  }

  const PlyHeader& header_;
  Body body_;
  const std::string& name_;
  double scale_;
  StopMeter meter_{kRowsUnasked};
  Mesh mesh_;
  // Also of polygons with too few corners to be drawn: they show a damaged file all the same.
  std::int64_t largest_index_ = -1;
  std::size_t largest_index_face_ = 0;
};

template <class T>
void put(std::string& out, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  out.append(raw, sizeof(T));
}

}  // namespace

Expected<Mesh> parse_ply(std::string_view bytes, const std::string& name, double metres_per_unit) {
  const auto header = parse_ply_header(bytes, name);
  if (!header) {
    return header.error();
  }
  auto mesh = PlyReader(*header, bytes, name, metres_per_unit, false).read();
  const bool stopped = !mesh && mesh.error().code == ErrorCode::kCancelled;
  if (mesh || stopped || header->format != PlyHeader::Format::kAscii) {
    return mesh;
  }
  // Some programs write more into the lines of faces than the header says (VCGLIB its colors of wedges).
  auto by_lines = PlyReader(*header, bytes, name, metres_per_unit, true).read();
  return by_lines ? std::move(by_lines) : std::move(mesh);
}

std::string ply_texture_file(const std::filesystem::path& path) {
  auto file = open_file(path, kMaxPlyBytes);
  std::string line;
  for (int i = 0; file && i < 200 && std::getline(*file, line) && !line.starts_with("end_header"); ++i) {
    const std::string key = "comment TextureFile ";
    if (line.starts_with(key)) {
      line.erase(line.find_last_not_of(" \r") + 1);
      return line.size() > key.size() ? line.substr(key.size()) : std::string();
    }
  }
  return {};
}

std::string to_ply_bytes(const Mesh& mesh, double units_per_metre) {
  const bool normals = !mesh.normals.empty() && mesh.normals.size() == mesh.vertices.size();
  const bool colors = !mesh.colors.empty() && mesh.colors.size() == mesh.vertices.size();
  std::string out = "ply\nformat binary_little_endian 1.0\nelement vertex " +
                    std::to_string(mesh.vertices.size()) +
                    "\nproperty float x\nproperty float y\nproperty float z\n";
  out += normals ? "property float nx\nproperty float ny\nproperty float nz\n" : "";
  out += colors ? "property uchar red\nproperty uchar green\nproperty uchar blue\n" : "";
  out += "element face " + std::to_string(mesh.faces.size()) +
         "\nproperty list uchar int vertex_indices\nend_header\n";
  for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
    for (int k = 0; k < 3; ++k) {
      put(out, static_cast<float>(mesh.vertices[i][k] * units_per_metre));
    }
    for (int k = 0; normals && k < 3; ++k) {
      put(out, mesh.normals[i][k]);
    }
    for (int k = 0; colors && k < 3; ++k) {
      put(out, mesh.colors[i][k]);
    }
  }
  for (const auto& face : mesh.faces) {
    put(out, std::uint8_t{3});
    for (const std::uint32_t corner : face) {
      put(out, corner);
    }
  }
  return out;
}

}  // namespace alidade
