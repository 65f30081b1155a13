// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include <QColor>

#include <vtkNew.h>
#include <vtkSmartPointer.h>

#include "core/data/mesh.h"
#include "views/scene/scene_lines.h"

class vtkActor;
class vtkPolyData;
class vtkRenderer;

namespace alidade {

/// One actor of colored lines.
class LineActor {
 public:
  explicit LineActor(vtkRenderer& renderer);
  void clear();
  void add(const Lines& lines, const QColor& color);
  /// Shows what was added since clear().
  void commit(double width);

 private:
  std::vector<float> xyz_;
  std::vector<unsigned char> rgb_;
  vtkSmartPointer<vtkPolyData> data_;
  vtkSmartPointer<vtkActor> actor_;
};

/// One actor of colored points; VTK reads the cloud's own memory.
class PointActor {
 public:
  explicit PointActor(vtkRenderer& renderer);
  /// To be changed only followed by commit().
  PointCloud& cloud() { return cloud_; }
  const PointCloud& cloud() const { return cloud_; }
  void commit();
  void setSize(double size);

 private:
  PointCloud cloud_;
  vtkSmartPointer<vtkPolyData> data_;
  vtkSmartPointer<vtkActor> actor_;
};

/// An actor of a mesh; without vertex colors it takes `plain`.
vtkSmartPointer<vtkActor> meshActor(const Mesh& mesh, const QColor& plain);

}  // namespace alidade
