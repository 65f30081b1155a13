// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/wire_actor.h"

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnsignedCharArray.h>

namespace alidade {

WireActor::WireActor(vtkRenderer& renderer)
    : data_(vtkSmartPointer<vtkPolyData>::New()), actor_(vtkSmartPointer<vtkActor>::New()) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data_);
  mapper->SetColorModeToDirectScalars();
  mapper->SetStatic(true);
  actor_->SetMapper(mapper);
  actor_->GetProperty()->LightingOff();
  actor_->PickableOff();
  // Thin lines blend well enough in the order they come in; VTK's pass for translucent things would draw all
  // of them into buffers of floats, which is slow in software.
  actor_->ForceOpaqueOn();
  actor_->VisibilityOff();
  renderer.AddActor(actor_);
}

void WireActor::show(Wires& wires, double width) {
  actor_->SetVisibility(wires.lines() > 0);
  actor_->GetProperty()->SetLineWidth(static_cast<float>(width));
  if (wires.lines() == 0) {
    return;
  }
  vtkNew<vtkFloatArray> positions;
  positions->SetNumberOfComponents(3);
  positions->SetArray(wires.xyz.data(), static_cast<vtkIdType>(wires.xyz.size()), 1);
  vtkNew<vtkPoints> points;
  points->SetData(positions);
  data_->SetPoints(points);
  vtkNew<vtkUnsignedCharArray> colors;
  colors->SetNumberOfComponents(4);
  colors->SetArray(wires.rgba.data(), static_cast<vtkIdType>(wires.rgba.size()), 1);
  data_->GetPointData()->SetScalars(colors);
  if (wires.ends != ends_) {
    ends_ = wires.ends;
    const auto count = static_cast<vtkIdType>(wires.lines());
    vtkNew<vtkTypeInt32Array> offsets;
    offsets->SetNumberOfValues(count + 1);
    for (vtkIdType i = 0; i <= count; ++i) {
      offsets->SetValue(i, static_cast<vtkTypeInt32>(2 * i));
    }
    vtkNew<vtkTypeInt32Array> ids;
    ids->SetArray(ends_.data(), 2 * count, 1);
    vtkNew<vtkCellArray> lines;
    lines->SetData(offsets, ids);
    data_->SetLines(lines);
  }
  data_->Modified();
}

}  // namespace alidade
