// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/base/lean_path.h"
#include "core/data/image.h"
#include "core/data/mesh.h"
#include "core/geometry/box.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// What is known of an object without its mesh. Its box is centered at `center_obj` in the object
/// frame (metres), with full side lengths `size`.
struct ObjectModel {
  int id = 0;            ///< the dataset's own id
  std::string name;      ///< "mug 3", "obj 15"
  std::string category;  ///< "mug"; for instance-level sets the object's own name
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();
  Eigen::Vector3d size = Eigen::Vector3d::Zero();  ///< zero when unknown
  double diameter = 0.0;                           ///< metres; 0 when unknown
  SymmetryGroup symmetry;
  std::filesystem::path mesh_path;  ///< empty when the dataset ships none
};

/// One annotated object in one image.
struct Instance {
  int index = 0;  ///< position in the image's annotation list; names the mask
  int object_id = 0;
  std::string category;
  Rigid3 cam_from_obj;
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();
  Eigen::Vector3d size = Eigen::Vector3d::Zero();
  SymmetryGroup symmetry;          ///< of this instance: a mug whose handle is hidden is symmetric
  double visible_fraction = -1.0;  ///< 0..1, or -1 when unknown
  int track_id = -1;               ///< the same object in all frames of a sequence; -1 when not said

  /// The box in the camera frame.
  OrientedBox box_cam() const { return {{cam_from_obj.R, cam_from_obj * center_obj}, size}; }
};

/// What the browser shows of a frame before its images are read.
struct FrameInfo {
  std::string name;  ///< "000001/000010": unique in the dataset
  int scene_id = 0;
  int image_id = 0;
  std::vector<std::string> categories;  ///< one per instance
  LeanPath color_path;                  ///< empty when there is none
  /// Frames of equal number show one scene in motion, in the order of `image_id`; -1 for a still.
  int sequence = -1;
  double time = -1.0;  ///< seconds since the sequence's beginning; -1 when unknown
  /// False when nobody says what the image shows: no objects are known, which is not "no objects".
  bool annotated = true;
};

/// One image with all that belongs to it. Layers the dataset does not have, or that could not be read,
/// are empty; `problems` then says why, one sentence each. `remarks` doubt what was read: units that
/// contradict each other.
struct Frame {
  FrameInfo info;
  std::size_t index = 0;
  PinholeCamera camera;  ///< invalid() when intrinsics are missing
  ImageU8 color;         ///< RGB, 3 channels (gray images are repeated)
  ImageF depth;          ///< 1 channel, z in metres
  ImageU8 nocs;          ///< 3 channels, 0..255 = NOCS 0..1; 0,0,0 = background
  std::vector<Instance> instances;
  std::vector<ImageU8> visible_masks;  ///< one per instance, 255 = visible; an empty image when missing
  std::vector<std::string> problems;
  std::vector<std::string> remarks;
};

/// Which layers `Dataset::load` shall read; annotations always come.
struct FrameLayers {
  bool color = true;
  bool depth = true;
  bool masks = true;
  bool nocs = true;
};

/// What a problem of a dataset touches.
enum class ProblemKind {
  kRemark,       ///< images, meshes, masks, units: what is annotated is whole
  kGroundTruth,  ///< annotations are missing, unreadable or left out: numbers computed from them are others
};

/// Something wrong with a dataset that leaves the rest usable.
struct DatasetProblem {
  std::string file;
  std::string message;  ///< one sentence: where, what was expected, what to do
  std::optional<std::size_t> frame;
  bool malformed = false;  ///< a file could not be read
  ProblemKind kind = ProblemKind::kRemark;
};

/// The frames of one sequence in the order of time.
struct FrameSequence {
  int id = 0;  ///< FrameInfo::sequence
  std::vector<std::size_t> frames;
};

/// A dataset: immutable metadata and lazily read frames. All methods are safe to call from several
/// threads at once.
class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual std::string name() const = 0;
  virtual std::string format() const = 0;  ///< "BOP scenewise"
  virtual std::filesystem::path root() const = 0;
  virtual std::size_t num_frames() const = 0;
  virtual const FrameInfo& frame_info(std::size_t index) const = 0;
  virtual const std::vector<ObjectModel>& models() const = 0;
  virtual const std::vector<DatasetProblem>& problems() const = 0;
  /// SHA-256 over the annotation files and the names and sizes of the image files.
  virtual const std::string& digest() const = 0;

  virtual Expected<Frame> load(std::size_t index, const FrameLayers& layers) const = 0;
  /// Mesh of an object in metres; an Error when the dataset has none or it is malformed.
  virtual Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const = 0;

  /// The model with this id, or nullptr.
  const ObjectModel* model(int object_id) const;
  /// Categories in order of first appearance among the models.
  std::vector<std::string> categories() const;
  /// The sequences in order of first appearance; none for a set of stills.
  std::vector<FrameSequence> sequences() const;
};

}  // namespace alidade
