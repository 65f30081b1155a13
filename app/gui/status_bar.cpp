// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/status_bar.h"

#include <fstream>

#include <QLabel>
#include <QThread>
#include <QTimer>
#include <QToolButton>

#include <unistd.h>

#include "core/data/scene_dataset.h"
#include "views/base/icons.h"
#include "views/base/sample_queue.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kMemoryInterval = 2000;

/// Resident memory in bytes; 0 where the system does not tell.
double residentBytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0.0, resident = 0.0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

MainStatusBar::MainStatusBar(SessionModel& session, QWidget* parent) : QStatusBar(parent), session_(session) {
  setSizeGripEnabled(false);
  setAccessibleName(tr("Status bar"));
  setContentsMargins(8, 0, 8, 0);
  truth_ = label("keyTruth", QStringLiteral("\u2501\u2501 GT"));
  prediction_ = label("keyPrediction", {});
  auto* frame = label("frameConvention", tr("OpenCV camera · m · rad"));
  const auto say_frame = [this, frame] {
    const bool scenes = scenes_of(session_.dataset().get()) != nullptr;
    frame->setText(scenes ? tr("z up · m · rad") : tr("OpenCV camera · m · rad"));
    frame->setToolTip(scenes ? tr("Boxes are given in the scene's frame: z up, turned by their yaw about z.")
                             : tr("Poses are given in the camera frame: x right, y down, z forward."));
  };
  say_frame();
  connect(&session_, &SessionModel::datasetChanged, frame, say_frame);
  queue_ = new QToolButton(this);
  queue_->setObjectName(QStringLiteral("queueChip"));
  queue_->setIcon(themedIcon(QStringLiteral("close")));
  queue_->setIconSize({12, 12});
  queue_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  queue_->setLayoutDirection(Qt::RightToLeft);  // the cross stands behind the text
  connect(queue_, &QToolButton::clicked, &session_.queue(), &SampleQueue::clear);
  connect(&session_.queue(), &SampleQueue::changed, this, &MainStatusBar::updateQueue);
  errors_ = new QToolButton(this);
  errors_->setObjectName(QStringLiteral("errorCount"));
  errors_->setToolTip(tr("Show the log"));
  errors_->hide();
  connect(errors_, &QToolButton::clicked, this, &MainStatusBar::errorsClicked);
  auto* device = label("device", tr("CPU %1 threads").arg(QThread::idealThreadCount()));
  memory_ = label("memory", {});
  time_ = label("frameTime", {});
  for (QLabel* numbers : {memory_, time_}) {
    QFont font = numberFont();
    font.setPixelSize(12);
    numbers->setFont(font);
  }
  for (QWidget* widget : {static_cast<QWidget*>(truth_), static_cast<QWidget*>(prediction_),
                          static_cast<QWidget*>(frame), static_cast<QWidget*>(queue_)}) {
    addWidget(widget);
  }
  for (QWidget* widget : {static_cast<QWidget*>(errors_), static_cast<QWidget*>(device),
                          static_cast<QWidget*>(memory_), static_cast<QWidget*>(time_)}) {
    addPermanentWidget(widget);
  }
  auto* timer = new QTimer(this);
  connect(timer, &QTimer::timeout, this, &MainStatusBar::updateMemory);
  timer->start(kMemoryInterval);
  updateMemory();
  updateKey();
  updateQueue();
  time_->hide();

  connect(&session_, &SessionModel::resultsChanged, this, &MainStatusBar::updateKey);
  connect(&session_, &SessionModel::selectionChanged, this, [this] {
    if (const auto now = session_.selection().frame; now && now != frame_) {
      // The first frame also pays for making the views; only steps are measured.
      if (frame_) {
        stepping_.start();
      }
      frame_ = now;
    }
  });
  connect(&session_, &SessionModel::frameChanged, this, [this] {
    if (session_.frame() && stepping_.isValid()) {
      // After the paint events that this change has posted.
      QTimer::singleShot(0, this, [this] {
        if (stepping_.isValid()) {
          frame_ms_ = static_cast<int>(stepping_.elapsed());
          stepping_.invalidate();
          time_->show();
          time_->setText(tr("frame %1 ms").arg(frame_ms_));
        }
      });
    }
  });
}

QLabel* MainStatusBar::label(const char* name, const QString& text) {
  auto* made = new QLabel(text, this);
  made->setObjectName(QLatin1String(name));
  made->setTextFormat(Qt::PlainText);
  made->setContentsMargins(4, 0, 8, 0);
  return made;
}

void MainStatusBar::updateQueue() {
  const QString text = session_.queue().text();
  queue_->setVisible(!text.isEmpty());
  // Read from left to right in spite of the button's direction.
  queue_->setText(QChar(0x202A) + text + QChar(0x202C));
  queue_->setAccessibleName(tr("Queue %1, leave it").arg(text));
  queue_->setToolTip(plainToolTip(tr("%1\nJ and K step through it, Esc leaves it.").arg(text)));
}

void MainStatusBar::setErrorCount(int count) {
  errors_->setVisible(count > 0);
  errors_->setText(count == 1 ? tr("1 error") : tr("%1 errors").arg(count));
}

void MainStatusBar::updateMemory() {
  const double bytes = residentBytes();
  memory_->setText(bytes >= 1e9 ? tr("RAM %1 GB").arg(bytes / 1e9, 0, 'f', 1)
                                : tr("RAM %1 MB").arg(bytes / 1e6, 0, 'f', 0));
}

void MainStatusBar::updateKey() {
  const RunId a = session_.resultRun(Run::kA), b = session_.resultRun(Run::kB);
  const bool reference = b != 0 && session_.showsReference() && a != b;
  prediction_->setText(QStringLiteral("\u2505\u2505 ") +
                       (reference ? tr("prediction B") : tr("prediction A")));
  prediction_->setVisible(a != 0 || reference);
}

}  // namespace alidade
