// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/safetensors.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/stop_scope.h"
#include "core/io/json_file.h"
#include "core/io/safetensors_bytes.h"

namespace alidade {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxTensorHeaderBytes = 100'000'000;
constexpr std::uintmax_t kMaxTensorBytes = std::uintmax_t{16} << 30;

std::size_t item_size(const std::string& dtype) {
  static const std::map<std::string, std::size_t> sizes = {
      {"F64", 8},  {"I64", 8}, {"U64", 8}, {"F32", 4}, {"I32", 4}, {"U32", 4}, {"F16", 2},
      {"BF16", 2}, {"I16", 2}, {"U16", 2}, {"I8", 1},  {"U8", 1},  {"BOOL", 1}};
  const auto found = sizes.find(dtype);
  return found == sizes.end() ? 0 : found->second;
}

/// Bytes of a tensor; empty for an unknown type, a negative extent or an overflow.
std::optional<std::uint64_t> byte_count(const TensorEntry& tensor) {
  std::uint64_t count = item_size(tensor.dtype);
  if (count == 0) {
    return std::nullopt;
  }
  for (const std::int64_t extent : tensor.shape) {
    if (extent < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(extent), &count)) {
      return std::nullopt;
    }
  }
  return count;
}

void add_text(Sha256& sha, std::string_view text) {
  sha.add(std::to_string(text.size()) + ":");
  sha.add(text);
}

/// As many bytes as there may be; false after a stop.
bool add_bytes(Sha256& sha, std::string_view bytes, StopMeter& meter) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kBytesUnasked);
    sha.add(piece);
    bytes.remove_prefix(piece.size());
    if (meter.stopped(piece.size())) {
      return false;
    }
  }
  return true;
}

/// Of everything but the digest itself; empty after a stop.
std::string digest_of(const SafeTensors& content, const std::stop_token& stop) {
  Sha256 sha;
  StopMeter meter(kBytesUnasked, stop);
  add_text(sha, "metadata " +
                    std::to_string(content.metadata.size() - content.metadata.count(kSafeTensorsDigestKey)));
  for (const auto& [key, value] : content.metadata) {
    if (key != kSafeTensorsDigestKey) {
      add_text(sha, key);
      add_text(sha, value);
    }
  }
  add_text(sha, "tensors " + std::to_string(content.tensors.size()));
  for (const auto& [name, tensor] : content.tensors) {
    add_text(sha, name);
    add_text(sha, tensor.dtype);
    add_text(sha, std::to_string(tensor.shape.size()));
    for (const std::int64_t extent : tensor.shape) {
      add_text(sha, std::to_string(extent));
    }
    sha.add(std::to_string(tensor.bytes.size()) + ":");
    if (!add_bytes(sha, tensor.bytes, meter)) {
      return {};
    }
  }
  return sha.hex();
}

/// Length and JSON text as we write them; padded so that the data begin at a multiple of 8.
std::string safetensors_header(const SafeTensors& content, const std::string& digest) {
  json header = json::object();
  header["__metadata__"] = content.metadata;
  header["__metadata__"][kSafeTensorsDigestKey] = digest;
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : content.tensors) {
    header[name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {at, at + tensor.bytes.size()}}};
    at += tensor.bytes.size();
  }
  std::string text = json_text(header);
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string bytes;
  for (int i = 0; i < 8; ++i) {
    bytes += static_cast<char>(text.size() >> (8 * i) & 255);
  }
  return bytes + text;
}

Error malformed(const std::string& name, const std::string& where, const std::string& problem) {
  return input_error(name, where, problem, "the file is damaged or not a safetensors file, get it again");
}

/// The sentence for a file that is what it should be, but of another program: with what it says of itself.
Error foreign(const std::string& name, const SafeTensors& content) {
  constexpr std::size_t kMostEntries = 3, kMostLetters = 40;
  std::string says;
  std::size_t said = 0;
  for (const auto& [key, value] : content.metadata) {
    if (said++ < kMostEntries) {
      says +=
          (says.empty() ? "" : "; ") + key.substr(0, kMostLetters) + " = " + value.substr(0, kMostLetters);
    }
  }
  return input_error(name, "__metadata__",
                     "the file is intact but was not written by Alidade (" +
                         std::to_string(content.tensors.size()) +
                         (content.tensors.size() == 1 ? " tensor; " : " tensors; ") +
                         (says.empty() ? "no metadata" : "its metadata says: " + says) + ")",
                     "give a checkpoint that `alidade train` wrote");
}

struct Span {
  std::uint64_t begin = 0, end = 0;
  std::string name;
};

/// One entry of the header, bytes not yet taken.
std::optional<TensorEntry> read_entry(const json& item, Span& span) {
  if (!item.is_object() || item.size() != 3 || !item.contains("dtype") || !item["dtype"].is_string() ||
      !item.contains("shape") || !item["shape"].is_array() || item["shape"].size() > 16 ||
      !item.contains("data_offsets") || !item["data_offsets"].is_array() ||
      item["data_offsets"].size() != 2) {
    return std::nullopt;
  }
  TensorEntry tensor{item["dtype"].get<std::string>(), {}, {}};
  for (const auto& extent : item["shape"]) {
    if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > INT64_MAX) {
      return std::nullopt;
    }
    tensor.shape.push_back(extent.get<std::int64_t>());
  }
  const auto& offsets = item["data_offsets"];
  if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned()) {
    return std::nullopt;
  }
  span.begin = offsets[0].get<std::uint64_t>();
  span.end = offsets[1].get<std::uint64_t>();
  const auto count = byte_count(tensor);
  if (span.end < span.begin || !count || *count != span.end - span.begin) {
    return std::nullopt;
  }
  return tensor;
}

Expected<void> read_metadata(const json& item, const std::string& name, SafeTensors& content) {
  if (!item.is_object()) {
    return malformed(name, "__metadata__", "expected an object of texts");
  }
  for (const auto& [key, value] : item.items()) {
    if (!value.is_string()) {
      return malformed(name, "__metadata__." + key, "expected a text");
    }
    content.metadata[key] = value.get<std::string>();
  }
  return {};
}

/// Spans must tile the data exactly: no holes, no overlaps, nothing left over.
Expected<void> take_bytes(std::vector<Span>& spans, std::string_view data, const std::string& name,
                          SafeTensors& content) {
  StopMeter meter(kBytesUnasked);
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  std::uint64_t at = 0;
  for (const Span& span : spans) {
    if (span.begin != at || span.end > data.size()) {
      return malformed(name, span.name,
                       "its bytes overlap another tensor, leave a hole or lie outside the file");
    }
    std::string& bytes = content.tensors[span.name].bytes;
    bytes.reserve(span.end - span.begin);
    while (at < span.end) {
      const auto piece = data.substr(at, std::min<std::uint64_t>(kBytesUnasked, span.end - at));
      bytes.append(piece);
      at += piece.size();
      if (meter.stopped(piece.size())) {
        return reading_stopped(name);
      }
    }
  }
  if (at != data.size()) {
    return malformed(name, "end", "bytes left over behind the last tensor");
  }
  return {};
}

/// Takes the digest out of the content; empty for a file without one that needs none.
Expected<std::string> check_digest(const std::string& name, bool required, SafeTensors& content) {
  const auto stored = content.metadata.find(kSafeTensorsDigestKey);
  if (stored == content.metadata.end()) {
    return required ? Expected<std::string>(foreign(name, content)) : std::string();
  }
  const std::string expected = stored->second;
  content.metadata.erase(stored);
  const std::string found = digest_of(content, scope_stop());
  if (found.empty()) {
    return reading_stopped(name);
  }
  if (found != expected) {
    return malformed(name, "__metadata__", "the digest does not agree with the content");
  }
  return found;
}

}  // namespace

Expected<SafeTensors> parse_safetensors(std::string_view bytes, const std::string& name,
                                        bool require_digest) {
  std::uint64_t length = 0;
  for (int i = 7; i >= 0 && bytes.size() >= 8; --i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  if (bytes.size() < 10 || length > kMaxTensorHeaderBytes || length > bytes.size() - 8 || bytes[8] != '{') {
    return malformed(name, "header", "its length exceeds the file or 100 MB");
  }
  const auto header = parse_json(bytes.substr(8, length), name);
  if (!header) {
    return header.error();
  }
  SafeTensors content;
  std::vector<Span> spans;
  for (const auto& [key, item] : header->items()) {
    if (key == "__metadata__") {
      if (const auto read = read_metadata(item, name, content); !read) {
        return read.error();
      }
      continue;
    }
    Span span{0, 0, key};
    auto tensor = read_entry(item, span);
    if (!tensor) {
      return malformed(name, key, "type, shape and offsets do not agree");
    }
    content.tensors[key] = std::move(*tensor);
    spans.push_back(std::move(span));
  }
  if (const auto taken = take_bytes(spans, bytes.substr(8 + length), name, content); !taken) {
    return taken.error();
  }
  const auto digest = check_digest(name, require_digest, content);
  if (!digest) {
    return digest.error();
  }
  // The digest covers the content; this covers the header's own blanks and spellings.
  if (require_digest && bytes.substr(0, 8 + length) != safetensors_header(content, *digest)) {
    return malformed(name, "header", "it is not written as Alidade writes it");
  }
  return content;
}

Expected<SafeTensors> read_safetensors(const std::filesystem::path& path, bool require_digest) {
  const auto bytes = read_file(path, kMaxTensorBytes);
  if (!bytes) {
    return bytes.error();
  }
  return parse_safetensors(*bytes, path.string(), require_digest);
}

Expected<HashedSafeTensors> read_hashed_safetensors(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxTensorBytes);
  if (!bytes) {
    return bytes.error();
  }
  auto content = parse_safetensors(*bytes, path.string());
  if (!content) {
    return content.error();
  }
  Sha256 sha;
  StopMeter meter(kBytesUnasked);
  if (!add_bytes(sha, *bytes, meter)) {
    return reading_stopped(path.string());
  }
  return HashedSafeTensors{std::move(*content), sha.hex()};
}

Expected<std::string> safetensors_bytes(const SafeTensors& content, const std::string& name) {
  for (const auto& [key, tensor] : content.tensors) {
    const auto count = byte_count(tensor);
    if (key == "__metadata__" || !count || *count != tensor.bytes.size()) {
      return Error{ErrorCode::kFailed,
                   name + ": " + key + ": type, shape and bytes do not agree; nothing was written."};
    }
  }
  std::string bytes = safetensors_header(content, digest_of(content, {}));
  for (const auto& [key, tensor] : content.tensors) {
    bytes += tensor.bytes;
  }
  return bytes;
}

Expected<void> write_safetensors(const std::filesystem::path& path, const SafeTensors& content) {
  const auto bytes = safetensors_bytes(content, path.string());
  return bytes ? write_folder_file(path, *bytes) : Expected<void>(bytes.error());
}

}  // namespace alidade
