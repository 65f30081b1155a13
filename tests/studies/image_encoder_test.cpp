// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <map>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/io/json_file.h"
#include "core/io/npz.h"
#include "core/io/safetensors.h"
#include "core/nn/vit/image_encoder.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const std::map<std::string, PositionResize> kConventions{{"offset01", PositionResize::kOffset},
                                                         {"size", PositionResize::kSize},
                                                         {"antialias", PositionResize::kAntialias}};

nlohmann::json vit_meta() {
  const auto meta = read_json(fixture("vit/meta.json"), std::uintmax_t{1} << 24);
  return meta ? *meta : nlohmann::json();
}

double token_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    largest = difference <= largest ? largest : difference;  // NaN is no agreement
  }
  return largest;
}

/// The case's features at its pixels, from tokens.
std::vector<double> features_at(const std::vector<double>& pixels, const VisionTokens& tokens, int width,
                                int height) {
  std::vector<double> features(pixels.size() * tokens.dim);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const int pixel = static_cast<int>(pixels[i]);
    bilinear_feature(tokens.patches(), tokens.rows, tokens.cols, tokens.dim, pixel % width, pixel / width,
                     width, height, features.data() + i * tokens.dim);
  }
  return features;
}

ImageU8 noise_image(int width, int height, std::uint64_t seed) {
  ImageU8 image(width, height, 3);
  Random random(seed);
  for (auto& value : image.data) {
    value = static_cast<std::uint8_t>(random.index(256));
  }
  return image;
}

/// Small random numbers as half precision: sign, exponents of 2^-9 to 2^-6, mantissa.
std::string random_halves(std::size_t count, Random& random) {
  std::string bytes(2 * count, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bits = random.bits();
    bytes[2 * i] = static_cast<char>(bits & 255);
    bytes[2 * i + 1] = static_cast<char>((bits >> 8 & 0x83) | (0x18 + (bits >> 16 & 0x0c)));
  }
  return bytes;
}

SafeTensors generated_weights(const VisionTransformerConfig& config) {
  SafeTensors file;
  Random random(12);
  for (const ParameterInfo& parameter : vision_transformer_parameters(config)) {
    std::size_t count = 1;
    for (const auto extent : parameter.shape) {
      count *= static_cast<std::size_t>(extent);
    }
    file.tensors[parameter.name] = {"F16", parameter.shape, random_halves(count, random)};
  }
  return file;
}

/// Names of Hugging Face for official ones, q, k and v apart.
SafeTensors as_hugging_face(const SafeTensors& official) {
  const std::map<std::string, std::string> outer{
      {"cls_token", "embeddings.cls_token"},
      {"pos_embed", "embeddings.position_embeddings"},
      {"mask_token", "embeddings.mask_token"},
      {"patch_embed.proj.weight", "embeddings.patch_embeddings.projection.weight"},
      {"patch_embed.proj.bias", "embeddings.patch_embeddings.projection.bias"},
      {"norm.weight", "layernorm.weight"},
      {"norm.bias", "layernorm.bias"}};
  SafeTensors out;
  for (const auto& [name, entry] : official.tensors) {
    if (const auto found = outer.find(name); found != outer.end()) {
      out.tensors[found->second] = entry;
      continue;
    }
    QString other = QString::fromStdString(name);
    other.replace("blocks.", "encoder.layer.").replace("attn.proj", "attention.output.dense");
    other.replace("ls1.gamma", "layer_scale1.lambda1").replace("ls2.gamma", "layer_scale2.lambda1");
    if (!other.contains("attn.qkv")) {
      out.tensors[other.toStdString()] = entry;
      continue;
    }
    const std::size_t bytes = entry.bytes.size() / 3;
    TensorEntry part{entry.dtype, entry.shape, {}};
    part.shape[0] /= 3;
    for (int i = 0; i < 3; ++i) {
      const char* kinds[] = {"query", "key", "value"};
      part.bytes = entry.bytes.substr(i * bytes, bytes);
      QString name_of_part = other;
      name_of_part.replace("attn.qkv", QString("attention.attention.") + kinds[i]);
      out.tensors[name_of_part.toStdString()] = part;
    }
  }
  return out;
}

}  // namespace

class ImageEncoderTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string path(const char* name) const { return folder_.path().toStdString() + "/" + name; }

  /// The small official file, changed.
  std::string changed(const std::function<void(SafeTensors&)>& change) const {
    auto file = read_safetensors(fixture("vit/plain.safetensors"), false);
    change(*file);
    return write_safetensors(path("changed.safetensors"), *file) ? path("changed.safetensors") : "";
  }
  static std::string refusal(const std::string& file, const ImageEncoderOptions& options = {.heads = 4}) {
    const auto loaded = ImageEncoder::load(file, options);
    return loaded ? "" : loaded.error().message;
  }

 private Q_SLOTS:
  void everyCaseIsReproduced_data() {
    QTest::addColumn<int>("row");
    QTest::addColumn<bool>("doubles");
    const auto meta = vit_meta();
    for (int i = 0; i < static_cast<int>(meta.at("cases").size()); ++i) {
      const auto& c = meta.at("cases")[i];
      for (const bool doubles : {true, false}) {
        const std::string name = c.at("name").get<std::string>() + " " +
                                 c.at("convention").get<std::string>() + (doubles ? " float64" : " float32");
        QTest::newRow(name.c_str()) << i << doubles;
      }
    }
  }
  void everyCaseIsReproduced() {
    QFETCH(int, row);
    QFETCH(bool, doubles);
    const auto meta = vit_meta();
    const auto& c = meta.at("cases")[row];
    const auto& model = meta.at("models").at(c.at("model").get<std::string>());
    const std::string name = c.at("name");
    const std::string kind = name.ends_with("_fp16") ? "_fp16" : name.ends_with("_bf16") ? "_bf16" : "";
    const std::string file = model.at("file" + kind);
    const auto encoder = ImageEncoder::load(
        fixture("vit/" + file), {model.at("heads"), kConventions.at(c.at("convention")), doubles});
    QVERIFY2(encoder, encoder ? "" : encoder.error().message.c_str());
    const auto& config = (*encoder)->config();
    QCOMPARE(config.dim, model.at("dim").get<int>());
    QCOMPARE(config.depth, model.at("depth").get<int>());
    QCOMPARE(config.mlp_ratio, model.at("mlp_ratio").get<int>());
    QCOMPARE(config.grid, model.at("pretraining_grid").get<int>());
    QCOMPARE(config.registers, model.at("registers").get<int>());

    const auto image = read_npy(fixture("vit/" + c.at("image").get<std::string>()));
    const auto expected = read_npz(fixture("vit/" + c.at("outputs").get<std::string>()));
    QVERIFY(image && expected);
    const int height = static_cast<int>(image->shape[2]), width = static_cast<int>(image->shape[3]);
    const auto values = image->as_doubles();
    const std::vector<float> planes(values.begin(), values.end());
    const auto tokens = (*encoder)->tokens(planes, width, height);
    QVERIFY2(tokens, tokens ? "" : tokens.error().message.c_str());
    QCOMPARE(tokens->rows, c.at("grid")[0].get<int>());
    QCOMPARE(tokens->cols, c.at("grid")[1].get<int>());
    const double before = doubles ? 1e-10 : 10.0 * c.at("float32_max_abs_diff_prenorm").get<double>();
    const double behind = doubles ? 1e-10 : 10.0 * c.at("float32_max_abs_diff_norm").get<double>();
    QVERIFY(token_difference(tokens->positions, expected->at("positions").as_doubles()) < before);
    const double found = token_difference(tokens->before_norm, expected->at("x_prenorm").as_doubles());
    QVERIFY2(found < before, std::to_string(found).c_str());
    QVERIFY(token_difference(tokens->normed, expected->at("x_norm").as_doubles()) < behind);
    if (const auto pixels = expected->find("pixels"); pixels != expected->end()) {
      const auto features = features_at(pixels->second.as_doubles(), *tokens, width, height);
      QVERIFY(token_difference(features, expected->at("pixel_features").as_doubles()) < before);
    }
  }

  void everyTypeIsConverted() {
    const auto file = read_safetensors(fixture("vit/dtypes.safetensors"), false);
    const auto expected = read_json(fixture("vit/dtypes.json"), std::uintmax_t{1} << 24);
    QVERIFY(file && expected);
    QCOMPARE(file->tensors.size(), expected->size());
    for (const auto& [name, tensor] : expected->items()) {
      const TensorEntry& entry = file->tensors.at(name);
      QCOMPARE(entry.dtype, tensor.at("dtype").get<std::string>());
      QVERIFY(entry.shape == tensor.at("shape").get<std::vector<std::int64_t>>());
      const auto values = tensor_values(entry);
      QCOMPARE(values.size(), tensor.at("values").size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& item = tensor.at("values")[i];
        const double wanted = item.is_boolean()  ? item.get<bool>()
                              : item.is_string() ? std::stod(item.get<std::string>())
                                                 : item.get<double>();
        const bool same = std::isnan(wanted)
                              ? std::isnan(values[i])
                              : values[i] == wanted && std::signbit(values[i]) == std::signbit(wanted);
        QVERIFY2(same, (name + " " + std::to_string(i)).c_str());
      }
    }
  }

  // What at_pixel gathers is what a bilinear resize has at a whole pixel, and the patch itself at its center.
  void featuresAtPixelsAreClamped() {
    const auto encoder = ImageEncoder::create(*named_vision_transformer("encoder_tiny"), 4);
    const auto grid = encoder->encode(noise_image(42, 28, 1));
    QVERIFY(grid);
    QCOMPARE(grid->rows, 2);
    QCOMPARE(grid->cols, 3);
    QCOMPARE(grid->values.size(), std::size_t{2 * 3 * 16});
    std::vector<float> at(16), corner(16);
    grid->at_pixel(14 + 6.5, 6.5, 42, 28, at.data());
    QVERIFY(std::equal(at.begin(), at.end(), grid->values.begin() + 16));
    grid->at_pixel(-3.0, 1e4, 42, 28, corner.data());
    QVERIFY(std::equal(corner.begin(), corner.end(), grid->values.begin() + 3 * 16));
    grid->at_pixel(13.5, 13.5, 42, 28, at.data());  // between four patches
    for (int i = 0; i < 16; ++i) {
      const float mean =
          0.25f * (grid->values[i] + grid->values[16 + i] + grid->values[48 + i] + grid->values[64 + i]);
      QVERIFY(std::abs(at[i] - mean) < 1e-6f);
    }
    // A batch gives what each image gives alone.
    const ImageU8 a = noise_image(28, 28, 2), b = noise_image(28, 28, 3);
    const ImageU8* const both[] = {&a, &b};
    const auto grids = encoder->encode(both);
    const auto alone = encoder->encode(b);
    QVERIFY(grids && alone);
    for (std::size_t i = 0; i < alone->values.size(); ++i) {
      QVERIFY(std::abs((*grids)[1].values[i] - alone->values[i]) < 1e-5f);
    }
  }

  void anOfficialSizedFileLoadsWhole() {
    SafeTensors file = generated_weights(*named_vision_transformer("dinov2_vits14"));
    const std::string whole = path("vits14.safetensors");
    QCOMPARE(file.tensors.at("pos_embed").shape, (std::vector<std::int64_t>{1, 1370, 384}));
    QVERIFY(write_safetensors(whole, file));
    const auto encoder = ImageEncoder::load(whole);
    QVERIFY2(encoder, encoder ? "" : encoder.error().message.c_str());
    QCOMPARE((*encoder)->report(), std::string("175 of 175 tensors"));
    QCOMPARE((*encoder)->config().heads, 6);
    QCOMPARE((*encoder)->config().grid, 37);
    QVERIFY((*encoder)->config().positions == PositionResize::kOffset);
    QCOMPARE((*encoder)->sha256(), *sha256_file(whole));
    const auto grid = (*encoder)->encode(noise_image(56, 56, 1));
    QVERIFY(grid);
    QCOMPARE(grid->values.size(), std::size_t{4 * 4 * 384});
    QVERIFY(std::all_of(grid->values.begin(), grid->values.end(), [](float v) { return std::isfinite(v); }));

    file.tensors.erase("blocks.7.ls2.gamma");
    QVERIFY(write_safetensors(whole, file));
    const std::string message = refusal(whole, {});
    QVERIFY2(message.find("174 of 175 tensors fit a DINOv2 encoder: \"blocks.7.ls2.gamma\" is missing") !=
                 std::string::npos,
             message.c_str());
  }

  // Also where it is one that the sizes are read from.
  void anyMissingTensorIsNamed() {
    for (const char* name : {"mask_token", "cls_token", "pos_embed", "patch_embed.proj.weight", "norm.weight",
                             "blocks.0.mlp.fc1.bias", "blocks.2.attn.qkv.weight"}) {
      const std::string message = refusal(changed([&](SafeTensors& f) { f.tensors.erase(name); }));
      QVERIFY2(message.find("48 of 49 tensors") != std::string::npos &&
                   message.find('"' + std::string(name) + "\" is missing") != std::string::npos,
               message.c_str());
    }
  }

  void wrongTensorsAreNamed() {
    const std::string shaped = refusal(changed([](SafeTensors& f) {
      f.tensors["blocks.1.mlp.fc2.bias"] = {"F32", {41}, std::string(4 * 41, '\0')};
      f.tensors["norm.bias"] = {"I32", {40}, std::string(4 * 40, '\0')};
    }));
    QVERIFY2(shaped.find(
                 "47 of 49 tensors fit a DINOv2 encoder: \"blocks.1.mlp.fc2.bias\" expected floats [40], "
                 "found F32 [41]; \"norm.bias\" expected floats [40], found I32 [40]") != std::string::npos,
             shaped.c_str());
    const std::string infinite = refusal(changed([](SafeTensors& f) {
      const float value = std::numeric_limits<float>::infinity();
      std::memcpy(f.tensors.at("norm.weight").bytes.data(), &value, sizeof value);
    }));
    QVERIFY2(
        infinite.find("tensor \"norm.weight\": it holds values that are not finite") != std::string::npos,
        infinite.c_str());
    // A number of blocks that nothing bears out allocates nothing.
    const std::string deep = refusal(
        changed([](SafeTensors& f) { f.tensors["blocks.47.ls1.gamma"] = f.tensors.at("norm.bias"); }));
    QVERIFY2(deep.find("of 679 tensors") != std::string::npos, deep.c_str());
    QVERIFY(refusal(changed([](SafeTensors& f) {
              f.tensors["blocks.99999999.ls1.gamma"] = f.tensors.at("norm.bias");
            })).find("out of its range") != std::string::npos);
    QVERIFY(refusal(changed([](SafeTensors& f) { f.tensors.clear(); })).find("no vision transformer") !=
            std::string::npos);
    const std::string heads = refusal(changed([](SafeTensors&) {}), {});
    QVERIFY2(heads.find("give the number of heads") != std::string::npos, heads.c_str());
    QVERIFY(refusal(changed([](SafeTensors&) {}), {.heads = 7}).find("divides it") != std::string::npos);
  }

  void prefixesAreStrippedAndStrangersNamed() {
    for (const std::string prefix : {"backbone.", "teacher.backbone.", "model.", "module.", "dino.module."}) {
      const auto loaded = ImageEncoder::load(changed([&](SafeTensors& f) {
                                               SafeTensors renamed;
                                               for (auto& [name, entry] : f.tensors) {
                                                 renamed.tensors[prefix + name] = entry;
                                               }
                                               renamed.tensors["head.last.weight"] =
                                                   f.tensors.at("norm.bias");
                                               f = renamed;
                                             }),
                                             {.heads = 4});
      QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
      QCOMPARE((*loaded)->report(),
               "49 of 49 tensors, behind \"" + prefix + "\", not used: \"head.last.weight\"");
    }
    // A student beside its teacher: the teacher is what is used.
    const auto both = [](const char* second) {
      return [second](SafeTensors& f) {
        SafeTensors renamed;
        for (auto& [name, entry] : f.tensors) {
          renamed.tensors["student." + name] = renamed.tensors[second + name] = entry;
        }
        f = renamed;
      };
    };
    QVERIFY(ImageEncoder::load(changed(both("teacher.")), {.heads = 4}));
    QVERIFY(refusal(changed(both("other."))).find("several vision transformers") != std::string::npos);
  }

  void namesOfHuggingFaceAreTranslated() {
    const std::string file = changed([](SafeTensors& f) { f = as_hugging_face(f); });
    const auto loaded = ImageEncoder::load(file, {.heads = 4});
    QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
    QCOMPARE((*loaded)->report(), std::string("49 of 49 tensors, names of Hugging Face"));
    QVERIFY((*loaded)->config().positions == PositionResize::kSize);
    const auto official = ImageEncoder::load(fixture("vit/plain.safetensors"),
                                             {.heads = 4, .positions = PositionResize::kSize});
    const ImageU8 image = noise_image(70, 56, 5);
    QVERIFY((*loaded)->encode(image)->values == (*official)->encode(image)->values);
    const std::string missing = refusal(changed([](SafeTensors& f) {
      f = as_hugging_face(f);
      f.tensors.erase("encoder.layer.2.attention.attention.key.bias");
    }));
    QVERIFY2(missing.find(
                 "48 of 49 tensors fit a DINOv2 encoder: \"encoder.layer.2.attention.attention.key.bias\" "
                 "is missing") != std::string::npos,
             missing.c_str());
  }

  void picklesAreNotRead() {
    for (const std::string begin : {"PK\x03\x04", "\x80\x02"}) {
      std::ofstream(path("weights.pth"), std::ios::binary) << begin << "whatever it says";
      const std::string message = refusal(path("weights.pth"));
      QVERIFY2(message.find("PyTorch pickle") != std::string::npos &&
                   message.find("docs/formats.md") != std::string::npos,
               message.c_str());
    }
  }

  void imagesMustFitThePatch() {
    const auto encoder = ImageEncoder::create(*named_vision_transformer("encoder_tiny"), 4);
    for (const auto& [width, height] : {std::pair{43, 28}, {42, 27}, {14 * 300, 14}}) {
      const auto grid = encoder->encode(noise_image(width, height, 1));
      QVERIFY(!grid && grid.error().code == ErrorCode::kInput);
      QVERIFY2(grid.error().message.find("multiple of the encoder's patch of 14 pixels") != std::string::npos,
               grid.error().message.c_str());
    }
    QVERIFY(!encoder->encode(ImageU8{}));
    QVERIFY(!encoder->encode(ImageU8(28, 28, 1)));
  }

  void anOwnEncoderIsWrittenAndReadAlike() {
    const auto encoder = ImageEncoder::create(*named_vision_transformer("encoder_tiny"), 4);
    QVERIFY(encoder->save(path("own.safetensors"), "{\"note\":1}"));
    const auto back = ImageEncoder::load(path("own.safetensors"));
    QVERIFY2(back, back ? "" : back.error().message.c_str());
    QVERIFY((*back)->config() == encoder->config());
    QCOMPARE((*back)->training(), std::string("{\"note\":1}"));
    const ImageU8 image = noise_image(42, 56, 6);
    QVERIFY((*back)->encode(image)->values == encoder->encode(image)->values);
    const auto other = ImageEncoder::create(*named_vision_transformer("encoder_tiny"), 5);
    QVERIFY(other->sha256() != encoder->sha256() && encoder->sha256().size() == 64);
    QVERIFY(!named_vision_transformer("encoder_huge"));
    auto wrong = encoder->config();
    wrong.heads = 3;
    QVERIFY(!check(wrong) && !vision_transformer_config_from_json(to_json(wrong)));
    QVERIFY(!vision_transformer_config_from_json("{}"));
  }
};

ALIDADE_TEST(ImageEncoderTest)
#include "image_encoder_test.moc"
