// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/schedule_choice.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/studies/sampler_arguments.h"

namespace alidade {
namespace {

constexpr std::size_t kMostObjects = 12;
constexpr std::size_t kMostTimes = 8;
constexpr std::size_t kMostCategories = 100;

/// The elements of the list under `key`, at most `most`; none when the key is absent.
std::vector<nlohmann::json> elements(StrictObject& view, const char* key, std::size_t most) {
  const auto& list = view.value(key);
  if (list.is_null()) {
    return {};
  }
  if (!list.is_array() || list.empty() || list.size() > most) {
    view.fail(key, "a list of 1 to " + std::to_string(most) + " was expected", "write [ ... ]");
    return {};
  }
  return {list.begin(), list.end()};
}

std::string at(const char* key, std::size_t index) {
  return std::string(key) + "[" + std::to_string(index) + "]";
}

/// Without its full stop: more follows.
std::string clause(std::string sentence) {
  if (sentence.ends_with('.')) {
    sentence.pop_back();
  }
  return sentence;
}

std::optional<Guidance> guidance_of(StrictObject& object, const std::string& key, const std::string& text) {
  const bool drawn = text.ends_with(".json");
  const auto folder = std::filesystem::path(object.file()).parent_path();
  const auto guidance = guidance_argument(drawn ? (folder / text).string() : text);
  if (!guidance) {
    object.fail(
        key, clause(guidance.error().message),
        "write \"none\", \"constant:W\", \"linear:MIN:MAX\", \"exponential:MIN:MAX\" or a schedule's file");
    return std::nullopt;
  }
  return *guidance;
}

void read_sampler(StrictObject& object, ScheduleChoice& schedule) {
  if (object.has("kind")) {
    const auto kind = parse_sampler(object.text("kind"));
    if (kind) {
      schedule.kind = *kind;
    } else {
      object.fail("kind", clause(kind.error().message), "choose another sampler");
    }
  }
  if (object.has("steps")) {
    schedule.steps = static_cast<int>(object.integer("steps", 20, 1, 10000));
  }
  if (object.has("start_time")) {
    schedule.start_time = object.number("start_time", 1.0, 1e-4, 1.0);
  }
}

ScheduleChoice read_schedule(StrictObject& view, const std::string& key, const nlohmann::json& value) {
  ScheduleChoice schedule;
  if (value.is_string()) {
    schedule.guidance = guidance_of(view, key, value.get<std::string>());
    return schedule;
  }
  if (!value.is_object()) {
    view.fail(key, "a schedule was expected", "write \"exponential:1:15\", or {\"guidance\": ...}");
    return schedule;
  }
  StrictObject object(view.file(), view.place(key), value);
  if (object.has("guidance")) {
    schedule.guidance = guidance_of(object, "guidance", object.text("guidance"));
  }
  schedule.label = object.text("label", "");
  read_sampler(object, schedule);
  view.adopt(object.finish());
  return schedule;
}

/// The color that a kind of guidance has wherever it is free.
std::size_t own_color(const ScheduleChoice& schedule) {
  switch (schedule.guidance ? schedule.guidance->kind : GuidanceKind::kExponential) {
    case GuidanceKind::kNone:
      return 0;
    case GuidanceKind::kLinear:
    case GuidanceKind::kSpline:
      return 1;
    case GuidanceKind::kConstant:
      return 2;
    case GuidanceKind::kExponential:
      break;
  }
  return 3;
}

void choose_colors(std::vector<ScheduleChoice>& schedules) {
  std::array<bool, kMostSchedules> used{};
  std::vector<ScheduleChoice*> late;
  for (ScheduleChoice& schedule : schedules) {
    const std::size_t color = own_color(schedule);
    if (used[color]) {
      late.push_back(&schedule);
    } else {
      schedule.color = color;
      used[color] = true;
    }
  }
  for (ScheduleChoice* schedule : late) {
    schedule->color = static_cast<std::size_t>(std::find(used.begin(), used.end(), false) - used.begin());
    used[schedule->color] = true;
  }
}

}  // namespace

SamplerOptions ScheduleChoice::over(SamplerOptions sampler) const {
  sampler.guidance = guidance.value_or(sampler.guidance);
  sampler.kind = kind.value_or(sampler.kind);
  sampler.steps = steps.value_or(sampler.steps);
  sampler.start_time = start_time.value_or(sampler.start_time);
  return sampler;
}

std::vector<ScheduleChoice> schedule_choices(StrictObject& view) {
  std::vector<ScheduleChoice> schedules;
  const auto list = elements(view, "schedules", kMostSchedules);
  for (std::size_t i = 0; i < list.size(); ++i) {
    schedules.push_back(read_schedule(view, at("schedules", i), list[i]));
  }
  if (schedules.empty()) {
    schedules.emplace_back();
  }
  choose_colors(schedules);
  return schedules;
}

ObjectsChoice objects_choice(StrictObject& view) {
  ObjectsChoice choice;
  const auto listed = elements(view, "objects", kMostObjects);
  for (std::size_t i = 0; i < listed.size(); ++i) {
    StrictObject object(view.file(), view.place(at("objects", i)), listed[i]);
    if (!object.has("frame") || !object.has("instance")) {
      object.fail(object.has("frame") ? "instance" : "frame", "the key is missing",
                  "write {\"frame\": 0, \"instance\": 0}");
    }
    choice.listed.push_back(
        {frame_choice(object), instance_choice(object).value_or(0), view.place(at("objects", i))});
    view.adopt(object.finish());
  }
  const auto categories = elements(view, "categories", kMostCategories);
  for (std::size_t i = 0; i < categories.size(); ++i) {
    if (!categories[i].is_string()) {
      view.fail(at("categories", i), "a category's name was expected", "write it in quotes");
      return choice;
    }
    choice.categories.push_back(categories[i].get<std::string>());
  }
  static const std::vector<std::string> kSets{"named", "all", "continuous"};
  const std::size_t set = view.choice("over", kSets);
  choice.all = set > 0;
  choice.continuous = set == 2;
  if (choice.all && !choice.listed.empty()) {
    view.fail("over", "objects are listed as well", "remove one of the two");
  }
  if (!choice.all && !choice.categories.empty()) {
    view.fail("categories", "they choose among all objects of the dataset", "write \"over\": \"all\" too");
  }
  return choice;
}

std::vector<double> time_choices(StrictObject& view) {
  std::vector<double> times;
  const auto list = elements(view, "times", kMostTimes);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const double t = list[i].is_number() ? list[i].get<double>() : -1.0;
    if (!(t >= 0.0 && t <= 1.0) || (!times.empty() && t >= times.back())) {
      view.fail(at("times", i), "a number from 0 to 1 below the one before was expected",
                "sampling runs from 1, noise, to 0");
      return times;
    }
    times.push_back(t);
  }
  return times.empty() ? std::vector<double>{0.0} : times;
}

}  // namespace alidade
