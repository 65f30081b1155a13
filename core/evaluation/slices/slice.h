// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// What a slice may ask of an object. Shares lie in 0..1, lengths are metres in the camera frame.
enum class SliceField {
  kVisible,   ///< visible share of the object's silhouette
  kOccluded,  ///< 1 - visible
  kX,         ///< center of the box
  kY,
  kZ,
  kDistance,  ///< of the box's center from the camera
  kSize,      ///< longest side of the box
  kScore,     ///< of the prediction; of a ground truth, that of the prediction that answers to it
  kInstance,
  kObject,
  kScene,
  kCategory,  ///< text
  kImage,     ///< text: the image's name
};
constexpr std::size_t kSliceNumbers = 11;  ///< the fields before the texts

/// As it is written: "occluded".
std::string_view slice_field_name(SliceField field);

/// A condition on an object.
struct SliceCondition {
  enum class Kind { kEverything, kNumber, kText, kNot, kAnd, kOr };
  enum class Relation { kLess, kLessEqual, kGreater, kGreaterEqual, kOneOf };

  Kind kind = Kind::kEverything;
  SliceField field = SliceField::kVisible;     ///< kNumber, kText
  Relation relation = Relation::kOneOf;        ///< kNumber; texts know kOneOf only
  double number = 0.0;                         ///< kNumber, except for kOneOf
  std::set<double> numbers{};                  ///< kNumber with kOneOf
  std::set<std::string, std::less<>> texts{};  ///< kText
  std::vector<SliceCondition> parts{};         ///< kNot: one, kAnd and kOr: two at least

  /// Whether the field is asked for anywhere in the condition.
  bool asks(SliceField asked) const;
};

/// A named part of a ground truth.
struct Slice {
  std::string name;        ///< "far"
  std::string expression;  ///< "z > 1 m", as it was written
  SliceCondition condition;
};

/// Parses "NAME: EXPRESSION", or an expression alone, which then is the name. Expressions compare fields with
/// numbers ("occluded > 40 %", "size < 10 cm", "score > .5") or texts ("category = mug", "image in (\"0001\",
/// \"0002\")") and are joined by and, or, not and parentheses; "everything" holds for every object. Relations
/// are < <= > >= = != in; shares are written with % or as 0..1, lengths in m (the unit of a bare number), cm
/// or mm. At most 1 MiB and 32 levels of parentheses. An Error (kUsage) says in one sentence what is
/// expected.
Expected<Slice> parse_slice(std::string_view text);

/// The text in the quotes of the expression language, where it needs them.
std::string slice_quoted(std::string_view text);

/// An object of an image, or the whole image.
struct SlicedObject {
  std::string image;
  std::optional<int> instance;
};

/// An expression that holds for these objects only: a selection as a slice. Not empty.
std::string expression_of_objects(const std::vector<SlicedObject>& objects);

/// What is known of an object.
struct SliceFacts {
  std::array<std::optional<double>, kSliceNumbers> numbers{};  ///< by SliceField
  std::string_view category;
  std::string_view image;
};

/// Whether a condition holds, or which field it would need for that. "Not known" is a third truth value
/// (Kleene): "z > 1 or occluded > 40 %" holds for a far object whose visibility is not known.
struct SliceAnswer {
  std::optional<bool> holds;
  SliceField missing = SliceField::kVisible;  ///< where `holds` is nothing: the first field that is not known
};
SliceAnswer answer_of(const SliceCondition& condition, const SliceFacts& facts);

}  // namespace alidade
