// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include <QTemporaryDir>

#include "core/base/file.h"
#include "core/io/image_file.h"
#include "core/io/ply.h"
#include "plugins/bop/bop_reader.h"

namespace alidade::test {

/// A small dataset in BOP layout on disk: one split, two scenes of two 8 x 6 frames, one object, all well
/// formed. Tests damage it file by file.
class TinyBop {
 public:
  TinyBop() {
    for (const char* scene : {"000001", "000002"}) {
      write_scene(scene);
    }
    write(
        "models/models_info.json",
        R"({"1": {"diameter": 100, "min_x": -10, "min_y": -20, "min_z": -30, "size_x": 20, "size_y": 40, "size_z": 60}})");
    Mesh mesh;
    mesh.vertices = {{0, 0, 0}, {0.01f, 0, 0}, {0, 0.02f, 0}};
    mesh.faces = {{0, 1, 2}};
    write("models/obj_000001.ply", to_ply_bytes(mesh, 1000.0));
  }

  std::filesystem::path root() const { return folder_.path().toStdString() + "/tiny"; }
  std::filesystem::path scene(const std::string& file) const { return root() / "test/000001" / file; }

  void write(const std::string& relative, const std::string& bytes) const {
    if (!write_file_atomically(root() / relative, bytes)) {
      qFatal("cannot write the test dataset");
    }
  }

  std::shared_ptr<const Dataset> open() const {
    auto dataset = make_bop_reader()->open(root(), {});
    return dataset ? *dataset : nullptr;
  }

 private:
  void write_scene(const std::string& name) const {
    const std::string entry = R"([{"obj_id": 1, "cam_R_m2c": [1,0,0,0,1,0,0,0,1], "cam_t_m2c": [0,0,500]}])";
    const std::string camera = R"({"cam_K": [10,0,4,0,10,3,0,0,1], "depth_scale": 0.5})";
    const std::string base = "test/" + name + "/";
    write(base + "scene_gt.json", R"({"0": )" + entry + R"(, "1": )" + entry + "}");
    write(base + "scene_camera.json", R"({"0": )" + camera + R"(, "1": )" + camera + "}");
    write(base + "scene_gt_info.json", R"({"0": [{"visib_fract": 0.5}], "1": [{"visib_fract": 1.0}]})");
    for (const char* image : {"000000", "000001"}) {
      write(base + "rgb/" + image + ".png", *encode_png(ImageU8(8, 6, 3, 100)));
      write(base + "depth/" + image + ".png", *encode_png(ImageU16(8, 6, 1, 1000)));
      write(base + "mask_visib/" + image + "_000000.png", *encode_png(ImageU8(8, 6, 1, 255)));
    }
  }

  QTemporaryDir folder_;
};

/// Whether a problem's file and sentence contain both texts.
inline bool has_problem(const Dataset& dataset, const std::string& file, const std::string& text) {
  const auto& all = dataset.problems();
  return std::any_of(all.begin(), all.end(), [&](const DatasetProblem& p) {
    return p.file.find(file) != std::string::npos && p.message.find(text) != std::string::npos &&
           p.message.ends_with(".");
  });
}

/// Whether one of a frame's problems contains the text.
inline bool has_problem(const Frame& frame, const std::string& text) {
  return std::any_of(frame.problems.begin(), frame.problems.end(),
                     [&](const std::string& p) { return p.find(text) != std::string::npos; });
}

}  // namespace alidade::test
