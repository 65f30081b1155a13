// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/color_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace alidade {
namespace {

// matplotlib's viridis (CC0) and cividis (Nunez, Anderton, Renslow 2018; CC0), 33 knots each.
constexpr std::array<std::array<std::uint32_t, 33>, 2> kKnots{{
    {0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989, 0x3b528b,
     0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898e, 0x21918d, 0x1f978b,
     0x1f9f88, 0x21a685, 0x27ad81, 0x31b57b, 0x3ebc74, 0x4dc26c, 0x5dc863, 0x6ece58, 0x82d34d,
     0x95d840, 0xaadc32, 0xc0df25, 0xd5e21a, 0xeae51a, 0xfde725},
    {0x00224e, 0x00285b, 0x002e6a, 0x053371, 0x1a386f, 0x273e6e, 0x32436d, 0x3b496c, 0x434e6c,
     0x4b546c, 0x535a6d, 0x5a5f6e, 0x61656f, 0x686a71, 0x6f7073, 0x767676, 0x7d7c78, 0x838179,
     0x8b8778, 0x928d78, 0x9a9376, 0xa29975, 0xaaa073, 0xb3a670, 0xbbad6d, 0xc3b369, 0xccba64,
     0xd4c15f, 0xddc858, 0xe6d051, 0xefd748, 0xf8df3c, 0xfee838},
}};

// Lightness and chroma that lie inside sRGB at (nearly) every hue and are seen on white and on dark surfaces.
constexpr double kLightness = 0.70;
constexpr double kChroma = 0.13;

// Ends and middle of the diverging map; every step between them lies inside sRGB.
constexpr double kMiddleLightness = 0.95;
constexpr double kEndLightness = 0.42;
constexpr double kEndChroma = 0.12;
constexpr double kBlueHue = 4.57;   // radians
constexpr double kBrownHue = 0.75;

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

QColor divergingColor(double amount) {
  const double share = std::clamp(amount, -1.0, 1.0);
  const double reach = std::abs(share);
  return fromOklch(kMiddleLightness + (kEndLightness - kMiddleLightness) * reach, kEndChroma * reach,
                   share < 0.0 ? kBlueHue : kBrownHue);
}

QColor safeColor(SafeColor color) {
  constexpr std::array<QRgb, 3> kColors{0xff56b4e9, 0xffe69f00, 0xffe6e6e6};
  return QColor(kColors[static_cast<std::size_t>(color)]);
}

QString cyclicMapName(CyclicMap map) {
  return map == CyclicMap::kHsv ? "hsv" : "uniform";
}

}  // namespace alidade
