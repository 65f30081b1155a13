// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/frame_delegate.h"

#include <QImage>
#include <QPainter>

#include "views/base/theme.h"
#include "views/browser/frame_list_model.h"

namespace alidade {
namespace {

constexpr int kMargin = 12;
constexpr int kSmallText = 12;

}  // namespace

QSize FrameDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  return {100, kRowHeight};
}

void FrameDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  const Theme& colors = themeOf(option.palette);
  const QRect row = option.rect;
  painter->save();
  painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  if (option.state & QStyle::State_Selected) {
    painter->fillRect(row, colors.selection);
  } else if (option.state & QStyle::State_MouseOver) {
    painter->fillRect(row, colors.raised);
  }
  painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), colors.grid);

  const QRect picture(row.left() + kMargin, row.top() + (kRowHeight - ThumbnailCache::kHeight) / 2,
                      ThumbnailCache::kWidth, ThumbnailCache::kHeight);
  painter->setPen(Qt::NoPen);
  painter->setBrush(colors.raised);
  painter->drawRoundedRect(picture, 6, 6);
  const QImage image = index.data(FrameListModel::kThumbnailRole).value<QImage>();
  if (!image.isNull()) {
    painter->drawImage(QRectF(picture), image);
  }

  const QString problem = index.data(FrameListModel::kProblemRole).toString();
  const int left = picture.right() + 1 + kMargin;
  const int width = row.right() - kMargin - left;
  QFont small = problem.isEmpty() ? numberFont() : option.font;
  small.setPixelSize(kSmallText);
  const auto line = [&](const QRect& area, const QFont& font, const QColor& color, const QString& text) {
    painter->setFont(font);
    painter->setPen(color);
    painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, width));
  };
  line({left, row.top() + 13, width, 20}, option.font, colors.text, index.data(Qt::DisplayRole).toString());
  line({left, row.top() + 32, width, 18}, small, problem.isEmpty() ? colors.muted : colors.error,
       problem.isEmpty() ? index.data(FrameListModel::kSubtitleRole).toString() : problem);
  painter->restore();
}

}  // namespace alidade
