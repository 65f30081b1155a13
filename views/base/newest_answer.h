// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include <QObject>
#include <QThreadPool>

namespace alidade {

/// Answers the newest question on a thread of its own, for views that show what takes long to make. One
/// question at a time; of those that come meanwhile only the last is answered after it, so that a picture
/// follows a slider. Lives on the GUI thread.
class NewestAnswer : public QObject {
  Q_OBJECT

 public:
  /// What shall happen with an answer, on the GUI thread.
  using Take = std::function<void()>;
  /// Computes on the other thread: owns or shares what it reads, and touches no widget.
  using Work = std::function<Take()>;

  explicit NewestAnswer(QObject* parent = nullptr);
  /// Waits for what is being computed; nobody takes it.
  ~NewestAnswer() override;

  void ask(Work work);
  /// What was asked needs no answer any more.
  void forget();
  /// While nobody looks, questions are noted and nothing new is begun.
  void setPaused(bool paused);
  /// Waits for the newest answer and takes it now: for exports, which show nothing older.
  void wait();
  /// An answer is on its way.
  bool awaited() const { return awaited_; }

 private:
  struct Answer {
    Take take;
    int generation = 0;
  };

  void start();
  void collect();

  std::optional<Work> next_;
  bool running_ = false;
  bool awaited_ = false;
  bool paused_ = false;
  int generation_ = 0;  ///< counts forget(), to tell answers that nobody wants
  std::mutex mutex_;
  std::optional<Answer> answer_;  ///< guarded
  QThreadPool thread_;            ///< of one thread; last, so that it ends first
};

}  // namespace alidade
