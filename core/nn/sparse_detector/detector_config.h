// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/detection/assignment.h"
#include "core/detection/rules.h"
#include "core/detection/suppression.h"

namespace alidade {

struct CheckpointFile;

/// How the convolutions of the backbone choose between shared and exclusive weights (SF-KS).
enum class KernelChoice {
  kOff,        ///< ordinary convolutions, shared by all sources; no modulation, no gate
  kSelected,   ///< gamma = [alpha beta >= tau]
  kShared,     ///< control: gamma = 1
  kExclusive,  ///< control: gamma = 0
  kAlpha,      ///< control: gamma = [alpha >= tau]
  kBeta,       ///< control: gamma = [beta >= tau]
  kRandom,  ///< control: gamma drawn once per layer, offset and source, shared with probability random_share
};

/// What batch norms keep apart by source.
enum class NormSharing {
  kShared,      ///< nothing: running statistics are averaged over the sources
  kStatistics,  ///< running statistics; gains and shifts are shared
  kSeparate,    ///< both
};

/// What the training scenes of a source look like, to notice others. Metres; 0 and -1 = not known.
struct SourceScenes {
  double extent_m = 0.0;  ///< longer horizontal side, median
  double color = -1.0;    ///< mean of all colors, 0..1; -1 = without colors
  std::vector<double> box_sides_m;  ///< of each class: median of the mean side; 0 = none seen

  bool operator==(const SourceScenes&) const = default;
};

/// One data source of a joint detector: its own head.
struct DetectorSource {
  std::string name;
  std::vector<std::string> classes;
  std::vector<int> class_levels;  ///< head level (from 0, the finer) that learns each class
  BoxForm form = BoxForm::kAligned;
  SourceScenes scenes{};

  bool operator==(const DetectorSource&) const = default;
};

/// The backbone's residual stages, and the head levels on the last three of them.
inline constexpr int kDetectorStages = 4;
inline constexpr int kDetectorLevels = 2;

/// Everything that decides shapes and units of a sparse detector; stored in its checkpoint.
struct DetectorConfig {
  std::string name = "small";
  DetectorRules rules = DetectorRules::kCorrected;
  double voxel_m = 0.06;  ///< edge of a voxel
  int stem_width = 32;
  int stem_stride = 2;
  int pool = 1;              ///< kernel and stride of the max pooling behind the stem; 1 = none
  std::vector<int> widths;   ///< of the stages
  std::vector<int> blocks;   ///< residual blocks of each
  std::vector<int> strides;  ///< of each stage's first convolution; 2 for the last two, which the neck undoes
  int neck_width = 48;       ///< of what the heads see
  int neck_kernel = 3;       ///< of the last convolution before the heads

  KernelChoice choice = KernelChoice::kSelected;
  /// Threshold of gamma. It means something only together with offset_start: at the start alpha = sigma(O)
  /// for every offset, so that beta >= tau / sigma(O) decides; with O = 0 and tau = 0.5 nothing is shared.
  double tau = 0.4;
  double offset_start = 1.4;  ///< initial O: alpha = 0.80, tau / alpha = 0.50
  int embedding_width = 16;   ///< of a source's embedding
  int hidden_width = 16;      ///< of the modulation's and the gate's hidden layer
  int structure_width = 16;   ///< of structural features and prototypes
  double random_share = 0.5;  ///< kRandom
  std::uint64_t random_seed = 0;
  NormSharing norm = NormSharing::kShared;

  AssignmentRule assignment = AssignmentRule::kNearestChoosing;
  Suppression suppression;

  std::vector<DetectorSource> sources;

  bool operator==(const DetectorConfig&) const = default;
};

/// "small" (two cores), "tr3d" (published proportions: voxels of 1 cm, MinkResNet-34), "tiny" (tests).
/// Without sources. kUsage otherwise.
Expected<DetectorConfig> named_detector_config(const std::string& name);

/// An Error (kInput) for sizes out of range, no source, a source without classes or with a level that there
/// is not, two sources of one name.
Expected<void> check_detector_config(const DetectorConfig& config);

/// Edge of the cells of a head level (from 0), metres.
double level_cell_m(const DetectorConfig& config, int level);
/// The source called `name`; kUsage, naming those there are. An empty name is the only source.
Expected<int> detector_source(const DetectorConfig& config, const std::string& name);

std::string to_json(const DetectorConfig& config);
/// Strict: unknown or missing keys, non-finite or absurd sizes are errors.
Expected<DetectorConfig> detector_config_from_json(const std::string& json);
/// Metadata "config" of a checkpoint; an Error (kInput) names the file.
Expected<DetectorConfig> detector_checkpoint_config(const CheckpointFile& file);

}  // namespace alidade
