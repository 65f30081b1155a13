// SPDX-License-Identifier: BSD-3-Clause
#include <vector>

#include <QtTest>

#include "core/ops/device.h"
#include "core/ops/op_check.h"
#include "core/ops/point_ops.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class DeviceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void deviceTextsAreRead() {
    QCOMPARE(*parse_device("cpu"), -1);
    QCOMPARE(*parse_device("cuda"), 0);
    QCOMPARE(*parse_device("cuda:3"), 3);
    for (const char* text : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999", "CUDA", "cpu:0"}) {
      const auto device = parse_device(text);
      QVERIFY2(!device, text);
      QCOMPARE(device.error().code, ErrorCode::kUsage);
    }
  }

  void cpuMatchesTheDefinitions() {
    const auto checks = check_ops(nullptr, -1);
    QVERIFY(checks);
    QVERIFY(!checks->empty());
    for (const auto& check : *checks) {
      QCOMPARE(check.differences, 0);
      QCOMPARE(check.device, std::string("cpu"));
      QVERIFY(check.clouds_per_second > 0.0);
    }
  }

  void missingGpuSaysWhy() {
    const auto gpu = CudaOps::open();
    if (gpu) {
      QSKIP("a GPU is there");
    }
    QCOMPARE(gpu.error().code, ErrorCode::kDevice);
    QVERIFY(gpu.error().message.ends_with("."));
  }

  void gpuMatchesTheDefinitions() {
    const auto gpu = CudaOps::open();
    if (!gpu) {
      QSKIP(gpu.error().message.c_str());
    }
    for (int i = 0; i < static_cast<int>((*gpu)->devices().size()); ++i) {
      const auto checks = check_ops(gpu->get(), i);
      QVERIFY2(checks, checks ? "" : checks.error().message.c_str());
      for (const auto& check : *checks) {
        QCOMPARE(check.differences, 0);
      }
    }
  }

  // Sizes around the warp and block sizes, repeated points, fewer points than asked for.
  void gpuMatchesTheCpuOnOddSizes() {
    const auto gpu = CudaOps::open();
    if (!gpu) {
      QSKIP(gpu.error().message.c_str());
    }
    for (const int n : {1, 2, 31, 33, 255, 257, 700}) {
      std::vector<float> points(3 * static_cast<std::size_t>(n));
      for (std::size_t i = 0; i < points.size(); ++i) {
        points[i] = static_cast<float>((i * 7919) % 101) * 0.001f;
      }
      const int count = 300, k = 9;
      std::vector<std::int32_t> cpu(count), device(count), cpu_rows(40 * k), device_rows(40 * k);
      farthest_point_order(points.data(), n, count, cpu.data());
      QVERIFY((*gpu)->farthest_point_order(0, points.data(), 1, n, count, device.data()));
      QCOMPARE(device, cpu);
      ball_neighbors(points.data(), n, 40, 0.02f, k, cpu_rows.data());
      QVERIFY((*gpu)->ball_neighbors(0, points.data(), 1, n, 40, 0.02f, k, device_rows.data()));
      QCOMPARE(device_rows, cpu_rows);
    }
  }

  void gpuRefusesWrongCalls() {
    const auto gpu = CudaOps::open();
    if (!gpu) {
      QSKIP(gpu.error().message.c_str());
    }
    const float point[3] = {};
    std::int32_t order[1];
    QCOMPARE((*gpu)->farthest_point_order(0, point, 0, 1, 1, order).error().code, ErrorCode::kUsage);
    QCOMPARE((*gpu)->farthest_point_order(0, point, 1 << 20, 1 << 20, 1, order).error().code,
             ErrorCode::kUsage);
    QCOMPARE((*gpu)->farthest_point_order(9999, point, 1, 1, 1, order).error().code, ErrorCode::kDevice);
  }
};

ALIDADE_TEST(DeviceTest)
#include "device_test.moc"
