// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/help_dialogs.h"

#include <Eigen/Core>

#include <QAction>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/gui/command_palette.h"
#include "core/io/image_file.h"
#include "core/nn/library_version.h"
#include "views/vtk/gl_probe.h"

namespace alidade {
namespace {

constexpr int kFullColumn = 13;  // rows from which on the next group begins a new column

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
  QPushButton* close = buttons->button(QDialogButtonBox::Close);
  close->setIcon({});
  close->setAutoDefault(false);
  QObject::connect(buttons, &QDialogButtonBox::rejected, to, &QDialog::close);
  to->layout()->addWidget(buttons);
}

QGridLayout* addColumn(QHBoxLayout* columns) {
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(24);
  grid->setVerticalSpacing(6);
  columns->addLayout(grid);
  return grid;
}

void addHeading(QGridLayout* grid, int row, const QString& text) {
  auto* heading = plain(text, false);
  heading->setObjectName(QStringLiteral("sheetGroup"));
  heading->setContentsMargins(0, row == 0 ? 0 : 8, 0, 0);
  grid->addWidget(heading, row, 0, 1, 2);
}

QString keysOf(const QAction* action) {
  QStringList keys;
  for (const QKeySequence& key : action->shortcuts()) {
    keys << key.toString(QKeySequence::NativeText);
  }
  return keys.join(QStringLiteral("  "));
}

}  // namespace

QDialog* makeCheatSheet(const std::vector<PaletteEntry>& commands, QWidget* parent) {
  QDialog* sheet = dialog(QDialog::tr("Keyboard shortcuts"), parent);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(32);
  QGridLayout* grid = nullptr;
  QString group;
  int row = 0;
  for (const PaletteEntry& entry : commands) {
    if (!entry.action || entry.action->shortcuts().isEmpty()) {
      continue;
    }
    if (entry.group != group || !grid) {
      group = entry.group;
      if (!grid || row >= kFullColumn) {  // a group stays in one column
        grid = addColumn(columns);
        row = 0;
      }
      addHeading(grid, row++, group);
    }
    grid->addWidget(plain(entry.action->text(), true), row, 0);
    grid->addWidget(plain(keysOf(entry.action), false), row++, 1, Qt::AlignRight);
  }
  if (grid) {
    addHeading(grid, row++, QDialog::tr("Anywhere"));
    grid->addWidget(plain(QDialog::tr("Show reference B"), true), row, 0);
    grid->addWidget(plain(QDialog::tr("hold Shift"), false), row, 1, Qt::AlignRight);
  }
  for (int i = 0; i < columns->count(); ++i) {
    columns->setAlignment(columns->itemAt(i)->layout(), Qt::AlignTop);
  }
  static_cast<QVBoxLayout*>(sheet->layout())->addLayout(columns);
  addClose(sheet);
  return sheet;
}

QDialog* makeAboutDialog(QWidget* parent) {
  QDialog* about = dialog(QDialog::tr("About Alidade"), parent);
  auto* title = plain(QStringLiteral("Alidade " ALIDADE_VERSION), false);
  title->setProperty("heading", true);
  about->layout()->addWidget(title);
  about->layout()->addWidget(
      plain(QDialog::tr("Workbench for 6D object pose estimation. BSD 3-Clause License."), true));
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(24);
  grid->setVerticalSpacing(6);
  const QString eigen =
      QStringLiteral("%1.%2.%3").arg(EIGEN_WORLD_VERSION).arg(EIGEN_MAJOR_VERSION).arg(EIGEN_MINOR_VERSION);
  const std::pair<QString, QString> libraries[] = {
      {QStringLiteral("Qt %1").arg(QLatin1String(qVersion())), QStringLiteral("LGPL-3.0")},
      {QStringLiteral("Eigen %1").arg(eigen), QStringLiteral("MPL-2.0")},
      {QStringLiteral("libtorch %1").arg(QString::fromStdString(torch_version())),
       QStringLiteral("BSD-3-Clause")},
      {QStringLiteral("VTK %1").arg(vtkVersionText()), QStringLiteral("BSD-3-Clause")},
      {QStringLiteral("OpenCV %1").arg(QString::fromStdString(opencv_version())),
       QStringLiteral("Apache-2.0")},
      {QStringLiteral("nlohmann JSON, CLI11"), QStringLiteral("MIT, BSD-3-Clause")},
  };
  int row = 0;
  for (const auto& [name, license] : libraries) {
    grid->addWidget(plain(name, false), row, 0);
    grid->addWidget(plain(license, true), row++, 1);
  }
  static_cast<QVBoxLayout*>(about->layout())->addLayout(grid);
  addClose(about);
  return about;
}

}  // namespace alidade
