// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QElapsedTimer>
#include <QMainWindow>

#include "app/gui/app_settings.h"
#include "app/gui/file_questions.h"
#include "app/gui/layouts.h"
#include "app/gui/perspectives.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"

namespace alidade {

class Actions;
class CommandPalette;
class ExportPanel;
class LogModel;
class MainStatusBar;
class NoticeBar;
class SessionKeeper;
class View;
class ViewDock;
class WelcomePage;
struct PaletteEntry;

/// What a window is made of. Each has one line in a table of its own.
struct WindowParts {
  std::vector<ViewSpec> views = viewTable();
  std::vector<Perspective> perspectives = perspectiveTable();
};

/// The window: menus, tool bar, docks with views, status bar. What it does with data is the Workbench's.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  /// What to do about running jobs when the window is closed.
  enum class CloseChoice { kWait, kStop, kStay };

  explicit MainWindow(AppSettings settings, WindowParts parts = {}, QWidget* parent = nullptr);
  ~MainWindow() override;

  /// Shows the window with `size` or its saved geometry, then the layout (Qt restores docks reliably only
  /// after show).
  void open(const QSize& size = {});
  Workbench& workbench() { return *workbench_; }
  Actions& actions() { return *actions_; }
  LogModel& log() { return *log_; }
  CommandPalette& commandPalette() { return *command_palette_; }
  const Docks& docks() const { return docks_; }
  const AppSettings& settings() const { return settings_; }
  NoticeBar& notice() { return *notice_; }
  SessionKeeper& sessionKeeper() { return *session_keeper_; }
  /// What asks for files; replaced by tests.
  FileQuestions& questions() { return questions_; }
  /// Perspective, layouts, geometry and what the views were set to, as a session holds them.
  QJsonObject sessionState();
  /// Shows such a state; what is missing or of another version stays as it is.
  void showSessionState(const QJsonObject& state);

  /// The view, created when it does not exist yet; null for an unknown id.
  View* view(const QString& id);
  /// The view that export and copy act on: the last one focused.
  View* activeView() const;

  void setPerspective(const QString& id);
  void setTheme(const QString& name);
  bool welcomeVisible() const;
  void saveSettings();
  /// Asked when the window is closed while jobs run; replaced by tests.
  void setCloseQuestion(std::function<CloseChoice()> ask) { ask_close_ = std::move(ask); }

 Q_SIGNALS:
  /// After the first paint of the window.
  void firstPainted();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void changeEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  QMenu* createPopupMenu() override { return nullptr; }

 private:
  void buildDocks();
  void buildMenus();
  void bindActions();
  void bindSampleActions();
  void bindWindowActions();
  void connectWorkbench();
  void createHeavyViews();
  void applyLayout();
  void storeLayout();
  void placeWelcome();
  void setWelcomeVisible(bool visible);
  void updateActions();
  void updateTitle();
  void updateTabs();
  void applyWindowStyle();
  /// Of the window and of every view that exists.
  std::vector<PaletteEntry> allCommands() const;
  void chooseDataset();
  void chooseCheckpoint();
  void chooseRuns();
  void bindFileActions();
  void connectFiles();
  void updateFileActions();
  void saveResult(int run);
  bool mayClose();
  void saveAllAndClose(const std::vector<int>& runs);
  void exportView(const QString& view_id);
  void copyView(const QString& view_id);
  void closeWhenIdle();

  WindowParts parts_;
  AppSettings settings_;
  LogModel* log_;
  std::unique_ptr<Workbench> workbench_;
  Actions* actions_;
  CommandPalette* command_palette_ = nullptr;
  MainStatusBar* status_ = nullptr;
  WelcomePage* welcome_ = nullptr;
  ExportPanel* export_panel_ = nullptr;
  NoticeBar* notice_ = nullptr;
  SessionKeeper* session_keeper_ = nullptr;
  FileQuestions questions_;
  Docks docks_;
  QString active_id_ = QStringLiteral("image");
  QString styled_theme_;
  QString system_theme_;
  std::function<CloseChoice()> ask_close_;
  QElapsedTimer stop_requested_;
  bool closing_ = false;
  bool laid_out_ = false;
  bool painted_ = false;
};

}  // namespace alidade
