// SPDX-License-Identifier: BSD-3-Clause
// The heatmap of gradient contention.
#include <algorithm>
#include <filesystem>

#include "app/render/figure_kinds.h"
#include "core/contention/grouping.h"
#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/contention_file.h"
#include "views/contention/branch_figure.h"
#include "views/contention/contention_figure.h"
#include "views/contention/contention_sheets.h"

namespace alidade {
namespace {

constexpr double kMostEpoch = 1e9;
constexpr std::size_t kMostBranches = 64;

/// What a recipe says of the figure.
struct ContentionSettings {
  std::string history, other;
  bool last_epoch = true;
  SheetQuestion question;  ///< without histories
};

const std::vector<std::string> kKindNames{"block", "module", "layer", "tensor", "network"};
constexpr PartKind kKindsOfNames[]{PartKind::kBlock, PartKind::kModule, PartKind::kLayer, PartKind::kTensor,
                                   PartKind::kNetwork};

bool isListOfTexts(const nlohmann::json& list) {
  return list.is_array() && !list.empty() && list.size() <= kMostContentionRows &&
         std::all_of(list.begin(), list.end(), [](const auto& one) { return one.is_string(); });
}

ContentionModel::Groups groupsKey(StrictObject& view) {
  ContentionModel::Groups groups;
  const auto& lists = view.value("groups");
  if (lists.is_null()) {
    return groups;
  }
  if (!lists.is_array() || lists.empty() || lists.size() > kMostBranches ||
      !std::all_of(lists.begin(), lists.end(), isListOfTexts)) {
    view.fail("groups", "lists of row names were expected", "write [[\"bottle\", \"can\"], [\"mug\"]]");
    return groups;
  }
  for (const auto& list : lists) {
    auto& group = groups.emplace_back();
    for (const auto& name : list) {
      group.push_back(name.template get<std::string>());
    }
  }
  return groups;
}

Expected<std::shared_ptr<const ContentionHistory>> readHistory(const std::string& named,
                                                               const FigureInput& input) {
  auto file = read_contention_history(std::filesystem::path(input.recipe_file).parent_path() / named);
  if (!file) {
    return file.error();
  }
  return std::make_shared<const ContentionHistory>(std::move(file->history));
}

/// That the part, and every row of the groups, is in the history.
Expected<void> checkNames(const SheetQuestion& question, const std::string& file) {
  const ContentionHistory& history = *question.a;
  const auto parts = parts_of(history, question.choice.kind);
  const auto named = [&](const ContentionPart& part) { return part.name == question.choice.part; };
  if (!question.choice.part.empty() && std::none_of(parts.begin(), parts.end(), named)) {
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 8); ++i) {
      names += (i > 0 ? ", " : "") + parts[i].name;
    }
    return input_error(file, "view.part", "the history has no part \"" + question.choice.part + "\"",
                       "choose among " + names + (parts.size() > 8 ? ", ..." : ""));
  }
  if (question.groups.empty()) {
    return {};
  }
  if (const auto groups = named_groups(history.rows, question.groups); !groups) {
    return input_error(file, "view.groups", groups.error().message, "name every row of the history once");
  }
  return {};
}

Expected<std::unique_ptr<Figure>> makeContention(const ContentionSettings& settings,
                                                 const FigureInput& input) {
  SheetQuestion question = settings.question;
  auto a = readHistory(settings.history, input);
  if (!a) {
    return a.error();
  }
  question.a = *a;
  question.name_a = QString::fromStdString(question.a->name);
  if (!settings.other.empty()) {
    auto b = readHistory(settings.other, input);
    if (!b) {
      return b.error();
    }
    question.b = *b;
    question.name_b = QString::fromStdString(question.b->name);
    question.choice.shown = ContentionShown::kDifference;
  }
  if (settings.last_epoch && !question.a->epochs.empty()) {
    question.choice.epoch = question.a->epochs.back().epoch;
  }
  if (auto checked = checkNames(question, input.recipe_file); !checked) {
    return checked.error();
  }
  if (const QString problem = sheetProblem(question); !problem.isEmpty()) {
    return input_error(input.recipe_file, "view", problem.toStdString(), "choose another history or reading");
  }
  ContentionNumbers numbers;
  return std::unique_ptr<Figure>(std::make_unique<ContentionFigure>(makeSheet(question, numbers)));
}

constexpr ContentionOrder kBranchOrders[]{ContentionOrder::kGiven, ContentionOrder::kName,
                                          ContentionOrder::kDifficulty, ContentionOrder::kGroup};

Expected<std::unique_ptr<Figure>> makeBranches(const std::string& named, BranchQuestion question,
                                               const FigureInput& input) {
  auto accuracy = read_branch_accuracy(std::filesystem::path(input.recipe_file).parent_path() / named);
  if (!accuracy) {
    return accuracy.error();
  }
  question.a = std::make_shared<const BranchAccuracy>(std::move(*accuracy));
  question.name_a = QString::fromStdString(question.a->name);
  return std::unique_ptr<Figure>(std::make_unique<BranchFigure>(makeBranchSheet(question)));
}

/// Accuracies through branches in place of a history; what only a history has is refused.
ParsedView parseBranches(StrictObject& view) {
  const std::string named = view.text("branches");
  for (const char* key :
       {"history", "minus", "granularity", "part", "epoch", "reading", "groups", "colors"}) {
    if (view.has(key)) {
      view.value(key);
      view.fail(key, "it says nothing about branch accuracies", "leave it out, or leave out \"branches\"");
    }
  }
  BranchQuestion question;
  question.choice.order = kBranchOrders[view.choice("order", {"given", "name", "difficulty", "group"})];
  question.title = view.flag("title", true);
  return {[named, question](const FigureInput& input) { return makeBranches(named, question, input); }};
}

ParsedView parseContention(StrictObject& view) {
  if (view.has("branches")) {
    return parseBranches(view);
  }
  ContentionSettings settings;
  settings.history = view.text("history");
  settings.other = view.text("minus", std::string());
  ContentionChoice& choice = settings.question.choice;
  choice.kind = kKindsOfNames[view.choice("granularity", kKindNames)];
  choice.part = view.text("part", std::string());
  settings.last_epoch = !view.has("epoch");
  choice.epoch = view.number("epoch", 0.0, -kMostEpoch, kMostEpoch);
  choice.order = static_cast<ContentionOrder>(
      view.choice("order", {"given", "name", "difficulty", "group", "clusters"}));
  choice.reading = static_cast<ContentionReading>(
      view.choice("reading", {"means", "batches", "effects", "pcgrad", "balanced"}));
  settings.question.groups = groupsKey(view);
  settings.question.colors = view.choice("colors", {"blue-brown", "green-purple"}) == 0
                                 ? ColorMap(DivergingMap::kBlueBrown)
                                 : ColorMap(DivergingMap::kGreenPurple);
  settings.question.title = view.flag("title", true);
  return {[settings](const FigureInput& input) { return makeContention(settings, input); }};
}

}  // namespace

FigureKind contentionKind() {
  return {"contention", {.dataset = false}, 174.0, 84.0, parseContention};
}

}  // namespace alidade
