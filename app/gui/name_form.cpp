// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/name_form.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kMostNames = 12;
constexpr int kLongestName = 120;
constexpr int kNameWidth = 110;

}  // namespace

NameForm::NameForm(QWidget* parent) : QWidget(parent), rows_(new QFormLayout(this)) {
  rows_->setContentsMargins(0, 0, 0, 0);
  rows_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

void NameForm::setNames(const QStringList& names) {
  if (names == names_) {
    return;
  }
  names_ = names;
  while (rows_->rowCount() > 0) {
    rows_->removeRow(0);
  }
  for (const QString& name : names.mid(0, kMostNames)) {
    auto* label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setText(label->fontMetrics().elidedText(name, Qt::ElideMiddle, kNameWidth));
    label->setToolTip(plainToolTip(name));
    auto* field = new QLineEdit(typed_.value(name));
    field->setMaxLength(kLongestName);
    field->setPlaceholderText(tr("as it is"));
    field->setAccessibleName(tr("Text in place of %1").arg(name));
    field->setToolTip(tr("What the legend says in place of this name"));
    connect(field, &QLineEdit::textChanged, this, [this, name](const QString& text) {
      typed_[name] = text;
      Q_EMIT changed();
    });
    rows_->addRow(label, field);
  }
  setVisible(!names.isEmpty());
}

QHash<QString, QString> NameForm::replaced() const {
  QHash<QString, QString> all;
  for (auto one = typed_.begin(); one != typed_.end(); ++one) {
    if (!one.value().trimmed().isEmpty()) {
      all[one.key()] = one.value().trimmed();
    }
  }
  return all;
}

}  // namespace alidade
