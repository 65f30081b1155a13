// SPDX-License-Identifier: BSD-3-Clause
#include <bit>
#include <limits>

#include "core/io/latin1.h"
#include "core/io/pickle.h"

namespace alidade {
namespace {

using Kind = PickleValue::Kind;

/// Protocol 2; every value is written out, nothing is referred to.
class PickleWriter {
 public:
  std::string bytes() && { return std::move(out_) + "."; }

  void add(const PickleValue& value) {
    switch (value.kind) {
      case Kind::kNone:
        out_ += 'N';
        break;
      case Kind::kBool:
        out_ += value.integer != 0 ? '\x88' : '\x89';
        break;
      case Kind::kInteger:
        add_integer(value.integer);
        break;
      case Kind::kReal:
        add_real(value.real);
        break;
      case Kind::kText:
        add_text(value.text);
        break;
      case Kind::kBytes:  // as Python's own protocol 2: text, one character per byte, and how to encode it
        out_ += "c_codecs\nencode\n";
        add_text(text_of_latin1(value.text));
        add_text("latin1");
        out_ += "\x86R";
        break;
      case Kind::kList:
        add_items("](", value.items, 'e');
        break;
      case Kind::kTuple:
        add_items("(", value.items, 't');
        break;
      case Kind::kDict:
        out_ += "}(";
        for (std::size_t i = 0; i < value.items.size(); ++i) {
          add_text(value.keys[i]);
          add(value.items[i]);
        }
        out_ += 'u';
        break;
      case Kind::kArray:
        add_array(*value.array, 0, 0);
        break;
    }
  }

 private:
  void add_items(const char* begin, const std::vector<PickleValue>& items, char end) {
    out_ += begin;
    for (const PickleValue& item : items) {
      add(item);
    }
    out_ += end;
  }

  void add_little(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      out_ += static_cast<char>((value >> (8 * i)) & 255);
    }
  }

  void add_integer(std::int64_t value) {
    const bool small = value >= std::numeric_limits<std::int32_t>::min() &&
                       value <= std::numeric_limits<std::int32_t>::max();
    out_ += small ? "J" : "\x8a\x08";
    add_little(static_cast<std::uint64_t>(value), small ? 4 : 8);
  }

  void add_real(double value) {
    out_ += 'G';
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 7; i >= 0; --i) {
      out_ += static_cast<char>((bits >> (8 * i)) & 255);
    }
  }

  void add_text(const std::string& text) {
    out_ += 'X';
    add_little(text.size(), 4);
    out_ += text;
  }

  /// The part of an array from element `first` on, whose shape begins at `axis`.
  void add_array(const NpyArray& array, std::size_t axis, std::size_t first) {
    if (array.size() == 0) {
      out_ += ']';
      return;
    }
    if (axis == array.shape.size()) {
      add_element(array, first);
      return;
    }
    std::size_t stride = 1;
    for (std::size_t i = axis + 1; i < array.shape.size(); ++i) {
      stride *= array.shape[i];
    }
    out_ += "](";
    for (std::size_t i = 0; i < array.shape[axis]; ++i) {
      add_array(array, axis + 1, first + i * stride);
    }
    out_ += 'e';
  }

  void add_element(const NpyArray& array, std::size_t index) {
    if (array.dtype == DType::kText) {
      add_text(array.as_texts().at(index));
    } else {
      add_real(array.as_doubles(index, 1).at(0));
    }
  }

  std::string out_{"\x80\x02", 2};
};

}  // namespace

PickleValue PickleValue::of(std::int64_t value) {
  PickleValue made;
  made.kind = Kind::kInteger;
  made.integer = value;
  return made;
}

PickleValue PickleValue::of(double value) {
  PickleValue made;
  made.kind = Kind::kReal;
  made.real = value;
  return made;
}

PickleValue PickleValue::of(bool value) {
  PickleValue made;
  made.kind = Kind::kBool;
  made.integer = value ? 1 : 0;
  return made;
}

PickleValue PickleValue::of(std::string text) {
  PickleValue made;
  made.kind = Kind::kText;
  made.text = std::move(text);
  return made;
}

PickleValue PickleValue::list(std::vector<PickleValue> items) {
  PickleValue made;
  made.kind = Kind::kList;
  made.items = std::move(items);
  return made;
}

PickleValue PickleValue::dict(std::vector<std::pair<std::string, PickleValue>> items) {
  PickleValue made;
  made.kind = Kind::kDict;
  for (auto& [key, value] : items) {
    made.keys.push_back(std::move(key));
    made.items.push_back(std::move(value));
  }
  return made;
}

std::string to_pickle_bytes(const PickleValue& value) {
  PickleWriter writer;
  writer.add(value);
  return std::move(writer).bytes();
}

}  // namespace alidade
