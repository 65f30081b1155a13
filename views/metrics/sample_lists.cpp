// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/sample_lists.h"

#include <algorithm>

#include "views/base/plot.h"

namespace alidade {

FrameNames::FrameNames(const Dataset& dataset) {
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    frames_.emplace(dataset.frame_info(i).name, i);
  }
}

std::optional<std::size_t> FrameNames::find(const std::string& name) const {
  const auto found = frames_.find(name);
  return found == frames_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Selection> selectionOf(const EvaluationReport& report, std::size_t sample,
                                     const FrameNames& frames) {
  const EvaluatedSample& judged = report.samples[sample];
  const auto frame = frames.find(report.images[judged.image]);
  if (!frame) {
    return std::nullopt;
  }
  return Selection{frame, judged.instance < 0 ? std::nullopt : std::optional(judged.instance)};
}

SampleIndex::SampleIndex(const EvaluationReport& report) {
  for (std::size_t i = 0; i < report.samples.size(); ++i) {
    const EvaluatedSample& sample = report.samples[i];
    if (sample.truth >= 0 && sample.instance >= 0) {
      samples_.emplace(std::pair(report.images[sample.image], sample.instance), i);
    }
  }
}

std::optional<std::size_t> SampleIndex::find(const EvaluationReport& other,
                                             std::size_t sample_of_other) const {
  const EvaluatedSample& sample = other.samples[sample_of_other];
  if (sample.truth < 0 || sample.instance < 0) {
    return std::nullopt;
  }
  const auto found = samples_.find({other.images[sample.image], sample.instance});
  return found == samples_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::size_t> worstSamples(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                      std::size_t measure, std::size_t count) {
  std::vector<std::size_t> found;
  for (const std::size_t i : samples) {
    if (report.samples[i].measures[measure]) {
      found.push_back(i);
    }
  }
  const bool higher = report.measures[measure].higher_is_better;
  std::stable_sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
    const double x = *report.samples[a].measures[measure], y = *report.samples[b].measures[measure];
    return higher ? x < y : x > y;
  });
  found.resize(std::min(found.size(), count));
  return found;
}

std::vector<std::size_t> samplesWhere(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                      std::size_t column, Outcome mine, const EvaluationReport& other,
                                      Outcome theirs) {
  const SampleIndex index(other);
  const auto other_column = other.column(report.columns[column].id);
  std::vector<std::size_t> found;
  for (const std::size_t i : samples) {
    const auto counterpart = index.find(report, i);
    if (other_column && counterpart && report.samples[i].outcomes[column] == mine &&
        other.samples[*counterpart].outcomes[*other_column] == theirs) {
      found.push_back(i);
    }
  }
  return found;
}

std::vector<std::size_t> missedSamples(const EvaluationReport& report,
                                       const std::vector<std::size_t>& samples, std::size_t column) {
  std::vector<std::size_t> found;
  for (const std::size_t i : samples) {
    if (report.samples[i].truth >= 0 && report.samples[i].outcomes[column] == Outcome::kWrong) {
      found.push_back(i);
    }
  }
  return found;
}

int measureDecimals(const Measure& measure) {
  if (measure.unit == "cm") {
    return 2;
  }
  return measure.unit.empty() ? 3 : 1;
}

QString measureText(const Measure& measure, const std::optional<double>& value) {
  if (!value) {
    return QStringLiteral("–");
  }
  const QString number = numberText(*value * measure.factor, measureDecimals(measure));
  const QString unit = QString::fromStdString(measure.unit);
  return unit.isEmpty() || unit == QStringLiteral("°") ? number + unit : number + ' ' + unit;
}

QString outcomeText(const EvaluatedSample& sample, std::size_t column) {
  switch (sample.outcomes[column]) {
    case Outcome::kCorrect:
      return QStringLiteral("correct");
    case Outcome::kIgnored:
      return QStringLiteral("ignored");
    case Outcome::kWrong:
      return sample.truth < 0        ? QStringLiteral("false detection")
             : sample.prediction < 0 ? QStringLiteral("missed")
                                     : QStringLiteral("wrong");
    case Outcome::kNone:
      break;
  }
  return QStringLiteral("–");
}

}  // namespace alidade
