// SPDX-License-Identifier: BSD-3-Clause
// Compressed archives of other programs (numpy.savez_compressed), and those made to do harm. Built byte by
// byte.
#include <vector>

#include <QtTest>

#include "core/io/zip.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

const std::string kHello = "hello hello hello hello\n";
const std::string kHelloPacked("\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\xb9\x00", 11);

/// Deflate data of 100000 + 1032 n zero bytes: a dynamic block in which every further byte is four matches of
/// 258.
std::string zeros_packed(std::size_t n) {
  return std::string("\xed\xc1\x31\x01\0\0\0\xc2\xa0\xf5\x4f\x6d\x0d\x0f\xa0", 15) +
         std::string(96 + n, '\0') + std::string("\x80\x57\x03", 3);
}

std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(i < 8 ? value >> (8 * i) & 255 : 0);
  }
  return out;
}

/// One entry as the directory describes it; the fields are true unless a test says otherwise.
struct Entry {
  std::string name;
  std::string packed;
  std::uint32_t unpacked = 0;
  std::uint32_t crc = 0;
  std::uint32_t method = 8;
  std::uint32_t flags = 0;
};

Entry deflated(const std::string& name, const std::string& packed, const std::string& content) {
  return {name, packed, static_cast<std::uint32_t>(content.size()), crc32_of(content)};
}

/// `same_place` lets every directory entry point at the first one's data.
std::string archive(const std::vector<Entry>& entries, bool same_place = false) {
  std::string out, directory;
  for (const Entry& entry : entries) {
    const std::size_t offset = same_place ? 0 : out.size();
    const std::string fields = number(20, 2) + number(entry.flags, 2) + number(entry.method, 2) +
                               number(0, 4) + number(entry.crc, 4) + number(entry.packed.size(), 4) +
                               number(entry.unpacked, 4) + number(entry.name.size(), 2) + number(0, 2);
    if (!same_place || out.empty()) {
      out += "PK\3\4" + fields + entry.name + entry.packed;
    }
    directory += "PK\1\2" + number(20, 2) + fields + number(0, 10) + number(offset, 4) + entry.name;
  }
  return out + directory + "PK\5\6" + number(0, 4) + number(entries.size(), 2) + number(entries.size(), 2) +
         number(directory.size(), 4) + number(out.size(), 4) + number(0, 2);
}

bool has_zlib() {
  const auto content = parse_zip(archive({deflated("a", kHelloPacked, kHello)}), "x");
  return content || content.error().message.find("no zlib") == std::string::npos;
}

}  // namespace

class ZipDeflateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (!has_zlib()) {
      QSKIP("this build has no zlib: compressed archives are refused");
    }
  }

  void compressed_and_stored_entries() {
    const auto content = parse_zip(archive({deflated("a", kHelloPacked, kHello),
                                            {"b", "plain", 5, crc32_of("plain"), 0},
                                            deflated("z", zeros_packed(0), std::string(100000, '\0'))}),
                                   "x");
    QVERIFY2(content, content ? "" : content.error().message.c_str());
    QCOMPARE(content->at("a"), kHello);
    QCOMPARE(content->at("b"), std::string("plain"));
    QCOMPARE(content->at("z"), std::string(100000, '\0'));
  }

  void sizes_that_lie_are_refused() {
    for (const int change : {-24, -1, 1, 1000}) {
      Entry entry = deflated("a", kHelloPacked, kHello);
      entry.unpacked += change;
      QVERIFY2(!parse_zip(archive({entry}), "x"), std::to_string(change).c_str());
    }
    Entry tail = deflated("a", kHelloPacked + "tail", kHello);
    QVERIFY(!parse_zip(archive({tail}), "x"));
    // Unpacks to 2 MB, names 1000 bytes: it must stop there.
    Entry small = deflated("a", zeros_packed(2000), std::string(1000, '\0'));
    const auto content = parse_zip(archive({small}), "x");
    QVERIFY(!content);
    QVERIFY(content.error().message.find("do not give the size it names") != std::string::npos);
  }

  void bombs_are_refused_before_unpacking() {
    Entry bomb{"bomb", zeros_packed(2000), 100000 + 1032 * 2000, 0};
    const auto ratio = parse_zip(archive({bomb}), "x.npz");
    QVERIFY(!ratio);
    QVERIFY2(ratio.error().message.find("beyond the limit") != std::string::npos,
             ratio.error().message.c_str());
    // Many small ones: each below the ratio's threshold, all together above the total.
    std::vector<Entry> many;
    for (int i = 0; i < 60; ++i) {
      many.push_back(deflated("z" + std::to_string(i), zeros_packed(0), std::string(100000, '\0')));
    }
    QVERIFY(parse_zip(archive(many), "x"));
    QVERIFY(!parse_zip(archive(many), "x", {.total_bytes = 5900000}));
    QVERIFY(!parse_zip(archive(many), "x", {.entries = 59}));
    Entry huge{"huge", kHelloPacked, 0xFFFFFFFE, 0};
    QVERIFY(!parse_zip(archive({huge}), "x"));
  }

  void entries_that_share_their_data_are_refused() {
    std::vector<Entry> shared(3, deflated("a", kHelloPacked, kHello));
    const auto content = parse_zip(archive(shared, true), "x");
    QVERIFY(!content);
    QVERIFY(content.error().message.find("overlaps") != std::string::npos);
    QVERIFY(!parse_zip(archive(shared), "x"));  // the same name thrice
  }

  void unknown_methods_and_encryption_are_refused() {
    for (const std::uint32_t method : {1u, 9u, 12u, 14u, 99u}) {
      Entry entry = deflated("a", kHelloPacked, kHello);
      entry.method = method;
      QVERIFY(!parse_zip(archive({entry}), "x"));
    }
    Entry secret = deflated("a", kHelloPacked, kHello);
    secret.flags = 1;
    QVERIFY(!parse_zip(archive({secret}), "x"));
    Entry wide{"a", kHelloPacked, 0xFFFFFFFF, crc32_of(kHello)};
    QVERIFY(!parse_zip(archive({wide}), "x"));
  }

  void every_flipped_bit_of_the_packed_data_is_noticed() {
    const std::size_t start = 30 + 1;
    const std::string sound = archive({deflated("a", kHelloPacked, kHello)});
    for (std::size_t bit = 0; bit < 8 * kHelloPacked.size(); ++bit) {
      std::string damaged = sound;
      damaged[start + bit / 8] = static_cast<char>(damaged[start + bit / 8] ^ 1 << bit % 8);
      const auto content = parse_zip(damaged, "x");
      // Bits behind the end of the last block carry nothing.
      QVERIFY2(!content || content->at("a") == kHello, std::to_string(bit).c_str());
    }
  }

  void every_truncation_is_refused() {
    const std::string sound = archive({deflated("a", kHelloPacked, kHello)});
    for (std::size_t size = 0; size < sound.size(); ++size) {
      QVERIFY(!parse_zip(sound.substr(0, size), "x"));
    }
  }
};

ALIDADE_TEST(ZipDeflateTest)
#include "zip_deflate_test.moc"
