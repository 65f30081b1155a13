// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A view with evidence of its own, as add-a-view.md describes one: result, study, model, figure, view, who
// computes for it, perspective, figure kind and command. The program has no line of it; the test adds what
// the tables would.

#include <cstdio>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <QPainter>

#include "app/cli/command.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "app/render/figure_kinds.h"
#include "core/base/file.h"
#include "views/base/plot_theme.h"
#include "views/base/session_model.h"
#include "views/base/view.h"

namespace alidade::test {

/// The result: the squares of 1 to n.
struct Tally {
  std::vector<double> squares;
  Provenance provenance;
};

/// The study.
inline Expected<std::shared_ptr<const Tally>> make_tally(int count, const JobContext& job) {
  auto tally = std::make_shared<Tally>();
  for (int i = 1; i <= count; ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "The tally was stopped."};
    }
    tally->squares.push_back(static_cast<double>(i) * i);
  }
  tally->provenance = current_provenance();
  tally->provenance.recipe = "{\"count\":" + std::to_string(count) + "}";
  return std::shared_ptr<const Tally>(tally);
}

class TallyFigure : public Figure {
 public:
  explicit TallyFigure(std::shared_ptr<const Tally> tally) : tally_(std::move(tally)) {}
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override {
    const double bar = area.width() / static_cast<double>(tally_->squares.size());
    for (std::size_t i = 0; i < tally_->squares.size(); ++i) {
      const double height = area.height() * tally_->squares[i] / tally_->squares.back();
      painter.fillRect(
          QRectF(area.left() + static_cast<double>(i) * bar, area.bottom() - height, bar / 2, height),
          theme.colors.accent);
    }
  }
  Table data() const override {
    Table table{{"square"}, {}};
    for (const double square : tally_->squares) {
      table.rows.push_back({square});
    }
    return table;
  }
  Provenance provenance() const override { return tally_->provenance; }

 private:
  std::shared_ptr<const Tally> tally_;
};

/// The model: how many are asked for. The tallies are runs of the session.
class TallyModel : public EvidenceModel {
  Q_OBJECT

 public:
  explicit TallyModel(SessionModel* session) : EvidenceModel(session), session_(*session) {
    connect(session, &SessionModel::resultsChanged, this, &TallyModel::evidenceChanged);
  }
  void ask(int count) {
    count_ = count;
    Q_EMIT asked();
  }
  int count() const { return count_; }
  std::shared_ptr<const Tally> shown() const { return session_.runs().chosen<Tally>(Run::kA); }
  bool standsAlone() const override { return shown() != nullptr; }

 Q_SIGNALS:
  void asked();

 private:
  SessionModel& session_;
  int count_ = 4;
};

class TallyView : public View {
  Q_OBJECT

 public:
  explicit TallyView(SessionModel& session) : View(session) {
    auto& model = session.model<TallyModel>();
    model.demand().follow(this);
    connect(&model, &TallyModel::evidenceChanged, this, [this] {
      update();
      Q_EMIT contextChanged();
    });
  }
  QString id() const override { return QStringLiteral("tally"); }
  QString title() const override { return QStringLiteral("Tally"); }
  std::shared_ptr<const Figure> figure() const override {
    const auto shown = session().model<TallyModel>().shown();
    return shown ? std::make_shared<TallyFigure>(shown) : nullptr;
  }
  QJsonObject saveState() const override { return {{"count", session().model<TallyModel>().count()}}; }
  void restoreState(const QJsonObject& state) override {
    session().model<TallyModel>().ask(state.value("count").toInt(4));
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    if (const auto shown = figure()) {
      shown->paint(painter, rect(), screenPlotTheme(themeOf(*this)));
    }
  }
};

/// Who computes: one job for what is asked, while somebody looks. Updates are queued, since every dock is
/// visible for a moment while the window is laid out.
class TallyKeeper : public QObject {
  Q_OBJECT

 public:
  explicit TallyKeeper(Workbench& workbench)
      : workbench_(workbench), model_(workbench.session().model<TallyModel>()) {
    connect(&model_.demand(), &Demand::changed, this, &TallyKeeper::update, Qt::QueuedConnection);
    connect(&model_, &TallyModel::asked, this, &TallyKeeper::update, Qt::QueuedConnection);
  }

 private:
  void update() {
    if (!model_.demand().wanted() || made_ == model_.count()) {
      return;
    }
    made_ = model_.count();
    const auto made = std::make_shared<std::shared_ptr<const Tally>>();
    const auto work = [made, count = made_](const JobContext& job) -> Expected<void> {
      auto tally = make_tally(count, job);
      if (!tally) {
        return tally.error();
      }
      *made = *tally;
      return {};
    };
    workbench_.jobs().start(QStringLiteral("Tally"), work, [this, made](const Expected<void>& done) {
      if (done) {
        SessionModel& session = workbench_.session();
        session.chooseRun(Run::kA, session.addRun("tally", *made, false));
      }
    });
  }

  Workbench& workbench_;
  TallyModel& model_;
  int made_ = 0;
};

// What the four tables would name.

inline ViewSpec tallyView() {
  return {"tally", "Tally", makeView<TallyView>, false, [](Workbench& workbench) -> std::unique_ptr<QObject> {
            return std::make_unique<TallyKeeper>(workbench);
          }};
}

inline Perspective tallyPerspective() {
  return {"tally", "Tally", "Squares and the jobs.",
          [](QMainWindow& window, const Docks& docks) {
            window.addDockWidget(Qt::LeftDockWidgetArea, docks.at("tally"));
            window.splitDockWidget(docks.at("tally"), docks.at("jobs"), Qt::Vertical);
            showOnly(docks, {"tally", "jobs"});
          },
          false};
}

inline FigureKind tallyKind() {
  return {"tally", {.dataset = false}, 60.0, 40.0, [](StrictObject& view) -> ParsedView {
            const auto count = static_cast<int>(view.integer("count", 4, 1, 100));
            return {[count](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
              auto tally = make_tally(count, input.job);
              if (!tally) {
                return tally.error();
              }
              return std::unique_ptr<Figure>(std::make_unique<TallyFigure>(*tally));
            }};
          }};
}

inline void add_tally_command(CLI::App& app, Action& action) {
  struct Options {
    int count = 4;
    std::string output;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("tally", "Write squares");
  command->add_option("count", options->count, "How many")->check(CLI::Range(1, 100));
  command->add_option("-o,--output", options->output, "File to write (.csv)")->required();
  command->callback([&action, options] {
    action = [options](CommandContext& context) -> Expected<void> {
      const auto tally = make_tally(options->count, context.job);
      return tally ? write_file_atomically(options->output, to_csv(TallyFigure(*tally).data()))
                   : Expected<void>(tally.error());
    };
  });
}

}  // namespace alidade::test
