// SPDX-License-Identifier: BSD-3-Clause
#include <bit>
#include <charconv>
#include <cstdio>
#include <utility>

#include "core/io/pickle_machine.h"

namespace alidade {

PickleMachine::Step PickleMachine::step_value(unsigned char opcode) {
  PickleNode node;
  std::uint64_t number = 0;
  switch (opcode) {
    case 'N':
      return push(std::move(node));
    case 0x88:
    case 0x89:
      node.kind = Kind::kBool;
      node.integer = opcode == 0x88 ? 1 : 0;
      return push(std::move(node));
    case 'J':
      return push_integer(4);
    case 'K':
    case 'M':
      node.kind = Kind::kInteger;
      if (!take_number(opcode == 'K' ? 1 : 2, number)) {
        return Step::kFailed;
      }
      node.integer = static_cast<std::int64_t>(number);
      return push(std::move(node));
    case 0x8a:
    case 0x8b:
      return take_number(opcode == 0x8a ? 1 : 4, number) ? push_integer(static_cast<std::size_t>(number))
                                                         : Step::kFailed;
    case 'G': {
      std::string_view piece;
      if (!take(8, piece)) {
        return Step::kFailed;
      }
      for (const char byte : piece) {  // the only number with its first byte in front
        number = (number << 8) | static_cast<unsigned char>(byte);
      }
      node.kind = Kind::kReal;
      node.real = std::bit_cast<double>(number);
      return push(std::move(node));
    }
    case 'X':
      return push_text(Kind::kText, 4);
    case 0x8c:
      return push_text(Kind::kText, 1);
    case 0x8d:
      return push_text(Kind::kText, 8);
    case 'C':
    case 'U':  // a str of Python 2: bytes
      return push_text(Kind::kBytes, 1);
    case 'B':
    case 'T':
      return push_text(Kind::kBytes, 4);
    case 0x8e:
    case 0x96:
      return push_text(Kind::kBytes, 8);
    case 0x81:
    case 0x92:
    case 'i':
    case 'o':
      return refuse("an object of a class");
    case 'P':
    case 'Q':
      return refuse("an object that lies elsewhere");
    case 0x82:
    case 0x83:
    case 0x84:
      return refuse("an object of a registered kind");
    case 0x8f:
    case 0x90:
    case 0x91:
      return refuse("a set");
    default: {
      char text[8];
      std::snprintf(text, sizeof text, "0x%02x", opcode);
      return fail(std::string("instruction ") + text +
                  " is none of a pickle of protocol 2 to 5 that is read");
    }
  }
}

PickleMachine::Step PickleMachine::step_container(unsigned char opcode) {
  std::vector<Number> children;
  Number number = 0;
  switch (opcode) {
    case '(':
      marks_.push_back(stack_.size());
      return Step::kGoOn;
    case '0':
      return pop(number) ? Step::kGoOn : Step::kFailed;
    case '1':
      return pop_to_mark(children) ? Step::kGoOn : Step::kFailed;
    case '2':
      if (!pop(number)) {
        return Step::kFailed;
      }
      stack_.insert(stack_.end(), 2, number);
      return Step::kGoOn;
    case ']':
      return push_collected(Kind::kList, {});
    case '}':
      return push_collected(Kind::kDict, {});
    case ')':
      return push_collected(Kind::kTuple, {});
    case 'l':
    case 't':
    case 'd':
      return pop_to_mark(children) ? push_collected(opcode == 'l'   ? Kind::kList
                                                    : opcode == 't' ? Kind::kTuple
                                                                    : Kind::kDict,
                                                    std::move(children))
                                   : Step::kFailed;
    case 0x85:
    case 0x86:
    case 0x87:
      return tuple_of(opcode - 0x84U);
    case 'a':
      return pop(number) ? extend(Kind::kList, {number}) : Step::kFailed;
    case 'e':
      return pop_to_mark(children) ? extend(Kind::kList, children) : Step::kFailed;
    case 's': {
      Number key = 0;
      return pop(number) && pop(key) ? extend(Kind::kDict, {key, number}) : Step::kFailed;
    }
    default:  // 'u'
      return pop_to_mark(children) ? extend(Kind::kDict, children) : Step::kFailed;
  }
}

PickleMachine::Step PickleMachine::step_memo(unsigned char opcode) {
  std::uint64_t key = memo_.size();
  std::string_view line;
  if (opcode == 'p' || opcode == 'g') {
    if (!take_line(line)) {
      return Step::kFailed;
    }
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), key);
    if (parsed.ec != std::errc() || parsed.ptr != line.data() + line.size()) {
      return fail("a number of the memo cannot be read");
    }
  } else if (opcode != 0x94 && !take_number(opcode == 'q' || opcode == 'h' ? 1 : 4, key)) {
    return Step::kFailed;
  }
  if (opcode == 'h' || opcode == 'j' || opcode == 'g') {
    const auto found = memo_.find(key);
    if (found == memo_.end()) {
      return fail("it refers to value " + std::to_string(key) + " of the memo, which is not there");
    }
    stack_.push_back(found->second);
    return Step::kGoOn;
  }
  if (stack_.empty()) {
    return fail("an instruction finds too few values");
  }
  memo_[key] = stack_.back();
  return Step::kGoOn;
}

}  // namespace alidade
