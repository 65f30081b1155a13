// SPDX-License-Identifier: BSD-3-Clause
// The few names that NumPy's arrays and scalars are put together with. Their meaning is built in: nothing is
// looked up.
#include <utility>

#include "core/base/text_escape.h"
#include "core/io/latin1.h"
#include "core/io/pickle_machine.h"

namespace alidade {
namespace {

constexpr const char* kReconstruct = "numpy.core.multiarray._reconstruct";
constexpr const char* kScalar = "numpy.core.multiarray.scalar";
constexpr const char* kFromBuffer = "numpy.core.numeric._frombuffer";
constexpr const char* kArrayClass = "numpy.ndarray";
constexpr const char* kDtypeClass = "numpy.dtype";
constexpr const char* kEncode = "_codecs.encode";
constexpr std::size_t kMostArguments = 16;
constexpr std::size_t kMostArrayAxes = 32;

/// NumPy 2 calls its inner modules numpy._core.
std::string plain_name(std::string name) {
  return name.starts_with("numpy._core.") ? "numpy.core." + name.substr(12) : name;
}

}  // namespace

PickleMachine::Step PickleMachine::step_object(unsigned char opcode) {
  if (opcode == 'R') {
    return reduce();
  }
  if (opcode == 'b') {
    return build();
  }
  if (opcode == 'c') {
    std::string_view module, name;
    return take_line(module) && take_line(name) ? push_global(std::string(module) + "." + std::string(name))
                                                : Step::kFailed;
  }
  Number module = 0, name = 0;
  if (!pop(name) || !pop(module)) {
    return Step::kFailed;
  }
  return is(module, Kind::kText) && is(name, Kind::kText)
             ? push_global(nodes_[module].text + "." + nodes_[name].text)
             : fail("a name is no text");
}

PickleMachine::Step PickleMachine::push_global(const std::string& full_name) {
  PickleNode node;
  node.kind = Kind::kGlobal;
  node.text = plain_name(full_name);
  for (const char* known : {kReconstruct, kScalar, kFromBuffer, kArrayClass, kDtypeClass, kEncode}) {
    if (node.text == known) {
      return push(std::move(node));
    }
  }
  return refuse("\"" + shortened(visible_text(full_name), 200) + "\"");
}

PickleMachine::Step PickleMachine::reduce() {
  Number arguments = 0, callable = 0;
  if (!pop(arguments) || !pop(callable)) {
    return Step::kFailed;
  }
  if (!is(arguments, Kind::kTuple) || !is(callable, Kind::kGlobal)) {
    return fail("a call is not of a name with a tuple");
  }
  if (nodes_[arguments].children.size() > kMostArguments) {
    return fail("a call has too many arguments");
  }
  const std::string name = nodes_[callable].text;
  const std::vector<Number> given = nodes_[arguments].children;
  if (name == kDtypeClass) {
    return make_dtype(given);
  }
  if (name == kEncode) {
    return encode(given);
  }
  if (name == kScalar) {
    return scalar(given);
  }
  if (name == kFromBuffer) {
    return from_buffer(given);
  }
  if (name == kReconstruct && !given.empty() && is(given[0], Kind::kGlobal) &&
      nodes_[given[0]].text == kArrayClass) {
    PickleNode shell;
    shell.kind = Kind::kArrayShell;
    return push(std::move(shell));
  }
  return refuse("a call of \"" + name + "\" with other arguments than NumPy's");
}

PickleMachine::Step PickleMachine::make_dtype(const std::vector<Number>& arguments) {
  if (arguments.empty() || !is(arguments[0], Kind::kText) || nodes_[arguments[0]].text.size() > 16) {
    return fail("a type of NumPy has no name");
  }
  PickleNode dtype;
  dtype.kind = Kind::kDtype;
  // The order of bytes comes with the state; until then it is that of one byte.
  dtype.text = "|" + nodes_[arguments[0]].text;
  return push(std::move(dtype));
}

PickleMachine::Step PickleMachine::encode(const std::vector<Number>& arguments) {
  PickleNode bytes;
  bytes.kind = Kind::kBytes;
  if (arguments.size() != 2 || !is(arguments[0], Kind::kText) || !is(arguments[1], Kind::kText) ||
      nodes_[arguments[1]].text != "latin1" || !spend(nodes_[arguments[0]].text.size()) ||
      !latin1_bytes(nodes_[arguments[0]].text, bytes.text)) {
    return fail("bytes are not written as Latin-1");
  }
  return push(std::move(bytes));
}

Expected<NpyArray> PickleMachine::decode(const std::string& dtype, const std::vector<Number>& shape,
                                         bool fortran_order, const std::string& data) {
  // In the words of a .npy file, whose reader checks type, sizes and bytes.
  const auto malformed = [this](const char* problem) {
    return input_error(name_, "byte " + std::to_string(opcode_at_), problem, "save it again with NumPy");
  };
  if (shape.size() > kMostArrayAxes || !spend(data.size())) {
    return malformed("arrays have too many dimensions, or repeat the same bytes too often");
  }
  std::string extents;
  for (const Number extent : shape) {
    if (!is(extent, Kind::kInteger) || nodes_[extent].integer < 0) {
      return malformed("the shape of an array is no list of sizes");
    }
    extents += std::to_string(nodes_[extent].integer) + ",";
  }
  std::string header = "{'descr': '" + dtype + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                       ", 'shape': (" + extents + "), }\n";
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  return parse_npy(bytes + header + data, name_ + ": byte " + std::to_string(opcode_at_));
}

PickleMachine::Step PickleMachine::scalar(const std::vector<Number>& arguments) {
  if (arguments.size() != 2 || !is(arguments[0], Kind::kDtype) || !is(arguments[1], Kind::kBytes)) {
    return fail("a scalar of NumPy is not of a type and its bytes");
  }
  const auto array = decode(nodes_[arguments[0]].text, {}, false, nodes_[arguments[1]].text);
  if (!array) {
    error_ = array.error();
    return Step::kFailed;
  }
  PickleNode node;
  if (array->dtype == DType::kText) {
    node.kind = Kind::kText;
    node.text = array->as_texts().at(0);
  } else if (array->dtype == DType::kFloat16 || array->dtype == DType::kFloat32 ||
             array->dtype == DType::kFloat64) {
    node.kind = Kind::kReal;
    node.real = array->as_doubles().at(0);
  } else {
    node.kind = array->dtype == DType::kBool ? Kind::kBool : Kind::kInteger;
    node.integer = array->as_integers().at(0);
  }
  return push(std::move(node));
}

PickleMachine::Step PickleMachine::from_buffer(const std::vector<Number>& arguments) {
  if (arguments.size() != 4 || !is(arguments[0], Kind::kBytes) || !is(arguments[1], Kind::kDtype) ||
      !is(arguments[2], Kind::kTuple) || !is(arguments[3], Kind::kText)) {
    return fail("an array of NumPy is not of bytes, a type, a shape and an order");
  }
  auto array = decode(nodes_[arguments[1]].text, nodes_[arguments[2]].children,
                      nodes_[arguments[3]].text == "F", nodes_[arguments[0]].text);
  if (!array) {
    error_ = array.error();
    return Step::kFailed;
  }
  PickleNode node;
  node.kind = Kind::kArray;
  node.array = std::make_shared<const NpyArray>(std::move(*array));
  return push(std::move(node));
}

PickleMachine::Step PickleMachine::build() {
  Number state = 0;
  if (!pop(state)) {
    return Step::kFailed;
  }
  if (stack_.empty() || !is(state, Kind::kTuple)) {
    return fail("a state is not given to an array or a type of NumPy");
  }
  if (nodes_[state].children.size() > kMostArguments) {
    return fail("a state has too many parts");
  }
  const Number target = stack_.back();
  const PickleNode given = nodes_[state];
  if (is(target, Kind::kDtype)) {
    return build_dtype(target, given);
  }
  return is(target, Kind::kArrayShell) ? build_array(target, given)
                                       : fail("a state is not given to an array or a type of NumPy");
}

PickleMachine::Step PickleMachine::build_dtype(Number dtype, const PickleNode& state) {
  if (state.children.size() < 5 || !is(state.children[1], Kind::kText)) {
    return fail("the state of a type of NumPy has another form");
  }
  for (const std::size_t part : {std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
    if (!is(state.children[part], Kind::kNone)) {
      return refuse("a NumPy array of records");
    }
  }
  const std::string& order = nodes_[state.children[1]].text;
  if (order != "<" && order != "|" && order != "=") {
    return fail("an array has its bytes in the order of other machines");
  }
  nodes_[dtype].text[0] = order == "=" ? '<' : order[0];
  return Step::kGoOn;
}

PickleMachine::Step PickleMachine::build_array(Number shell, const PickleNode& state) {
  const auto& parts = state.children;
  if (parts.size() != 5 || !is(parts[1], Kind::kTuple) || !is(parts[2], Kind::kDtype) ||
      !is(parts[3], Kind::kBool)) {
    return fail("the state of an array of NumPy has another form");
  }
  if (!is(parts[4], Kind::kBytes)) {
    return refuse("a NumPy array of objects");
  }
  auto array = decode(nodes_[parts[2]].text, nodes_[parts[1]].children, nodes_[parts[3]].integer != 0,
                      nodes_[parts[4]].text);
  if (!array) {
    error_ = array.error();
    return Step::kFailed;
  }
  nodes_[shell].kind = Kind::kArray;
  nodes_[shell].array = std::make_shared<const NpyArray>(std::move(*array));
  return Step::kGoOn;
}

}  // namespace alidade
