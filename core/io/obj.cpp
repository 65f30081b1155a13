// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/obj.h"

#include <algorithm>
#include <charconv>

#include "core/base/stop_scope.h"

namespace alidade {
namespace {

constexpr int kMaxObjCorners = 255;

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

bool read_vertex(std::string_view line, double scale, Mesh& mesh) {
  Eigen::Vector3d position;
  for (int k = 0; k < 3; ++k) {
    const std::string_view word = next_word(line);
    const auto result = std::from_chars(word.data(), word.data() + word.size(), position[k]);
    if (result.ec != std::errc() || result.ptr != word.data() + word.size()) {
      return false;
    }
  }
  mesh.vertices.push_back((position * scale).cast<float>());
  return mesh.vertices.back().allFinite();
}

bool read_face(std::string_view line, Mesh& mesh) {
  std::uint32_t first = 0, previous = 0;
  int count = 0;
  for (std::string_view word = next_word(line); !word.empty() && word[0] != '#';
       word = next_word(line), ++count) {
    long long index = 0;
    const auto result = std::from_chars(word.data(), word.data() + word.size(), index);
    const auto vertices = static_cast<long long>(mesh.vertices.size());
    const long long at = index < 0 ? vertices + index : index - 1;
    if (result.ec != std::errc() || index == 0 || at < 0 || at >= vertices || count == kMaxObjCorners) {
      return false;
    }
    const auto corner = static_cast<std::uint32_t>(at);
    if (count >= 2) {
      mesh.faces.push_back({first, previous, corner});
    }
    first = count == 0 ? corner : first;
    previous = corner;
  }
  return count >= 3;
}

/// Takes the next physical line off the text, without its end ("\n" or "\r\n").
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

/// The next statement: a line with those that continue it after a backslash, kept in `joined`. Comments are
/// not continued: they may end in a Windows path. `lines` gets how many lines it takes.
std::string_view take_statement(std::string_view& text, std::string& joined, int& lines) {
  std::string_view line = take_line(text);
  lines = 1;
  const bool comment = line.substr(std::min(line.find_first_not_of(" \t"), line.size())).starts_with('#');
  if (comment || !line.ends_with('\\')) {
    return line;
  }
  joined.clear();
  while (line.ends_with('\\')) {
    joined.append(line.substr(0, line.size() - 1)).push_back(' ');
    line = text.empty() ? std::string_view() : take_line(text);
    ++lines;
  }
  joined.append(line);
  return joined;
}

}  // namespace

Expected<Mesh> parse_obj(std::string_view text, const std::string& name, double metres_per_unit) {
  Mesh mesh;
  std::string joined;
  StopMeter meter(kRowsUnasked);
  for (int number = 1, lines = 1; !text.empty(); number += lines) {
    if (meter.stopped()) {
      return reading_stopped(name);
    }
    std::string_view line = take_statement(text, joined, lines);
    const std::string_view key = next_word(line);
    if ((key == "v" && !read_vertex(line, metres_per_unit, mesh)) || (key == "f" && !read_face(line, mesh))) {
      return input_error(
          name, "line " + std::to_string(number),
          key == "v" ? "expected three finite numbers" : "expected at least three existing vertices",
          "the file is damaged, export it again");
    }
  }
  if (mesh.vertices.empty()) {
    return input_error(name, "", "the file holds no vertices", "check that it is an OBJ file");
  }
  return mesh;
}

}  // namespace alidade
