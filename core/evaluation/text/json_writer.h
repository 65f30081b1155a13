// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alidade {

/// Writes JSON in the order of the calls: numbers in the shortest form that reads back, null for what is not
/// finite, invalid UTF-8 replaced. A container that is opened `flat` stays on one line with all it holds;
/// others put each member on its own line, indented by two blanks.
class JsonWriter {
 public:
  JsonWriter& begin_object(bool flat = false) { return begin('{', flat); }
  JsonWriter& begin_array(bool flat = false) { return begin('[', flat); }
  JsonWriter& end();

  /// The key of the next value; within objects only.
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(const std::optional<double>& number) { return number ? value(*number) : null(); }
  JsonWriter& null();
  /// JSON text on one line, as it is.
  JsonWriter& raw(std::string_view json);

  /// The text with a line break at its end.
  std::string take();

 private:
  struct Level {
    char close = '}';
    bool flat = false;
    bool empty = true;
  };

  JsonWriter& begin(char open, bool flat);
  void before_value();
  void new_line(std::size_t depth);

  std::string text_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace alidade
