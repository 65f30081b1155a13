// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/frame_series.h"

#include <QtTest>

#include "tests/support/test_registry.h"

using namespace alidade;

/// What `alidade render --frames` and its pattern mean.
class FrameSeriesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void filesHaveTheFramesNumber() {
    const auto padded = frame_series("5-12", "out/a_%04d.png");
    QVERIFY(padded);
    QCOMPARE(padded->first, std::size_t{5});
    QCOMPARE(*padded->last, std::size_t{12});
    QCOMPARE(padded->file(7), std::string("out/a_0007.png"));
    QCOMPARE(padded->file(123456), std::string("out/a_123456.png"));
    QCOMPARE(padded->pattern(), std::string("out/a_%04d.png"));
    const auto plain = frame_series("all", "%d.svg");
    QVERIFY(plain && !plain->last);
    QCOMPARE(plain->file(7), std::string("7.svg"));
    QCOMPARE(plain->pattern(), std::string("%d.svg"));
    QCOMPARE(*frame_series("3", "%d.png")->last, std::size_t{3});
  }

  void othersAreRefused_data() {
    QTest::addColumn<QString>("frames");
    QTest::addColumn<QString>("pattern");
    for (const char* frames :
         {"", "-", "3-", "-3", "9-3", "1,2", "1-2-3", "a-b", " 1-2", "1e3", "4000000000"}) {
      QTest::addRow("frames \"%s\"", frames) << frames << "a_%04d.png";
    }
    for (const char* pattern : {"", "a.png", "a_%s.png", "%d_%d.png", "a_%4d.png", "a_%10d.png", "a_%n.png",
                                "100%/a_%04d.png", "%04d/a.png", "%-4d.png", "%00d.png"}) {
      QTest::addRow("pattern \"%s\"", pattern) << "0-1" << pattern;
    }
  }

  void othersAreRefused() {
    QFETCH(QString, frames);
    QFETCH(QString, pattern);
    const auto series = frame_series(frames.toStdString(), pattern.toStdString());
    QVERIFY(!series);
    QVERIFY(series.error().code == ErrorCode::kUsage);
  }

  void theVideoTakesWhatIsWritten() {
    const auto line = [](const char* pattern) {
      return video_command(*frame_series("4-9", pattern), 4, 29.97);
    };
    QCOMPARE(line("out/scene_%04d.png"),
             std::string("ffmpeg -framerate 29.97 -start_number 4 -i 'out/scene_%04d.png' -vf "
                         "'pad=ceil(iw/2)*2:ceil(ih/2)*2' -pix_fmt yuv420p 'out/scene.mp4'"));
    QVERIFY(line("out/%d.png").ends_with(" 'out/video.mp4'"));
    QVERIFY(line("it's_%d.png").ends_with(" 'it'\\''s.mp4'"));
  }
};

ALIDADE_TEST(FrameSeriesTest)
#include "frame_series_test.moc"
