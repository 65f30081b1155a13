// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <vtkObjectFactory.h>
#include <vtkOutputWindow.h>

namespace alidade::test {

/// Collects what VTK would print; a good run has none.
class VtkMessageCounter : public vtkOutputWindow {
 public:
  static VtkMessageCounter* New() { VTK_STANDARD_NEW_BODY(VtkMessageCounter); }
  void DisplayText(const char* text) override { messages.emplace_back(text ? text : ""); }

  std::vector<std::string> messages;
};

}  // namespace alidade::test
