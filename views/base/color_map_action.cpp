// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/color_map_action.h"

#include <QActionGroup>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPainter>

#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kSwatch = 16;

/// The map from left to right.
QIcon swatchOf(const ColorMap& map) {
  QPixmap picture(kSwatch, kSwatch);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  for (int x = 0; x < kSwatch; ++x) {
    painter.fillRect(x, 2, 1, kSwatch - 4, map.at(static_cast<double>(x) / (kSwatch - 1)));
  }
  return QIcon(picture);
}

QString askForColors(QObject* parent) {
  return QFileDialog::getOpenFileName(qobject_cast<QWidget*>(parent), QObject::tr("Open color map"), {},
                                      QObject::tr("Color maps (*.csv *.txt *.dat *.lut);;All files (*)"));
}

}  // namespace

ColorMapAction::ColorMapAction(const QString& text, const QString& tip, const ColorMap& first, bool is_signed,
                               QObject* parent)
    : QAction(text, parent), first_(first), map_(first), signed_(is_signed), menu_(new QMenu), ask_([parent] {
        return askForColors(parent);
      }) {
  setToolTip(tip);
  menu_->setToolTipsVisible(true);
  auto* group = new QActionGroup(this);
  const auto add = [&](const QString& name) {
    QAction* option = menu_->addAction(name);
    option->setCheckable(true);
    group->addAction(option);
    return option;
  };
  for (const QString& name : colorMapNames(signed_)) {
    QAction* option = add(name.left(1).toUpper() + name.mid(1));
    option->setIcon(swatchOf(builtInColorMap(name, signed_)));
    option->setToolTip(tr("Use this map"));
    options_ << option;
    connect(option, &QAction::triggered, this, [this, name] { choose(builtInColorMap(name, signed_)); });
  }
  of_file_ = add({});
  menu_->addSeparator();
  invert_ = menu_->addAction(tr("Inverted"));
  invert_->setCheckable(true);
  invert_->setToolTip(tr("Swap the ends of the map"));
  open_ = menu_->addAction(tr("Open color map\u2026"));
  open_->setToolTip(tr("Take the colors of a text file: a line of red, green and blue for each"));
  connect(invert_, &QAction::triggered, this, [this](bool on) {
    map_.setInverted(on);
    show();
    Q_EMIT chosen();
  });
  connect(open_, &QAction::triggered, this, [this] {
    if (const QString path = ask_(); !path.isEmpty()) {
      openFile(path);
    }
  });
  setMenu(menu_);
  show();
}

ColorMapAction::~ColorMapAction() {
  setMenu(nullptr);
  delete menu_;
}

void ColorMapAction::restore(const QJsonValue& saved) {
  map_ = ColorMap::restored(saved, first_, signed_);
  show();
}

void ColorMapAction::choose(const ColorMap& map) {
  const bool inverted = map_.inverted();
  map_ = map;
  map_.setInverted(inverted);
  show();
  Q_EMIT chosen();
}

void ColorMapAction::openFile(const QString& path) {
  auto rows = read_color_rows(path.toStdString());
  if (!rows) {
    Q_EMIT said(QString::fromStdString(rows.error().message), true);
    return;
  }
  choose(ColorMap(QFileInfo(path).completeBaseName(), std::move(*rows)));
  if (const QString remark = map_.remark(signed_); !remark.isEmpty()) {
    Q_EMIT said(tr("%1 is %2.").arg(map_.name(), remark), false);
  }
}

void ColorMapAction::show() {
  const int index = static_cast<int>(colorMapNames(signed_).indexOf(map_.name()));
  (map_.fromFile() ? of_file_ : options_.at(std::max(index, 0)))->setChecked(true);
  if (map_.fromFile()) {
    // A name may hold what would be taken for the mark of a key.
    of_file_->setText(QString(map_.name()).replace(QLatin1Char('&'), QLatin1String("&&")));
    of_file_->setIcon(swatchOf(map_));
    const QString remark = map_.remark(signed_);
    of_file_->setToolTip(plainToolTip(remark.isEmpty() ? tr("Colors of a file") : remark));
  }
  of_file_->setVisible(map_.fromFile());
  // The picture of a map stands where other menus have their check mark.
  for (QAction* option : options_ + QList<QAction*>{of_file_}) {
    QFont font = menu_->font();
    font.setBold(option->isChecked());
    option->setFont(font);
  }
  invert_->setChecked(map_.inverted());
}

}  // namespace alidade
