// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/json_writer.h"

#include <charconv>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

template <class Number>
std::string number_text(Number number) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr};
}

std::string quoted(std::string_view text) {
  return json_text(nlohmann::json(text));
}

}  // namespace

void JsonWriter::new_line(std::size_t depth) {
  text_ += '\n';
  text_.append(2 * depth, ' ');
}

void JsonWriter::before_value() {
  if (std::exchange(after_key_, false) || levels_.empty()) {
    return;
  }
  Level& level = levels_.back();
  if (!level.empty) {
    text_ += level.flat ? ", " : ",";
  }
  level.empty = false;
  if (!level.flat) {
    new_line(levels_.size());
  }
}

JsonWriter& JsonWriter::begin(char open, bool flat) {
  before_value();
  text_ += open;
  const bool inside_flat = !levels_.empty() && levels_.back().flat;
  levels_.push_back({open == '{' ? '}' : ']', flat || inside_flat, true});
  return *this;
}

JsonWriter& JsonWriter::end() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.flat && !level.empty) {
    new_line(levels_.size());
  }
  text_ += level.close;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  text_ += quoted(name) + ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  return raw(quoted(text));
}

JsonWriter& JsonWriter::value(double number) {
  return std::isfinite(number) ? raw(number_text(number)) : null();
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  return raw(number_text(number));
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  return raw(number_text(number));
}

JsonWriter& JsonWriter::value(bool truth) {
  return raw(truth ? "true" : "false");
}

JsonWriter& JsonWriter::null() {
  return raw("null");
}

std::string JsonWriter::take() {
  text_ += '\n';
  return std::exchange(text_, {});
}

}  // namespace alidade
