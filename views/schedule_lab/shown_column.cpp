// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/shown_column.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "views/base/sampling_model.h"

namespace alidade {
namespace {

/// Index of the value nearest to `place`.
template <class Values, class Value>
std::size_t nearest(const Values& values, double place, Value value) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (std::abs(value(values[i]) - place) < std::abs(value(values[best]) - place)) {
      best = i;
    }
  }
  return best;
}

bool equalMeasures(const SampleMeasures& a, const SampleMeasures& b) {
  return a.coverage == b.coverage && a.entropy == b.entropy && a.outliers == b.outliers &&
         a.spread == b.spread && a.rotation_median == b.rotation_median &&
         a.translation_median == b.translation_median;
}

}  // namespace

const std::vector<Rigid3>& ShownColumn::poses() const {
  return posesAt(*samples, position);
}

double ShownColumn::time() const {
  return samples && position < samples->times.size() ? samples->times[position] : 0.0;
}

bool ShownColumn::standsLike(const ShownColumn& other) const {
  return index == other.index && samples == other.samples && position == other.position &&
         selected == other.selected && problem == other.problem;
}

bool ShownColumn::looksLike(const ShownColumn& other) const {
  return standsLike(other) && measures.has_value() == other.measures.has_value() &&
         (!measures || equalMeasures(*measures, *other.measures));
}

QPen columnPen(const PlotTheme& theme, std::size_t index, double width) {
  static const std::array<QList<qreal>, 4> kDashes{{{6.0, 1.5}, {2.0, 1.5}, {6.0, 1.5, 1.0, 1.5}, {}}};
  const QList<qreal>& dashes = kDashes[index % kDashes.size()];
  QPen pen(theme.colors.runs[index % kDashes.size()], width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
  if (!dashes.isEmpty()) {
    pen.setDashPattern(dashes);
  }
  return pen;
}

QString columnLetter(std::size_t index) {
  return QString(QChar(static_cast<char16_t>(u'A' + index)));
}

std::size_t positionFor(const ObjectSamples& samples, TimeLock lock, double place) {
  if (samples.times.empty()) {
    return 0;
  }
  if (lock == TimeLock::kStep) {
    return std::min(static_cast<std::size_t>(std::max(0.0, place)), samples.times.size() - 1);
  }
  if (lock == TimeLock::kSigma) {
    // Noise levels are compared by their ratio; without a truth there is no curve to read them from.
    return samples.curve.size() != samples.times.size()
               ? samples.times.size() - 1
               : nearest(samples.curve, std::log(place),
                         [](const auto& point) { return std::log(point.sigma); });
  }
  return nearest(samples.times, place, [](double t) { return t; });
}

}  // namespace alidade
