// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/flat_actor.h"

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

/// Cells of `corners` points each, which use the points in their order.
void setConsecutive(vtkCellArray& cells, vtkIdType count, vtkIdType corners) {
  vtkNew<vtkTypeInt32Array> offsets, ids;
  offsets->SetNumberOfValues(count + 1);
  for (vtkIdType i = 0; i <= count; ++i) {
    offsets->SetValue(i, static_cast<vtkTypeInt32>(i * corners));
  }
  ids->SetNumberOfValues(count * corners);
  for (vtkIdType i = 0; i < count * corners; ++i) {
    ids->SetValue(i, static_cast<vtkTypeInt32>(i));
  }
  cells.SetData(offsets, ids);
}

}  // namespace

FlatActor::FlatActor(vtkRenderer& renderer, bool lines) : lines_(lines) {
  renewMapper();
  actor_->GetProperty()->LightingOff();
  actor_->PickableOff();
  actor_->VisibilityOff();
  renderer.AddActor(actor_);
}

FlatActor::~FlatActor() = default;

/// VTK knows buffers by the addresses of arrays: a new array where one lay that was drawn would be taken for
/// it.
void FlatActor::renewMapper() {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data_);
  mapper->SetColorModeToDirectScalars();
  actor_->SetMapper(mapper);
}

void FlatActor::show(float* xyz, unsigned char* rgb, std::size_t count) {
  count_ = count;
  actor_->SetVisibility(count > 0);
  if (count == 0) {
    return;
  }
  const auto values = static_cast<vtkIdType>(3 * count);
  vtkNew<vtkFloatArray> positions;
  positions->SetNumberOfComponents(3);
  positions->SetArray(xyz, values, 1);
  vtkNew<vtkPoints> points;
  points->SetData(positions);
  data_->SetPoints(points);
  vtkNew<vtkUnsignedCharArray> colors;
  colors->SetNumberOfComponents(3);
  colors->SetArray(rgb, values, 1);
  data_->GetPointData()->SetScalars(colors);
  vtkNew<vtkCellArray> cells;
  const auto number = static_cast<vtkIdType>(count);
  lines_ ? setConsecutive(*cells, number / 2, 2) : setConsecutive(*cells, 1, number);
  lines_ ? data_->SetLines(cells) : data_->SetVerts(cells);
  data_->Modified();
  renewMapper();
}

void FlatActor::choose(const std::vector<std::int32_t>& points, std::size_t count) {
  count_ = count;
  actor_->SetVisibility(count > 0);
  const auto number = static_cast<vtkIdType>(count);
  vtkNew<vtkTypeInt32Array> offsets, ids;
  offsets->SetNumberOfValues(2);
  offsets->SetValue(0, 0);
  offsets->SetValue(1, static_cast<vtkTypeInt32>(number));
  ids->SetNumberOfValues(number);
  std::copy_n(points.begin(), count, ids->GetPointer(0));
  vtkNew<vtkCellArray> cells;
  cells->SetData(offsets, ids);
  data_->SetVerts(cells);
  data_->Modified();
}

void FlatActor::setVisible(bool visible) {
  actor_->SetVisibility(visible && count_ > 0);
}

void FlatActor::setPointSize(double size) {
  actor_->GetProperty()->SetPointSize(static_cast<float>(size));
}

void FlatActor::setLineWidth(double width) {
  actor_->GetProperty()->SetLineWidth(static_cast<float>(width));
}

void LineStore::clear() {
  xyz.clear();
  rgb.clear();
}

void LineStore::add(const RoomLines& lines, const QColor& color) {
  for (const auto& [a, b] : lines) {
    for (const Eigen::Vector3d* end : {&a, &b}) {
      for (int axis = 0; axis < 3; ++axis) {
        xyz.push_back(static_cast<float>((*end)[axis]));
      }
      rgb.insert(rgb.end(),
                 {static_cast<unsigned char>(color.red()), static_cast<unsigned char>(color.green()),
                  static_cast<unsigned char>(color.blue())});
    }
  }
}

}  // namespace alidade
