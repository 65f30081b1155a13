// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/json_text.h"

#include <cmath>
#include <functional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/stop_scope.h"
#include "core/base/text_escape.h"

namespace alidade {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kMaxDepth = 64;

/// How far the parser has come in the text.
struct Reach {
  const char* at;
  const char* end;
  const char* ask_at;    ///< where to ask for the stop next
  bool stopped = false;  ///< asked for there: the text ends early

  explicit Reach(std::string_view text) : at(text.data()), end(at + text.size()), ask_at(next()) {}
  const char* next() const {
    return static_cast<std::size_t>(end - at) > kBytesUnasked ? at + kBytesUnasked : nullptr;
  }
};

/// Walks over the text, counting how many bytes the parser has taken.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Reach* reach) : at_(at), reach_(reach) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (reach_) {
      reach_->at = at_;
      if (at_ == reach_->ask_at) {
        ask();
      }
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
  void ask() {
    reach_->stopped = stop_asked();
    reach_->ask_at = reach_->next();
    at_ = reach_->stopped ? reach_->end : at_;
  }

  const char* at_;
  Reach* reach_;
};

/// Builds the value and refuses what plain JSON parsers let pass.
template <class Json>
class StrictBuilder {
 public:
  using Take = std::function<void(const std::string& key, Json&& value)>;

  explicit StrictBuilder(Json& root, Take take = {}) : root_(root), take_(std::move(take)) {}

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(typename Json::number_integer_t value) { return add(value); }
  bool number_unsigned(typename Json::number_unsigned_t value) { return add(value); }
  bool number_float(typename Json::number_float_t value, const std::string&) {
    return std::isfinite(value) ? add(value) : fail("a number that is not finite");
  }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(typename Json::binary_t&) { return fail("binary data"); }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (!is_new(name)) {
      return fail("the key \"" + name.substr(0, 80) + "\" stands twice");
    }
    key_ = std::move(name);
    if (take_ && open_.size() == 1) {
      member_ = key_;
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string& token, const typename Json::exception& failure) {
    const std::string text = failure.what();
    if (text.find("out_of_range") != std::string::npos) {
      return fail("a number that is not finite");
    }
    // Python writes such values all the same.
    const bool is_no_number = token.ends_with("N") || token.ends_with("I") || token.ends_with("na");
    return fail(is_no_number ? "not valid JSON, which has no NaN and no Infinity" : "not valid JSON");
  }

  const std::string& problem() const { return problem_; }

 private:
  static constexpr bool kOrdered = std::is_same_v<Json, ordered_json>;

  // An ordered object is a list: looking a key up in it takes longer the longer it is, so that a file of a
  // million keys would never end.
  bool is_new(const std::string& name) {
    if (kOrdered || (take_ && open_.size() == 1)) {
      return names_.back().insert(name).second;
    }
    return !open_.back()->contains(name);
  }
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    if constexpr (kOrdered) {
      using Object = typename Json::object_t;
      auto& members = static_cast<typename Object::Container&>(open_.back()->template get_ref<Object&>());
      return &members.emplace_back(std::move(key_), std::move(value)).second;
    } else {
      return &((*open_.back())[key_] = std::move(value));
    }
  }
  bool add(Json value) {
    Json* placed = place(std::move(value));
    hand_over(placed);
    return true;
  }
  /// A member of the root that is complete leaves it.
  void hand_over(Json* member) {
    if (take_ && open_.size() == 1 && root_.is_object()) {
      take_(member_, std::move(*member));
      root_ = Json::object();
    }
  }
  bool open(Json value) {
    if (open_.size() == kMaxDepth) {
      return fail("nested more than 64 levels deep");
    }
    open_.push_back(place(std::move(value)));
    names_.emplace_back();
    return true;
  }
  bool close() {
    Json* closed = open_.back();
    open_.pop_back();
    names_.pop_back();
    hand_over(closed);
    return true;
  }
  bool fail(std::string problem) {
    if (problem_.empty()) {
      problem_ = std::move(problem);
    }
    return false;
  }

  Json& root_;
  Take take_;
  std::string member_;  ///< key of the root's member that is being read
  std::vector<Json*> open_;
  std::vector<std::set<std::string>> names_;  ///< of the open objects, when ordered
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

template <class Json>
Expected<Json> parsed(std::string_view text, const std::string& name,
                      typename StrictBuilder<Json>::Take take = {}) {
  // The parser takes a zero for the end of the text and would pass over what follows.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    return input_error(name, place_of(text, zero), "not valid JSON", "correct the file there");
  }
  Json root;
  StrictBuilder<Json> builder(root, std::move(take));
  Reach reach(text);
  const CountingIterator begin(text.data(), &reach), end(text.data() + text.size(), nullptr);
  const bool whole = Json::sax_parse(begin, end, &builder);
  if (reach.stopped) {
    return reading_stopped(name);
  }
  if (!whole) {
    const std::size_t taken = static_cast<std::size_t>(reach.at - text.data());
    return input_error(name, place_of(text, taken > 0 ? taken - 1 : 0),
                       builder.problem().empty() ? "not valid JSON" : builder.problem(),
                       "correct the file there");
  }
  return root;
}

template <class Json>
std::string written(const Json& value, int indent, bool ascii) {
  return json_escaped(value.dump(indent, ' ', ascii, Json::error_handler_t::replace));
}

}  // namespace

Expected<json> parse_json(std::string_view text, const std::string& name) {
  return parsed<json>(text, name);
}

Expected<ordered_json> parse_ordered_json(std::string_view text, const std::string& name) {
  return parsed<ordered_json>(text, name);
}

Expected<bool> parse_json_members(std::string_view text, const std::string& name,
                                  const std::function<void(const std::string& key, json&& value)>& take) {
  const auto root = parsed<json>(text, name, take);
  return root ? Expected<bool>(root->is_object()) : Expected<bool>(root.error());
}

ordered_json embedded_json(std::string_view text) {
  auto value = parse_ordered_json(text, {});
  return value ? std::move(*value) : ordered_json();
}

std::string json_text(const json& value, int indent, bool ascii) {
  return written(value, indent, ascii);
}

std::string json_text(const ordered_json& value, int indent, bool ascii) {
  return written(value, indent, ascii);
}

}  // namespace alidade
