// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>
#include <QTest>

#include "core/data/mesh_distance.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shapes.h"
#include "core/data/procedural/tabletop_scene.h"
#include "core/data/rasterizer.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class ProceduralShapesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void every_shape_fits_its_centered_box_data();
  void every_shape_fits_its_centered_box();
  void faces_look_outwards_as_their_normals();
  void closed_solids_have_the_volume_of_their_closed_form();
  void equal_seeds_give_equal_shapes();
  void only_mugs_and_cups_have_a_handle();
  void symmetries_keep_the_surface_data();
  void symmetries_keep_the_surface();
  void no_quarter_turn_keeps_a_carton();
  void shapes_are_closed_to_the_eye_data();
  void shapes_are_closed_to_the_eye();
  void prints_are_seen_and_change_no_surface_data();
  void prints_are_seen_and_change_no_surface();
  void lofts_have_the_volume_of_their_closed_form();
};

namespace {

void add_categories() {
  QTest::addColumn<QString>("category");
  for (const auto& category : all_shape_categories()) {
    QTest::newRow(category.c_str()) << QString::fromStdString(category);
  }
}

double volume(const Mesh& mesh) {
  double sum = 0.0;
  for (const auto& f : mesh.faces) {
    sum += static_cast<double>(mesh.vertices[f[0]].dot(mesh.vertices[f[1]].cross(mesh.vertices[f[2]]))) / 6.0;
  }
  return sum;
}

double area(const Mesh& mesh) {
  double sum = 0.0;
  for (const auto& f : mesh.faces) {
    const auto &a = mesh.vertices[f[0]], &b = mesh.vertices[f[1]], &c = mesh.vertices[f[2]];
    sum += 0.5 * static_cast<double>((b - a).cross(c - a).norm());
  }
  return sum;
}

/// The farthest that a motion takes a vertex from the surface, metres.
double moved_off(const Mesh& mesh, const Rigid3& motion) {
  const MeshDistance surface(mesh);
  double farthest = 0.0;
  for (const auto& vertex : mesh.vertices) {
    farthest = std::max(farthest, surface.distance(motion * vertex.cast<double>()));
  }
  return farthest;
}

}  // namespace

void ProceduralShapesTest::every_shape_fits_its_centered_box_data() {
  add_categories();
}

void ProceduralShapesTest::every_shape_fits_its_centered_box() {
  QFETCH(QString, category);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ShapeInstance shape = make_shape(category.toStdString(), seed);
    QVERIFY(shape.mesh.faces.size() >= (category == "box" ? 40 : 200) && shape.mesh.faces.size() <= 3000);
    QCOMPARE(shape.mesh.normals.size(), shape.mesh.vertices.size());
    QCOMPARE(shape.mesh.colors.size(), shape.mesh.vertices.size());
    Eigen::Vector3f low = shape.mesh.vertices[0], high = low;
    for (const auto& p : shape.mesh.vertices) {
      low = low.cwiseMin(p);
      high = high.cwiseMax(p);
    }
    QVERIFY((low + high).norm() < 1e-6F);
    QVERIFY(((high - low).cast<double>() - shape.size).norm() < 1e-6);
    QVERIFY(shape.size.maxCoeff() >= 0.05 && shape.size.maxCoeff() <= 0.36);
    QVERIFY(shape.num_printable_faces > 0 && shape.num_printable_faces <= shape.mesh.faces.size());
  }
}

void ProceduralShapesTest::faces_look_outwards_as_their_normals() {
  for (const auto& category : all_shape_categories()) {
    for (const std::uint64_t seed : {5, 6, 7, 8}) {
      const ShapeInstance shape = make_shape(category, seed);
      for (const auto& f : shape.mesh.faces) {
        const auto &a = shape.mesh.vertices[f[0]], &b = shape.mesh.vertices[f[1]],
                   &c = shape.mesh.vertices[f[2]];
        const Eigen::Vector3f winding = (b - a).cross(c - a);
        const Eigen::Vector3f normal =
            shape.mesh.normals[f[0]] + shape.mesh.normals[f[1]] + shape.mesh.normals[f[2]];
        QVERIFY2(winding.dot(normal) > 0.0F, category.c_str());
      }
    }
  }
}

void ProceduralShapesTest::closed_solids_have_the_volume_of_their_closed_form() {
  Eigen::Vector3d size;
  MeshBuilder sharp, beveled, cylinder;
  sharp.box({1, 2, 3}, {0.2, 0.3, 0.4}, 0.0, {});
  QVERIFY(std::abs(volume(sharp.finish(size)) - 0.024) < 1e-7);
  beveled.box({1, 2, 3}, {0.2, 0.3, 0.4}, 0.02, {});
  // Off go twelve prisms of section b^2 / 2 along a - 2 b, and at each corner a cube b^3 of which b^3 / 6
  // stays.
  const double b = 0.02, prisms = 4.0 * 0.5 * b * b * (0.2 + 0.3 + 0.4 - 6.0 * b),
               corners = 8.0 * b * b * b * 5.0 / 6.0;
  QVERIFY(std::abs(volume(beveled.finish(size)) - (0.024 - prisms - corners)) < 1e-7);
  cylinder.revolve({{{{0, 0}, {0.1, 0}}, {}}, {{{0.1, 0}, {0.1, 0.5}}, {}}, {{{0.1, 0.5}, {0, 0.5}}, {}}},
                   400);
  QVERIFY(std::abs(volume(cylinder.finish(size)) / (std::numbers::pi * 0.01 * 0.5) - 1.0) < 1e-4);
}

void ProceduralShapesTest::lofts_have_the_volume_of_their_closed_form() {
  // A square frustum of sides 0.2 and 0.1 and height 0.3, and a pyramid on top of it.
  const auto square = [](double half, double z) {
    return LoftRing{{{half, half, z}, {-half, half, z}, {-half, -half, z}, {half, -half, z}}, {}};
  };
  MeshBuilder builder;
  builder.loft({square(0.1, 0.0), square(0.05, 0.3), square(0.0, 0.6)}, true, false);
  Eigen::Vector3d size;
  const Mesh mesh = builder.finish(size);
  const double frustum = 0.3 / 3.0 * (0.04 + 0.01 + 0.02), pyramid = 0.3 / 3.0 * 0.01;
  QVERIFY(std::abs(volume(mesh) - frustum - pyramid) < 1e-7);
  QVERIFY((size - Eigen::Vector3d(0.2, 0.2, 0.6)).norm() < 1e-7);
  for (const auto& normal : mesh.normals) {
    QVERIFY(std::abs(normal.norm() - 1.0F) < 1e-5F);
  }
}

void ProceduralShapesTest::equal_seeds_give_equal_shapes() {
  for (const auto& category : all_shape_categories()) {
    auto a = make_shape(category, 11), b = make_shape(category, 11), c = make_shape(category, 12);
    QVERIFY(a.mesh.vertices == b.mesh.vertices);
    QVERIFY(a.mesh.faces == b.mesh.faces);
    QVERIFY((a.size - c.size).norm() > 1e-4);
    print_surface(a, 3);
    print_surface(b, 3);
    print_surface(c, 4);
    const Mesh printed = printed_mesh(a.mesh, a.print, 0.005);
    QVERIFY(printed.colors == printed_mesh(b.mesh, b.print, 0.005).colors);
    QVERIFY(printed.colors != printed_mesh(c.mesh, c.print, 0.005).colors);
  }
}

void ProceduralShapesTest::only_mugs_and_cups_have_a_handle() {
  for (const auto& category : all_shape_categories()) {
    const auto shape = make_shape(category, 3);
    QCOMPARE(shape.first_handle_face < shape.mesh.faces.size(), category == "mug" || category == "cup");
  }
  for (const char* category : {"mug", "cup"}) {
    const auto mug = make_shape(category, 3);
    QVERIFY(mug.symmetry.trivial());
    QCOMPARE(mug.symmetry_when_hidden.axes.size(), std::size_t{1});
    // The hidden handle's axis is that of the body: body vertices lie on circles about it, the handle sticks
    // out on +x.
    const Eigen::Vector3d offset = mug.symmetry_when_hidden.axes[0].offset;
    double body = 0.0, handle = 0.0;
    for (std::size_t f = 0; f < mug.mesh.faces.size(); ++f) {
      for (const auto vertex : mug.mesh.faces[f]) {
        const Eigen::Vector3d p = mug.mesh.vertices[vertex].cast<double>() - offset;
        (f < mug.first_handle_face ? body : handle) =
            std::max(f < mug.first_handle_face ? body : handle, p.x());
      }
    }
    QVERIFY(handle > body + 0.01);
    QVERIFY(std::abs(-0.5 * mug.size.x() - offset.x() + body) <
            1e-6);  // the body reaches as far to -x as to +x
  }
}

void ProceduralShapesTest::symmetries_keep_the_surface_data() {
  add_categories();
}

void ProceduralShapesTest::symmetries_keep_the_surface() {
  QFETCH(QString, category);
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const ShapeInstance shape = make_shape(category.toStdString(), seed);
    // A turn about an axis takes a corner at most to the middle of an edge of its 32-gon.
    const double edge = shape.symmetry.axes.empty() ? 1e-6 : 0.006 * shape.size.maxCoeff();
    for (const Rigid3& motion : enumerate_symmetries(shape.symmetry, 7)) {
      QVERIFY(moved_off(shape.mesh, motion) < edge);
    }
    // No half turn about a coordinate axis is left out.
    for (const char* name : {"x-flip", "y-flip", "z-flip"}) {
      const Rigid3 turn = named_symmetry(name)->finite[1];
      const bool listed =
          symmetric_rotation_distance(turn.R, Eigen::Matrix3d::Identity(), shape.symmetry) < 1e-6;
      QVERIFY2(listed == (moved_off(shape.mesh, turn) < 1e-3), qPrintable(category + " " + name));
    }
  }
}

void ProceduralShapesTest::no_quarter_turn_keeps_a_carton() {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const ShapeInstance shape = make_shape("box", seed);
    for (const char* name : {"x-square-pyramid", "y-square-pyramid", "z-square-pyramid"}) {
      QVERIFY(moved_off(shape.mesh, named_symmetry(name)->finite[1]) > 0.002);
    }
  }
}

void ProceduralShapesTest::shapes_are_closed_to_the_eye_data() {
  QTest::addColumn<QString>("category");
  for (const auto& category : household_categories()) {
    QTest::newRow(category.c_str()) << QString::fromStdString(category);
  }
}

// From outside no ray meets the back of a face first: drawn on both sides, a mesh shows nothing nearer.
void ProceduralShapesTest::shapes_are_closed_to_the_eye() {
  QFETCH(QString, category);
  for (std::uint64_t seed = 20; seed < 26; ++seed) {
    const ShapeInstance shape = make_shape(category.toStdString(), seed);
    for (int view = 0; view < 6; ++view) {
      const double turn = 1.1 * view, up = view % 3 == 0 ? 0.15 : view % 3 == 1 ? 0.7 : 1.3;
      const Eigen::Vector3d eye =
          2.2 * shape.size.norm() *
          Eigen::Vector3d(std::cos(turn) * std::cos(up), std::sin(up), std::sin(turn) * std::cos(up));
      const Rigid3 pose = tabletop_look_at(eye, Eigen::Vector3d::Zero(), 0.0);
      Rasterizer front({160, 120, 260.0, 260.0, 79.5, 59.5}), both = front;
      const RasterItem one_sided{&shape.mesh, pose}, two_sided{&shape.mesh, pose, true};
      front.draw({&one_sided, 1});
      both.draw({&two_sided, 1});
      int seen = 0, holes = 0;
      for (int y = 0; y < 120; ++y) {
        for (int x = 0; x < 160; ++x) {
          seen += both.depth(x, y) > 0.0F;
          holes += both.depth(x, y) > 0.0F && std::abs(front.depth(x, y) - both.depth(x, y)) > 5e-4F;
        }
      }
      QVERIFY(seen > 150);
      // Single pixels on silhouettes fall between the faces.
      QVERIFY2(
          holes <= 1 + seen / 200,
          qPrintable(
              QString("%1 %2 view %3: %4 of %5").arg(category).arg(seed).arg(view).arg(holes).arg(seen)));
    }
  }
}

void ProceduralShapesTest::prints_are_seen_and_change_no_surface_data() {
  add_categories();
}

void ProceduralShapesTest::prints_are_seen_and_change_no_surface() {
  QFETCH(QString, category);
  int seen = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    ShapeInstance shape = make_shape(category.toStdString(), seed);
    const Mesh plain = shape.mesh;
    print_surface(shape, seed);
    QVERIFY(shape.mesh.vertices == plain.vertices && shape.mesh.colors == plain.colors);
    QCOMPARE(shape.print.num_faces, shape.num_printable_faces);
    const Mesh printed = printed_mesh(shape.mesh, shape.print, shape.size.maxCoeff() / 16.0);
    QVERIFY(std::abs(area(printed) / area(plain) - 1.0) < 1e-5);
    QVERIFY(std::abs(volume(printed) - volume(plain)) < 1e-5 * std::abs(volume(plain)) + 1e-10);
    QVERIFY(printed.faces.size() < 13000);
    SurfacePrint nothing = shape.print;
    nothing.layers.clear();
    seen += printed_mesh(shape.mesh, nothing, shape.size.maxCoeff() / 16.0).colors != printed.colors;
    for (std::size_t i = shape.num_printable_faces; i < plain.faces.size(); ++i) {
      for (const auto vertex : plain.faces[i]) {
        QCOMPARE(printed.colors[vertex], plain.colors[vertex]);
      }
    }
  }
  QVERIFY(seen >= 3);
}

ALIDADE_TEST(ProceduralShapesTest)
#include "procedural_shapes_test.moc"
