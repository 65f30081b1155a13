// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/mutation.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>

#include "core/io/zip.h"

namespace alidade::fuzz {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20;

/// What may stand in the place of a value of JSON, TOML or CSV.
constexpr std::array<std::string_view, 32> kValues{"null",
                                                   "true",
                                                   "NaN",
                                                   "nan",
                                                   "-inf",
                                                   "Infinity",
                                                   "1e999",
                                                   "-1e999",
                                                   "1e-999",
                                                   "0",
                                                   "-0",
                                                   "-1",
                                                   "1e308",
                                                   "2147483648",
                                                   "-2147483649",
                                                   "4294967296",
                                                   "9223372036854775808",
                                                   "18446744073709551616",
                                                   "0.1.2",
                                                   "0x10",
                                                   "01",
                                                   "\"text\"",
                                                   "\"\"",
                                                   "\"\\u0000\"",
                                                   "\"\\ud800\"",
                                                   "\"=1+1\"",
                                                   "[]",
                                                   "{}",
                                                   "[[[[1]]]]",
                                                   "{\"a\": {\"a\": 1}}",
                                                   "",
                                                   "\xff\xfe"};

/// Sizes and counts at which arithmetic breaks.
constexpr std::array<std::uint64_t, 12> kSizes{0,
                                               1,
                                               0x7f,
                                               0xff,
                                               0x7fff,
                                               0xffff,
                                               0x7fffffff,
                                               0x80000000,
                                               0xffffffff,
                                               0x7fffffffffffffff,
                                               0x8000000000000000,
                                               0xffffffffffffffff};

std::size_t below(std::size_t count, Random& random) {
  return random.index(static_cast<std::uint32_t>(std::min<std::size_t>(count, UINT32_MAX)));
}

/// A length that is short more often than not.
std::size_t some_length(std::size_t most, Random& random) {
  const std::size_t limit = random.index(4) == 0 ? most : std::min<std::size_t>(most, 16);
  return limit == 0 ? 0 : 1 + below(limit, random);
}

bool in_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '+' || c == '_';
}

bool is_open(char c) {
  return c == '[' || c == '{';
}

/// The first place from `from` on, going round, where `holds`; npos when there is none.
template <class Holds>
std::size_t find_from(const std::string& text, std::size_t from, Holds holds) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t at = (from + i) % text.size();
    if (holds(text[at])) {
      return at;
    }
  }
  return std::string::npos;
}

struct Part {
  std::size_t begin = 0, length = 0;
};

/// A word or number about a place, with the quotes about it when `quoted`.
Part word_at(const std::string& text, std::size_t from, bool quoted) {
  std::size_t begin = find_from(text, from, in_word);
  if (begin == std::string::npos) {
    return {};
  }
  std::size_t end = begin;
  while (begin > 0 && in_word(text[begin - 1])) {
    --begin;
  }
  while (end < text.size() && in_word(text[end])) {
    ++end;
  }
  if (quoted && begin > 0 && end < text.size() && text[begin - 1] == '"' && text[end] == '"') {
    return {begin - 1, end - begin + 2};
  }
  return {begin, end - begin};
}

/// A bracket and all up to its partner; the rest of the text where that is missing.
Part bracketed(const std::string& text, std::size_t from) {
  const std::size_t begin = find_from(text, from, is_open);
  if (begin == std::string::npos) {
    return {};
  }
  std::size_t end = begin, depth = 0;
  do {
    depth += is_open(text[end]) ? 1 : 0;
    depth -= text[end] == ']' || text[end] == '}' ? 1 : 0;
    ++end;
  } while (end < text.size() && depth > 0);
  return {begin, end - begin};
}

Part line_at(const std::string& text, std::size_t from) {
  const std::size_t before = from == 0 ? std::string::npos : text.rfind('\n', from - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  const std::size_t end = text.find('\n', from);
  return {begin, (end == std::string::npos ? text.size() : end + 1) - begin};
}

void flip(std::string& text, Random& random) {
  for (std::size_t i = some_length(8, random); i > 0; --i) {
    text[below(text.size(), random)] ^= static_cast<char>(1 << random.index(8));
  }
}

void overwrite(std::string& text, Random& random) {
  const std::uint64_t size = kSizes[random.index(kSizes.size())];
  const std::size_t at = below(text.size(), random);
  const std::size_t width = std::min<std::size_t>(text.size() - at, std::size_t{1} << random.index(4));
  std::memcpy(text.data() + at, &size, width);
}

void edit_bytes(std::string& text, std::uint32_t how, Random& random) {
  const std::size_t at = below(text.size(), random), length = some_length(text.size() - at, random);
  switch (how) {
    case 0:
      flip(text, random);
      break;
    case 1:
      text.resize(at);
      break;
    case 2:
      text.erase(at, length);
      break;
    case 3:
      text.insert(at, text.substr(at, length));
      break;
    case 4:
      text.insert(below(text.size(), random), text.substr(at, length));
      break;
    default:
      overwrite(text, random);
  }
}

/// Replaces a part, doubles it, removes it, or puts it into another place.
void edit_part(std::string& text, Part part, Random& random) {
  if (part.length == 0) {
    flip(text, random);
    return;
  }
  const std::string old = text.substr(part.begin, part.length);
  switch (random.index(5)) {
    case 0:
      text.erase(part.begin, part.length);
      break;
    case 1:
      text.insert(part.begin, old + (random.index(2) == 0 ? ", " : ""));
      break;
    case 2:
      text.erase(part.begin, part.length);
      text.insert(below(text.size() + 1, random), old);
      break;
    default:
      text.replace(part.begin, part.length, kValues[random.index(kValues.size())]);
  }
}

/// Brackets in brackets: left open, or whole and in the place of a value.
void nest(std::string& text, Random& random) {
  const std::size_t depth = random.index(4) == 0 ? 200000 : 1 + below(100, random);
  const bool list = random.index(2) == 0, open = random.index(2) == 0;
  std::string brackets;
  for (std::size_t i = 0; i < depth; ++i) {
    brackets += list ? "[" : "{\"a\": ";
  }
  if (open) {
    text.insert(below(text.size() + 1, random), brackets);
    return;
  }
  const Part part = word_at(text, below(text.size(), random), true);
  text.replace(part.begin, part.length, brackets + "1" + std::string(depth, list ? ']' : '}'));
}

void edit_once(std::string& text, Random& random) {
  const std::uint32_t how = random.index(20);
  const std::size_t at = below(text.size(), random);
  if (how < 9) {
    edit_bytes(text, how % 6, random);
  } else if (how < 14) {
    edit_part(text, word_at(text, at, random.index(2) == 0), random);
  } else if (how < 17) {
    edit_part(text, bracketed(text, at), random);
  } else if (how < 19) {
    edit_part(text, line_at(text, at), random);
  } else {
    nest(text, random);
  }
}

std::string with_edits(std::string_view bytes, Random& random) {
  std::string text(bytes);
  const std::uint32_t edits = random.index(2) == 0 ? 1 : 1 + random.index(4);
  for (std::uint32_t i = 0; i < edits && text.size() < kMostBytes; ++i) {
    if (text.empty()) {
      text = std::string(kValues[random.index(kValues.size())]);
    } else {
      edit_once(text, random);
    }
  }
  return text;
}

/// One entry edited, renamed or left out, checksums right again: faults that lie behind those of the archive.
std::optional<std::string> edited_archive(std::string_view bytes, Random& random) {
  auto entries = parse_zip(bytes, "archive", {1000, kMostBytes, 200});
  if (!entries || entries->empty()) {
    return std::nullopt;
  }
  auto entry = std::next(entries->begin(), static_cast<std::ptrdiff_t>(below(entries->size(), random)));
  const std::string name = entry->first, content = entry->second;
  const std::uint32_t how = random.index(12);
  if (how > 1) {
    entry->second = with_edits(content, random);
  } else {
    entries->erase(entry);
  }
  if (how == 0) {
    (*entries)[with_edits(name, random)] = content;
  }
  const auto packed = to_zip_bytes(*entries);
  return packed ? std::optional<std::string>(*packed) : std::nullopt;
}

}  // namespace

std::string mutated(std::string_view bytes, Random& random) {
  if (bytes.starts_with("PK") && random.index(2) == 0) {
    if (auto archive = edited_archive(bytes, random)) {
      return *archive;
    }
  }
  return with_edits(bytes, random);
}

}  // namespace alidade::fuzz
