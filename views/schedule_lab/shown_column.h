// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QPen>
#include <QString>

#include "core/results/object_samples.h"
#include "views/base/plot_theme.h"

namespace alidade {

/// How the columns follow one slider.
enum class TimeLock {
  kTime,   ///< each shows its state nearest to the slider's t
  kStep,   ///< each shows its n-th state
  kSigma,  ///< each shows its state of the nearest noise level
};

/// One column of the laboratory at one moment of its sampling.
struct ShownColumn {
  std::size_t index = 0;                         ///< 0 = A
  std::shared_ptr<const ObjectSamples> samples;  ///< null while there are none
  std::size_t position = 0;                      ///< of the kept states; ignored when none were kept
  std::optional<SampleMeasures> measures;        ///< at `position`, when the truth is known
  bool selected = false;                         ///< its curve is in the editor
  QString problem;                               ///< why there are no samples

  /// The poses at `position`.
  const std::vector<Rigid3>& poses() const;
  /// The same state of the same samples, or the same reason why there are none.
  bool standsLike(const ShownColumn& other) const;
  /// What is seen of both is the same, the measures too.
  bool looksLike(const ShownColumn& other) const;
  /// Diffusion time of `position`; 0 when no states were kept.
  double time() const;
};

/// "A" to "D".
QString columnLetter(std::size_t index);
/// How a column's lines are drawn: in its color, with dashes of its own, so that columns differ without hue.
QPen columnPen(const PlotTheme& theme, std::size_t index, double width);

/// The state of `samples` that a slider shows. `place` is t for kTime, the number of the state for kStep, and
/// sigma for kSigma.
std::size_t positionFor(const ObjectSamples& samples, TimeLock lock, double place);

}  // namespace alidade
