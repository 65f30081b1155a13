// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <QString>

namespace alidade {

/// A routing for recipes of trainings, as TOML: a comment that says what it is of, and a section [[group]]
/// with the categories of each group.
QString routingToml(const std::vector<std::vector<std::string>>& groups, const QString& remark);
/// The same as JSON: {"groups": [["bottle", "can"], ["mug"]]}.
QString routingJson(const std::vector<std::vector<std::string>>& groups);

}  // namespace alidade
