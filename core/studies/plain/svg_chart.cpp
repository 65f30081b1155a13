// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text_table.h"

namespace alidade {
namespace {

constexpr double kWidth = 340.0, kPlotHeight = 210.0, kLeft = 52.0, kRight = 12.0, kTop = 30.0;
constexpr double kAxisRoom = 40.0, kLegendLine = 15.0, kBottom = 10.0;
constexpr const char* kInk = "#333333";
constexpr const char* kGrid = "#e3e3e3";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string coordinate(double value) {
  return fixed_text(value, 2);
}

std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const std::string& more = {}) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor + "\"" +
         more + ">" + escaped(text) + "</text>\n";
}

std::string line_at(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + coordinate(x1) + "\" y1=\"" + coordinate(y1) + "\" x2=\"" + coordinate(x2) +
         "\" y2=\"" + coordinate(y2) + "\" " + style + "/>\n";
}

bool is_in_legend(const ChartSeries& series) {
  return !series.name.empty() && !series.x.empty();
}

/// Least and greatest of what is finite.
struct Range {
  double low = INFINITY, high = -INFINITY;

  void add(double value) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  /// Never empty nor of no width.
  void settle() {
    if (!(low <= high)) {
      low = 0.0;
      high = 1.0;
    }
    if (high - low < 1e-12 * std::max(1.0, std::abs(high))) {
      high = low + 1.0;
    }
  }
};

/// Round steps: 1, 2 or 5 times a power of ten, at most six of them.
double tick_step(const Range& range) {
  const double raw = (range.high - range.low) / 5.0;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw * (1.0 - 1e-9)) {
      return factor * power;
    }
  }
  return 10.0 * power;
}

std::string tick_text(double value, double step) {
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  return fixed_text(value, decimals);
}

/// One panel's coordinates and drawing.
class PanelPainter {
 public:
  PanelPainter(const ChartPanel& panel, double left, double top)
      : panel_(panel), left_(left + kLeft), top_(top + kTop), width_(kWidth - kLeft - kRight) {
    for (const ChartSeries& series : panel.series) {
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        x_.add(panel.logarithmic_x ? std::log(series.x[i]) : series.x[i]);
        y_.add(y_value(series.y[i]));
        if (i < series.low.size()) {
          y_.add(y_value(series.low[i]));
          y_.add(y_value(series.high[i]));
        }
      }
    }
    if (!panel.bare && !panel.logarithmic_y) {
      y_.add(0.0);
    }
    x_.settle();
    y_.settle();
    if (panel.bare) {
      make_scales_equal();
    } else {
      const double room = 0.04 * (y_.high - y_.low);
      y_ = {panel.logarithmic_y ? y_.low - room : y_.low, y_.high + room};
    }
  }

  std::string draw() const {
    std::string out =
        text_at(left_ + width_ / 2.0, top_ - 10.0, "middle", panel_.title, " font-weight=\"bold\"");
    out += panel_.bare ? std::string() : axes();
    out += "<rect x=\"" + coordinate(left_) + "\" y=\"" + coordinate(top_) + "\" width=\"" +
           coordinate(width_) + "\" height=\"" + coordinate(kPlotHeight) +
           "\" fill=\"none\" stroke=\"#999999\"/>\n";
    for (const ChartSeries& series : panel_.series) {
      out += band(series);
    }
    for (const ChartSeries& series : panel_.series) {
      out += series.style == ChartSeries::Style::kDots ? dots(series) : path(series);
    }
    return out + legend();
  }

 private:
  double x_at(double x) const {
    const double share = ((panel_.logarithmic_x ? std::log(x) : x) - x_.low) / (x_.high - x_.low);
    return left_ + width_ * (panel_.reversed_x ? 1.0 - share : share);
  }
  double y_value(double y) const { return panel_.logarithmic_y ? std::log10(y) : y; }
  double y_at(double y) const {
    return top_ + kPlotHeight * (1.0 - (y_value(y) - y_.low) / (y_.high - y_.low));
  }

  void make_scales_equal() {
    const double unit = 1.08 * std::max((x_.high - x_.low) / width_, (y_.high - y_.low) / kPlotHeight);
    const double x = 0.5 * (x_.low + x_.high), y = 0.5 * (y_.low + y_.high);
    x_ = {x - 0.5 * unit * width_, x + 0.5 * unit * width_};
    y_ = {y - 0.5 * unit * kPlotHeight, y + 0.5 * unit * kPlotHeight};
  }

  std::vector<double> x_ticks() const {
    std::set<double> ticks;
    if (panel_.logarithmic_x) {
      for (const ChartSeries& series : panel_.series) {
        ticks.insert(series.x.begin(), series.x.end());
      }
      return {ticks.begin(), ticks.end()};
    }
    return ticks_of(x_);
  }

  static std::vector<double> ticks_of(const Range& range) {
    const double step = tick_step(range);
    std::vector<double> ticks;
    for (double k = std::ceil(range.low / step - 1e-9); k * step <= range.high + 1e-9 * step; k += 1.0) {
      ticks.push_back(k * step + 0.0);
    }
    return ticks;
  }

  std::vector<std::pair<double, std::string>> y_ticks() const {
    std::vector<std::pair<double, std::string>> ticks;
    if (panel_.logarithmic_y) {
      for (double power = std::ceil(y_.low - 1e-9); power <= y_.high; power += 1.0) {
        ticks.emplace_back(std::pow(10.0, power), fixed_text(std::pow(10.0, power), power < 0.0 ? 2 : 0));
      }
      return ticks;
    }
    for (const double tick : ticks_of(y_)) {
      ticks.emplace_back(tick, tick_text(tick, tick_step(y_)));
    }
    return ticks;
  }

  std::string axes() const {
    const std::string grid = std::string("stroke=\"") + kGrid + "\"";
    const double bottom = top_ + kPlotHeight;
    std::string out;
    for (const double tick : x_ticks()) {
      out += line_at(x_at(tick), top_, x_at(tick), bottom, grid);
      out += text_at(x_at(tick), bottom + 14.0, "middle",
                     panel_.logarithmic_x ? fixed_text(tick, 0) : tick_text(tick, tick_step(x_)));
    }
    for (const auto& [tick, label] : y_ticks()) {
      out += line_at(left_, y_at(tick), left_ + width_, y_at(tick), grid);
      out += text_at(left_ - 5.0, y_at(tick) + 3.5, "end", label);
    }
    out += text_at(left_ + width_ / 2.0, bottom + 30.0, "middle", panel_.x_label);
    const double x = left_ - 38.0, y = top_ + kPlotHeight / 2.0;
    return out + text_at(x, y, "middle", panel_.y_label,
                         " transform=\"rotate(-90 " + coordinate(x) + " " + coordinate(y) + ")\"");
  }

  std::string band(const ChartSeries& series) const {
    std::string there, back;
    for (std::size_t i = 0; i < series.low.size(); ++i) {
      if (!std::isfinite(x_at(series.x[i])) || !std::isfinite(y_at(series.low[i])) ||
          !std::isfinite(y_at(series.high[i]))) {
        continue;
      }
      const std::string x = coordinate(x_at(series.x[i])) + ",";
      there += x + coordinate(y_at(series.high[i])) + " ";
      back = x + coordinate(y_at(series.low[i])) + " " + back;
    }
    return there.empty() ? there
                         : "<polygon points=\"" + there + back + "\" fill=\"" + series.color +
                               "\" fill-opacity=\"0.18\"/>\n";
  }

  std::string path(const ChartSeries& series) const {
    std::string points;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (std::isfinite(x_at(series.x[i])) && std::isfinite(y_at(series.y[i]))) {
        points += coordinate(x_at(series.x[i])) + "," + coordinate(y_at(series.y[i])) + " ";
      }
    }
    const bool dashed = series.style == ChartSeries::Style::kDashed;
    return "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + series.color +
           "\" stroke-width=\"1.8\" stroke-linejoin=\"round\"" + (dashed ? " stroke-dasharray=\"5 4\"" : "") +
           "/>\n";
  }

  std::string dots(const ChartSeries& series) const {
    std::string out = "<g fill=\"" + series.color + "\" fill-opacity=\"0.75\">\n";
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) {
        out += "<circle cx=\"" + coordinate(x_at(series.x[i])) + "\" cy=\"" + coordinate(y_at(series.y[i])) +
               "\" r=\"2\"/>\n";
      }
    }
    return out + "</g>\n";
  }

  std::string legend() const {
    double y = top_ + kPlotHeight + (panel_.bare ? 6.0 : kAxisRoom) + 8.0;
    std::string out;
    int entry = 0;
    for (const ChartSeries& series : panel_.series) {
      if (!is_in_legend(series)) {
        continue;
      }
      const double x = left_ + (entry % 2 == 0 ? 0.0 : width_ / 2.0);
      const bool dashed = series.style == ChartSeries::Style::kDashed;
      out += line_at(x, y - 4.0, x + 16.0, y - 4.0,
                     "stroke=\"" + series.color + "\" stroke-width=\"" +
                         (series.style == ChartSeries::Style::kDots ? "6" : "2") + "\"" +
                         (dashed ? " stroke-dasharray=\"5 4\"" : ""));
      out += text_at(x + 21.0, y, "start", series.name);
      y += entry % 2 == 0 ? 0.0 : kLegendLine;
      ++entry;
    }
    return out;
  }

  const ChartPanel& panel_;
  double left_, top_, width_;
  Range x_, y_;
};

double panel_height(const ChartPanel& panel) {
  const auto entries = std::count_if(panel.series.begin(), panel.series.end(), is_in_legend);
  return kTop + kPlotHeight + (panel.bare ? 6.0 : kAxisRoom) +
         kLegendLine * static_cast<double>((entries + 1) / 2) + kBottom;
}

}  // namespace

std::string svg_chart(const std::vector<ChartPanel>& panels, int columns) {
  const std::size_t across = std::max<std::size_t>(1, std::min<std::size_t>(columns, panels.size()));
  std::string body;
  double top = 0.0;
  for (std::size_t begin = 0; begin < panels.size(); begin += across) {
    double height = 0.0;
    for (std::size_t i = begin; i < std::min(panels.size(), begin + across); ++i) {
      body += PanelPainter(panels[i], kWidth * static_cast<double>(i - begin), top).draw();
      height = std::max(height, panel_height(panels[i]));
    }
    top += height;
  }
  const std::string width = coordinate(kWidth * static_cast<double>(across)), height = coordinate(top);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height +
         "\" viewBox=\"0 0 " + width + " " + height +
         "\" font-family=\"DejaVu Sans, Liberation Sans, Arial, sans-serif\" font-size=\"10\" fill=\"" +
         kInk + "\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + body + "</svg>\n";
}

}  // namespace alidade
