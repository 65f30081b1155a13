// SPDX-License-Identifier: BSD-3-Clause
#include "views/inspector/property_text.h"

#include <Eigen/Geometry>
#include <QStringList>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

const QChar kMinus(0x2212);

QString number(double value, int decimals) {
  return QString::number(value, 'f', decimals).replace(QLatin1Char('-'), kMinus);
}

template <class Values>
QString numbers(const Values& values, int decimals, const QString& separator) {
  QStringList texts;
  for (const double value : values) {
    texts << number(value, decimals);
  }
  return texts.join(separator);
}

template <class Values>
QString exactNumbers(const Values& values) {
  QStringList texts;
  for (const double value : values) {
    texts << QString::number(value, 'g', 17);
  }
  return texts.join(QLatin1Char(' '));
}

std::array<double, 3> scaled(const Eigen::Vector3d& v, double factor) {
  return {v.x() * factor, v.y() * factor, v.z() * factor};
}

std::array<double, 9> rowMajor(const Eigen::Matrix3d& R) {
  return {R(0, 0), R(0, 1), R(0, 2), R(1, 0), R(1, 1), R(1, 2), R(2, 0), R(2, 1), R(2, 2)};
}

void addPose(std::vector<Property>& lines, const Rigid3& pose, const Eigen::Vector3d& size) {
  const auto quat = quat_wxyz_from_rotation(pose.R);
  const Eigen::AngleAxisd turn(pose.R);
  const QString gap = QStringLiteral("  ");
  lines.push_back({QStringLiteral("R  w x y z"), numbers(quat, 3, gap), exactNumbers(quat)});
  lines.push_back(
      {QStringLiteral("R  axis, angle"),
       numbers(scaled(turn.axis(), 1.0), 2, gap) + gap + number(turn.angle() * kDegreesPerRadian, 1) +
           QStringLiteral("°"),
       exactNumbers(scaled(turn.axis(), 1.0)) + QLatin1Char(' ') + QString::number(turn.angle(), 'g', 17)});
  const QString rows[] = {numbers(scaled(pose.R.row(0).transpose(), 1.0), 3, gap),
                          numbers(scaled(pose.R.row(1).transpose(), 1.0), 3, gap),
                          numbers(scaled(pose.R.row(2).transpose(), 1.0), 3, gap)};
  lines.push_back({QStringLiteral("R  matrix"),
                   rows[0] + QLatin1Char(10) + rows[1] + QLatin1Char(10) + rows[2],
                   exactNumbers(rowMajor(pose.R))});
  lines.push_back(
      {QStringLiteral("t  (m)"), numbers(scaled(pose.t, 1.0), 4, gap), exactNumbers(scaled(pose.t, 1.0))});
  if (size.maxCoeff() > 0.0) {
    lines.push_back({QStringLiteral("size  (cm)"), numbers(scaled(size, 100.0), 1, gap),
                     exactNumbers(scaled(size, 1.0))});
  }
}

void addErrors(std::vector<Property>& lines, const PoseEstimate& estimate) {
  const auto add = [&lines](const char* name, double value, int decimals, const char* unit, double exact) {
    lines.push_back({QString::fromUtf8(name), number(value, decimals) + QString::fromUtf8(unit),
                     QString::number(exact, 'g', 17)});
  };
  const PoseError& error = estimate.error;
  add("rotation, raw", error.rotation_raw * kDegreesPerRadian, 1, "°", error.rotation_raw);
  add("rotation, reduced", error.rotation_reduced * kDegreesPerRadian, 1, "°", error.rotation_reduced);
  add("translation", error.translation * 100.0, 2, " cm", error.translation);
  add("3D IoU", error.iou, 2, "", error.iou);
  add("score", estimate.score, 2, "", estimate.score);
}

}  // namespace

std::vector<Property> describeInstance(const Instance& instance, const QString& model_name,
                                       const PoseEstimate* estimate) {
  std::vector<Property> lines;
  const auto text = [&lines](const QString& name, const QString& value) {
    lines.push_back({name, value, value});
  };
  text(QStringLiteral("category"), QString::fromStdString(instance.category));
  text(QStringLiteral("object"), model_name.isEmpty()
                                     ? QString::number(instance.object_id)
                                     : QStringLiteral("%1 · id %2").arg(model_name).arg(instance.object_id));
  text(QStringLiteral("symmetry"), QString::fromStdString(instance.symmetry.name));
  if (instance.visible_fraction >= 0.0) {
    text(QStringLiteral("visible"), QStringLiteral("%1 %").arg(instance.visible_fraction * 100.0, 0, 'f', 0));
  }
  lines.push_back({QStringLiteral("Ground truth"), {}, {}});
  addPose(lines, instance.cam_from_obj, instance.size);
  if (estimate) {
    lines.push_back({QStringLiteral("Estimate"), {}, {}});
    addPose(lines, estimate->cam_from_obj, estimate->size);
    lines.push_back({QStringLiteral("Errors"), {}, {}});
    addErrors(lines, *estimate);
  }
  return lines;
}

}  // namespace alidade
