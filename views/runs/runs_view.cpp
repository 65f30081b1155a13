// SPDX-License-Identifier: BSD-3-Clause
#include "views/runs/runs_view.h"

#include <algorithm>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

#include "core/results/detection_result.h"
#include "views/base/icons.h"
#include "views/base/row_filter.h"
#include "views/base/run_look.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/runs/run_cells.h"
#include "views/runs/run_table_model.h"

namespace alidade {
namespace {

constexpr int kNameWidth = 172;
constexpr int kChoiceWidth = 36;  // a letter between the paddings of a head
constexpr int kTablesWidth = 76;
constexpr int kWhatWidth = 200;
constexpr int kFileWidth = 140;

}  // namespace

RunsView::RunsView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(new RunTableModel(session, this)),
      shown_(new RowFilter(this)),
      table_(new QTableView(this)),
      search_(new TableSearch(tr("Search the runs"), *table_, *shown_)),
      empty_(new StateCard(this)),
      pages_(new QStackedLayout) {
  buildTable();
  buildActions();
  empty_->setContent(QStringLiteral("table"), tr("Results that are computed or opened become runs."),
                     tr("Open result…"));
  connect(empty_, &StateCard::triggered, open_, &QAction::trigger);
  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 4, 8, 4);
  bar->setSpacing(4);
  for (QAction* action : {open_, save_, remove_}) {
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setAccessibleName(action->text());
    bar->addWidget(button);
  }
  bar->addStretch(1);
  auto* filled = new QWidget(this);
  auto* column = new QVBoxLayout(filled);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(bar);
  column->addWidget(withSearch(search_), 1);
  pages_->addWidget(empty_);
  pages_->addWidget(filled);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addLayout(pages_);
  connect(&session, &SessionModel::runsChanged, this, &RunsView::refresh);
  connect(&session, &SessionModel::resultsChanged, this, &RunsView::refresh);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsView::refresh);
  refresh();
}

void RunsView::buildTable() {
  table_->setObjectName(QStringLiteral("runs"));
  table_->setAccessibleName(tr("Runs"));
  shown_->setSourceModel(model_);
  table_->setModel(shown_);
  table_->setItemDelegate(new RunDelegateCells(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  table_->setTabKeyNavigation(false);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setFrameShape(QFrame::NoFrame);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(28);
  QHeaderView& header = *table_->horizontalHeader();
  header.setHighlightSections(false);
  header.setStretchLastSection(true);
  header.setMinimumSectionSize(kChoiceWidth);
  const int widths[] = {kNameWidth, kChoiceWidth, kChoiceWidth, kTablesWidth, kWhatWidth, kFileWidth};
  for (int column = 0; column < RunTableModel::kNote; ++column) {
    table_->setColumnWidth(column, widths[column]);
  }
  connect(table_, &QWidget::customContextMenuRequested, this, &RunsView::showMenu);
}

void RunsView::buildActions() {
  const auto add = [this](const QString& text, const QString& icon, const QString& tip, const QString& key) {
    auto* action = new QAction(text, this);
    action->setToolTip(tip);
    if (!icon.isEmpty()) {
      action->setIcon(themedIcon(icon));
    }
    if (!key.isEmpty()) {
      action->setShortcut(QKeySequence(key, QKeySequence::PortableText));
      action->setShortcutContext(Qt::WidgetShortcut);
      table_->addAction(action);
    }
    return action;
  };
  open_ = add(tr("Open result…"), QStringLiteral("open"), tr("Open a file of results as a run."), {});
  save_ = add(tr("Save run…"), QStringLiteral("save"), tr("Write the selected run with its provenance as NPZ."), {});
  rename_ = add(tr("Rename run"), {}, tr("Give the selected run another name."), QStringLiteral("F2"));
  choose_a_ = add(tr("Use run as A"), {}, tr("Show the selected run in all views."), QStringLiteral("A"));
  choose_b_ = add(tr("Use run as B"), {}, tr("Compare with the selected run."), QStringLiteral("B"));
  in_tables_ =
      add(tr("Show in tables"), {},
          tr("Give the selected runs rows in the tables and lines in the curves of the metrics view, "
             "or take them from there; can be undone."),
          QStringLiteral("T"));
  remove_ = add(tr("Remove"), QStringLiteral("close"), tr("Remove the selected runs from the list; can be undone."),
                QStringLiteral("Del"));
  colors_ = new QMenu(tr("Color"), this);
  connect(colors_, &QMenu::aboutToShow, this, &RunsView::fillColorMenu);
  connect(open_, &QAction::triggered, this, [this] { Q_EMIT actionRequested(QStringLiteral("open-result")); });
  connect(save_, &QAction::triggered, this, [this] { session().askSave(selectedRuns().front()); });
  connect(rename_, &QAction::triggered, this,
          [this] { table_->edit(shownIndex(selectedRuns().front(), RunTableModel::kName)); });
  connect(choose_a_, &QAction::triggered, this, [this] { session().chooseRun(Run::kA, selectedRuns().front()); });
  connect(choose_b_, &QAction::triggered, this, [this] { session().chooseRun(Run::kB, selectedRuns().front()); });
  connect(in_tables_, &QAction::triggered, this, &RunsView::toggleInTables);
  connect(remove_, &QAction::triggered, this, [this] {
    const auto runs = selectedRuns();
    table_->clearSelection();
    session().removeRuns(runs);
  });
}

std::vector<RunId> RunsView::selectedRuns() const {
  std::vector<int> rows;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) {
    rows.push_back(index.row());
  }
  std::sort(rows.begin(), rows.end());
  std::vector<RunId> runs;
  for (const int row : rows) {
    runs.push_back(model_->runAt(shown_->mapToSource(shown_->index(row, 0)).row()));
  }
  return runs;
}

QModelIndex RunsView::shownIndex(RunId run, int column) const {
  return shown_->mapFromSource(model_->index(model_->rowOf(run), column));
}

/// All selected ones go in while one is outside, else all go out.
void RunsView::toggleInTables() {
  const auto runs = selectedRuns();
  const bool all_in = std::all_of(runs.begin(), runs.end(),
                                  [this](RunId run) { return session().runs().find(run)->in_tables; });
  session().undoStack().beginMacro(all_in ? tr("%1 runs not in tables").arg(runs.size())
                                          : tr("%1 runs in tables").arg(runs.size()));
  for (const RunId run : runs) {
    session().setRunInTables(run, !all_in);
  }
  session().undoStack().endMacro();
}

void RunsView::fillColorMenu() {
  colors_->clear();
  const auto runs = selectedRuns();
  for (int style = 0; style < kRunSwatches; ++style) {
    auto* action = colors_->addAction(runSwatchIcon(themeOf(*this), style), tr("Color %1").arg(style + 1));
    connect(action, &QAction::triggered, this, [this, runs, style] {
      for (const RunId run : runs) {
        session().setRunStyle(run, style);
      }
    });
  }
}

void RunsView::showMenu(const QPoint& place) {
  if (selectedRuns().empty()) {
    return;
  }
  QMenu menu(this);
  menu.addActions({choose_a_, choose_b_, in_tables_});
  menu.addSeparator();
  menu.addAction(rename_);
  menu.addMenu(colors_);
  menu.addAction(save_);
  menu.addSeparator();
  menu.addAction(remove_);
  menu.exec(table_->viewport()->mapToGlobal(place));
}

void RunsView::refresh() {
  const auto selected = selectedRuns();
  const bool one = selected.size() == 1;
  for (QAction* action : {save_, rename_, choose_a_, choose_b_}) {
    action->setEnabled(one);
  }
  save_->setEnabled(one && (session().runs().get<PoseResult>(selected.front()) ||
                            session().runs().get<DetectionResult>(selected.front())));
  remove_->setEnabled(!selected.empty());
  in_tables_->setEnabled(!selected.empty());
  pages_->setCurrentIndex(model_->rowCount() > 0 ? 1 : 0);
  Q_EMIT contextChanged();
}

QString RunsView::context() const {
  const auto& runs = session().runs().all();
  if (runs.empty()) {
    return {};
  }
  const auto unsaved =
      std::count_if(runs.begin(), runs.end(), [](const HeldRuns::Entry& entry) { return entry.file.empty(); });
  const QString count = runs.size() == 1 ? tr("1 run") : tr("%1 runs").arg(runs.size());
  return unsaved == 0 ? count : count + tr(" \u00b7 %1 in memory").arg(unsaved);
}

QList<QAction*> RunsView::viewActions() const {
  return {open_, save_, rename_, choose_a_, choose_b_, in_tables_, colors_->menuAction(), remove_};
}

void RunsView::changeEvent(QEvent* event) {
  View::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    table_->viewport()->update();
  }
}

}  // namespace alidade
