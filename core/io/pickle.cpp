// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/pickle.h"

#include <map>

#include "core/base/file.h"
#include "core/io/pickle_machine.h"

namespace alidade {
namespace {

using Kind = PickleValue::Kind;

constexpr std::uintmax_t kMostPickleBytes = std::uintmax_t{256} << 20;
constexpr std::size_t kMostPickleValues = 2'000'000;
constexpr int kMostPickleLevels = 64;

/// Copies what the machine left into values that own each other. References may repeat a value and lead in a
/// circle: the number of values, of bytes and of levels is bounded.
class PickleCopier {
 public:
  PickleCopier(const PickleMachine& machine, std::size_t bytes, const std::string& name)
      : machine_(machine), name_(name), bytes_left_(16 * bytes + (1 << 20)) {}

  Expected<PickleValue> copy(std::uint32_t number, int level) {
    const PickleNode& node = machine_.node(number);
    if (level > kMostPickleLevels) {
      return problem("values lie more than " + std::to_string(kMostPickleLevels) +
                     " levels deep in each other, or one holds itself");
    }
    if (node.kind > PickleNode::Kind::kArray) {
      return problem("a name of NumPy stands where a value is expected");
    }
    if (values_ == kMostPickleValues || node.text.size() > bytes_left_) {
      return problem("it has more than " + std::to_string(kMostPickleValues) +
                     " values, or repeats texts too often");
    }
    ++values_;
    bytes_left_ -= node.text.size();
    PickleValue value;
    value.kind = static_cast<Kind>(node.kind);
    value.integer = node.integer;
    value.real = node.real;
    value.text = node.text;
    value.array = node.array;
    if (node.kind == PickleNode::Kind::kDict) {
      return copy_dict(node, std::move(value), level);
    }
    for (const std::uint32_t child : node.children) {
      auto item = copy(child, level + 1);
      if (!item) {
        return item;
      }
      value.items.push_back(std::move(*item));
    }
    return value;
  }

 private:
  /// A key that comes again replaces what it had, as in Python.
  Expected<PickleValue> copy_dict(const PickleNode& node, PickleValue value, int level) {
    std::map<std::string, std::size_t> position;
    for (std::size_t i = 0; i < node.children.size(); i += 2) {
      const PickleNode& key = machine_.node(node.children[i]);
      if (key.kind != PickleNode::Kind::kText && key.kind != PickleNode::Kind::kInteger) {
        return problem("a key of a dict is neither text nor whole number");
      }
      const std::string name = key.kind == PickleNode::Kind::kText ? key.text : std::to_string(key.integer);
      if (name.size() > bytes_left_) {
        return problem("it repeats texts too often");
      }
      bytes_left_ -= name.size();
      auto item = copy(node.children[i + 1], level + 1);
      if (!item) {
        return item;
      }
      const auto [found, is_new] = position.emplace(name, value.items.size());
      if (is_new) {
        value.keys.push_back(name);
        value.items.push_back(std::move(*item));
      } else {
        value.items[found->second] = std::move(*item);
      }
    }
    return value;
  }

  Error problem(const std::string& what) const {
    return input_error(name_, "", what, "save plain values, as mmdetection3d does");
  }

  const PickleMachine& machine_;
  const std::string& name_;
  std::size_t values_ = 0, bytes_left_;
};

bool add_numbers(const PickleValue& value, std::size_t most, std::vector<double>& numbers) {
  if (value.array != nullptr) {
    if (value.array->dtype == DType::kText || value.array->size() > most - numbers.size()) {
      return false;
    }
    const std::vector<double> all = value.array->as_doubles();
    numbers.insert(numbers.end(), all.begin(), all.end());
    return true;
  }
  if (value.kind == Kind::kList || value.kind == Kind::kTuple) {
    for (const PickleValue& item : value.items) {
      if (!add_numbers(item, most, numbers)) {
        return false;
      }
    }
    return true;
  }
  const auto number = value.number();
  if (!number || numbers.size() == most) {
    return false;
  }
  numbers.push_back(*number);
  return true;
}

}  // namespace

const PickleValue* PickleValue::find(const std::string& key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) {
      return &items[i];
    }
  }
  return nullptr;
}

std::optional<double> PickleValue::number() const {
  return kind == Kind::kReal                             ? std::optional(real)
         : kind == Kind::kInteger || kind == Kind::kBool ? std::optional(static_cast<double>(integer))
                                                         : std::nullopt;
}

std::optional<std::int64_t> PickleValue::whole() const {
  return kind == Kind::kInteger || kind == Kind::kBool ? std::optional(integer) : std::nullopt;
}

std::optional<std::vector<double>> PickleValue::numbers(std::size_t most) const {
  std::vector<double> all;
  const bool plain = kind == Kind::kArray || kind == Kind::kList || kind == Kind::kTuple;
  return plain && add_numbers(*this, most, all) ? std::optional(std::move(all)) : std::nullopt;
}

Expected<PickleValue> parse_pickle(std::string_view bytes, const std::string& name) {
  if (bytes.size() > kMostPickleBytes) {
    return input_error(name, "", "it has more than 256 MB", "split the set into several files");
  }
  PickleMachine machine(bytes, name);
  const auto root = machine.run();
  return root ? PickleCopier(machine, bytes.size(), name).copy(*root, 0) : root.error();
}

Expected<PickleValue> read_pickle(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMostPickleBytes);
  return bytes ? parse_pickle(*bytes, path.string()) : bytes.error();
}

}  // namespace alidade
