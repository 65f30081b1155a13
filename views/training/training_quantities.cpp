// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_quantities.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QRegularExpression>

#include "core/sharing/gradient_norms.h"

namespace alidade {
namespace {

const QString kAccuracy = QStringLiteral("accuracy/");
const QString kTrain = QStringLiteral("train/");
const QString kRanking = QStringLiteral("ranking/");
const QString kValidation = QStringLiteral("validation/");
const QString kContention = QStringLiteral("contention/");

/// What the trainers log, in the order in which it is shown.
constexpr std::array<std::pair<const char*, const char*>, 7> kLosses{{
    {"rotation_rad", "rotation loss (rad)"},
    {"translation_m", "translation loss (m)"},
    {"log_size", "size loss (log)"},
    {"score", "score loss"},
    {"pretraining", "pre-training loss"},
    {"rank_rotation", "rotation ranking loss"},
    {"rank_translation", "translation ranking loss"},
}};

/// What histories of gradient contention give, in the order in which it is shown (DecomPose Fig. 3, 4, 6).
constexpr std::array<std::pair<const char*, const char*>, 4> kContentions{{
    {"mean_cosine", "\u00b5 of cosines"},
    {"variance", "\u03c3\u00b2 of cosines"},
    {"negative_transfer", "mean N"},
    {"conflict_rate", "pairs in conflict"},
}};

QString contentionTitle(const QString& name) {
  for (const auto& [key, title] : kContentions) {
    if (name == QLatin1String(key)) {
      return QString::fromUtf8(title);
    }
  }
  return QString(name).replace(QLatin1Char('_'), QLatin1Char(' '));
}

int contentionPlace(const QString& name) {
  for (std::size_t i = 0; i < kContentions.size(); ++i) {
    if (name == QLatin1String(kContentions[i].first)) {
      return static_cast<int>(i);
    }
  }
  return static_cast<int>(kContentions.size());
}

QString lossTitle(const QString& name) {
  for (const auto& [key, title] : kLosses) {
    if (name == QLatin1String(key)) {
      return QString::fromUtf8(title);
    }
  }
  return QString(name).replace(QLatin1Char('_'), QLatin1Char(' ')) + QStringLiteral(" loss");
}

int lossPlace(const QString& name) {
  for (std::size_t i = 0; i < kLosses.size(); ++i) {
    if (name == QLatin1String(kLosses[i].first)) {
      return static_cast<int>(i);
    }
  }
  return static_cast<int>(kLosses.size());
}

/// "guided/5deg2cm" -> "5°2cm, guided (%)".
QString accuracyTitle(const QString& name) {
  static const QRegularExpression threshold(QStringLiteral("^(\\d+)deg(\\d+)cm$"));
  QStringList levels = name.split(QLatin1Char('/'));
  const auto match = threshold.match(levels.back());
  const QString last = match.hasMatch()
                           ? match.captured(1) + QChar(0xb0) + match.captured(2) + QStringLiteral("cm")
                           : levels.back();
  levels.removeLast();
  const QString setting = levels.join(QLatin1Char(' ')).replace(QLatin1Char('_'), QLatin1Char(' '));
  return last + (setting.isEmpty() ? QString() : QStringLiteral(", ") + setting) + QStringLiteral(" (%)");
}

/// Dozens of them, which a figure of their own shows together.
bool isOfGradientNorms(const QString& id) {
  return is_gradient_norm_series(id.toStdString());
}

/// Groups of panels and the place inside of a group.
std::pair<int, int> placeOf(const QString& id) {
  if (id.startsWith(kTrain)) {
    return {0, lossPlace(id.mid(kTrain.size()))};
  }
  if (id.startsWith(kValidation)) {
    return {1, lossPlace(id.mid(kValidation.size()))};
  }
  return id == QLatin1String("gradient_norm")   ? std::pair(3, 0)
         : id == QLatin1String("learning_rate") ? std::pair(4, 0)
         : id.startsWith(kAccuracy)             ? std::pair(5, 0)
         : id.startsWith(kContention)           ? std::pair(6, contentionPlace(id.mid(kContention.size())))
         : isOfGradientNorms(id)                ? std::pair(7, 0)
                                                : std::pair(2, 0);
}

TrainingQuantity quantityOf(const QString& name, bool accuracy) {
  TrainingQuantity made;
  made.id = accuracy ? kAccuracy + name : name;
  made.accuracy = made.linear = made.sparse = accuracy;
  if (accuracy) {
    made.title = accuracyTitle(name);
  } else if (name.startsWith(kTrain)) {
    made.title = lossTitle(name.mid(kTrain.size()));
    made.noisy = true;
  } else if (name.startsWith(kValidation)) {
    made.title = lossTitle(name.mid(kValidation.size())) + QStringLiteral(", validation");
    made.sparse = true;
  } else if (name.startsWith(kContention)) {
    made.title = contentionTitle(name.mid(kContention.size()));
    made.linear = made.sparse = true;
  } else if (name.startsWith(kRanking)) {
    made.title = QStringLiteral("rank correlation, ") + name.mid(kRanking.size());
    made.linear = made.sparse = true;
  } else {
    made.title = QString(name).replace(QLatin1Char('_'), QLatin1Char(' '));
    made.noisy = name != QLatin1String("learning_rate");
  }
  return made;
}

}  // namespace

std::vector<TrainingQuantity> quantitiesOf(const std::vector<std::shared_ptr<const TrainingHistory>>& runs) {
  std::vector<TrainingQuantity> all;
  const auto add = [&](const TrainingSeries& series, bool accuracy) {
    TrainingQuantity made = quantityOf(QString::fromStdString(series.name), accuracy);
    if (std::none_of(all.begin(), all.end(), [&](const auto& known) { return known.id == made.id; })) {
      all.push_back(std::move(made));
    }
  };
  for (const auto& run : runs) {
    for (const TrainingSeries& series : run->series) {
      add(series, false);
    }
    for (const TrainingSeries& series : run->accuracies) {
      add(series, true);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const TrainingQuantity& a, const TrainingQuantity& b) {
    return placeOf(a.id) < placeOf(b.id);
  });
  return all;
}

QStringList defaultQuantities(const std::vector<TrainingQuantity>& all) {
  constexpr int kFewAccuracies = 3;
  const auto accuracies = std::count_if(all.begin(), all.end(), [](const auto& q) { return q.accuracy; });
  QStringList shown;
  for (const TrainingQuantity& quantity : all) {
    const bool chosen = quantity.accuracy
                            ? accuracies <= kFewAccuracies || quantity.id.endsWith(QLatin1String("/5deg2cm"))
                            : !quantity.id.startsWith(kValidation) && !isOfGradientNorms(quantity.id);
    if (chosen) {
      shown << quantity.id;
    }
  }
  return shown;
}

const TrainingSeries* seriesOf(const TrainingHistory& run, const TrainingQuantity& quantity) {
  const auto& all = quantity.accuracy ? run.accuracies : run.series;
  const std::string name =
      (quantity.accuracy ? quantity.id.mid(kAccuracy.size()) : quantity.id).toStdString();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const TrainingSeries& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace alidade
