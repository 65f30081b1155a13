// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/blas_kernel.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

class UsageTest : public QObject {
  Q_OBJECT

  Workspace work_;

 private Q_SLOTS:
  void helpAndVersionNeedNoDisplay() {
    const auto help = work_.run({"--help"});
    COMPARE_CODE(help, 0);
    for (const char* command :
         {"dataset", "train", "infer", "detect", "sample", "evaluate", "reproduce", "device", "render", "demo"}) {
      QVERIFY2(help.out.contains(command), command);
      const auto own = work_.run({command, "--help"});
      COMPARE_CODE(own, 0);
      QVERIFY(own.out.contains("--help"));
    }
    const auto version = work_.run({"--version"});
    COMPARE_CODE(version, 0);
    QVERIFY(QRegularExpression("^\\d+\\.\\d+\\.\\d+\\n$").match(version.out).hasMatch());
  }

  void theWindowWithoutADisplaySaysSo() {
    const auto done = work_.run({});
    COMPARE_CODE(done, 1);
    QVERIFY2(done.sentence().contains("display"), done.text().c_str());
  }

  void wrongUsage_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    const auto add = [](const char* name, const QStringList& arguments, const char* named) {
      QTest::newRow(name) << arguments << named;
    };
    const QStringList infer{"infer", "--checkpoint", "c.safetensors", "--dataset", "set.toml"};
    add("unknown sub-command", {"infre"}, "infre");
    add("sub-command of a sub-command missing", {"dataset"}, "subcommand");
    add("recipe missing", {"train"}, "recipe");
    add("output missing", {"train", "train.toml"}, "--output");
    add("checkpoint missing", {"infer", "--dataset", "set.toml"}, "--checkpoint");
    add("unknown option", infer + QStringList{"--bogus"}, "--bogus");
    add("no number", infer + QStringList{"-k", "many"}, "many");
    add("negative seed", infer + QStringList{"--seed", "-1"}, "--seed");
    add("no threads", infer + QStringList{"--threads", "0"}, "--threads");
    add("unknown sampler", infer + QStringList{"--sampler", "magic"}, "magic");
    add("unknown guidance", infer + QStringList{"--guidance", "magic"}, "magic");
    add("unknown aggregate", infer + QStringList{"--aggregate", "magic"}, "magic");
    add("nothing to render to", {"render", "recipe.json"}, "--output");
    add("unknown theme", {"demo", "--theme", "purple"}, "purple");
    add("theme without a window", {"demo", "--theme", "dark", "--out", "figures"}, "--theme");
  }

  void wrongUsage() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, named);
    const QStringList before = work_.files();
    const auto done = work_.run(arguments);
    COMPARE_CODE(done, 2);
    QVERIFY2(done.err.contains(named), done.text().c_str());
    QVERIFY(done.out.isEmpty());
    QCOMPARE(work_.files(), before);
  }

  // The program starts itself anew where the loaded OpenBLAS does not know the processor.
  void theFastestKernelOfTheProcessorRuns() {
#if defined(__x86_64__)
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    qunsetenv("OPENBLAS_CORETYPE");
    const auto kernel = [&] {
      return work_.run({"device", "info", "--json"}).json().at("cpu").at("blas_kernel").get<std::string>();
    };
    const std::string chosen = kernel();
    if (chosen == "unknown") {
      QSKIP("the BLAS here is not OpenBLAS");
    }
    QVERIFY2(!better_blas_kernel(chosen, has_avx2, false), chosen.c_str());
    qputenv("OPENBLAS_CORETYPE", "Prescott");  // the user's choice stays
    QCOMPARE(kernel(), std::string("Prescott"));
    qunsetenv("OPENBLAS_CORETYPE");
#endif
  }

  void devicesAreListed() {
    const auto info = work_.run({"device", "info", "--json"});
    COMPARE_CODE(info, 0);
    QVERIFY(info.json().at("cpu").at("threads").get<int>() >= 1);
    const auto cuda = info.json().at("cuda");
    QCOMPARE(cuda.at("available").get<bool>(), !cuda.at("devices").empty());
  }
};

ALIDADE_TEST(UsageTest)
#include "usage_test.moc"
