// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/confinement.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace alidade {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kProcessor = 0;  // no filter is known
#endif

/// Calls that no computation needs.
constexpr int kRefusedCalls[] = {
    // The network, and any other socket.
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_sendto,
    SYS_sendmsg,
    SYS_sendmmsg,
    SYS_recvmsg,
    // Other programs and processes.
    SYS_execve,
    SYS_execveat,
    SYS_tkill,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_setns,
    SYS_unshare,
    // Files; those that only open one are looked at below.
    SYS_unlinkat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_mknodat,
    SYS_truncate,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_open_by_handle_at,
    // The kernel itself.
    SYS_bpf,
    SYS_userfaultfd,
    SYS_perf_event_open,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
#if defined(__x86_64__)
    SYS_fork,
    SYS_vfork,
    SYS_creat,
    SYS_unlink,
    SYS_rename,
    SYS_renameat,
    SYS_mkdir,
    SYS_rmdir,
    SYS_link,
    SYS_symlink,
    SYS_mknod,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
#endif
};

/// Calls whose arguments lie in memory, where a filter cannot look: they are said not to exist, and libraries
/// take the older ones.
constexpr int kUnknownCalls[] = {SYS_clone3, SYS_openat2, SYS_io_uring_setup, SYS_io_uring_enter,
                                 SYS_io_uring_register};

/// Calls that reach another process by its number: allowed with this one's own.
constexpr int kOwnNumberCalls[] = {SYS_kill, SYS_tgkill};

constexpr std::uint32_t kWrites = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
constexpr std::uint32_t kAllowCall = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kRefuseCall = SECCOMP_RET_ERRNO | EACCES;
constexpr std::uint32_t kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;

/// A list of instructions for the kernel; every rule returns or leaves the number of the call as it was.
class Filter {
 public:
  Filter() {
    load(offsetof(seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, kProcessor, 1, 0);
    give(kRefuseCall);
    load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    constexpr std::uint32_t kOtherTable = 0x40000000;  // the same calls with short pointers
    add(BPF_JMP | BPF_JGE | BPF_K, kOtherTable, 0, 1);
    give(kRefuseCall);
#endif
  }

  void answer(int call, std::uint32_t with) {
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1);
    give(with);
  }
  /// Refused where an argument has one of these bits, or where it has none of them.
  void look_at_bits(int call, int argument, std::uint32_t bits, bool when_set) {
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4);
    load(offset_of(argument));
    add(BPF_JMP | BPF_JSET | BPF_K, bits, when_set ? 0 : 1, when_set ? 1 : 0);
    give(kRefuseCall);
    give(kAllowCall);
  }
  /// Refused unless an argument is this number.
  void look_at_value(int call, int argument, std::uint32_t value) {
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4);
    load(offset_of(argument));
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    give(kRefuseCall);
    give(kAllowCall);
  }
  void give(std::uint32_t answer) {
    add(BPF_RET | BPF_K, answer, 0, 0);
  }

  std::vector<sock_filter>& instructions() {
    return instructions_;
  }

 private:
  static std::uint32_t offset_of(int argument) {
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + sizeof(std::uint64_t) * argument);
  }
  void load(std::uint32_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
  }
  void add(int code, std::uint32_t value, int if_true, int if_false) {
    instructions_.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true),
                             static_cast<std::uint8_t>(if_false), value});
  }

  std::vector<sock_filter> instructions_;
};

std::vector<sock_filter> worker_filter() {
  Filter filter;
  for (const int call : kRefusedCalls) {
    filter.answer(call, kRefuseCall);
  }
  for (const int call : kUnknownCalls) {
    filter.answer(call, kNoSuchCall);
  }
  for (const int call : kOwnNumberCalls) {
    filter.look_at_value(call, 0, static_cast<std::uint32_t>(::getpid()));
  }
  filter.look_at_bits(SYS_clone, 0, CLONE_THREAD, false);
  filter.look_at_bits(SYS_openat, 2, kWrites, true);
#if defined(__x86_64__)
  filter.look_at_bits(SYS_open, 1, kWrites, true);
#endif
  filter.give(kAllowCall);
  return std::move(filter.instructions());
}

}  // namespace

Expected<void> confine_process() {
  if (kProcessor == 0) {
    return Error{ErrorCode::kFailed, "no filter of system calls is known for this processor"};
  }
  std::vector<sock_filter> instructions = worker_filter();
  const sock_fprog program{static_cast<unsigned short>(instructions.size()), instructions.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) {
    return Error{ErrorCode::kFailed,
                 std::string("the kernel takes no filter of system calls (") + std::strerror(errno) + ")"};
  }
  return {};
}

}  // namespace alidade
