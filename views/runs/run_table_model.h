// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QAbstractTableModel>

#include "core/session/held_runs.h"
#include "views/base/session_model.h"

namespace alidade {

/// The runs that the session holds, a row each in the order in which they came. Names and notes are edited in
/// place; checking a cell of A or B chooses the run, one of kTables shows it in tables and curves.
class RunTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kName, kA, kB, kTables, kWhat, kSaved, kNote, kColumns };
  /// Of the name: HeldRuns::Entry::style, an int.
  static constexpr int kStyleRole = Qt::UserRole;

  explicit RunTableModel(SessionModel& session, QObject* parent = nullptr);

  RunId runAt(int row) const;
  int rowOf(RunId run) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  void refresh();
  const HeldRuns::Entry* entry(const QModelIndex& index) const;
  QVariant textOf(const HeldRuns::Entry& entry, int column) const;
  QString tipOf(const HeldRuns::Entry& entry, int column) const;
  bool isChosen(const HeldRuns::Entry& entry, int column) const;
  bool hasChoice(const HeldRuns::Entry& entry, int column) const;

  SessionModel& session_;
  int rows_ = 0;  ///< as the views were told
};

/// What the list says of a run: "estimated · 194 objects · follows its file".
QString describeRun(const HeldRuns::Entry& entry);

}  // namespace alidade
