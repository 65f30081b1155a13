// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/render/render.h"
#include "core/exchange/kernel_sharing_file.h"
#include "plugins/builtin_readers.h"
#include "tests/support/kernel_sharings.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_of_view.h"
#include "views/kernels/kernels_view.h"

using namespace alidade;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kKernelsPatience = 20000;

/// Shared kernels in files, and settings of their own for the window.
struct KernelFiles {
  QTemporaryDir dir;

  KernelFiles() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    for (const std::uint64_t seed : {1, 2}) {
      const QString name = QStringLiteral("seed-%1.npz").arg(seed);
      if (const auto done = write_kernel_sharing(test::kernelSharing(seed), path(name).toStdString());
          !done) {
        qFatal("%s", done.error().message.c_str());
      }
    }
  }
  QString path(const QString& name) const { return dir.filePath(name); }
};

KernelsModel& kernelsOf(MainWindow& window) {
  return window.workbench().session().model<KernelsModel>();
}

bool waitForKernels(MainWindow& window, std::size_t count) {
  return QTest::qWaitFor([&] { return kernelsOf(window).all().size() == count; }, kKernelsPatience);
}

QString saidOf(const KernelFiles& files, const char* figure, const json& view) {
  const fs::path recipe = files.path(QStringLiteral("recipe.json")).toStdString();
  std::ofstream(recipe) << json({{"schema", 1}, {"figure", figure}, {"view", view}}).dump();
  const auto read = read_render_recipe(recipe);
  const auto made = read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
  return QString::fromStdString(made ? "made" : made.error().message);
}

}  // namespace

/// Shared kernels in the whole window, and as figures of recipes.
class KernelsWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theBundledKernelsOpen() {
    const KernelFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QVERIFY(window.actions().trigger(QStringLiteral("try-kernels")));
    QVERIFY(waitForKernels(window, 3));
    QTRY_COMPARE(window.settings().perspective, QStringLiteral("kernels"));
    QVERIFY(kernelsOf(window).sharing()->name.starts_with("joint-"));
    QCOMPARE(kernelsOf(window).sharing()->sources.size(), std::size_t{3});
    QTRY_VERIFY(window.view(QStringLiteral("kernels"))->figure());
  }

  void filesOpenWithoutADatasetAndComeBack() {
    const KernelFiles files;
    AppSettings settings;
    {
      MainWindow window({});
      window.open({1280, 720});
      window.workbench().openPath(files.path(QStringLiteral("seed-1.npz")));
      QVERIFY(waitForKernels(window, 1));
      QTRY_VERIFY(!window.welcomeVisible());
      QTRY_COMPARE(window.settings().perspective, QStringLiteral("kernels"));
      const View* view = window.view(QStringLiteral("kernels"));
      QTRY_VERIFY(view->figure());
      window.workbench().openPath(files.path(QStringLiteral("seed-2.npz")));
      QVERIFY(waitForKernels(window, 2));
      KernelsChoice choice = kernelsOf(window).choice();
      choice.layer = "backbone.stage1.block0.conv2";
      choice.tau = 0.35;
      kernelsOf(window).choose(choice);
      kernelsOf(window).pick(std::array<int, 3>{0, 0, 1});
      QVERIFY(figureOf(*view, {}) && !figureOf(*view, {})->origin().view.empty());
      window.saveSettings();
      settings = AppSettings::load(nullptr);
    }
    MainWindow window(settings);
    window.open({1280, 720});
    QVERIFY(waitForKernels(window, 2));
    QCOMPARE(window.settings().perspective, QStringLiteral("kernels"));
    QCOMPARE(kernelsOf(window).name(), QStringLiteral("made up, seed 1"));
    QCOMPARE(kernelsOf(window).choice().layer, std::string("backbone.stage1.block0.conv2"));
    QCOMPARE(kernelsOf(window).choice().tau, std::optional(0.35));
    QTRY_VERIFY((kernelsOf(window).picked() == std::optional(std::array<int, 3>{0, 0, 1})));
  }

  void aBadFileIsOneSentence() {
    const KernelFiles files;
    QFile whole(files.path(QStringLiteral("seed-1.npz")));
    QVERIFY(whole.open(QIODevice::ReadWrite) && whole.seek(whole.size() / 2) && whole.write("rotten") == 6);
    whole.close();
    MainWindow window({});
    window.open({1280, 720});
    QSignalSpy failed(&window.workbench().files(), &RunFiles::failed);
    window.workbench().openPath(files.path(QStringLiteral("seed-1.npz")));
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kKernelsPatience);
    QVERIFY(failed.front().front().toString().contains(QStringLiteral("seed-1.npz")));
    QVERIFY(kernelsOf(window).all().empty());
  }

  void recipesNameWhatThereIs() {
    const KernelFiles files;
    const json view{{"kernels", "seed-1.npz"}};
    QCOMPARE(saidOf(files, "kernel_cube", view), QString("made"));
    const auto with = [&](const char* key, const json& value) {
      json changed = view;
      changed[key] = value;
      return saidOf(files, "kernel_cube", changed);
    };
    QVERIFY(with("layer", "head").contains("backbone.stem.conv"));
    QVERIFY(with("source", "scannet").contains("rooms-office"));
    QVERIFY(with("tau", 2).contains("view.tau"));
    QVERIFY(with("others", "seed-2.npz").contains("view.others"));
    QVERIFY(with("color", "pink").contains("view.color"));
    QVERIFY(with("kernels", "nothing.npz").contains("nothing.npz"));
    QCOMPARE(with("others", json::array({"seed-2.npz"})), QString("made"));
  }
};

ALIDADE_TEST(KernelsWindowTest)
#include "kernels_window_test.moc"
