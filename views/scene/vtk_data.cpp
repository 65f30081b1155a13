// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/vtk_data.h"

#include <algorithm>

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnsignedCharArray.h>

namespace alidade {
namespace {

vtkSmartPointer<vtkActor> actorOf(vtkPolyData* data) {
  auto mapper = vtkSmartPointer<vtkPolyDataMapper>::New();
  mapper->SetInputData(data);
  mapper->SetColorModeToDirectScalars();
  mapper->SetStatic(true);  // no pipeline behind it: saves a check per render
  auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  return actor;
}

/// Lets VTK read `xyz` and `rgb`, which must stay where they are until the next call.
void sharePoints(vtkPolyData& data, std::vector<float>& xyz, std::vector<unsigned char>& rgb) {
  vtkNew<vtkFloatArray> positions;
  positions->SetNumberOfComponents(3);
  positions->SetArray(xyz.data(), static_cast<vtkIdType>(xyz.size()), 1);
  vtkNew<vtkPoints> points;
  points->SetData(positions);
  data.SetPoints(points);
  vtkNew<vtkUnsignedCharArray> colors;
  colors->SetNumberOfComponents(3);
  colors->SetArray(rgb.data(), static_cast<vtkIdType>(rgb.size()), 1);
  data.GetPointData()->SetScalars(colors);
}

/// Cells of `corners` points each that use the points 0, 1, 2, ... in order.
vtkSmartPointer<vtkCellArray> consecutiveCells(vtkIdType cells, vtkIdType corners) {
  vtkNew<vtkTypeInt32Array> offsets;
  offsets->SetNumberOfValues(cells + 1);
  for (vtkIdType i = 0; i <= cells; ++i) {
    offsets->SetValue(i, static_cast<vtkTypeInt32>(i * corners));
  }
  vtkNew<vtkTypeInt32Array> ids;
  ids->SetNumberOfValues(cells * corners);
  for (vtkIdType i = 0; i < cells * corners; ++i) {
    ids->SetValue(i, static_cast<vtkTypeInt32>(i));
  }
  auto array = vtkSmartPointer<vtkCellArray>::New();
  array->SetData(offsets, ids);
  return array;
}

}  // namespace

LineActor::LineActor(vtkRenderer& renderer)
    : data_(vtkSmartPointer<vtkPolyData>::New()), actor_(actorOf(data_)) {
  actor_->GetProperty()->LightingOff();
  actor_->PickableOff();
  renderer.AddActor(actor_);
}

void LineActor::clear() {
  xyz_.clear();
  rgb_.clear();
}

void LineActor::add(const Lines& lines, const QColor& color) {
  for (const auto& [a, b] : lines) {
    if (!a.allFinite() || !b.allFinite()) {
      continue;
    }
    for (const Eigen::Vector3d* p : {&a, &b}) {
      xyz_.insert(xyz_.end(),
                  {static_cast<float>(p->x()), static_cast<float>(p->y()), static_cast<float>(p->z())});
      rgb_.insert(rgb_.end(),
                  {static_cast<unsigned char>(color.red()), static_cast<unsigned char>(color.green()),
                   static_cast<unsigned char>(color.blue())});
    }
  }
}

void LineActor::commit(double width) {
  actor_->SetVisibility(!xyz_.empty());
  actor_->GetProperty()->SetLineWidth(static_cast<float>(width));
  if (xyz_.empty()) {
    return;
  }
  sharePoints(*data_, xyz_, rgb_);
  data_->SetLines(consecutiveCells(static_cast<vtkIdType>(xyz_.size() / 6), 2));
  data_->Modified();
}

PointActor::PointActor(vtkRenderer& renderer)
    : data_(vtkSmartPointer<vtkPolyData>::New()), actor_(actorOf(data_)) {
  actor_->GetProperty()->LightingOff();
  actor_->PickableOff();
  renderer.AddActor(actor_);
}

void PointActor::setSize(double size) {
  actor_->GetProperty()->SetPointSize(static_cast<float>(size));
}

void PointActor::commit() {
  actor_->SetVisibility(cloud_.size() > 0);
  if (cloud_.size() == 0) {
    return;
  }
  sharePoints(*data_, cloud_.xyz, cloud_.rgb);
  const auto count = static_cast<vtkIdType>(cloud_.size());
  if (!data_->GetVerts() || data_->GetVerts()->GetNumberOfConnectivityIds() != count) {
    data_->SetVerts(consecutiveCells(1, count));  // one cell of all points
  }
  data_->Modified();
}

vtkSmartPointer<vtkActor> meshActor(const Mesh& mesh, const QColor& plain) {
  const auto count = static_cast<vtkIdType>(mesh.vertices.size());
  vtkNew<vtkPoints> points;
  points->SetNumberOfPoints(count);
  vtkNew<vtkFloatArray> normals;
  normals->SetNumberOfComponents(3);
  vtkNew<vtkUnsignedCharArray> colors;
  colors->SetNumberOfComponents(3);
  const bool has_normals = mesh.normals.size() == mesh.vertices.size();
  const bool has_colors = mesh.colors.size() == mesh.vertices.size();
  for (vtkIdType i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    points->SetPoint(i, mesh.vertices[at].x(), mesh.vertices[at].y(), mesh.vertices[at].z());
    if (has_normals) {
      normals->InsertNextTuple3(mesh.normals[at].x(), mesh.normals[at].y(), mesh.normals[at].z());
    }
    if (has_colors) {
      colors->InsertNextTuple3(mesh.colors[at][0], mesh.colors[at][1], mesh.colors[at][2]);
    }
  }
  vtkNew<vtkCellArray> faces;
  for (const auto& face : mesh.faces) {
    const vtkIdType ids[3] = {face[0], face[1], face[2]};
    if (std::max({ids[0], ids[1], ids[2]}) < count) {
      faces->InsertNextCell(3, ids);
    }
  }
  auto data = vtkSmartPointer<vtkPolyData>::New();
  data->SetPoints(points);
  if (mesh.faces.empty()) {
    data->SetVerts(consecutiveCells(1, count));
  } else {
    data->SetPolys(faces);
  }
  if (has_normals) {
    data->GetPointData()->SetNormals(normals);
  }
  if (has_colors) {
    data->GetPointData()->SetScalars(colors);
  }
  auto actor = actorOf(data);
  actor->GetProperty()->SetColor(plain.redF(), plain.greenF(), plain.blueF());
  return actor;
}

}  // namespace alidade
