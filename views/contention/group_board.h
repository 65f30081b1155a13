// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QRectF>
#include <QWidget>

namespace alidade {

/// Rows as labels in columns, a column per branch. A label is dragged into another column, or moved there
/// with Shift and an arrow key; beyond the last column lies a new branch. Branches that lose their last label
/// go.
class GroupBoard : public QWidget {
  Q_OBJECT

 public:
  using Groups = std::vector<std::vector<std::string>>;

  explicit GroupBoard(QWidget* parent = nullptr);

  /// `names` of the branches; `transfer` N of each label among those of its branch, NaN = undefined.
  void setGroups(const Groups& groups, const std::vector<QString>& names,
                 const std::vector<std::vector<double>>& transfer);
  const Groups& groups() const { return groups_; }
  /// The label's place; empty for none.
  QRectF labelRect(std::size_t group, std::size_t label) const;
  /// The place of a column; one beyond the last is that of a new branch.
  QRectF columnRect(std::size_t group) const;
  /// Group and place of the label that the keyboard moves.
  std::pair<std::size_t, std::size_t> current() const { return current_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 Q_SIGNALS:
  void grouped(const Groups& groups);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  using Place = std::pair<std::size_t, std::size_t>;

  std::optional<Place> labelAt(const QPointF& point) const;
  std::optional<std::size_t> columnAt(const QPointF& point) const;
  /// Room for one branch more, unless every label has one.
  bool canGrow() const;
  void move(const Place& from, std::size_t group);
  void step(int down, int right);
  void paintColumn(QPainter& painter, std::size_t group) const;
  void paintLabel(QPainter& painter, const QRectF& place, const Place& of) const;

  Groups groups_;
  std::vector<QString> names_;
  std::vector<std::vector<double>> transfer_;
  Place current_{0, 0};
  std::optional<Place> dragged_;
  QPointF mouse_;
};

}  // namespace alidade
