// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QList>

#include "views/base/figure.h"
#include "views/base/view.h"

namespace alidade {

/// The view's figure with all that makes it again: view and settings, frame, object and category, the names
/// of the results, dataset and checkpoint with their digests. `views` are those that exist; the states of
/// the view's companions among them are noted too. Null when the view shows no figure.
std::shared_ptr<const Figure> figureOf(const View& view, const QList<View*>& views);

/// Which view shows what, as its figures note it.
FigureOrigin originOf(const View& view, const QList<View*>& views);

}  // namespace alidade
