// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/network_work.h"

#include "core/papers/h2a2/network_measures.h"
#include "core/papers/h2a2/network_training.h"

namespace alidade::h2a2 {

std::shared_ptr<const StudyWork> network_work() {
  namespace fs = std::filesystem;
  const auto shelf = std::make_shared<SceneShelf>();
  auto work = std::make_shared<StudyWork>();
  work->train = [shelf](const fs::path& run, const std::string& text, const fs::path& file,
                        const StepInput& input) { return train_run(*shelf, run, text, file, input.job); };
  work->evaluate = [shelf](const EvaluationOrder& order, const StepInput& input) {
    return evaluate_run(*shelf, order, input.job);
  };
  work->sharing = [shelf](const SceneOrder& order, const StepInput& input) {
    return sharing_of_run(*shelf, order, input.job);
  };
  work->cosines = [shelf](const CosineOrder& order, const StepInput& input) {
    return cosines_of_run(*shelf, order, input.job);
  };
  work->responses = [](const fs::path& checkpoint, int seed, const StepInput&) {
    return responses_of_run(checkpoint, seed);
  };
  work->intervene = [shelf](const SceneOrder& order, const StepInput& input) {
    return intervene_in_run(*shelf, order, input.job);
  };
  work->timing = [shelf](const TimingOrder& order, const StepInput& input) {
    return time_training(*shelf, order, input.job);
  };
  work->costs = [shelf](const std::string& joint, const std::string& selected, const fs::path& file,
                        const std::vector<SourceScenes>& tests, const JobContext& job) {
    return measure_study_costs(*shelf, joint, selected, file, tests, job);
  };
  return work;
}

}  // namespace alidade::h2a2
