// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/file_questions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QObject>
#include <QPushButton>

namespace alidade {
namespace {

constexpr int kLongestName = 120;

FileQuestions::Unsaved askUnsaved(QWidget* window, std::size_t count) {
  QMessageBox box(QMessageBox::Question, QObject::tr("Close Alidade"),
                  count == 1 ? QObject::tr("One result is in memory alone. Save it before closing?")
                             : QObject::tr("%1 results are in memory alone. Save them before closing?").arg(count),
                  QMessageBox::NoButton, window);
  box.setTextFormat(Qt::PlainText);
  const auto* save = box.addButton(QObject::tr("Save…"), QMessageBox::AcceptRole);
  const auto* discard = box.addButton(QObject::tr("Close without saving"), QMessageBox::DestructiveRole);
  auto* stay = box.addButton(QObject::tr("Stay"), QMessageBox::RejectRole);
  box.setEscapeButton(stay);
  box.exec();
  return box.clickedButton() == save      ? FileQuestions::Unsaved::kSave
         : box.clickedButton() == discard ? FileQuestions::Unsaved::kDiscard
                                          : FileQuestions::Unsaved::kStay;
}

QString askMoved(QWidget* window, const QString& missing, bool is_folder) {
  const QString title = QObject::tr("Where is %1 now?").arg(QFileInfo(missing).fileName());
  const QString start = QFileInfo(missing).path();
  return is_folder ? QFileDialog::getExistingDirectory(window, title, start)
                   : QFileDialog::getOpenFileName(window, title, start);
}

}  // namespace

FileQuestions dialogQuestions(QWidget* window) {
  FileQuestions ask;
  ask.open_file = [window](const QString& title, const QString& start, const QString& filter) {
    return QFileDialog::getOpenFileName(window, title, start, filter);
  };
  ask.save_file = [window](const QString& title, const QString& start, const QString& filter) {
    return QFileDialog::getSaveFileName(window, title, start, filter);
  };
  ask.folder = [window](const QString& title, const QString& start) {
    return QFileDialog::getExistingDirectory(window, title, start);
  };
  ask.unsaved = [window](std::size_t count) { return askUnsaved(window, count); };
  ask.moved = [window](const QString& missing, bool is_folder) { return askMoved(window, missing, is_folder); };
  return ask;
}

QString fileNameOf(const QString& name) {
  QString file;
  for (const QChar letter : name.left(kLongestName)) {
    file += letter == QLatin1Char('/') || letter.category() == QChar::Other_Control ? QLatin1Char('-') : letter;
  }
  file = file.trimmed();
  return file.isEmpty() || file.startsWith(QLatin1Char('.')) ? QStringLiteral("result") + file : file;
}

}  // namespace alidade
