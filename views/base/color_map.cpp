// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/color_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace alidade {
namespace {

// matplotlib's viridis, magma, inferno and plasma (CC0) and cividis (Nunez, Anderton, Renslow 2018; CC0), 33
// knots each, and gray.
constexpr std::array<std::array<std::uint32_t, 33>, 6> kKnots{{
    {0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989, 0x3b528b,
     0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898e, 0x21918d, 0x1f978b,
     0x1f9f88, 0x21a685, 0x27ad81, 0x31b57b, 0x3ebc74, 0x4dc26c, 0x5dc863, 0x6ece58, 0x82d34d,
     0x95d840, 0xaadc32, 0xc0df25, 0xd5e21a, 0xeae51a, 0xfde725},
    {0x00224e, 0x00285b, 0x002e6a, 0x053371, 0x1a386f, 0x273e6e, 0x32436d, 0x3b496c, 0x434e6c,
     0x4b546c, 0x535a6d, 0x5a5f6e, 0x61656f, 0x686a71, 0x6f7073, 0x767676, 0x7d7c78, 0x838179,
     0x8b8778, 0x928d78, 0x9a9376, 0xa29975, 0xaaa073, 0xb3a670, 0xbbad6d, 0xc3b369, 0xccba64,
     0xd4c15f, 0xddc858, 0xe6d051, 0xefd748, 0xf8df3c, 0xfee838},
    {0x000004, 0x030312, 0x0a0822, 0x130d34, 0x1d1147, 0x29115a, 0x36106b, 0x440f76, 0x51127c,
     0x5d177f, 0x691c81, 0x762181, 0x822681, 0x8f2a81, 0x9c2e7f, 0xa9337d, 0xb6377a, 0xc33b75,
     0xcf4070, 0xdb476a, 0xe65164, 0xee5c5e, 0xf46a5c, 0xf9785d, 0xfb8861, 0xfd9668, 0xfea571,
     0xfeb47b, 0xfec287, 0xfed194, 0xfde0a1, 0xfceeb0, 0xfcfdbf},
    {0x000004, 0x040312, 0x0b0724, 0x150b37, 0x210c4a, 0x2f0a5b, 0x3d0965, 0x4a0c6b, 0x57106e,
     0x63156e, 0x70196e, 0x7d1e6d, 0x89226a, 0x962766, 0xa32c61, 0xaf315b, 0xbb3755, 0xc63d4d,
     0xd14545, 0xda4f3c, 0xe35932, 0xeb6529, 0xf1721e, 0xf67f14, 0xf98d0a, 0xfb9b06, 0xfcaa0f,
     0xfbba1f, 0xf9c932, 0xf5d949, 0xf2e865, 0xf3f586, 0xfcffa4},
    {0x0d0887, 0x220690, 0x310597, 0x3f049c, 0x4c02a1, 0x5901a5, 0x6600a7, 0x7201a8, 0x7e03a8,
     0x8909a5, 0x9511a1, 0x9f1a9c, 0xa92395, 0xb32c8e, 0xbc3587, 0xc43e7f, 0xcc4779, 0xd25071,
     0xd9596a, 0xdf6263, 0xe56b5d, 0xeb7556, 0xf07f4f, 0xf48a48, 0xf89441, 0xfb9f3a, 0xfdab33,
     0xfeb72d, 0xfdc328, 0xfcd025, 0xf9dd25, 0xf5eb27, 0xf0f921},
    {0x000000, 0x080808, 0x101010, 0x181818, 0x202020, 0x282828, 0x303030, 0x383838, 0x404040,
     0x484848, 0x505050, 0x585858, 0x606060, 0x686868, 0x707070, 0x787878, 0x808080, 0x878787,
     0x8f8f8f, 0x979797, 0x9f9f9f, 0xa7a7a7, 0xafafaf, 0xb7b7b7, 0xbfbfbf, 0xc7c7c7, 0xcfcfcf,
     0xd7d7d7, 0xdfdfdf, 0xe7e7e7, 0xefefef, 0xf7f7f7, 0xffffff},
}};

// Lightness and chroma that lie inside sRGB at (nearly) every hue and are seen on white and on dark surfaces.
constexpr double kLightness = 0.70;
constexpr double kChroma = 0.13;

// Ends and middle of the diverging map; every step between them lies inside sRGB.
constexpr double kMiddleLightness = 0.95;
constexpr double kEndLightness = 0.42;
constexpr double kEndChroma = 0.12;
// Radians, of the low and the high end.
constexpr std::array<std::array<double, 2>, 2> kEndHues{{{4.57, 0.75}, {2.55, 5.50}}};

double gammaEncoded(double linear) {
  const double x = std::clamp(linear, 0.0, 1.0);
  return x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1.0 / 2.4) - 0.055;
}

/// OKLCH to sRGB (Ottosson 2020).
QColor fromOklch(double lightness, double chroma, double hue) {
  const double a = chroma * std::cos(hue);
  const double b = chroma * std::sin(hue);
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  const auto channel = [](double x) { return static_cast<int>(std::lround(255.0 * gammaEncoded(x))); };
  return QColor(channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
}

QColor blend(std::uint32_t from, std::uint32_t to, double share) {
  const auto channel = [&](int shift) {
    const double a = (from >> shift) & 0xff;
    const double b = (to >> shift) & 0xff;
    return static_cast<int>(std::lround(a + (b - a) * share));
  };
  return QColor(channel(16), channel(8), channel(0));
}

}  // namespace

QColor cyclicColor(CyclicMap map, double turn) {
  const double hue = turn - std::floor(turn);
  if (map == CyclicMap::kHsv) {
    return QColor::fromHsvF(static_cast<float>(hue < 1.0 ? hue : 0.0), 1.0F, 1.0F).toRgb();
  }
  // Turned so that 0 is red, as in HSV.
  return fromOklch(kLightness, kChroma, 2.0 * std::numbers::pi * (hue + 0.07));
}

QColor sequentialColor(SequentialMap map, double amount) {
  const auto& knots = kKnots[static_cast<std::size_t>(map)];
  const double place = std::clamp(amount, 0.0, 1.0) * (knots.size() - 1);
  const auto index = std::min(static_cast<std::size_t>(place), knots.size() - 2);
  return blend(knots[index], knots[index + 1], place - static_cast<double>(index));
}

QColor surfaceColor(SequentialMap map, double amount, bool dark_surface) {
  const double share = std::clamp(amount, 0.0, 1.0);
  return sequentialColor(map, dark_surface ? 0.25 + 0.75 * share : 0.85 * share);
}

QColor divergingColor(double amount, DivergingMap map) {
  const double share = std::clamp(amount, -1.0, 1.0);
  const double reach = std::abs(share);
  return fromOklch(kMiddleLightness + (kEndLightness - kMiddleLightness) * reach, kEndChroma * reach,
                   kEndHues[static_cast<std::size_t>(map)][share < 0.0 ? 0 : 1]);
}

QColor safeColor(SafeColor color) {
  constexpr std::array<QRgb, 3> kColors{0xff56b4e9, 0xffe69f00, 0xffe6e6e6};
  return QColor(kColors[static_cast<std::size_t>(color)]);
}

QString cyclicMapName(CyclicMap map) {
  return map == CyclicMap::kHsv ? "hsv" : "uniform";
}

}  // namespace alidade
