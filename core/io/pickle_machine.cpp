// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/pickle_machine.h"

#include <utility>

namespace alidade {
namespace {

constexpr std::size_t kMostPickleNodes = 2'000'000;
constexpr const char* kPickleRemedy = "save the file again with Python's pickle, protocol 2 to 5";

}  // namespace

Expected<std::uint32_t> PickleMachine::run() {
  Step went = Step::kGoOn;
  while (went == Step::kGoOn) {
    opcode_at_ = at_;
    went = step();
  }
  if (went == Step::kStop && (stack_.size() != 1 || !marks_.empty() || at_ != bytes_.size())) {
    went = fail(at_ != bytes_.size() ? "there is more behind the end of the pickle"
                                     : "the pickle does not leave exactly one value");
  }
  return went == Step::kStop ? Expected<std::uint32_t>(stack_.back()) : error_;
}

PickleMachine::Step PickleMachine::fail(const std::string& problem) {
  error_ = input_error(name_, "byte " + std::to_string(opcode_at_), problem, kPickleRemedy);
  return Step::kFailed;
}

PickleMachine::Step PickleMachine::refuse(const std::string& what) {
  error_ = input_error(name_, "byte " + std::to_string(opcode_at_),
                       "the pickle asks for " + what + ", which is named here and not executed",
                       "save plain values and NumPy arrays alone, as mmdetection3d does");
  return Step::kFailed;
}

bool PickleMachine::spend(std::size_t bytes) {
  const bool enough = bytes <= copies_left_;
  copies_left_ -= enough ? bytes : 0;
  return enough;
}

bool PickleMachine::take(std::size_t count, std::string_view& piece) {
  if (count > bytes_.size() - at_) {
    fail("the file ends in the middle of a value");
    return false;
  }
  piece = bytes_.substr(at_, count);
  at_ += count;
  return true;
}

bool PickleMachine::take_number(std::size_t bytes, std::uint64_t& value) {
  std::string_view piece;
  if (!take(bytes, piece)) {
    return false;
  }
  value = 0;
  for (std::size_t i = bytes; i-- > 0;) {
    value = (value << 8) | static_cast<unsigned char>(piece[i]);
  }
  return true;
}

bool PickleMachine::take_line(std::string_view& line) {
  const std::size_t end = bytes_.find('\n', at_);
  if (end == std::string_view::npos) {
    fail("the file ends in the middle of a name");
    return false;
  }
  line = bytes_.substr(at_, end - at_);
  at_ = end + 1;
  return true;
}

PickleMachine::Step PickleMachine::push(PickleNode node) {
  if (nodes_.size() >= kMostPickleNodes) {
    return fail("it has more than " + std::to_string(kMostPickleNodes) + " values");
  }
  nodes_.push_back(std::move(node));
  stack_.push_back(static_cast<Number>(nodes_.size() - 1));
  return Step::kGoOn;
}

bool PickleMachine::pop(Number& number) {
  if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size())) {
    fail("an instruction finds too few values");
    return false;
  }
  number = stack_.back();
  stack_.pop_back();
  return true;
}

bool PickleMachine::pop_to_mark(std::vector<Number>& numbers) {
  if (marks_.empty()) {
    fail("an instruction finds no mark");
    return false;
  }
  numbers.assign(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return true;
}

PickleMachine::Step PickleMachine::push_text(Kind kind, std::size_t length_bytes) {
  std::uint64_t length = 0;
  std::string_view piece;
  if (!take_number(length_bytes, length) || !take(static_cast<std::size_t>(length), piece)) {
    return Step::kFailed;
  }
  PickleNode node;
  node.kind = kind;
  node.text = std::string(piece);
  return push(std::move(node));
}

PickleMachine::Step PickleMachine::push_integer(std::size_t bytes) {
  std::uint64_t value = 0;
  if (bytes > 8) {
    return fail("a whole number has more than 64 bits");
  }
  if (!take_number(bytes, value)) {
    return Step::kFailed;
  }
  if (bytes > 0 && bytes < 8 && ((value >> (8 * bytes - 1)) & 1) != 0) {
    value |= ~std::uint64_t{0} << (8 * bytes);  // the sign
  }
  PickleNode node;
  node.kind = Kind::kInteger;
  node.integer = static_cast<std::int64_t>(value);
  return push(std::move(node));
}

PickleMachine::Step PickleMachine::push_collected(Kind kind, std::vector<Number> children) {
  if (kind == Kind::kDict && children.size() % 2 != 0) {
    return fail("a key has no value");
  }
  PickleNode node;
  node.kind = kind;
  node.children = std::move(children);
  return push(std::move(node));
}

PickleMachine::Step PickleMachine::extend(Kind kind, const std::vector<Number>& children) {
  if (stack_.empty() || !is(stack_.back(), kind)) {
    return fail(kind == Kind::kDict ? "a key is given to something that is no dict"
                                    : "an item is given to something that is no list");
  }
  if (kind == Kind::kDict && children.size() % 2 != 0) {
    return fail("a key has no value");
  }
  auto& all = nodes_[stack_.back()].children;
  all.insert(all.end(), children.begin(), children.end());
  return Step::kGoOn;
}

PickleMachine::Step PickleMachine::tuple_of(std::size_t count) {
  std::vector<Number> children(count);
  for (std::size_t i = count; i-- > 0;) {
    if (!pop(children[i])) {
      return Step::kFailed;
    }
  }
  return push_collected(Kind::kTuple, std::move(children));
}

PickleMachine::Step PickleMachine::step() {
  std::string_view piece;
  if (!take(1, piece)) {
    return Step::kFailed;
  }
  const auto opcode = static_cast<unsigned char>(piece[0]);
  std::uint64_t number = 0;
  switch (opcode) {
    case 0x80:  // PROTO
      return !take_number(1, number)    ? Step::kFailed
             : number < 2 || number > 5 ? fail("protocol " + std::to_string(number) + " is not one of 2 to 5")
                                        : Step::kGoOn;
    case 0x95:  // FRAME: only a hint for buffering
      return take_number(8, number) ? Step::kGoOn : Step::kFailed;
    case '.':
      return Step::kStop;
    case 'q':
    case 'r':
    case 'h':
    case 'j':
    case 'p':
    case 'g':
    case 0x94:
      return step_memo(opcode);
    case '(':
    case '0':
    case '1':
    case '2':
    case ']':
    case 'a':
    case 'e':
    case 'l':
    case ')':
    case 't':
    case 0x85:
    case 0x86:
    case 0x87:
    case '}':
    case 'd':
    case 's':
    case 'u':
      return step_container(opcode);
    case 'c':
    case 0x93:
    case 'R':
    case 'b':
      return step_object(opcode);
    default:
      return step_value(opcode);
  }
}

}  // namespace alidade
