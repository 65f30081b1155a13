// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include <QString>

#include "core/results/quantization_sweep.h"
#include "views/quantization/study_figure.h"

namespace alidade {

/// Of which sweeps a study is shown, and by which metric.
struct StudyQuestion {
  std::shared_ptr<const QuantizationSweep> a, b;  ///< b only beside the widths of a
  QString name_a, name_b;
  std::string metric;
  std::string module;  ///< whose width is looked at; empty = that with most widths
  bool titled = false;
};

/// MQAT Fig. 4: every combination of aggressively quantized modules; several networks of one combination
/// (orders of retraining, seeds) side by side. Null where orderProblem says something.
std::shared_ptr<const StudySheet> makeOrderStudy(const StudyQuestion& question);
QString orderProblem(const StudyQuestion& question);

/// MQAT Fig. 5: the metric over the width of one module. Null where widthsProblem says something.
std::shared_ptr<const StudySheet> makeWidths(const StudyQuestion& question);
QString widthsProblem(const StudyQuestion& question);
/// Modules whose widths can be shown.
std::vector<std::string> modulesWithWidths(const QuantizationSweep& sweep);

}  // namespace alidade
