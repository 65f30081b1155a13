// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include "core/evaluation/slices/slice.h"
#include "core/evaluation/slices/slice_scanner.h"
#include "core/evaluation/slices/slice_words.h"

namespace alidade {
namespace {

constexpr int kMostSliceLevels = 32;

class SliceParser {
  using Kind = SliceCondition::Kind;
  using Relation = SliceCondition::Relation;
  using Token = SliceToken::Kind;

 public:
  explicit SliceParser(std::string_view text) : scanner_(text) {}

  Expected<SliceCondition> parse() {
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    if (now_.kind == Token::kEnd) {
      return usage_error("the condition is empty; write for example occluded > 40 %");
    }
    auto condition = either(0);
    if (condition && now_.kind != Token::kEnd) {
      return slice_problem(now_, R"(expected "and", "or" or the end)");
    }
    return condition;
  }

 private:
  Expected<void> advance() {
    auto next = scanner_.next();
    if (!next) {
      return next.error();
    }
    now_ = *std::move(next);
    return {};
  }

  bool at_word(const char* word) const { return now_.kind == Token::kWord && slice_lower(now_.text) == word; }
  bool at_sign(const char* sign) const { return now_.kind == Token::kSign && now_.text == sign; }

  /// Parts joined by a word; a single part is itself.
  template <class Part>
  Expected<SliceCondition> chain(const char* word, Kind kind, Part part) {
    auto first = part();
    if (!first || !at_word(word)) {
      return first;
    }
    SliceCondition all;
    all.kind = kind;
    all.parts.push_back(*std::move(first));
    while (at_word(word)) {
      if (auto moved = advance(); !moved) {
        return moved.error();
      }
      auto more = part();
      if (!more) {
        return more;
      }
      all.parts.push_back(*std::move(more));
    }
    return all;
  }

  Expected<SliceCondition> either(int level) {
    return chain("or", Kind::kOr, [this, level] { return both(level); });
  }
  Expected<SliceCondition> both(int level) {
    return chain("and", Kind::kAnd, [this, level] { return single(level); });
  }

  Expected<SliceCondition> single(int level) {
    if (level > kMostSliceLevels) {
      return usage_error("at character " + std::to_string(now_.at) + " more than " +
                         std::to_string(kMostSliceLevels) +
                         " conditions stand inside each other; write it flatter");
    }
    if (at_word("not")) {
      return negated(level);
    }
    if (at_sign("(")) {
      return parenthesis(level);
    }
    return comparison();
  }

  Expected<SliceCondition> negated(int level) {
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    auto inside = single(level + 1);
    return inside ? Expected<SliceCondition>(not_of(*std::move(inside))) : inside;
  }

  static SliceCondition not_of(SliceCondition inside) {
    SliceCondition condition;
    condition.kind = Kind::kNot;
    condition.parts.push_back(std::move(inside));
    return condition;
  }

  Expected<SliceCondition> parenthesis(int level) {
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    auto inside = either(level + 1);
    if (!inside) {
      return inside;
    }
    if (!at_sign(")")) {
      return slice_problem(now_, "expected a closing parenthesis");
    }
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    return inside;
  }

  Expected<SliceCondition> comparison() {
    SliceCondition made;
    if (now_.kind != Token::kWord) {
      return slice_problem(now_, "expected what to compare (" + slice_field_names() + ")");
    }
    const std::string word = slice_lower(now_.text);
    const auto field = slice_field_of(now_.text);
    if (word != "everything" && !field) {
      return usage_error("at character " + std::to_string(now_.at) + " " + slice_found(now_) +
                         " is nothing that is known of an object; there are " + slice_field_names());
    }
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    if (word == "everything") {
      return made;
    }
    made.field = *field;
    made.kind = is_slice_text(*field) ? Kind::kText : Kind::kNumber;
    return relation(std::move(made));
  }

  Expected<SliceCondition> relation(SliceCondition made) {
    const std::string name(slice_field_name(made.field));
    const SliceToken sign = now_;
    const bool list = at_word("in"), not_in = at_word("not");
    const bool is_sign = sign.kind == Token::kSign && (sign.text[0] == '<' || sign.text[0] == '>' ||
                                                       sign.text[0] == '=' || sign.text[0] == '!');
    if (!list && !not_in && !is_sign) {
      return slice_problem(now_, "expected a comparison of " + name + " (<, <=, >, >=, =, != or in)");
    }
    const bool ordered = is_sign && (sign.text[0] == '<' || sign.text[0] == '>');
    if (ordered && made.kind == Kind::kText) {
      return slice_problem(now_, name + " is a text and is compared with =, != or in");
    }
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    if (not_in && !at_word("in")) {
      return slice_problem(now_, R"(expected "in" after "not")");
    }
    if (not_in) {
      if (auto moved = advance(); !moved) {
        return moved.error();
      }
    }
    auto complete = list || not_in ? values(std::move(made)) : one_value(std::move(made), sign.text);
    const bool negative = not_in || sign.text == "!=";
    return complete && negative ? Expected<SliceCondition>(not_of(*std::move(complete))) : complete;
  }

  Expected<SliceCondition> one_value(SliceCondition made, const std::string& sign) {
    made.relation = sign == "<"    ? Relation::kLess
                    : sign == "<=" ? Relation::kLessEqual
                    : sign == ">"  ? Relation::kGreater
                    : sign == ">=" ? Relation::kGreaterEqual
                                   : Relation::kOneOf;
    if (auto taken = value(&made); !taken) {
      return taken.error();
    }
    return made;
  }

  Expected<SliceCondition> values(SliceCondition made) {
    if (!at_sign("(")) {
      return slice_problem(now_, "expected a list in parentheses");
    }
    do {
      if (auto moved = advance(); !moved) {
        return moved.error();
      }
      if (auto taken = value(&made); !taken) {
        return taken.error();
      }
    } while (at_sign(","));
    if (!at_sign(")")) {
      return slice_problem(now_, "expected a comma or a closing parenthesis in the list");
    }
    if (auto moved = advance(); !moved) {
      return moved.error();
    }
    return made;
  }

  /// Takes a number with its unit, or a text, into the condition.
  Expected<void> value(SliceCondition* made) {
    const SliceToken token = now_;
    const std::string name(slice_field_name(made->field));
    if (made->kind == Kind::kText) {
      if (token.kind == Token::kEnd || token.kind == Token::kSign) {
        return slice_problem(token, "expected a " + name + " to compare with");
      }
      made->texts.insert(token.text);
      return advance();
    }
    if (token.kind != Token::kNumber) {
      return slice_problem(token, "expected a number to compare " + name + " with");
    }
    if (auto moved = advance(); !moved) {
      return moved;
    }
    const auto divisor = unit(token, made->field);
    if (!divisor) {
      return divisor.error();
    }
    const double number = token.number / *divisor;
    if (made->field <= SliceField::kOccluded && (number < 0.0 || number > 1.0)) {
      return slice_problem(token, slice_unit_rule(made->field));
    }
    made->number = number;
    made->numbers.insert(number);
    return {};
  }

  /// What a number is divided by (40 / 100 is 0.4 to the last bit); takes the unit behind it.
  Expected<double> unit(const SliceToken& number, SliceField field) {
    const bool apart = number.unit.empty();
    const bool word =
        now_.kind == Token::kWord && !at_word("and") && !at_word("or") && !slice_field_of(now_.text);
    const bool behind = at_sign("%") || word;
    if (apart && !behind) {
      return 1.0;
    }
    SliceToken token = now_;
    token.kind = Token::kWord;
    token.text = apart ? now_.text : number.unit;
    token.at = apart ? now_.at : number.at;
    const auto divisor = slice_unit(token.text, field);
    if (!divisor) {
      return slice_problem(token, slice_unit_rule(field));
    }
    if (apart) {
      if (auto moved = advance(); !moved) {
        return moved.error();
      }
    }
    return *divisor;
  }

  SliceScanner scanner_;
  SliceToken now_;
};

}  // namespace

Expected<SliceCondition> parse_slice_condition(std::string_view text) {
  return SliceParser(text).parse();
}

}  // namespace alidade
