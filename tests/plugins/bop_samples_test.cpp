// SPDX-License-Identifier: BSD-3-Clause
// Genuine files: what their README states must be what we read.
#include <algorithm>
#include <cmath>

#include <QtTest>

#include "plugins/bop/bop_reader.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> open_sample(const std::string& relative) {
  auto dataset = make_bop_reader()->open(test::samples_folder() + "/" + relative, {});
  if (!dataset) {
    qWarning("%s", dataset.error().message.c_str());
    return nullptr;
  }
  return *dataset;
}

bool mentions(const Dataset& dataset, const std::string& text) {
  return std::any_of(dataset.problems().begin(), dataset.problems().end(), [&](const DatasetProblem& p) {
    return (p.file + ": " + p.message).find(text) != std::string::npos;
  });
}

bool is_set(const ImageU8& mask, int u, int v) {
  return u >= 0 && v >= 0 && u < mask.width && v<mask.height&& * mask.pixel(u, v)> 0;
}

/// Share of the model's projected vertices that fall on the mask or on a pixel beside it: many vertices of a
/// small, round model lie on its outline, where the renderer's pixel is a matter of rounding.
double share_in_mask(const Mesh& mesh, const Rigid3& pose, const PinholeCamera& camera, const ImageU8& mask) {
  std::size_t inside = 0;
  for (const auto& vertex : mesh.vertices) {
    const auto pixel = camera.project(pose * vertex.cast<double>());
    const int u = pixel ? static_cast<int>(std::lround(pixel->x())) : -1;
    const int v = pixel ? static_cast<int>(std::lround(pixel->y())) : -1;
    bool hit = false;
    for (int k = 0; pixel && k < 9; ++k) {
      hit = hit || is_set(mask, u + k % 3 - 1, v + k / 3 - 1);
    }
    inside += hit;
  }
  return static_cast<double>(inside) / static_cast<double>(mesh.vertices.size());
}

}  // namespace

class BopSamplesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
  }

  void chess_opens_from_each_level() {
    for (const char* path :
         {"bop_chess_blenderproc/output/bop_data", "bop_chess_blenderproc/output/bop_data/backup",
          "bop_chess_blenderproc/output/bop_data/backup/000000",
          "bop_chess_blenderproc/output/bop_data/backup/000000/scene_gt.json"}) {
      QVERIFY(make_bop_reader()->can_read(test::samples_folder() + "/" + path) > 50);
      const auto dataset = open_sample(path);
      QVERIFY(dataset);
      QCOMPARE(dataset->num_frames(), std::size_t{18});
      QCOMPARE(dataset->models().size(), std::size_t{6});
      QVERIFY(mentions(*dataset, "4 of 6 models have no mesh (objects 1, 2, 4, 5)"));
    }
    QCOMPARE(open_sample("bop_chess_blenderproc/output/bop_data")->frame_info(3).name,
             std::string("backup/000000/000003"));
    QCOMPARE(open_sample("bop_chess_blenderproc/output/bop_data/backup")->frame_info(3).name,
             std::string("000000/000003"));
  }

  void chess_frame_without_color() {
    const auto dataset = open_sample("bop_chess_blenderproc/output/bop_data");
    const auto frame = dataset->load(0, {});
    QVERIFY(frame);
    QVERIFY(frame->color.empty());
    QCOMPARE(frame->depth.width, 640);
    QVERIFY(!frame->problems.empty());
    const auto& problems = dataset->problems();
    QVERIFY(std::any_of(problems.begin(), problems.end(),
                        [](const auto& p) { return p.frame == std::size_t{0}; }));
  }

  /// depth_scale of scene_camera.json (0.1), not of camera.json, and K: a visible surface point of the model
  /// lies at its pixel's depth within the README's tolerance.
  void chess_models_agree_with_masks_and_depth() {
    const auto dataset = open_sample("bop_chess_blenderproc/output/bop_data");
    int checked = 0;
    for (const std::size_t index : {1, 2, 9}) {
      const auto frame = dataset->load(index, {});
      QVERIFY(frame);
      QCOMPARE(frame->instances.size(), std::size_t{6});
      QVERIFY(std::abs(frame->camera.fx - 572.4114) < 1e-3);
      for (std::size_t i = 0; i < frame->instances.size(); ++i) {
        const Instance& instance = frame->instances[i];
        const auto mesh = dataset->mesh(instance.object_id);
        if (!mesh || instance.visible_fraction < 0.95) {
          continue;
        }
        QVERIFY(share_in_mask(**mesh, instance.cam_from_obj, frame->camera, frame->visible_masks[i]) > 0.98);
        const auto center = frame->camera.project(instance.box_cam().frame_from_box.t);
        QVERIFY(center);
        const float depth = *frame->depth.pixel(static_cast<int>(center->x()), static_cast<int>(center->y()));
        QVERIFY(std::abs(depth - instance.box_cam().frame_from_box.t.z()) < instance.size.norm());
        ++checked;
      }
    }
    QVERIFY(checked > 0);
  }

  void chess_hidden_instances_have_empty_masks() {
    const auto dataset = open_sample("bop_chess_blenderproc/output/bop_data");
    int hidden = 0;
    for (std::size_t index = 0; index < dataset->num_frames(); ++index) {
      const auto frame = dataset->load(index, {});
      QVERIFY(frame);
      for (std::size_t i = 0; i < frame->instances.size(); ++i) {
        if (frame->instances[i].visible_fraction == 0.0) {
          const auto& mask = frame->visible_masks[i].data;
          QCOMPARE(std::count(mask.begin(), mask.end(), 255), 0);
          ++hidden;
        }
      }
    }
    QVERIFY(hidden > 0);
  }

  void tyol_single_scene_with_its_own_model() {
    const auto dataset = open_sample("bop_tyol_frame/data");
    QVERIFY(dataset);
    QCOMPARE(dataset->num_frames(), std::size_t{1});
    QCOMPARE(dataset->frame_info(0).image_id, 10);
    QVERIFY(mentions(*dataset, "74 of 75 annotated frames have no image; showing 1"));
    const auto mesh = dataset->mesh(19);
    QVERIFY(mesh);
    QCOMPARE((*mesh)->vertices.size(), std::size_t{5880});
    QCOMPARE((*mesh)->faces.size(), std::size_t{12012});
    const auto frame = dataset->load(0, {});
    QVERIFY(frame);
    const Instance& instance = frame->instances.at(0);
    QVERIFY(instance.size.minCoeff() > 0.02 && instance.size.maxCoeff() < 0.5);
    // Measured minus modelled depth: the README found a median of -1.35 mm on visible pixels.
    std::vector<double> nearest(640 * 480, 1e9);
    for (const auto& vertex : (*mesh)->vertices) {
      const Eigen::Vector3d p = instance.cam_from_obj * vertex.cast<double>();
      const auto pixel = frame->camera.project(p);
      const int u = static_cast<int>(std::lround(pixel->x())), v = static_cast<int>(std::lround(pixel->y()));
      if (u >= 0 && v >= 0 && u < 640 && v < 480) {
        nearest[v * 640 + u] = std::min(nearest[v * 640 + u], p.z());
      }
    }
    std::vector<double> differences;
    for (std::size_t i = 0; i < nearest.size(); ++i) {
      if (nearest[i] < 1e8 && frame->depth.data[i] > 0.0f) {
        differences.push_back(frame->depth.data[i] - nearest[i]);
      }
    }
    std::nth_element(differences.begin(), differences.begin() + differences.size() / 2, differences.end());
    QVERIFY(std::abs(differences[differences.size() / 2]) < 0.015);
  }

  void ycbv_models_only() {
    const auto dataset = open_sample("bop_ycbv_models/ycbv");
    QVERIFY(dataset);
    QCOMPARE(dataset->num_frames(), std::size_t{0});
    QCOMPARE(dataset->models().size(), std::size_t{21});
    QVERIFY(mentions(*dataset, "no scenes were found"));
    QVERIFY(mentions(*dataset, "texture"));
    QVERIFY(dataset->model(13)->symmetry.axes.size() == 1);
    QVERIFY(dataset->model(13)->symmetry.name.starts_with("C∞"));
    QVERIFY(dataset->model(5)->mesh_path.parent_path().filename() == "models");
    QVERIFY(dataset->model(13)->mesh_path.parent_path().filename() == "models_eval");
    for (const int id : {5, 10, 13, 18}) {
      const auto mesh = dataset->mesh(id);
      QVERIFY(mesh);
      Eigen::Vector3f low = (*mesh)->vertices[0], high = low;
      for (const auto& v : (*mesh)->vertices) {
        low = low.cwiseMin(v);
        high = high.cwiseMax(v);
      }
      QVERIFY(((high - low).cast<double>() - dataset->model(id)->size).cwiseAbs().maxCoeff() < 1e-3);
    }
    QVERIFY(!dataset->mesh(1));
  }

  void hb_boxes_without_meshes() {
    for (const char* path : {"hb_primesense/hb_val_primesense", "hb_primesense/hb_val_primesense/000001"}) {
      const auto dataset = open_sample(path);
      QVERIFY(dataset);
      QCOMPARE(dataset->num_frames(), std::size_t{2});
      QVERIFY(mentions(*dataset, "338 of 340 annotated frames have no image; showing 2"));
      QVERIFY(mentions(*dataset, "it lists 1000 frames, scene_gt.json lists 340"));
      QVERIFY(mentions(*dataset, "there are no depth images"));
      const auto frame = dataset->load(1, {});
      QVERIFY(frame);
      QCOMPARE(frame->info.image_id, 50);
      QVERIFY(frame->depth.empty());
      QVERIFY(!frame->color.empty());
      QCOMPARE(frame->instances.size(), std::size_t{3});
      for (const Instance& instance : frame->instances) {
        QVERIFY(instance.size.minCoeff() > 0.01);
        for (const auto& corner : box_corners(instance.box_cam())) {
          const auto pixel = frame->camera.project(corner);
          QVERIFY(pixel && pixel->x() > -50 && pixel->x() < 690 && pixel->y() > -50 && pixel->y() < 530);
        }
      }
    }
  }

  void digest_is_stable_and_differs() {
    const auto a = open_sample("bop_tyol_frame/data"), b = open_sample("bop_tyol_frame/data");
    QCOMPARE(a->digest(), b->digest());
    QCOMPARE(a->digest().size(), std::size_t{64});
    QVERIFY(a->digest() != open_sample("hb_primesense/hb_val_primesense")->digest());
  }
};

ALIDADE_TEST(BopSamplesTest)
#include "bop_samples_test.moc"
