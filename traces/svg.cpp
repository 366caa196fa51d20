// SPDX-License-Identifier: Apache-2.0
#include "traces/svg.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cmath>

#include "traces/layout.h"
#include "traces/packed.h"

namespace weft::traces {
namespace {

/// To a hundredth, without zeros at the end.
std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') {
    text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

void put_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xFF));
  }
}

void put_chunk(std::string& out, std::string_view kind, std::string_view data) {
  put_big_endian(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = std::string(kind) + std::string(data);
  out += body;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  put_big_endian(out, static_cast<std::uint32_t>(sum));
}

}  // namespace

Svg::Svg(double width, double height, std::string_view title) {
  out_ = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"11\">\n"
      "<title>{2}</title>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n",
      number(width), number(height), escaped(title));
}

void Svg::rect(double x, double y, double width, double height, std::string_view fill,
               std::string_view tip) {
  out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"", number(x),
                      number(y), number(width), number(height), fill);
  out_ += tip.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", escaped(tip));
}

void Svg::frame(double x, double y, double width, double height, std::string_view stroke) {
  out_ += fmt::format(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{}\"/>\n",
      number(x), number(y), number(width), number(height), stroke);
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view stroke,
               std::string_view dashes) {
  out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\"{}/>\n",
                      number(x1), number(y1), number(x2), number(y2), stroke,
                      dashes.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dashes));
}

void Svg::dot(double x, double y, double radius, std::string_view fill) {
  out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\" fill-opacity=\"0.6\"/>\n",
                      number(x), number(y), number(radius), fill);
}

void Svg::text(double x, double y, std::string_view text, std::string_view anchor,
               std::string_view fill) {
  out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n",
                      number(x), number(y), anchor, fill, escaped(text));
}

void Svg::image(double x, double y, double width, double height, std::string_view png) {
  out_ += fmt::format(
      "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" image-rendering=\"pixelated\" "
      "preserveAspectRatio=\"none\" href=\"data:image/png;base64,{}\"/>\n",
      number(x), number(y), number(width), number(height), base64(png));
}

std::string Svg::take() { return std::move(out_) + "</svg>\n"; }

std::span<const std::uint32_t> viridis() {
  static constexpr std::uint32_t kStops[] = {0x440154, 0x482475, 0x414487, 0x355f8d,
                                             0x2a788e, 0x21918c, 0x22a884, 0x44bf70,
                                             0x7ad151, 0xbddf26, 0xfde725};
  static constexpr auto kColors = [] {
    std::array<std::uint32_t, 256> colors{};
    constexpr int kSpans = static_cast<int>(std::size(kStops)) - 1;
    for (int i = 0; i < 256; ++i) {
      const int place = i * kSpans;
      const int stop = place / 255 < kSpans ? place / 255 : kSpans - 1;
      const int part = place - stop * 255;
      std::uint32_t color = 0;
      for (const int shift : {16, 8, 0}) {
        const int from = static_cast<int>(kStops[stop] >> shift & 0xFF);
        const int to = static_cast<int>(kStops[stop + 1] >> shift & 0xFF);
        color = color << 8 | static_cast<std::uint32_t>((from * (255 - part) + to * part) / 255);
      }
      colors[static_cast<std::size_t>(i)] = color;
    }
    return colors;
  }();
  return kColors;
}

std::string hex_of(std::uint32_t color) { return fmt::format("#{:06x}", color); }

std::string png_of(int width, int height, std::string_view pixels,
                   std::span<const std::uint32_t> palette, int times) {
  std::string out("\x89PNG\r\n\x1a\n", 8);
  std::string head;
  put_big_endian(head, static_cast<std::uint32_t>(width * times));
  put_big_endian(head, static_cast<std::uint32_t>(height * times));
  head += std::string("\x08\x03\x00\x00\x00", 5);  // 8 bits through a palette
  put_chunk(out, "IHDR", head);
  std::string colors;
  for (const std::uint32_t color : palette) {
    for (const int shift : {16, 8, 0}) {
      colors.push_back(static_cast<char>(color >> shift & 0xFF));
    }
  }
  put_chunk(out, "PLTE", colors);
  std::string rows;
  const auto step = static_cast<std::size_t>(width);
  for (std::size_t row = 0; row < static_cast<std::size_t>(height); ++row) {
    std::string line(1, '\0');
    for (const char pixel : pixels.substr(row * step, step)) {
      line.append(static_cast<std::size_t>(times), pixel);
    }
    for (int time = 0; time < times; ++time) {
      rows += line;
    }
  }
  constexpr int kSmallest = 9;
  put_chunk(out, "IDAT", deflated(rows, kSmallest));
  put_chunk(out, "IEND", "");
  return out;
}

}  // namespace weft::traces
