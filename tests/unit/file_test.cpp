// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/folder_lock.h"
#include "core/base/sha256.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  const auto bytes = read_file(path, 1 << 20);
  return bytes ? *bytes : "unreadable: " + bytes.error().message;
}

std::ptrdiff_t entries_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode : 0;
}

void make_socket(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  const int made = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::close(made);
}

bool says(const Error& error, const char* text) {
  return error.message.find(text) != std::string::npos;
}

}  // namespace

/// What is read and what is replaced.
class FileTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;

  fs::path path(const std::string& name = "") const { return fs::path(folder_->path().toStdString()) / name; }

 private Q_SLOTS:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  // Every way to read: none waits for a pipe's writer or for a device's end.
  void onlyRegularFilesAreRead() {
    ::mkfifo(path("pipe").c_str(), 0600);
    make_socket(path("socket"));
    fs::create_symlink("pipe", path("link"));
    for (const fs::path& one :
         {path("pipe"), path("link"), path("socket"), path(), fs::path("/dev/zero"), fs::path("/dev/null")}) {
      const auto whole = read_file(one, 1 << 20);
      QVERIFY(!whole && whole.error().code == ErrorCode::kInput);
      QVERIFY2(says(whole.error(), "expected a file, found a "), whole.error().message.c_str());
      const auto stream = open_file(one, 1 << 20);
      QVERIFY(!stream && stream.error().code == ErrorCode::kInput);
      const auto digest = sha256_file(one);
      QVERIFY(!digest && digest.error().code == ErrorCode::kInput);
    }
  }

  void readingIsBoundedAndStops() {
    QVERIFY(write_file_atomically(path("a"), "abc"));
    QCOMPARE(*sha256_file(path("a")), sha256_hex("abc"));
    QVERIFY(open_file(path("a"), 3));
    QVERIFY(!open_file(path("a"), 2));
    QVERIFY(!sha256_file(path("a"), 2));
    fs::resize_file(path("a"), std::uintmax_t{5} << 30);  // a hole: it takes no space
    const auto digest = sha256_file(path("a"));
    QVERIFY(!digest && says(digest.error(), "the limit is 4294967296"));
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = read_file(path("a"), std::uintmax_t{6} << 30, stop.get_token());
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
    const auto hashed = sha256_file(path("a"), std::uintmax_t{6} << 30, stop.get_token());
    QVERIFY(!hashed && hashed.error().code == ErrorCode::kCancelled);
  }

  void aNamedLinkStaysOne() {
    fs::create_directories(path("far/away"));
    QVERIFY(write_file_atomically(path("far/away/target"), "old"));
    fs::create_symlink("far/away/target", path("near"));
    fs::create_symlink("near", path("nearer"));
    QVERIFY(write_file_atomically(path("nearer"), "new"));
    QVERIFY(fs::is_symlink(path("near")) && fs::is_symlink(path("nearer")));
    QCOMPARE(content_of(path("far/away/target")), std::string("new"));
    QCOMPARE(entries_in(path("far/away")), 1);

    fs::create_symlink("far/later", path("dangling"));
    QVERIFY(write_file_atomically(path("dangling"), "made"));
    QVERIFY(fs::is_symlink(path("dangling")));
    QCOMPARE(content_of(path("far/later")), std::string("made"));

    fs::create_symlink("circle", path("circle"));
    QVERIFY(!write_file_atomically(path("circle"), "never"));
    QVERIFY(fs::is_symlink(path("circle")));
  }

  void aFilledFolderFollowsNoLink() {
    QVERIFY(write_file_atomically(path("thesis"), "years of work"));
    fs::create_directory(path("run"));
    fs::create_symlink("../thesis", path("run/state"));
    QVERIFY(write_folder_file(path("run/state"), "state"));
    QVERIFY(!fs::is_symlink(path("run/state")));
    QCOMPARE(content_of(path("run/state")), std::string("state"));
    fs::create_symlink("../thesis", path("run/log"));
    QVERIFY(!append_to_folder_file(path("run/log"), "line"));
    QCOMPARE(content_of(path("thesis")), std::string("years of work"));
    // A folder that is gone stays gone.
    QVERIFY(!write_folder_file(path("gone/state"), "state"));
    QVERIFY(!append_to_folder_file(path("gone/log"), "line"));
    QVERIFY(!fs::exists(path("gone")));
  }

  void pipesAndDevicesAreNeverReplaced() {
    QVERIFY(write_file_atomically("/dev/null", "bytes"));
    QVERIFY(S_ISCHR(mode_of("/dev/null")));
    const auto full = write_file_atomically("/dev/full", "bytes");
    QVERIFY(!full && full.error().code == ErrorCode::kFailed);
    QVERIFY(S_ISCHR(mode_of("/dev/full")));

    ::mkfifo(path("pipe").c_str(), 0600);
    const auto unread = write_file_atomically(path("pipe"), "bytes");
    QVERIFY(!unread && says(unread.error(), "nobody reads this pipe"));
    const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
    QVERIFY(write_file_atomically(path("pipe"), "bytes"));
    char got[8] = {};
    QCOMPARE(::read(reader, got, sizeof got), ssize_t{5});
    QCOMPARE(std::string(got), std::string("bytes"));
    QVERIFY(!write_folder_file(path("pipe"), "bytes"));
    QVERIFY(!append_to_folder_file(path("pipe"), "bytes"));
    ::close(reader);
    QVERIFY(S_ISFIFO(mode_of(path("pipe"))));

    make_socket(path("socket"));
    QVERIFY(!write_file_atomically(path("socket"), "bytes"));
    QVERIFY(S_ISSOCK(mode_of(path("socket"))));
    QCOMPARE(entries_in(path()), 2);
  }

  void whatIsReplacedKeepsItsMode() {
    QVERIFY(write_file_atomically(path("a"), "secret"));
    const mode_t mask = ::umask(0);
    ::umask(mask);
    QCOMPARE(mode_of(path("a")) & 0777, 0666 & ~mask);
    ::chmod(path("a").c_str(), 0600);
    QVERIFY(write_file_atomically(path("a"), "new"));
    QCOMPARE(mode_of(path("a")) & 0777, mode_t{0600});
    QCOMPARE(content_of(path("a")), std::string("new"));
  }

  void anyLegalNameIsWritten() {
    for (const std::size_t length : {248, 249, 250, 254, 255}) {
      const fs::path file = path(std::string(length, 'n'));
      QVERIFY(write_file_atomically(file, "first"));
      QVERIFY(write_file_atomically(file, "second"));
      QCOMPARE(content_of(file), std::string("second"));
    }
    QCOMPARE(entries_in(path()), 5);
    // A path of the greatest legal length: 4095 bytes.
    fs::path deep = path();
    while (deep.string().size() < 4095 - 200) {
      deep /= std::string(std::min<std::size_t>(150, 4095 - 100 - deep.string().size()), 'd');
    }
    fs::create_directories(deep);
    const fs::path file = deep / std::string(4095 - deep.string().size() - 1, 'n');
    const auto written = write_file_atomically(file, "deep");
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QCOMPARE(content_of(file), std::string("deep"));
    QCOMPARE(entries_in(deep), 1);
  }

  void leftOversAreKnown() {
    for (const char* name : {"state.safetensors.a1B2c3", "x.XyZ012", ".alidade.q7Rs9t"}) {
      QVERIFY2(is_left_over(name), name);
    }
    for (const char* name : {"state.safetensors", "recipe.toml.backup", "recipe.toml.BACKUP", "a.b1C2d",
                             "a.b1C2d3e", "a", "a.1234567", "a.b1-2C3", "a."}) {
      QVERIFY2(!is_left_over(name), name);
    }
  }

  void linesAreAppended() {
    QVERIFY(append_to_folder_file(path("log"), "a\n"));
    QVERIFY(append_to_folder_file(path("log"), "b\n"));
    QCOMPARE(content_of(path("log")), std::string("a\nb\n"));
    QVERIFY(!append_to_folder_file("/dev/full", "c\n"));
  }

  void oneWriterAtATime() {
    const fs::path run = path("new/run");
    {
      const auto first = FolderLock::acquire(run);
      QVERIFY(first && first->check());
      const auto second = FolderLock::acquire(run);
      QVERIFY(!second && second.error().code == ErrorCode::kUsage);
      QVERIFY2(says(second.error(), ("process " + std::to_string(::getpid()) + " on ").c_str()),
               second.error().message.c_str());
    }
    QVERIFY2(!fs::exists(path("new")), "an unused folder is left behind");
    {
      const auto first = FolderLock::acquire(run);
      QVERIFY(first && write_folder_file(run / "state", "state"));
    }
    QCOMPARE(entries_in(run), 1);
    // What a killed process left behind keeps nobody out; what is written there goes to no terminal as it is.
    QVERIFY(write_folder_file(run / ".lock", "process 1 on \033[31mmoon\nmore"));
    const int other = ::open((run / ".lock").c_str(), O_RDONLY);
    QVERIFY(::flock(other, LOCK_EX | LOCK_NB) == 0);
    const auto refused = FolderLock::acquire(run);
    QVERIFY(!refused && says(refused.error(), "in use by process 1 on 31mmoon; wait"));
    ::close(other);
    QVERIFY(FolderLock::acquire(run));
    QCOMPARE(entries_in(run), 1);
  }

  void aLockedFolderThatIsReplacedIsNoticed() {
    {
      const auto lock = FolderLock::acquire(path("run"));
      QVERIFY(lock && lock->check());
      fs::rename(path("run"), path("elsewhere"));
      QVERIFY(!lock->check());
      fs::create_directory(path("run"));
      const auto other = lock->check();
      QVERIFY(!other && other.error().code == ErrorCode::kFailed);
    }
    QVERIFY2(fs::exists(path("run")), "somebody else's folder was removed");
  }
};

ALIDADE_TEST(FileTest)
#include "file_test.moc"
