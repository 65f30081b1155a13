// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade::test;

namespace {

std::string arm(int pretrain, int joint, const char* weight, const char* objective = "regression") {
  return "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\ntest = \"set.toml\"\ntrain_frames = 4\n"
         "test_frames = 1\ncurve_frames = 1\n[training]\nseed = 1\nbatch = 4\nnoise_draws = "
         "2\npretrain_steps = " +
         std::to_string(pretrain) + "\njoint_steps = " + std::to_string(joint) +
         "\njoint_regression_weight = " + weight + "\npretrain_objective = \"" + objective +
         "\"\ncurve_every = 4\ncheckpoint_every = 4\n";
}

void write_arms(const Workspace& space) {
  space.write("joint.toml", arm(4, 12, "1.0"));
  space.write("joint-no-pretraining.toml", arm(0, 16, "1.0"));
  space.write("from-scratch.toml", arm(0, 16, "0.0"));
  space.write("joint-classification.toml", arm(4, 12, "1.0", "classification"));
  space.write("joint-reconstruction.toml", arm(4, 12, "1.0", "reconstruction"));
}

}  // namespace

class ReproduceCommandTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void planThenRunThenReport() {
    const Workspace space;
    write_arms(space);
    const auto planned = space.run({"reproduce", "score-scaling", "-o", "run", "--recipes", ".", "--quick",
                                    "--seeds", "1", "--steps", "8", "--plan"});
    COMPARE_CODE(planned, 0);
    QVERIFY(planned.out.contains("train-from-scratch-s1"));
    QVERIFY(planned.out.contains("train-joint-classification-s1"));
    QCOMPARE(space.files("run"), QStringList{"plan.json"});
    const auto without = space.run({"reproduce", "score-scaling", "-o", "less", "--recipes", ".", "--quick",
                                    "--seeds", "1", "--steps", "8", "--plan", "--no-pretraining-study"});
    COMPARE_CODE(without, 0);
    QVERIFY(!without.out.contains("classification") && without.out.contains("features-s1"));

    const auto again = space.run({"reproduce", "score-scaling", "-o", "run", "--recipes", "."});
    COMPARE_CODE(again, 2);
    QVERIFY(again.sentence().contains("--resume"));
    COMPARE_CODE(
        space.run({"reproduce", "score-scaling", "-o", "run", "--recipes", ".", "--resume", "--seeds", "2"}),
        2);

    const auto done = space.run({"reproduce", "score-scaling", "-o", "run", "--recipes", ".", "--resume"});
    COMPARE_CODE(done, 0);
    const std::string report = space.read("run/report.md");
    QVERIFY(report.find("published on REAL275") != std::string::npos);
    QVERIFY(report.find("with one seed, which gives no interval") != std::string::npos);
    QVERIFY(report.find("**Appeared.**") == std::string::npos);  // one seed decides nothing
    for (const char* file :
         {"run/curves.csv", "run/steps.csv", "run/schedules.csv", "run/features.csv", "run/figure-4.csv",
          "run/figure-4.json", "run/figure-7.json", "run/figure-8.json", "run/steps/timing.json"}) {
      QVERIFY2(space.has(file), file);
    }
    for (const std::string figure : {"run/figure-4", "run/figure-7", "run/figure-8"}) {
      if (done.out.contains("alidade render")) {  // a core-only build says how to
        QVERIFY(done.out.contains(QByteArray::fromStdString(figure + ".json -o " + figure + ".svg")));
      } else {
        QVERIFY(space.read(figure + ".svg").find("<svg") != std::string::npos);
      }
    }
    if (space.has("run/report.pdf")) {  // not in a core-only build
      QVERIFY(space.read("run/report.pdf").starts_with("%PDF-"));
    }
  }

  void wrongUsageIsSaid() {
    const Workspace space;
    COMPARE_CODE(space.run({"reproduce"}), 2);
    COMPARE_CODE(space.run({"reproduce", "score-scaling"}), 2);
    COMPARE_CODE(space.run({"reproduce", "score-scaling", "-o", "x", "--seeds", "0"}), 2);
    const auto nothing = space.run({"reproduce", "score-scaling", "-o", "x", "--resume"});
    COMPARE_CODE(nothing, 3);
    QVERIFY(nothing.sentence().contains("no reproduction"));
    const auto recipes = space.run({"reproduce", "score-scaling", "-o", "x", "--recipes", "nowhere"});
    COMPARE_CODE(recipes, 3);
    QVERIFY(recipes.sentence().contains("joint.toml"));
    space.write("joint.toml", "[training]\nsteps = nonsense\n");
    space.write("joint-no-pretraining.toml", "");
    space.write("from-scratch.toml", "");
    space.write("joint-classification.toml", "");
    space.write("joint-reconstruction.toml", "");
    const auto bad = space.run({"reproduce", "score-scaling", "-o", "x", "--recipes", "."});
    COMPARE_CODE(bad, 3);
    QVERIFY(!space.has("x/plan.json"));
  }
};

ALIDADE_TEST(ReproduceCommandTest)
#include "reproduce_command_test.moc"
