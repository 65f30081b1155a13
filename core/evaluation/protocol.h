// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/pose_set.h"
#include "core/evaluation/report/report.h"

namespace alidade {

/// The rows of an input that a protocol looks at.
struct LookedAt {
  std::vector<bool> truths;
  std::vector<bool> predictions;
};

/// An evaluation protocol. A published rule with a known defect and its corrected form are two protocols
/// with two ids; they never mix.
struct Protocol {
  std::string id;       ///< "nocs-legacy": command line, files, published tables
  std::string family;   ///< "nocs": the word after `alidade evaluate`
  std::string title;    ///< "NOCS mAP, legacy overlap"
  std::string summary;  ///< two or three sentences: whose rule, what it counts, its known traps
  /// Why this input cannot be evaluated by this protocol (one sentence), or empty when it can. Cheap.
  std::function<std::string(const EvaluationInput&)> obstacle;
  std::function<Expected<EvaluationReport>(std::shared_ptr<const EvaluationInput>, const JobContext&)> run;
  /// Classes by whose names the protocol decides, in the order that its own scripts number them from 1; empty
  /// when names decide nothing.
  std::vector<std::string> classes{};
  /// For protocols that leave rows out before they match (BOP: the best-scored estimates of a target): which
  /// they look at. Empty when that is all of them.
  std::function<LookedAt(const EvaluationInput&)> looked_at{};
};

/// All protocols in the order of menus; each has its registration line in protocols.cpp.
const std::vector<Protocol>& protocols();

/// By id, or nullptr.
const Protocol* find_protocol(const std::string& id);

/// Runs a protocol: checks the obstacle, fills protocol, title, name, images, notes and provenance, and
/// turns every value that is not finite into a missing one with a reason.
Expected<std::shared_ptr<const EvaluationReport>> evaluate(const Protocol& protocol,
                                                           std::shared_ptr<const EvaluationInput> input,
                                                           const JobContext& job);

}  // namespace alidade
