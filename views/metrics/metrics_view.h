// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/session/selection.h"
#include "views/base/evaluation_model.h"
#include "views/base/view.h"
#include "views/metrics/metric_tables.h"
#include "views/metrics/sample_lists.h"

class QAction;
class QComboBox;
class QLabel;
class QMenu;
class QModelIndex;
class QSplitter;
class QStackedLayout;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace alidade {

class DataTable;
class ExplainerPanel;
class MetricModel;
class PlotCanvas;
class ProtocolBox;
class PublishedList;
class RowFilter;
class SampleModel;
class SliceBar;
class StateCard;
class TableSearch;

/// What the results score: a table of categories, of models or of slices under a protocol; behind each number
/// its samples, the threshold curves, the histogram of errors, and why a sample counted as it did.
class MetricsView : public View {
  Q_OBJECT

 public:
  explicit MetricsView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return "metrics"; }
  QString title() const override { return "Metrics"; }
  QString context() const override;
  /// The curve or the histogram when its tab is in front, else the table.
  std::shared_ptr<const Figure> figure() const override;
  ViewSubject subject() const override { return ViewSubject::kDataset; }
  QString awaited() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

  /// The table that is shown, as text; with the rows that a search leaves.
  MetricTable table() const;
  /// Writes the table after its extension: .csv, .md or .tex.
  Expected<void> writeTable(const std::filesystem::path& path) const;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  enum Tab { kWhyTab, kCurvesTab, kHistogramTab };

  /// A number of the table, by names, so that it outlives its report.
  struct Chosen {
    std::size_t place = kPlaceA;  ///< of A and B
    RunId further = 0;            ///< else: the run
    std::string row;
    std::string column;
    std::string slice{};  ///< name; empty = everything
  };

  // Building, in metrics_view_build.cpp.
  void buildStrip();
  void buildTables();
  QWidget* buildDetails();
  void buildActions();
  void buildSlices();
  void connectSession();
  QAction* addAction(const QString& text, const QString& tip, void (MetricsView::*run)());

  // Following the session.
  void refreshProtocols();
  void refreshPublished();
  void refresh();
  void refreshTable();
  void takeRuns();
  void followRuns();
  void showProblems();
  void fillRunsMenu();
  void markChosen();
  void markSample();
  ShownTable shownTable() const;
  bool isChosen(std::size_t row) const;
  void refreshSlices();
  void refreshSamples();
  void refreshPlots();
  void refreshExplainer();
  void showCard();
  void followSelection();
  void takeDataset();

  // Slices, in metrics_view_slices.cpp.
  void takeSlices();
  void sliceFilter();
  void sliceSelection();
  void sliceQueue();
  void enableSources();
  std::vector<SlicedObject> selectedObjects() const;
  const SliceReport* chosenSlice() const;
  void restoreSlices(const QJsonObject& state);

  // What the user does.
  void chooseCell(const QModelIndex& index);
  void chooseSample(const QModelIndex& proxy_index);
  void fillCurves();
  void queueWorst();
  void queueAOverB();
  void queueBOverA();
  void queueMissed();
  void queueDifference(Run right);
  void setQueue(const QString& title, const std::vector<std::size_t>& samples);
  void exportTable();
  void copyCsv();
  void copyMarkdown();
  void copyLatex();

  /// Null where no run with numbers stands.
  std::shared_ptr<const EvaluationReport> report(std::size_t place) const;
  std::size_t chosenPlace() const;
  QString letterOrName(std::size_t place) const;
  std::shared_ptr<const EvaluationReport> chosenReport() const { return report(chosenPlace()); }
  std::optional<std::size_t> chosenRow() const;
  std::optional<std::size_t> chosenColumn() const;
  std::vector<std::size_t> chosenSamples() const;
  std::size_t measure() const;
  bool stale() const;
  void restoreRuns(const QJsonObject& state);

  FrameNames frames_;
  std::vector<ComparedRun> runs_;  ///< A, B, and the further ones that have numbers under A's protocol
  Chosen chosen_;
  std::optional<std::size_t> sample_;  ///< explained, in the chosen run's report
  std::vector<PublishedPick> published_;
  QString card_action_;
  bool following_ = false;  ///< tables move because the session does

  MetricModel* model_;
  RowFilter* rows_;  ///< of model_
  SampleModel* sample_model_;
  RowFilter* sorted_;
  ProtocolBox* protocol_;
  QToolButton* categories_;
  QToolButton* models_;
  QToolButton* slices_button_;
  QToolButton* published_button_;
  PublishedList* published_list_;
  SliceBar* slice_bar_;
  QAction* from_filter_;
  QAction* from_selection_;
  QAction* from_queue_;
  QToolButton* compare_;
  QLabel* state_;
  DataTable* table_;
  DataTable* samples_;
  TableSearch* search_;
  TableSearch* search_samples_;
  QLabel* samples_title_;
  QToolButton* queue_button_;
  QTabBar* tabs_;
  QComboBox* curve_;
  QComboBox* measure_;
  QStackedWidget* pages_;
  ExplainerPanel* why_;
  PlotCanvas* curves_;
  PlotCanvas* histogram_;
  QSplitter* details_;
  StateCard* card_;
  QStackedLayout* stack_;
  QList<QAction*> actions_;
  QMenu* runs_menu_;
  QAction* worst_;
  QAction* a_over_b_;
  QAction* b_over_a_;
  QAction* missed_;
};

}  // namespace alidade
