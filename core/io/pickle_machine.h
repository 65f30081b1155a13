// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/expected.h"
#include "core/io/npy.h"

namespace alidade {

/// A value on the stack of a pickle; children are numbers of other nodes, so that what refers to itself costs
/// nothing.
struct PickleNode {
  enum class Kind {
    kNone,
    kBool,
    kInteger,
    kReal,
    kText,
    kBytes,
    kList,
    kTuple,
    kDict,
    kArray,       // as PickleValue
    kGlobal,      ///< `text` is its full name
    kDtype,       ///< `text` is NumPy's name with the order of bytes, "<f4"
    kArrayShell,  ///< an array that waits for its content
  };
  Kind kind = Kind::kNone;
  std::int64_t integer = 0;
  double real = 0.0;
  std::string text;
  std::vector<std::uint32_t> children;  ///< of a dict: key, value, key, value
  std::shared_ptr<const NpyArray> array;
};

/// The stack machine that a pickle is a program of, with every instruction left out that could run something.
class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, std::string name)
      : bytes_(bytes), name_(std::move(name)), copies_left_(4 * bytes.size() + (1 << 20)) {}

  /// Runs to the end; the number of the node that is left.
  Expected<std::uint32_t> run();
  const PickleNode& node(std::uint32_t number) const { return nodes_[number]; }

 private:
  using Kind = PickleNode::Kind;
  using Number = std::uint32_t;
  enum class Step { kGoOn, kStop, kFailed };

  Step step();
  Step step_value(unsigned char opcode);
  Step step_container(unsigned char opcode);
  Step step_memo(unsigned char opcode);
  Step step_object(unsigned char opcode);

  // Failing: the sentence is kept, and what fails returns kFailed.
  Step fail(const std::string& problem);
  Step refuse(const std::string& what);

  // Input.
  bool take(std::size_t count, std::string_view& piece);
  bool take_number(std::size_t bytes, std::uint64_t& value);
  bool take_line(std::string_view& line);
  Step push_text(Kind kind, std::size_t length_bytes);
  Step push_integer(std::size_t bytes);

  // Stack.
  Step push(PickleNode node);
  bool pop(Number& number);
  bool pop_to_mark(std::vector<Number>& numbers);
  Step push_collected(Kind kind, std::vector<Number> children);
  Step extend(Kind kind, const std::vector<Number>& children);
  Step tuple_of(std::size_t count);

  // Objects (pickle_numpy.cpp).
  Step push_global(const std::string& full_name);
  Step reduce();
  Step build();
  Step make_dtype(const std::vector<Number>& arguments);
  Step encode(const std::vector<Number>& arguments);
  Step scalar(const std::vector<Number>& arguments);
  Step from_buffer(const std::vector<Number>& arguments);
  Step build_dtype(Number dtype, const PickleNode& state);
  Step build_array(Number shell, const PickleNode& state);
  bool is(Number number, Kind kind) const { return nodes_[number].kind == kind; }
  Expected<NpyArray> decode(const std::string& dtype, const std::vector<Number>& shape, bool fortran_order,
                            const std::string& data);
  /// Whether that many bytes may be copied again: references make a small file large.
  bool spend(std::size_t bytes);

  std::string_view bytes_;
  std::string name_;
  std::size_t at_ = 0, opcode_at_ = 0, copies_left_;
  std::vector<PickleNode> nodes_;
  std::vector<Number> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, Number> memo_;
  Error error_;
};

}  // namespace alidade
