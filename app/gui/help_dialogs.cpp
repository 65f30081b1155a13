// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/help_dialogs.h"

#include <Eigen/Core>

#include <QAction>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "app/gui/actions.h"
#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kRowsPerColumn = 17;

QLabel* plain(const QString& text, bool muted) {
  auto* label = new QLabel(text);
  label->setTextFormat(Qt::PlainText);
  label->setProperty("muted", muted);
  return label;
}

QDialog* dialog(const QString& title, QWidget* parent) {
  auto* made = new QDialog(parent);
  made->setAttribute(Qt::WA_DeleteOnClose);
  made->setWindowTitle(title);
  auto* layout = new QVBoxLayout(made);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(16);
  return made;
}

void addClose(QDialog* to) {
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  QObject::connect(buttons, &QDialogButtonBox::rejected, to, &QDialog::close);
  to->layout()->addWidget(buttons);
}

QString keysOf(const QAction* action) {
  QStringList keys;
  for (const QKeySequence& key : action->shortcuts()) {
    keys << key.toString(QKeySequence::NativeText);
  }
  return keys.join(QStringLiteral("  "));
}

}  // namespace

QDialog* makeCheatSheet(const Actions& actions, QWidget* parent) {
  QDialog* sheet = dialog(QDialog::tr("Keyboard shortcuts"), parent);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(24);
  grid->setVerticalSpacing(6);
  QString menu;
  int row = 0, column = 0;
  const auto advance = [&] {
    if (++row >= kRowsPerColumn) {
      row = 0;
      column += 2;
    }
  };
  for (const ActionSpec& spec : actionTable()) {
    const QString keys = keysOf(actions.find(QLatin1String(spec.id)));
    if (keys.isEmpty()) {
      continue;
    }
    const QString group = QString::fromLatin1(spec.menu).remove(QLatin1Char('-'));
    if (group != menu) {
      menu = group;
      auto* heading = plain(group, false);
      heading->setObjectName(QStringLiteral("sheetGroup"));
      grid->addWidget(heading, row, column, 1, 2);
      advance();
    }
    grid->addWidget(plain(QString::fromUtf8(spec.text), true), row, column);
    grid->addWidget(plain(keys, false), row, column + 1, Qt::AlignRight);
    advance();
  }
  grid->addWidget(plain(QDialog::tr("Show reference B"), true), row, column);
  grid->addWidget(plain(QDialog::tr("hold Shift"), false), row, column + 1, Qt::AlignRight);
  static_cast<QVBoxLayout*>(sheet->layout())->addLayout(grid);
  addClose(sheet);
  return sheet;
}

QDialog* makeAboutDialog(QWidget* parent) {
  QDialog* about = dialog(QDialog::tr("About Alidade"), parent);
  auto* title = plain(QStringLiteral("Alidade " ALIDADE_VERSION), false);
  title->setProperty("heading", true);
  about->layout()->addWidget(title);
  about->layout()->addWidget(plain(QDialog::tr("Workbench for 6D object pose estimation. BSD 3-Clause licence."), true));
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(24);
  const QString eigen = QStringLiteral("%1.%2.%3").arg(EIGEN_WORLD_VERSION).arg(EIGEN_MAJOR_VERSION).arg(EIGEN_MINOR_VERSION);
  const std::pair<QString, QString> libraries[] = {
      {QStringLiteral("Qt %1").arg(QLatin1String(qVersion())), QStringLiteral("LGPL-3.0")},
      {QStringLiteral("Eigen %1").arg(eigen), QStringLiteral("MPL-2.0")},
      {QStringLiteral("libtorch"), QStringLiteral("BSD-3-Clause")},
      {QStringLiteral("VTK"), QStringLiteral("BSD-3-Clause")},
      {QStringLiteral("OpenCV"), QStringLiteral("Apache-2.0")},
      {QStringLiteral("nlohmann JSON, CLI11"), QStringLiteral("MIT, BSD-3-Clause")},
  };
  int row = 0;
  for (const auto& [name, licence] : libraries) {
    grid->addWidget(plain(name, false), row, 0);
    grid->addWidget(plain(licence, true), row++, 1);
  }
  static_cast<QVBoxLayout*>(about->layout())->addLayout(grid);
  addClose(about);
  return about;
}

}  // namespace alidade
