// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/browser_filter.h"

#include <algorithm>
#include <cctype>

#include <QRegularExpression>

namespace alidade {
namespace {

bool containsIgnoringCase(const std::string& text, const std::string& lower_word) {
  const auto equal = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
  return std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(), equal) != text.end();
}

}  // namespace

BrowserFilter BrowserFilter::parse(const QString& text) {
  static const QRegularExpression spaces(QStringLiteral("\\s+"));
  // "err > 10" is one term.
  static const QRegularExpression around(QStringLiteral("\\s*(<=|>=|<|>|=)\\s*"));
  BrowserFilter filter;
  const QString joined = QString(text).replace(around, QStringLiteral("\\1"));
  for (const QString& term : joined.split(spaces, Qt::SkipEmptyParts)) {
    if (term.contains(QLatin1Char('<')) || term.contains(QLatin1Char('>')) ||
        term.contains(QLatin1Char('='))) {
      if (!filter.addComparison(term)) {
        BrowserFilter faulty;
        faulty.problem_ =
            QStringLiteral("\"%1\" is not understood; write for example err>10 or n>=3.").arg(term);
        return faulty;
      }
    } else {
      filter.words_.push_back(term.toLower().toStdString());
    }
  }
  return filter;
}

bool BrowserFilter::addComparison(const QString& term) {
  static const QRegularExpression form(
      QStringLiteral("^(err|error|n|objects)(<=|>=|<|>|=)(\\d+(?:\\.\\d*)?|\\.\\d+)(°|deg)?$"),
      QRegularExpression::CaseInsensitiveOption);
  const auto match = form.match(term);
  if (!match.hasMatch()) {
    return false;
  }
  const bool is_error = match.captured(1).startsWith(QLatin1Char('e'), Qt::CaseInsensitive);
  if (!is_error && !match.captured(4).isEmpty()) {
    return false;
  }
  const QString sign = match.captured(2);
  const Relation relation = sign == QLatin1String("<")    ? Relation::kLess
                            : sign == QLatin1String("<=") ? Relation::kLessEqual
                            : sign == QLatin1String("=")  ? Relation::kEqual
                            : sign == QLatin1String(">=") ? Relation::kGreaterEqual
                                                          : Relation::kGreater;
  comparisons_.push_back(
      {is_error ? Quantity::kError : Quantity::kCount, relation, match.captured(3).toDouble()});
  return true;
}

bool BrowserFilter::holds(const Comparison& comparison, double value) {
  switch (comparison.relation) {
    case Relation::kLess:
      return value < comparison.value;
    case Relation::kLessEqual:
      return value <= comparison.value;
    case Relation::kEqual:
      return value == comparison.value;
    case Relation::kGreaterEqual:
      return value >= comparison.value;
    case Relation::kGreater:
      return value > comparison.value;
  }
  return false;
}

bool BrowserFilter::matches(const FrameInfo& frame, double worst_error_deg) const {
  for (const Comparison& comparison : comparisons_) {
    const double value = comparison.quantity == Quantity::kError
                             ? worst_error_deg
                             : static_cast<double>(frame.categories.size());
    if (!holds(comparison, value)) {
      return false;
    }
  }
  return std::all_of(words_.begin(), words_.end(), [&](const std::string& word) {
    return containsIgnoringCase(frame.name, word) ||
           std::any_of(frame.categories.begin(), frame.categories.end(),
                       [&](const std::string& category) { return containsIgnoringCase(category, word); });
  });
}

}  // namespace alidade
