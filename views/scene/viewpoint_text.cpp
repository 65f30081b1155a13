// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/viewpoint_text.h"

#include <cmath>

#include <QJsonArray>
#include <QJsonDocument>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr int kVersion = 1;
constexpr qsizetype kLongestText = 1 << 16;
constexpr qsizetype kLongestName = 200;
constexpr double kFarthestPlace = 1e4;  // metres
constexpr double kLargestFov = 3.0;     // radians
constexpr double kLargestShift = 100.0;  // picture heights
constexpr double kRotationError = 1e-3;

template <class Vector>
QJsonArray numbersOf(const Vector& vector) {
  QJsonArray array;
  for (Eigen::Index i = 0; i < vector.size(); ++i) {
    array.append(vector[i]);
  }
  return array;
}

/// `size` numbers, none beyond `most`.
std::optional<Eigen::VectorXd> readNumbers(const QJsonValue& value, Eigen::Index size, double most) {
  const QJsonArray array = value.toArray();
  if (array.size() != size) {
    return std::nullopt;
  }
  Eigen::VectorXd numbers(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    numbers[i] = array[i].toDouble(std::nan(""));
    if (!(std::abs(numbers[i]) <= most)) {
      return std::nullopt;
    }
  }
  return numbers;
}

std::optional<Floor> readFloor(const QJsonObject& json) {
  Floor floor;
  if (json.isEmpty()) {
    return floor;
  }
  const auto up = readNumbers(json.value("up_cam"), 3, 1.0 + kRotationError);
  const auto origin = readNumbers(json.value("origin_cam_m"), 3, kFarthestPlace);
  if (!up || !origin || std::abs(up->norm() - 1.0) > kRotationError) {
    return std::nullopt;
  }
  floor.up_cam = up->normalized();
  floor.origin_cam = *origin;
  floor.found = true;
  return floor;
}

}  // namespace

QJsonObject toJson(const SavedViewpoint& saved) {
  const Viewpoint& view = saved.viewpoint;
  const Eigen::Matrix<double, 3, 3, Eigen::RowMajor> rows = view.view_from_cam.R;
  QJsonObject json{{"alidade_viewpoint", kVersion},
                   {"view_from_cam_R", numbersOf(Eigen::Map<const Eigen::VectorXd>(rows.data(), 9))},
                   {"view_from_cam_t_m", numbersOf(view.view_from_cam.t)},
                   {"vertical_fov_rad", view.vertical_fov},
                   {"principal", numbersOf(view.principal)},
                   {"pivot_cam_m", numbersOf(view.pivot_cam)}};
  if (!saved.name.isEmpty()) {
    json["name"] = saved.name;
  }
  if (saved.floor.found) {
    json["floor"] = QJsonObject{{"up_cam", numbersOf(saved.floor.up_cam)},
                                {"origin_cam_m", numbersOf(saved.floor.origin_cam)}};
  }
  return json;
}

std::optional<SavedViewpoint> savedViewpoint(const QJsonObject& json) {
  const auto R = readNumbers(json.value("view_from_cam_R"), 9, 1.0 + kRotationError);
  const auto t = readNumbers(json.value("view_from_cam_t_m"), 3, kFarthestPlace);
  const auto principal = readNumbers(json.value("principal"), 2, kLargestShift);
  const auto pivot = readNumbers(json.value("pivot_cam_m"), 3, kFarthestPlace);
  const auto floor = readFloor(json.value("floor").toObject());
  const double fov = json.value("vertical_fov_rad").toDouble(std::nan(""));
  if (json.value("alidade_viewpoint").toInt() != kVersion || !R || !t || !principal || !pivot || !floor ||
      !(fov > 1e-3 && fov < kLargestFov)) {
    return std::nullopt;
  }
  const Eigen::Matrix3d rows = Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>(R->data());
  if ((rows * rows.transpose() - Eigen::Matrix3d::Identity()).norm() > kRotationError ||
      rows.determinant() < 0.0) {
    return std::nullopt;
  }
  SavedViewpoint saved;
  saved.name = json.value("name").toString().left(kLongestName);
  saved.viewpoint.view_from_cam = {project_to_so3(rows), *t};
  saved.viewpoint.vertical_fov = fov;
  saved.viewpoint.principal = *principal;
  saved.viewpoint.pivot_cam = *pivot;
  saved.floor = *floor;
  return saved;
}

QString viewpointText(const SavedViewpoint& saved) {
  return QString::fromUtf8(QJsonDocument(toJson(saved)).toJson());
}

std::optional<SavedViewpoint> savedViewpointOf(const QString& text) {
  return text.size() > kLongestText
             ? std::nullopt
             : savedViewpoint(QJsonDocument::fromJson(text.toUtf8()).object());
}

}  // namespace alidade
