// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/zip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/stop_scope.h"

#ifdef ALIDADE_HAVE_ZLIB
#include <zlib.h>
#endif

namespace alidade {
namespace {

constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kWideEndSize = 76;  // end record and locator of ZIP64, which PyTorch always writes
constexpr std::uint32_t kLocalMark = 0x04034b50;
constexpr std::uint32_t kCentralMark = 0x02014b50;
constexpr std::uint32_t kEndMark = 0x06054b50;
constexpr std::uint16_t kFixedDate = 0x0021;  // 1 January 1980, the first the format knows

std::uint32_t u16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8;
}

std::uint32_t u32(std::string_view bytes, std::size_t at) {
  return u16(bytes, at) | u16(bytes, at + 2) << 16;
}

void put(std::string& out, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) {
    out += static_cast<char>(value >> (8 * i) & 255);
  }
}

Error damaged(const std::string& name, const std::string& where, const std::string& problem) {
  return input_error(name, where, problem, "the archive is damaged or not a plain ZIP, write it again");
}

struct Entry {
  std::string name;
  std::uint32_t flags = 0, method = 0, crc = 0, packed = 0, unpacked = 0, offset = 0;
};

/// Names that could leave the archive when unpacked.
bool safe_name(const std::string& name) {
  if (name.empty() || name.front() == '/' ||
      name.find_first_of(std::string("\\:\0", 3)) != std::string::npos) {
    return false;
  }
  return ("/" + name + "/").find("/../") == std::string::npos;
}

/// The entries of a directory that is all of `bytes`.
Expected<std::vector<Entry>> parse_directory(std::string_view bytes, std::size_t count,
                                             const std::string& name) {
  std::vector<Entry> entries;
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (at + kCentralSize > bytes.size() || u32(bytes, at) != kCentralMark) {
      return damaged(name, "directory entry " + std::to_string(i), "cut short");
    }
    const std::size_t name_size = u16(bytes, at + 28);
    const std::size_t next = at + kCentralSize + name_size + u16(bytes, at + 30) + u16(bytes, at + 32);
    if (next > bytes.size()) {
      return damaged(name, "directory entry " + std::to_string(i), "cut short");
    }
    entries.push_back({std::string(bytes.substr(at + kCentralSize, name_size)), u16(bytes, at + 8),
                       u16(bytes, at + 10), u32(bytes, at + 16), u32(bytes, at + 20), u32(bytes, at + 24),
                       u32(bytes, at + 42)});
    at = next;
  }
  if (at != bytes.size()) {
    return damaged(name, "directory", "bytes left over");
  }
  return entries;
}

Expected<std::vector<Entry>> read_directory(std::string_view bytes, const std::string& name,
                                            const ZipLimits& limits) {
  // The end record must be the last thing: a second directory behind a comment is how archives lie.
  if (bytes.size() < kEndSize || u32(bytes, bytes.size() - kEndSize) != kEndMark) {
    return damaged(name, "end", "no end record in the last 22 bytes");
  }
  const std::size_t end = bytes.size() - kEndSize;
  const std::size_t count = u16(bytes, end + 10);
  const std::uint64_t size = u32(bytes, end + 12), offset = u32(bytes, end + 16);
  if (u32(bytes, end + 4) != 0 || u16(bytes, end + 8) != count || u16(bytes, end + 20) != 0 ||
      offset + size != end) {
    return damaged(name, "end record", "it does not agree with the file");
  }
  if (count > limits.entries) {
    return damaged(name, "end record", std::to_string(count) + " entries exceed the limit");
  }
  return parse_directory(bytes.substr(offset, size), count, name);
}

Expected<std::string> inflate_raw(std::string_view packed, std::size_t size, const std::string& name,
                                  const std::string& entry) {
#ifdef ALIDADE_HAVE_ZLIB
  std::string out(size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
    return Error{ErrorCode::kFailed, name + ": zlib cannot start; free some memory."};
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int status = Z_OK;
  std::size_t given = 0;
  bool stopped = false;
  do {
    const std::size_t piece = std::min(kBytesUnasked, size - given);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + given);
    stream.avail_out = static_cast<uInt>(piece);
    status = inflate(&stream, given + piece == size ? Z_FINISH : Z_NO_FLUSH);
    given += piece - stream.avail_out;
    stopped = given < size && stop_asked();
  } while (status == Z_OK && stream.avail_out == 0 && given < size && !stopped);
  const bool complete = status == Z_STREAM_END && given == size && stream.avail_in == 0;
  inflateEnd(&stream);
  if (stopped) {
    return reading_stopped(name);
  }
  if (!complete) {
    return damaged(name, entry, "its compressed data do not give the size it names");
  }
  return out;
#else
  (void)packed;
  (void)size;
  return input_error(name, entry, "it is compressed and this build has no zlib",
                     "save it uncompressed (numpy.savez)");
#endif
}

Expected<void> check_crc(std::string_view content, const Entry& entry, const std::string& name) {
  std::uint32_t crc = 0;
  StopMeter meter(kBytesUnasked);
  while (!content.empty()) {
    const std::string_view piece = content.substr(0, kBytesUnasked);
    crc = crc32_of(piece, crc);
    content.remove_prefix(piece.size());
    if (!content.empty() && meter.stopped(piece.size())) {
      return reading_stopped(name);
    }
  }
  return crc == entry.crc ? Expected<void>() : damaged(name, entry.name, "its checksum (CRC-32) is wrong");
}

Expected<std::string> unpack(std::string_view bytes, const Entry& entry, const std::string& name,
                             std::uint64_t& previous_end) {
  const std::uint64_t at = entry.offset;
  if (at < previous_end || at + kLocalSize > bytes.size() || u32(bytes, at) != kLocalMark) {
    return damaged(name, entry.name, "its header is missing or overlaps another entry");
  }
  const std::uint64_t name_size = u16(bytes, at + 26);
  const std::uint64_t start = at + kLocalSize + name_size + u16(bytes, at + 28);
  if (start + entry.packed > bytes.size() || bytes.substr(at + kLocalSize, name_size) != entry.name ||
      u16(bytes, at + 8) != entry.method || u16(bytes, at + 6) != entry.flags) {
    return damaged(name, entry.name, "its header does not agree with the directory");
  }
  previous_end = start + entry.packed;
  const std::string_view packed = bytes.substr(start, entry.packed);
  if (entry.method == 0 && entry.packed != entry.unpacked) {
    return damaged(name, entry.name, "stored with two different sizes");
  }
  Expected<std::string> content = entry.method == 0 ? Expected<std::string>(std::string(packed))
                                                    : inflate_raw(packed, entry.unpacked, name, entry.name);
  if (!content) {
    return content;
  }
  if (const auto checked = check_crc(*content, entry, name); !checked) {
    return checked.error();
  }
  return content;
}

Expected<void> check_entries(const std::vector<Entry>& entries, const std::string& name,
                             const ZipLimits& limits) {
  std::uint64_t total = 0;
  for (const Entry& entry : entries) {
    if (!safe_name(entry.name)) {
      return damaged(name, "entry name", "an entry would leave the archive");
    }
    if ((entry.flags & ~(0x0800u | 0x0006u | 0x0008u)) != 0 || (entry.method != 0 && entry.method != 8) ||
        entry.packed == 0xFFFFFFFFu || entry.unpacked == 0xFFFFFFFFu) {
      return damaged(name, entry.name, "encrypted, ZIP64 or of an unknown method");
    }
    total += entry.unpacked;
    if (total > limits.total_bytes ||
        (entry.unpacked > 1000000 &&
         entry.unpacked > limits.ratio * std::max<std::uint64_t>(entry.packed, 1))) {
      return damaged(name, entry.name,
                     "it would unpack to " + std::to_string(total) + " bytes, beyond the limit");
    }
  }
  return {};
}

}  // namespace

std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before) {
#ifdef ALIDADE_HAVE_ZLIB
  // Ten times faster than the table, which counts for images of some hundred kilobytes.
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
#else
  static const auto table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int k = 0; k < 8; ++k) {
        c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
      }
      t[i] = c;
    }
    return t;
  }();
  std::uint32_t crc = ~before;
  for (const char byte : bytes) {
    crc = table[(crc ^ static_cast<unsigned char>(byte)) & 255] ^ crc >> 8;
  }
  return ~crc;
#endif
}

Expected<std::map<std::string, std::string>> parse_zip(std::string_view bytes, const std::string& name,
                                                       const ZipLimits& limits) {
  auto entries = read_directory(bytes, name, limits);
  if (!entries) {
    return entries.error();
  }
  if (const auto checked = check_entries(*entries, name, limits); !checked) {
    return checked.error();
  }
  std::sort(entries->begin(), entries->end(),
            [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
  std::map<std::string, std::string> contents;
  std::uint64_t previous_end = 0;
  StopMeter meter(kBytesUnasked);
  for (const Entry& entry : *entries) {
    auto content = unpack(bytes, entry, name, previous_end);
    if (!content) {
      return content.error();
    }
    if (!contents.emplace(entry.name, std::move(*content)).second) {
      return damaged(name, entry.name, "the name stands twice");
    }
    if (meter.stopped(entry.unpacked)) {
      return reading_stopped(name);
    }
  }
  return contents;
}

Expected<std::vector<std::string>> zip_names(const std::filesystem::path& path, const ZipLimits& limits) {
  auto file = open_file(path, kMostHashedBytes);
  if (!file) {
    return file.error();
  }
  constexpr std::uint64_t kMostDirectoryBytes = 64u << 20;
  file->seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(file->tellg(), 0));
  const auto read = [&](std::uint64_t at, std::uint64_t count) {
    std::string bytes(count, '\0');
    file->seekg(static_cast<std::streamoff>(at));
    file->read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file->gcount(), 0)));
    return bytes;
  };
  const std::string end = size < kEndSize ? std::string() : read(size - kEndSize, kEndSize);
  if (end.size() != kEndSize || u32(end, 0) != kEndMark) {
    return damaged(path.string(), "end", "no end record in the last 22 bytes");
  }
  const std::uint64_t directory = u32(end, 12), offset = u32(end, 16), count = u16(end, 10);
  const std::uint64_t behind = size - kEndSize - std::min(offset + directory, size - kEndSize);
  const bool wide = behind == kWideEndSize && read(offset + directory, 4) == "PK\6\6";
  if (offset + directory + behind + kEndSize != size || (behind != 0 && !wide) ||
      directory > kMostDirectoryBytes || count > limits.entries) {
    return damaged(path.string(), "end record", "it does not agree with the file");
  }
  const auto entries = parse_directory(read(offset, directory), count, path.string());
  if (!entries) {
    return entries.error();
  }
  std::vector<std::string> names;
  for (const Entry& entry : *entries) {
    names.push_back(entry.name);
  }
  return names;
}

Expected<std::string> to_zip_bytes(const std::map<std::string, std::string>& entries) {
  std::string out, directory;
  for (const auto& [name, content] : entries) {
    if (out.size() + content.size() + directory.size() > 0xFFFF0000u || entries.size() > 65000) {
      return Error{ErrorCode::kFailed,
                   "an archive of more than 4 GB or 65000 entries is not supported; write fewer arrays."};
    }
    const auto offset = static_cast<std::uint32_t>(out.size());
    std::string fields;
    put(fields, 20, 2);          // version needed
    put(fields, 0x0800, 2);      // names are UTF-8
    put(fields, 0, 2);           // stored
    put(fields, 0, 2);           // time
    put(fields, kFixedDate, 2);  // date
    put(fields, crc32_of(content), 4);
    put(fields, static_cast<std::uint32_t>(content.size()), 4);
    put(fields, static_cast<std::uint32_t>(content.size()), 4);
    put(fields, static_cast<std::uint32_t>(name.size()), 2);
    put(fields, 0, 2);  // extra
    put(out, kLocalMark, 4);
    out += fields + name + content;
    put(directory, kCentralMark, 4);
    put(directory, 20, 2);  // version made by
    directory += fields;
    put(directory, 0, 2);  // comment
    put(directory, 0, 4);  // disk, internal attributes
    put(directory, 0, 4);  // external attributes
    put(directory, offset, 4);
    directory += name;
  }
  const auto start = static_cast<std::uint32_t>(out.size());
  out += directory;
  put(out, kEndMark, 4);
  put(out, 0, 4);
  put(out, static_cast<std::uint32_t>(entries.size()), 2);
  put(out, static_cast<std::uint32_t>(entries.size()), 2);
  put(out, static_cast<std::uint32_t>(directory.size()), 4);
  put(out, start, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace alidade
