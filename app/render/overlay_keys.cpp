// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/overlay_keys.h"

namespace alidade {

OverlayLayers overlay_keys(StrictObject& view) {
  OverlayLayers layers;
  layers.ground_truth = view.flag("ground_truth", layers.ground_truth);
  layers.prediction = view.flag("prediction", layers.prediction);
  layers.boxes = view.flag("boxes", layers.boxes);
  layers.axes = view.flag("axes", layers.axes);
  layers.letters = view.flag("letters", layers.letters);
  layers.labels = view.flag("labels", layers.labels);
  layers.only_selected = view.flag("only_selected", layers.only_selected);
  return layers;
}

}  // namespace alidade
