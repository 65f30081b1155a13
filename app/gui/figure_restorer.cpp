// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/figure_restorer.h"

#include <memory>
#include <utility>

#include <QJsonDocument>
#include <QJsonObject>

#include "app/gui/native_path.h"
#include "app/gui/workbench.h"
#include "core/base/sha256.h"
#include "core/nn/model.h"
#include "core/session/figure_file.h"
#include "plugins/builtin_readers.h"
#include "views/base/session_model.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr const char* kLab = "schedule-lab";

QString text(const std::string& of) {
  return QString::fromStdString(of);
}

/// The figure cannot be made again without a network.
bool needsNetwork(const FigureRecord& record) {
  return !record.provenance.checkpoint_sha256.empty() && record.origin.states.contains(kLab);
}

}  // namespace

FigureRestorer::FigureRestorer(Workbench& workbench, Surroundings surroundings, QObject* parent)
    : QObject(parent), workbench_(workbench), surroundings_(std::move(surroundings)) {
  connect(&workbench_, &Workbench::datasetOpened, this, [this](const QString& path) {
    if (record_ && path == awaited_path_) {
      needCheckpoint();
    }
  });
  connect(&workbench_, &Workbench::checkpointOpened, this, [this](const QString& path) {
    if (record_ && path == awaited_path_) {
      finish();
    }
  });
  connect(&workbench_, &Workbench::openFailed, this, [this] { record_.reset(); });
}

void FigureRestorer::restore(const QString& path) {
  record_.reset();
  missing_.clear();
  auto record = read_figure_record(bytesOfPath(path));
  if (!record) {
    Q_EMIT failed(text(record.error().message));
    return;
  }
  if (record->origin.view.empty() || !surroundings_.view(text(record->origin.view))) {
    Q_EMIT failed(
        tr("%1 was not exported from a view of the window; there is nothing to show again.").arg(path));
    return;
  }
  record_ = std::move(*record);
  needDataset();
}

void FigureRestorer::needDataset() {
  const std::string& wanted = record_->provenance.dataset_sha256;
  const auto open = workbench_.session().dataset();
  if (wanted.empty() || (open && open->digest() == wanted)) {
    needCheckpoint();
  } else {
    searchDataset(surroundings_.datasets(), false);
  }
}

void FigureRestorer::needCheckpoint() {
  const auto network = workbench_.networkForLab();
  if (!needsNetwork(*record_) ||
      (network && network->checkpoint_sha256() == record_->provenance.checkpoint_sha256)) {
    finish();
  } else {
    searchCheckpoint(surroundings_.checkpoints(), false);
  }
}

void FigureRestorer::search(const QString& title, const QStringList& paths,
                            std::function<bool(const QString& path, const JobContext& job)> is_it,
                            std::function<void(const QString& path)> found) {
  auto fitting = std::make_shared<QString>();
  const auto work = [paths, is_it = std::move(is_it), fitting](const JobContext& job) -> Expected<void> {
    for (const QString& path : paths) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "Stopped."};
      }
      job.report(path.toStdString(), paths.indexOf(path), paths.size());
      if (is_it(path, job)) {
        *fitting = path;
        break;
      }
    }
    return {};
  };
  workbench_.jobs().start(title, work,
                          [this, fitting, found = std::move(found)](const Expected<void>& outcome) {
                            if (!outcome) {
                              record_.reset();
                            } else if (record_) {
                              found(*fitting);
                            }
                          });
}

void FigureRestorer::searchDataset(const QStringList& paths, bool asked) {
  const std::string wanted = record_->provenance.dataset_sha256;
  const QString name = text(record_->provenance.dataset);
  search(
      tr("Find the dataset %1").arg(name), paths,
      [wanted](const QString& path, const JobContext& job) {
        const auto dataset = builtin_readers().open(bytesOfPath(path), job);
        return dataset && (*dataset)->digest() == wanted;
      },
      [this, name, paths, asked](const QString& path) {
        if (!path.isEmpty()) {
          awaited_path_ = path;
          workbench_.openDataset(path);
          return;
        }
        const QString sentence =
            asked ? tr("%1 is not the dataset %2 that the figure was made of: their digests differ. Choose "
                       "another folder.")
                        .arg(paths.value(0), name)
                  : tr("The figure was made of the dataset %1, which is not open. Where is it?").arg(name);
        const QString folder = surroundings_.ask(sentence, true);
        if (folder.isEmpty()) {
          record_.reset();
          Q_EMIT failed(
              tr("The figure was made of the dataset %1; open it, then drop the figure again.").arg(name));
        } else {
          searchDataset({folder}, true);
        }
      });
}

void FigureRestorer::searchCheckpoint(const QStringList& paths, bool asked) {
  const std::string wanted = record_->provenance.checkpoint_sha256;
  const QString name = text(record_->provenance.checkpoint);
  search(
      tr("Find the checkpoint %1").arg(name), paths,
      [wanted](const QString& path, const JobContext& job) {
        const auto digest = sha256_file(bytesOfPath(path), kMostHashedBytes, job.stop);
        return digest && *digest == wanted;
      },
      [this, name, asked](const QString& path) {
        if (!path.isEmpty()) {
          awaited_path_ = path;
          workbench_.openCheckpoint(path);
          return;
        }
        const QString file =
            asked ? QString()
                  : surroundings_.ask(
                        tr("The figure was made with the checkpoint %1, which is not open. Where is it?")
                            .arg(name),
                        false);
        if (file.isEmpty()) {
          missing_ << tr("its samples came from the checkpoint %1, which is not open").arg(name);
          finish();
        } else {
          searchCheckpoint({file}, true);
        }
      });
}

void FigureRestorer::select() {
  SessionModel& session = workbench_.session();
  const FigureOrigin& origin = record_->origin;
  const auto dataset = session.dataset();
  if (!origin.frame || !dataset) {
    return;
  }
  const std::size_t frame = *origin.frame;
  if (frame >= dataset->num_frames() || dataset->frame_info(frame).name != origin.frame_name) {
    missing_ << tr("the dataset has no frame %1").arg(text(origin.frame_name));
    return;
  }
  session.setSelection({frame, origin.object});
}

void FigureRestorer::chooseRuns() {
  SessionModel& session = workbench_.session();
  const std::pair<Run, std::string> wanted[] = {{Run::kA, record_->origin.run_a},
                                                {Run::kB, record_->origin.run_b}};
  for (const auto& [side, name] : wanted) {
    if (name.empty()) {
      continue;
    }
    RunId found = 0;
    for (const HeldRuns::Entry& entry : session.runs().all()) {
      if (entry.name == name && entry.type == typeid(PoseResult)) {
        found = entry.id;
      }
    }
    if (found != 0) {
      session.chooseRun(side, found);
    } else {
      missing_ << tr("its result %1 is not held").arg(text(name));
    }
  }
}

void FigureRestorer::finish() {
  select();
  chooseRuns();
  const QString shown = text(record_->origin.view);
  // The view itself last: it may listen to what the others set.
  for (const auto& [id, state] : record_->origin.states) {
    View* view = text(id) == shown ? nullptr : surroundings_.view(text(id));
    if (view) {
      view->restoreState(QJsonDocument::fromJson(QByteArray::fromStdString(state)).object());
    }
  }
  View* view = surroundings_.view(shown);
  const auto state = record_->origin.states.find(record_->origin.view);
  if (view && state != record_->origin.states.end()) {
    view->restoreState(QJsonDocument::fromJson(QByteArray::fromStdString(state->second)).object());
  }
  surroundings_.bring_forward(shown);
  record_.reset();
  const QString missing = missing_.join(tr("; "));
  Q_EMIT restored(missing.isEmpty() ? QString() : tr("The figure's view is restored, but %1.").arg(missing));
}

bool restoreFigure(FigureRestorer& restorer, const QString& path) {
  const std::filesystem::path file = bytesOfPath(path);
  if (!has_figure_name(file) || !read_figure_record(file)) {
    return false;
  }
  restorer.restore(path);
  return true;
}

}  // namespace alidade
