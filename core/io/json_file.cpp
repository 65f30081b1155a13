// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/json_file.h"

#include <cmath>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"

namespace alidade {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 64;

/// Walks over the text, counting how many bytes the parser has taken.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (reached_) {
      *reached_ = at_;
    }
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Builds the value and refuses what plain JSON parsers let pass.
class StrictBuilder {
 public:
  explicit StrictBuilder(json& root) : root_(root) {}

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(json::number_integer_t value) { return add(value); }
  bool number_unsigned(json::number_unsigned_t value) { return add(value); }
  bool number_float(json::number_float_t value, const json::string_t&) {
    return std::isfinite(value) ? add(value) : fail("a number that is not finite");
  }
  bool string(json::string_t& value) { return add(std::move(value)); }
  bool binary(json::binary_t&) { return fail("binary data"); }
  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(json::string_t& name) {
    if (open_.back()->contains(name)) {
      return fail("the key \"" + name.substr(0, 80) + "\" stands twice");
    }
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception& failure) {
    const std::string text = failure.what();
    return fail(text.find("out_of_range") != std::string::npos ? "a number that is not finite"
                                                               : "not valid JSON");
  }

  const std::string& problem() const { return problem_; }

 private:
  json* place(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    return &((*open_.back())[key_] = std::move(value));
  }
  bool add(json value) {
    place(std::move(value));
    return true;
  }
  bool open(json value) {
    if (open_.size() == kMaxDepth) {
      return fail("nested more than 64 levels deep");
    }
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool fail(std::string problem) {
    if (problem_.empty()) {
      problem_ = std::move(problem);
    }
    return false;
  }

  json& root_;
  std::vector<json*> open_;
  std::string key_;
  std::string problem_;
};

std::string place_of(std::string_view text, std::size_t at) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < at && i < text.size(); ++i) {
    column = text[i] == '\n' ? 1 : column + 1;
    line += text[i] == '\n';
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

Expected<json> parse_json(std::string_view text, const std::string& name) {
  // The parser takes a zero for the end of the text and would pass over what follows.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    return input_error(name, place_of(text, zero), "not valid JSON", "correct the file there");
  }
  json root;
  StrictBuilder builder(root);
  const char* reached = text.data();
  const CountingIterator begin(text.data(), &reached), end(text.data() + text.size(), nullptr);
  if (!json::sax_parse(begin, end, &builder)) {
    const std::size_t taken = static_cast<std::size_t>(reached - text.data());
    return input_error(name, place_of(text, taken > 0 ? taken - 1 : 0),
                       builder.problem().empty() ? "not valid JSON" : builder.problem(),
                       "correct the file there");
  }
  return root;
}

Expected<json> read_json(const std::filesystem::path& path, std::uintmax_t max_bytes) {
  const auto text = read_file(path, max_bytes);
  if (!text) {
    return text.error();
  }
  return parse_json(*text, path.string());
}

}  // namespace alidade
