// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include <QtTest>

#include "core/data/mesh_extent.h"
#include "core/io/mesh_file.h"
#include "core/io/obj.h"
#include "core/io/ply.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class PlyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void round_trip_in_millimetres() {
    Mesh mesh;
    mesh.vertices = {{0, 0, 0}, {0.125f, 0, 0}, {0, 0.25f, 0}};
    mesh.normals = {{0, 0, 1}, {0, 0, 1}, {0, 0, 1}};
    mesh.colors = {{{1, 2, 3}}, {{4, 5, 6}}, {{7, 8, 9}}};
    mesh.faces = {{{0, 1, 2}}};
    const std::string bytes = to_ply_bytes(mesh, 1000.0);
    const auto back = parse_ply(bytes, "x", 0.001);
    QVERIFY(back);
    for (int i = 0; i < 3; ++i) {
      QVERIFY((back->vertices[i] - mesh.vertices[i]).norm() < 1e-7f);
    }
    QVERIFY(back->colors == mesh.colors && back->faces == mesh.faces && back->normals == mesh.normals);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      QVERIFY(!parse_ply(bytes.substr(0, size), "x", 1.0));
    }
  }

  void polygons_faces_first_and_crlf() {
    const auto mesh = parse_ply(
        "ply\r\nformat ascii 1.0\r\ncomment x\r\nelement face 1\r\nproperty list uchar int vertex_index\r\n"
        "element vertex 4\r\nproperty double x\r\nproperty double y\r\nproperty double z\r\n"
        "end_header\r\n4 0 1 2 3\r\n0 0 0\r\n+1 0 0\r\n1 1 0\r\n0 1e0 0\r\n",
        "x", 2.0);
    QVERIFY(mesh);
    QCOMPARE(mesh->faces.size(), std::size_t{2});
    QCOMPARE(mesh->vertices[2].x(), 2.0f);
  }

  /// Same mesh in all three encodings, with a list and odd types between what is read.
  void big_endian() {
    const auto bytes_of = [](auto value, bool big_endian) {
      std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
      return big_endian ? std::string(bytes.rbegin(), bytes.rend()) : bytes;
    };
    const auto file = [&](bool big) {
      std::string out =
          std::string("ply\nformat ") + (big ? "binary_big_endian" : "binary_little_endian") +
          " 1.0\nelement vertex 3\nproperty double x\nproperty short extra\nproperty float y\nproperty float "
          "z\n"
          "property uchar red\nproperty uchar green\nproperty uchar blue\nproperty list ushort int skipped\n"
          "element face 1\nproperty list uint ushort vertex_indices\nend_header\n";
      for (int i = 0; i < 3; ++i) {
        out += bytes_of(1.5 + i, big) + bytes_of(std::int16_t{-2}, big) +
               bytes_of(0.25f * static_cast<float>(i), big) + bytes_of(-7.0f, big);
        out += std::string{static_cast<char>(10 + i), '\x14', '\x1e'} + bytes_of(std::uint16_t{1}, big) +
               bytes_of(std::int32_t{5}, big);
      }
      return out + bytes_of(std::uint32_t{3}, big) + bytes_of(std::uint16_t{2}, big) +
             bytes_of(std::uint16_t{1}, big) + bytes_of(std::uint16_t{0}, big);
    };
    for (const bool big : {false, true}) {
      const std::string bytes = file(big);
      const auto mesh = parse_ply(bytes, "x", 2.0);
      QVERIFY2(mesh, mesh ? "" : mesh.error().message.c_str());
      QVERIFY(mesh->vertices[1] == Eigen::Vector3f(5.0f, 0.5f, -14.0f));
      QVERIFY((mesh->colors[2] == std::array<std::uint8_t, 3>{12, 20, 30}));
      QVERIFY((mesh->faces[0] == std::array<std::uint32_t, 3>{2, 1, 0}));
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        QVERIFY(!parse_ply(bytes.substr(0, size), "x", 1.0));
      }
    }
  }

  void hostile() {
    const std::string start =
        "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n";
    const std::string face =
        "element face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0 1 0 0 0 1 0\n";
    QVERIFY(parse_ply(start + face + "3 0 1 2\n", "x", 1.0));
    QVERIFY(parse_ply(start + face + "2 0 1\r\n \n" + '\0', "x", 1.0));
    QVERIFY(parse_ply(start + "end_header\n0 0 1e-999 1 0 0 0 1 0\n", "x", 1.0));
    for (const std::string& text :
         {start + face + "3 0 1 3\n", start + face + "3 0 1 -1\n", start + face + "300 0 1 2\n",
          start + face + "3 0 1\n", start + face + "2 0 3\n", start + face + "3 0 1 2\n0",
          start + "end_header\n0 0 1e999 1 0 0 0 1 0\n", start + "end_header\n0 0 -1e300 1 0 0 0 1 0\n",
          start + "end_header\n0 0 nan 1 0 0 0 1 0\n", start + "end_header\n0 0\n",
          start + "element face -1\nend_header\n",
          std::string(
              "ply\nformat ascii 1.0\nelement vertex 18446744073709551615\nproperty float x\nend_header\n"),
          std::string("ply\nformat ascii 1.0\nelement vertex 9\nend_header\n"),
          std::string("ply\nend_header\n"),
          std::string("ply\nformat ascii 1.0\ncomment ") + std::string(200000, 'x'), std::string("solid"),
          std::string()}) {
      const auto mesh = parse_ply(text, "file.ply", 1.0);
      QVERIFY2(!mesh, text.substr(0, 200).c_str());
      QVERIFY(mesh.error().message.starts_with("file.ply: "));
    }
  }

  void numbers_of_another_type_and_leftovers_are_refused_data() {
    QTest::addColumn<QString>("vertices");
    QTest::addColumn<QString>("faces");
    QTest::addColumn<bool>("good");
    QTest::newRow("whole") << "0 0 0 255\n1 0 0 0\n0 1 0 0\n"
                           << "3 0 1 2\n"
                           << true;
    QTest::newRow("index with a fraction") << "0 0 0 1\n1 0 0 0\n0 1 0 0\n"
                                           << "3 0 1.5 2\n"
                                           << false;
    QTest::newRow("count with a fraction") << "0 0 0 1\n1 0 0 0\n0 1 0 0\n"
                                           << "3.5 0 1 2\n"
                                           << false;
    QTest::newRow("color beyond a byte") << "0 0 0 256\n1 0 0 0\n0 1 0 0\n"
                                         << "3 0 1 2\n"
                                         << false;
    QTest::newRow("beyond float") << "0 0 1e40 1\n1 0 0 0\n0 1 0 0\n"
                                  << "3 0 1 2\n"
                                  << false;
    QTest::newRow("left over") << "0 0 0 1\n1 0 0 0\n0 1 0 0\n"
                               << "3 0 1 2\n7\n"
                               << false;
  }

  void numbers_of_another_type_and_leftovers_are_refused() {
    QFETCH(QString, vertices);
    QFETCH(QString, faces);
    QFETCH(bool, good);
    const std::string begin =
        "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
        "property uchar red\nelement face 1\nproperty list uchar int ";
    const std::string body = "\nend_header\n" + (vertices + faces).toStdString();
    QCOMPARE(static_cast<bool>(parse_ply(begin + "vertex_indices" + body, "x", 1.0)), good);
    const auto nameless = parse_ply(begin + "vertex_indicez" + body, "x", 1.0);
    QVERIFY(!nameless);
  }

  void obj_lines_are_continued_by_a_backslash() {
    const std::string plain = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n";
    const auto expected = parse_obj(plain, "x", 1.0);
    for (const char* text : {"v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 \\\n  3 4\n",
                             "v 0 0 0\nv 1 0 0\nv 1 \\\r\n1 0\r\nv 0 1 0\nf 1 \\\n2\\\n3 \\\n4",
                             "# C:\\models\\\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf \\\n1 2 3 4\n"}) {
      const auto mesh = parse_obj(text, "x", 1.0);
      QVERIFY2(mesh, mesh ? "" : mesh.error().message.c_str());
      QVERIFY(mesh->faces == expected->faces && mesh->vertices == expected->vertices);
    }
    const auto late = parse_obj("v 0 0 0\nv 1 \\\n0 \\\n0\nf 1 2 9\n", "x", 1.0);
    QVERIFY(!late && late.error().message.starts_with("x: line 5: "));
    QVERIFY(!parse_obj("v 0 0 0\nf 1 1 \\", "x", 1.0));
  }

  void obj_files() {
    const auto mesh =
        parse_obj("# quad\nv 0 0 0\nv 1 0 0 \nv 1 1 0\nv 0 1 0\nvt 0 0\nf 1/1 2/1/1 3//1 -1\n", "x", 0.5);
    QVERIFY(mesh);
    QCOMPARE(mesh->faces.size(), std::size_t{2});
    QCOMPARE(mesh->faces[1][2], 3u);
    QCOMPARE(mesh->vertices[2].y(), 0.5f);
    for (const char* text : {"v 0 0\n", "v 0 0 0\nf 1 2 3\n", "v 0 0 0\nf 0 1 1\n", "v 0 0 inf\n",
                             "v 0 0 1e300\n", "f 1 1 1\n", ""}) {
      QVERIFY2(!parse_obj(text, "x", 1.0), text);
    }
  }

  void extent_of_a_cube() {
    Mesh mesh;
    for (int i = 0; i < 8; ++i) {
      mesh.vertices.emplace_back(i & 1 ? 2.0f : 1.0f, i & 2 ? 2.0f : 1.0f, i & 4 ? 2.0f : 1.0f);
    }
    const MeshExtent extent = mesh_extent(mesh);
    QVERIFY((extent.center - Eigen::Vector3d::Constant(1.5)).norm() < 1e-12);
    QVERIFY(std::abs(extent.diameter - std::sqrt(3.0)) < 1e-9);
  }

  /// Files that stress loaders: either a sound mesh or a sentence, never a crash.
  void stress_samples() {
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    int sound = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(test::samples_folder() + "/meshes_and_clouds")) {
      if (entry.path().extension() != ".ply" && entry.path().extension() != ".obj") {
        continue;
      }
      const auto mesh = read_mesh(entry.path(), 1.0);
      if (!mesh) {
        QVERIFY2(entry.path().string().find("mpty") != std::string::npos, mesh.error().message.c_str());
        continue;
      }
      ++sound;
      for (const auto& face : mesh->faces) {
        QVERIFY(face[0] < mesh->vertices.size() && face[1] < mesh->vertices.size() &&
                face[2] < mesh->vertices.size());
      }
    }
    QVERIFY(sound >= 10);
  }
};

ALIDADE_TEST(PlyTest)
#include "ply_test.moc"
