// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <utility>

#include <QString>
#include <QUndoCommand>

namespace alidade {

/// A step of the user that has been done when it comes to the stack: `undo` takes it back, `redo` does it
/// once more.
class UndoStep : public QUndoCommand {
 public:
  UndoStep(const QString& text, std::function<void()> undo, std::function<void()> redo)
      : QUndoCommand(text), undo_(std::move(undo)), redo_(std::move(redo)) {}

  void undo() override { undo_(); }
  void redo() override {
    if (std::exchange(done_, true)) {
      redo_();
    }
  }

 private:
  std::function<void()> undo_, redo_;
  bool done_ = false;
};

}  // namespace alidade
