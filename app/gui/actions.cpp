// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/actions.h"

#include <utility>

#include <QKeySequence>
#include <QWidget>

#include "views/base/icons.h"

namespace alidade {

namespace {

/// Of the menus File to Figure.
const std::vector<ActionSpec>& firstActions() {
  static const std::vector<ActionSpec> table = {
      {"open-dataset", "File", "Open dataset…", "Ctrl+O", "open", "Open a dataset folder."},
      {"open-scenes", "File", "Open indoor scenes…", "", "",
       "Open an info file of scenes (.pkl), a recipe of Rooms (.toml) or one file of points (.bin); a folder "
       "opens as a dataset."},
      {"open-checkpoint", "File", "Open checkpoint…", "Ctrl+Shift+O", "checkpoint",
       "Open the weights of a pose network or of a detector."},
      {"open-runs", "File", "Open training runs…", "", "training",
       "Open the folder of a training run, or a folder with several of them."},
      {"open-result", "File", "Open result…", "Ctrl+Alt+O", "table",
       "Open poses, predictions, samples, a history of contention or shared kernels (.npz), BOP results (.csv), "
       "or a guidance schedule, branch accuracies or a quantization sweep (.json)."},
      {"open-session", "File", "Open session…", "", "", "Open dataset, checkpoint, runs and layout of a session."},
      {"try-sample", "File", "Try the sample", "", "sample",
       "Open the bundled sample and estimate its poses."},
      {"try-contention", "File", "Try a gradient heatmap", "", "contention",
       "Open the bundled histories of gradient contention: which categories fight, and where."},
      {"try-quantization", "File", "Try a bit-width trade-off", "", "quantization",
       "Open the bundled sweep of a keypoint network: what few bits cost, module by module."},
      {"try-rooms", "File", "Try a room detection", "", "rooms",
       "Open the bundled rooms and detector, and search them: what was found beside the ground truth."},
      {"try-kernels", "File", "Try shared kernels", "", "kernels",
       "Open what three joint detectors share between their sources, offset by offset."},
      {"save-result", "-File", "Save result…", "Ctrl+S", "save", "Write result A with its provenance as NPZ."},
      {"save-session", "File", "Save session as…", "Ctrl+Shift+S", "",
       "Write dataset, checkpoint, runs, selection and layout as one JSON file with relative paths."},
      {"reload", "-File", "Reload dataset", "F5", "refresh", "Read the dataset from disk again."},
      {"camera", "File", "Camera of the frame…", "", "",
       "Tell the intrinsics and the depth scale of a loose frame that no file describes."},
      {"quit", "-File", "Quit", "Ctrl+Q", "", "Close Alidade."},
      {"undo", "Edit", "Undo", "Ctrl+Z", "", "Take back the last step: removed and renamed runs, opened datasets."},
      {"redo", "Edit", "Redo", "Ctrl+Shift+Z", "", "Do the step that was taken back once more."},
      {"copy-image", "-Edit", "Copy view as image", "Ctrl+Shift+C", "copy",
       "Copy the picture of the active view to the clipboard."},
      {"copy-state", "Edit", "Copy view state", "", "",
       "Copy what the active view is set to as JSON text, for another view of its kind."},
      {"paste-state", "Edit", "Paste view state", "", "",
       "Set the active view to what was copied from one of its kind."},
      {"find", "Edit", "Find", "Ctrl+F", "search",
       "Search the active view; where it has nothing to search, the frames."},
      {"next-sample", "View", "Next sample", "J Right", "next",
       "Select the next frame of the dataset, or the next entry of the queue."},
      {"previous-sample", "View", "Previous sample", "K Left", "previous",
       "Select the previous frame of the dataset, or the previous entry of the queue."},
      {"skip-forward", "View", "Ten samples forward", "Shift+Right", "", "Select the frame ten further on."},
      {"skip-back", "View", "Ten samples back", "Shift+Left", "", "Select the frame ten before."},
      {"first-sample", "View", "First sample", "Home", "", "Select the first frame."},
      {"last-sample", "View", "Last sample", "End", "", "Select the last frame."},
      {"next-instance", "View", "Next object", "N", "", "Select the next object of this frame."},
      {"leave-queue", "View", "Leave the queue", "Esc", "close",
       "Let next and previous walk the dataset again."},
      {"swap-results", "-View", "Swap results A and B", "Ctrl+Tab", "",
       "Make the reference the shown result."},
      {"toggle-theme", "-View", "Switch between light and dark", "Ctrl+T", "theme", "Switch the theme."},
      {"full-screen", "View", "Full screen", "F11", "fit", "Fill the screen.", true},
      {"infer", "Run", "Estimate poses", "Ctrl+R", "play",
       "Estimate the poses of every object with the open checkpoint (K = 50, guided)."},
      {"infer-unguided", "Run", "Estimate poses without guidance", "Ctrl+Shift+R", "",
       "The same without score scaling; the result becomes the reference B."},
      {"infer-filtered", "Run", "Estimate filtered frames", "", "",
       "Estimate only the frames that pass the filter of the dataset browser (K = 50, guided)."},
      {"infer-tracking", "Run", "Track through the sequence", "", "",
       "Estimate every frame of a sequence from the frame before (K = 50, guided)."},
      {"infer-schedule", "Run", "Estimate poses with the lab's schedule", "", "",
       "Estimate the poses of every object with sampler, schedule and K of column A of the schedule lab."},
      {"detect", "-Run", "Detect objects", "", "rooms",
       "Find the objects of all open scenes with the open detector; the worst scenes come first."},
      {"detect-scene", "Run", "Detect objects in this scene", "", "",
       "Find the objects of the selected scene alone."},
      {"measure-contention", "-Run", "Measure contention…", "", "contention",
       "Take the gradients of a training's checkpoints on the open dataset against each other."},
      {"quantize-look", "Run", "Quantize and look…", "", "sliders",
       "Give a network's weights few bits and estimate with it before and after, worst objects first."},
      {"cancel-jobs", "-Run", "Cancel all jobs", "Ctrl+.", "cancel", "Stop what is being computed."},
      {"export", "Figure", "Export view…", "Ctrl+E", "export",
       "Write the active view as PNG, SVG or PDF with its numbers."},
  };
  return table;
}

/// Of the menus Window, after the perspectives, and Help.
const std::vector<ActionSpec>& lastActions() {
  static const std::vector<ActionSpec> table = {
      {"command-palette", "-Window", "Search commands", "Ctrl+Shift+P", "search",
       "Find and run any command."},
      {"dock-all", "Window", "Dock all", "", "", "Put every floating view back into the window."},
      {"reset-layout", "Window", "Reset layout", "", "",
       "Arrange the views of every perspective as they were at first."},
      {"tour", "Help", "Tour", "", "info", "Be shown around in six steps."},
      {"keyboard", "Help", "Keyboard…", "", "keyboard", "Choose the keys of every command."},
      {"cheat-sheet", "Help", "Keyboard shortcuts", "F1 ?", "keyboard", "Show every shortcut."},
      {"about", "Help", "About Alidade", "", "", "Version, libraries and license."},
  };
  return table;
}

}  // namespace

QString anotherActionId(const ViewSpec& view) {
  return QStringLiteral("another-") + QLatin1String(view.id);
}

std::vector<ActionSpec> actionTable(const std::vector<Perspective>& perspectives,
                                    const std::vector<ViewSpec>& views) {
  constexpr int kMostDigits = 9;
  std::vector<ActionSpec> table = firstActions();
  int number = 0;
  for (const Perspective& perspective : perspectives) {
    const QString keys = ++number <= kMostDigits ? QStringLiteral("Ctrl+%1").arg(number) : QString();
    table.push_back({QStringLiteral("perspective-") + QLatin1String(perspective.id), "Window",
                     perspective.text, keys, "", perspective.tip, true});
  }
  QString menu = "-Window";
  for (const ViewSpec& view : views) {
    if (view.several) {
      table.push_back({anotherActionId(view), menu, QStringLiteral("Another ") + QLatin1String(view.title),
                       "", "", "Open a further view of this kind, with settings of its own."});
      menu = "Window";
    }
  }
  table.insert(table.end(), lastActions().begin(), lastActions().end());
  return table;
}

Actions::Actions(QWidget* window, std::vector<ActionSpec> table) : QObject(window), table_(std::move(table)) {
  for (const ActionSpec& spec : table_) {
    auto* action = new QAction(spec.text, window);
    action->setObjectName(spec.id);
    action->setCheckable(spec.checkable);
    action->setToolTip(spec.tip);
    if (!spec.icon.isEmpty()) {
      action->setIcon(themedIcon(spec.icon));
    }
    QList<QKeySequence> keys;
    for (const QString& key : spec.shortcuts.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
      keys << QKeySequence(key, QKeySequence::PortableText);
    }
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WindowShortcut);
    window->addAction(action);
    all_.push_back(action);
    by_id_[spec.id] = action;
  }
}

void Actions::bind(const QString& id, std::function<void()> run) {
  connect(find(id), &QAction::triggered, this, [run = std::move(run)] { run(); });
}

QAction* Actions::find(const QString& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

bool Actions::trigger(const QString& id) const {
  QAction* action = find(id);
  if (!action || !action->isEnabled()) {
    return false;
  }
  action->trigger();
  return true;
}

}  // namespace alidade
