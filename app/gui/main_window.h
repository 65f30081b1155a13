// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QElapsedTimer>
#include <QMainWindow>

#include "app/gui/app_settings.h"
#include "app/gui/file_questions.h"
#include "app/gui/key_bindings.h"
#include "app/gui/layouts.h"
#include "app/gui/perspectives.h"
#include "app/gui/recent_menus.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"

namespace alidade {

class Actions;
class ActiveView;
class CommandPalette;
class ContentionMeasurer;
class ExportPanel;
class LayoutKeeper;
class LogModel;
class MainStatusBar;
class NoticeBar;
class QuantizedLooker;
class RoomDetector;
class SessionKeeper;
class Tour;
class View;
class ViewDock;
class WelcomePage;
struct OfferedView;
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

  /// Shows the window with `size`, its saved geometry, or as large as the screen allows, then the layout (Qt
  /// restores docks reliably only after show).
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
  KeyBindings& keyBindings() { return keys_; }

  /// The view, created when it does not exist yet; null for an unknown id.
  View* view(const QString& id);
  /// The view that commands mean, marked in its title bar: the last one that had the keyboard or was clicked.
  View* activeView() const;

  void setPerspective(const QString& id);
  void setTheme(const QString& name);
  bool welcomeVisible() const;
  void saveSettings();
  /// Asked when the window is closed while jobs run; replaced by tests.
  void setCloseQuestion(std::function<CloseChoice()> ask) { ask_close_ = std::move(ask); }
  /// Asked for what an opened figure needs (a folder or a file) and nobody found; replaced by tests.
  void setFileQuestion(std::function<QString(const QString& sentence, bool folder)> ask) {
    ask_file_ = std::move(ask);
  }

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
  /// A dock for the view of this id, which the table must know.
  ViewDock* addDock(const QString& id);
  void connectDock(const ViewDock& dock);
  QList<ViewDock*> docksInOrder() const;
  std::vector<OfferedView> offeredViews() const;
  void gatherFurtherActions(QMenu& window_menu);
  /// A further view of the kind of `id`, beside that view and with its settings at first.
  void openAnother(const QString& id);
  ViewDock* addFurther(const QString& id);
  void removeFurther(const QString& id);
  /// These further views and no others.
  void setFurtherViews(const QStringList& ids);
  void buildMenus();
  void bindActions();
  void bindSampleActions();
  void bindWindowActions();
  void connectWorkbench();
  void connectFigures();
  void showFailure(const QString& sentence);
  void createHeavyViews();
  void applyLayout();
  /// The first window: `kDefaultSize`, or the whole screen where that is smaller.
  void openFirst();
  /// Ctrl+F: the search line of the active view, else the browser's, else the commands'.
  void find();
  void adoptKeys(const View& view, bool further);
  void placeWelcome();
  void setWelcomeVisible(bool visible);
  void updateActions();
  void updateTitle();
  void updateTabs();
  /// Of the window and of every view that exists, the further ones of a kind only if asked.
  std::vector<PaletteEntry> allCommands(bool further) const;
  void chooseDataset();
  void chooseCheckpoint();
  void chooseRuns();
  void bindFileActions();
  void connectFiles();
  void updateFileActions();
  void saveResult(int run);
  bool mayClose();
  void saveAllAndClose(const std::vector<int>& runs);
  void tellCamera();
  void measureContention();
  void quantizeAndLook();
  void askHead(const QStringList& heads, bool whole);
  void showLooked();
  void exportView(const QString& view_id);
  void copyView(const QString& view_id);
  void copyViewState();
  void pasteViewState();
  QString titleOf(const QString& view_id) const;
  void connectRecent();
  QStringList& recentList(Recent kind);
  void remember(Recent kind, const QString& path);
  void showRecent(Recent kind);
  void openRecent(Recent kind, const QString& path);
  void closeWhenIdle();

  WindowParts parts_;
  AppSettings settings_;
  KeyBindings keys_{settings_.keys};
  LogModel* log_;
  std::unique_ptr<Workbench> workbench_;
  Actions* actions_;
  CommandPalette* command_palette_ = nullptr;
  MainStatusBar* status_ = nullptr;
  WelcomePage* welcome_ = nullptr;
  RecentMenus* recent_ = nullptr;
  ExportPanel* export_panel_ = nullptr;
  NoticeBar* notice_ = nullptr;
  SessionKeeper* session_keeper_ = nullptr;
  ContentionMeasurer* measurer_ = nullptr;
  QuantizedLooker* looker_ = nullptr;
  RoomDetector* detector_ = nullptr;
  FileQuestions questions_;
  Docks docks_;
  LayoutKeeper* layout_ = nullptr;
  ActiveView* active_ = nullptr;
  Tour* tour_ = nullptr;
  QString system_theme_;
  std::function<CloseChoice()> ask_close_;
  std::function<QString(const QString& sentence, bool folder)> ask_file_;
  QElapsedTimer stop_requested_;
  bool closing_ = false;
  bool painted_ = false;
};

}  // namespace alidade
