// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/figure_of_view.h"

#include <utility>

#include <QJsonDocument>

#include "views/base/session_model.h"

namespace alidade {
namespace {

/// A view's figure, and where it comes from.
class ViewFigure : public Figure {
 public:
  ViewFigure(std::shared_ptr<const Figure> figure, Provenance provenance, FigureOrigin origin)
      : figure_(std::move(figure)), provenance_(std::move(provenance)), origin_(std::move(origin)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override {
    figure_->paint(painter, area, theme);
  }
  Table data() const override { return figure_->data(); }
  Provenance provenance() const override { return provenance_; }
  FigureOrigin origin() const override { return origin_; }

 private:
  std::shared_ptr<const Figure> figure_;
  Provenance provenance_;
  FigureOrigin origin_;
};

std::string stateOf(const View& view) {
  return QJsonDocument(view.saveState()).toJson(QJsonDocument::Compact).toStdString();
}

std::string nameOfRun(const SessionModel& session, Run side) {
  const HeldRuns& runs = session.runs();
  const HeldRuns::Entry* entry = runs.find(runs.chosen_run<PoseResult>(side));
  return entry ? entry->name : std::string();
}

void addObject(const SessionModel& session, FigureOrigin& origin) {
  origin.object = session.selection().instance;
  if (const auto frame = session.frame(); frame && origin.object) {
    for (const Instance& instance : frame->instances) {
      if (instance.index == *origin.object) {
        origin.category = instance.category;
      }
    }
  }
}

Provenance provenanceOf(const View& view, Provenance provenance) {
  if (provenance.version.empty()) {
    provenance.version = current_provenance().version;
  }
  const auto dataset = view.session().dataset();
  if (view.subject() != ViewSubject::kNothing && dataset && provenance.dataset_sha256.empty()) {
    provenance.dataset = dataset->name();
    provenance.dataset_sha256 = dataset->digest();
  }
  return provenance;
}

}  // namespace

FigureOrigin originOf(const View& view, const QList<View*>& views) {
  const SessionModel& session = view.session();
  FigureOrigin origin;
  origin.view = view.id().toStdString();
  origin.states[origin.view] = stateOf(view);
  for (const View* other : views) {
    if (view.companions().contains(other->id())) {
      origin.states.try_emplace(other->id().toStdString(), stateOf(*other));
    }
  }
  const ViewSubject subject = view.subject();
  if (subject == ViewSubject::kNothing || !session.dataset()) {
    return origin;
  }
  origin.run_a = nameOfRun(session, Run::kA);
  origin.run_b = nameOfRun(session, Run::kB);
  const auto frame = session.selection().frame;
  if (subject != ViewSubject::kDataset && frame) {
    origin.frame = frame;
    origin.frame_name = session.dataset()->frame_info(*frame).name;
    addObject(session, origin);
  }
  return origin;
}

std::shared_ptr<const Figure> figureOf(const View& view, const QList<View*>& views) {
  const auto figure = view.figure();
  if (!figure) {
    return nullptr;
  }
  return std::make_shared<ViewFigure>(figure, provenanceOf(view, figure->provenance()),
                                      originOf(view, views));
}

}  // namespace alidade
