// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/render_recipe.h"

#include "core/io/json_file.h"
#include "core/studies/sampler_arguments.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxRecipeBytes = 1 << 20;
constexpr std::int64_t kMaxSamples = 100000;

void readKind(StrictObject& top, const std::vector<FigureKind>& kinds, RenderRecipe& recipe) {
  std::vector<std::string> names;
  for (const FigureKind& kind : kinds) {
    names.push_back(kind.name);
  }
  if (top.integer("schema", 0, 1, 1) != 1) {
    top.fail("schema", "the key is missing", "write \"schema\": 1");
  }
  if (!top.has("figure")) {
    top.fail("figure", "the key is missing", "write \"figure\": \"" + names.front() + "\" or another kind");
  }
  recipe.kind = &kinds[top.choice("figure", names)];
}

void readCheckpoint(StrictObject& top, const std::filesystem::path& folder, RenderRecipe& recipe) {
  const FigureNeeds& needs = recipe.kind->needs;
  const std::string what = "a figure of the kind \"" + recipe.kind->name + "\" needs ";
  if (const std::string checkpoint = top.text("checkpoint", ""); !checkpoint.empty()) {
    recipe.checkpoint = folder / checkpoint;
  } else if (needs.checkpoint == CheckpointKey::kRequired) {
    top.fail("checkpoint", what + (needs.estimates ? "estimates" : "a network"), "name a checkpoint");
  }
  if (needs.samples) {
    const bool analytic = top.flag("analytic", false);
    if (analytic && !recipe.checkpoint.empty()) {
      top.fail("analytic", "there is a checkpoint to sample from as well", "keep one of the two");
    } else if (!analytic && recipe.checkpoint.empty()) {
      top.fail("checkpoint", what + "a score field", "name a checkpoint, or write \"analytic\": true");
    }
  }
}

/// Keys of what the kind does not need stay unknown.
void readSource(StrictObject& top, const std::filesystem::path& folder, RenderRecipe& recipe) {
  const FigureNeeds& needs = recipe.kind->needs;
  if (needs.dataset) {
    recipe.dataset = folder / top.text("dataset");
  }
  if (needs.checkpoint != CheckpointKey::kNone) {
    readCheckpoint(top, folder, recipe);
  }
  if (needs.dataset) {
    recipe.frame = frame_choice(top);
    recipe.instance = instance_choice(top);
  }
}

Expected<void> readSampler(StrictObject& top, RenderRecipe& recipe) {
  if (!recipe.kind->needs.sampler()) {
    return {};
  }
  StrictObject object = top.object("sampler");
  SamplerArguments arguments;
  arguments.sampler = object.text("kind", arguments.sampler);
  arguments.guidance = object.text("guidance", arguments.guidance);
  arguments.aggregate = object.text("aggregate", arguments.aggregate);
  arguments.steps = static_cast<int>(object.integer("steps", arguments.steps, 1, 10000));
  arguments.start_time = object.number("start_time", arguments.start_time, 1e-4, 1.0);
  if (auto checked = object.finish(); !checked) {
    return checked;
  }
  arguments.samples =
      static_cast<int>(top.integer("samples", recipe.kind->needs.samples ? 50 : 1, 1, kMaxSamples));
  arguments.seed = static_cast<std::uint64_t>(top.integer("seed", 0, 0, INT64_MAX));
  const auto infer = infer_options(arguments);
  if (!infer) {
    return input_error(recipe.file, "sampler", infer.error().message,
                       "see the sampler options in docs/user/command-line.md");
  }
  recipe.infer = *infer;
  return {};
}

void readOutput(StrictObject& top, RenderRecipe& recipe) {
  static const std::vector<std::string> kThemes{"print", "dark", "light"};
  static const std::vector<ThemeKind> kKinds{ThemeKind::kPrint, ThemeKind::kDark, ThemeKind::kLight};
  recipe.output.width_mm = top.number("width_mm", recipe.kind->width_mm, 5.0, 2000.0);
  recipe.output.height_mm = top.number("height_mm", recipe.kind->height_mm, 5.0, 2000.0);
  recipe.output.dpi = top.number("dpi", 300.0, 30.0, 2400.0);
  recipe.output.theme = kKinds[top.choice("theme", kThemes)];
  recipe.output.transparent = top.flag("transparent", false);
  recipe.output.svg_text_as_outlines = top.flag("svg_text_as_outlines", true);
}

/// The recipe as it is carried out. Provenance says which file was used, not where it lay.
void override_text(nlohmann::json& recipe, const RecipeOverrides& overrides) {
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) {
      const std::filesystem::path path(text);
      recipe[key] = (path.has_filename() ? path : path.parent_path()).filename().string();
    }
  };
  put("dataset", overrides.dataset);
  put("checkpoint", overrides.checkpoint);
  if (!overrides.checkpoint.empty()) {
    recipe.erase("analytic");
  }
}

void override_paths(RenderRecipe& recipe, const RecipeOverrides& overrides) {
  if (!overrides.dataset.empty()) {
    recipe.dataset = overrides.dataset;
  }
  if (!overrides.checkpoint.empty()) {
    recipe.checkpoint = overrides.checkpoint;
  }
}

Expected<void> checked(RenderRecipe& recipe, StrictObject& top, StrictObject& view,
                       const Expected<void>& sampler) {
  if (auto finished = top.finish(); !finished) {
    return finished;
  }
  if (!sampler) {
    return sampler;
  }
  if (auto finished = view.finish(); !finished) {
    return finished;
  }
  return recipe.view.check ? recipe.view.check(recipe.infer, recipe.file) : Expected<void>();
}

}  // namespace

Expected<RenderRecipe> read_render_recipe(const std::filesystem::path& path, const RecipeOverrides& overrides,
                                          const std::vector<FigureKind>& kinds) {
  auto json = read_json(path, kMaxRecipeBytes);
  if (!json) {
    return json.error();
  }
  RenderRecipe recipe;
  recipe.file = path.string();
  if (!json->is_object()) {
    return input_error(recipe.file, "", "a JSON object was expected",
                       "write a figure recipe as docs/formats.md shows it");
  }
  override_text(*json, overrides);
  recipe.text = json_text(*json);
  StrictObject top(recipe.file, "", *json);
  readKind(top, kinds, recipe);
  readSource(top, path.parent_path(), recipe);
  override_paths(recipe, overrides);
  const auto sampler = readSampler(top, recipe);
  readOutput(top, recipe);
  StrictObject view = top.object("view");
  recipe.view = recipe.kind->parse(view);
  if (auto fine = checked(recipe, top, view, sampler); !fine) {
    return fine.error();
  }
  return recipe;
}

}  // namespace alidade
