// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vtkSmartPointer.h>

#include "views/scene/hypothesis_wires.h"

class vtkActor;
class vtkPolyData;
class vtkRenderer;

namespace alidade {

/// One actor of many colored, translucent lines that move: VTK reads the wires' own memory, and while only
/// points and colors change the lines are kept.
class WireActor {
 public:
  explicit WireActor(vtkRenderer& renderer);
  /// `wires` must stay where it is, and be changed only followed by another call. `width` is in pixels.
  void show(Wires& wires, double width);

 private:
  vtkSmartPointer<vtkPolyData> data_;
  vtkSmartPointer<vtkActor> actor_;
  std::vector<std::int32_t> ends_;  ///< of the lines that VTK has
};

}  // namespace alidade
