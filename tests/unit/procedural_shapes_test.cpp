// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>
#include <QTest>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shapes.h"
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
  void only_mugs_have_a_handle();
};

void ProceduralShapesTest::every_shape_fits_its_centered_box_data() {
  QTest::addColumn<QString>("category");
  for (const auto& category : shape_categories()) {
    QTest::newRow(category.c_str()) << QString::fromStdString(category);
  }
}

void ProceduralShapesTest::every_shape_fits_its_centered_box() {
  QFETCH(QString, category);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ShapeInstance shape = make_shape(category.toStdString(), seed);
    QVERIFY(shape.mesh.faces.size() >= 200 && shape.mesh.faces.size() <= 2500);
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
  }
}

void ProceduralShapesTest::faces_look_outwards_as_their_normals() {
  for (const auto& category : shape_categories()) {
    const ShapeInstance shape = make_shape(category, 5);
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

void ProceduralShapesTest::closed_solids_have_the_volume_of_their_closed_form() {
  const auto volume = [](const Mesh& mesh) {
    double sum = 0.0;
    for (const auto& f : mesh.faces) {
      sum +=
          static_cast<double>(mesh.vertices[f[0]].dot(mesh.vertices[f[1]].cross(mesh.vertices[f[2]]))) / 6.0;
    }
    return sum;
  };
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

void ProceduralShapesTest::equal_seeds_give_equal_shapes() {
  for (const auto& category : shape_categories()) {
    const auto a = make_shape(category, 11), b = make_shape(category, 11), c = make_shape(category, 12);
    QVERIFY(a.mesh.vertices == b.mesh.vertices);
    QVERIFY(a.mesh.faces == b.mesh.faces);
    QVERIFY((a.size - c.size).norm() > 1e-4);
  }
}

void ProceduralShapesTest::only_mugs_have_a_handle() {
  for (const auto& category : shape_categories()) {
    const auto shape = make_shape(category, 3);
    QCOMPARE(shape.first_handle_face < shape.mesh.faces.size(), category == "mug");
  }
  const auto mug = make_shape("mug", 3);
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

ALIDADE_TEST(ProceduralShapesTest)
#include "procedural_shapes_test.moc"
