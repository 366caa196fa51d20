// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace weft {
namespace {

namespace fs = std::filesystem;

const char* mend_of(int code) {
  switch (code) {
    case ENOENT:
      return "check the path";
    case EACCES:
    case EPERM:
    case EROFS:
      return "change its permissions or choose another place";
    case EISDIR:
      return "give a file, this is a folder";
    case ENOTDIR:
    case EEXIST:
      return "a file stands where a folder should be: choose another place";
    case ENOSPC:
    case EDQUOT:
      return "make room there or choose another place";
    case EFBIG:
      return "raise the limit on the size of files (ulimit -f)";
    case EMFILE:
    case ENFILE:
      return "raise the limit on open files (ulimit -n)";
    case ELOOP:
      return "its symbolic links lead in a circle: give the file itself";
    case ENAMETOOLONG:
      return "choose a shorter name";
    default:
      return "choose another place";
  }
}

Error io_fault(std::string_view doing, const fs::path& path, int code) {
  return io_error(fmt::format("cannot {} '{}': {}; {}", doing, path.string(),
                              std::generic_category().message(code), mend_of(code)));
}

/// Owns a file descriptor and, until `keep` is called, the file it created.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : path_(path) {
    do {
      fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    } while (fd_ < 0 && errno == EINTR);
    remove_ = fd_ >= 0 && (flags & O_CREAT) != 0;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    close();
    if (remove_) {
      ::unlink(path_.c_str());
    }
  }

  int get() const { return fd_; }
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0;
  }
  void keep() { remove_ = false; }

 private:
  fs::path path_;
  int fd_ = -1;
  bool remove_ = false;
};

/// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter = 0;
  fs::path name = path;
  name += fmt::format(".{}.{}.tmp", ::getpid(), counter++);
  return name;
}

/// Makes the rename itself durable; a file system that cannot sync folders is not an error.
void sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (descriptor.get() >= 0) {
    (void)::fsync(descriptor.get());
  }
}

/// A pipe or device has no name to rename over.
Status write_device(const fs::path& path, std::string_view content) {
  Descriptor descriptor(path, O_WRONLY);
  if (descriptor.get() < 0) {
    return io_fault("write", path, errno);
  }
  if (const int code = write_all(descriptor.get(), content); code != 0) {
    return io_fault("write", path, code);
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const fs::path& path) {
  Descriptor descriptor(path, O_RDONLY);
  if (descriptor.get() < 0) {
    return io_fault("read", path, errno);
  }
  std::string content;
  struct stat info = {};
  if (::fstat(descriptor.get(), &info) == 0 && S_ISREG(info.st_mode)) {
    content.reserve(static_cast<std::size_t>(info.st_size));
  }
  constexpr std::size_t block = 1 << 16;
  for (;;) {
    const std::size_t size = content.size();
    content.resize(size + block);
    const ssize_t count = ::read(descriptor.get(), content.data() + size, block);
    const int code = errno;
    content.resize(size + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count == 0) {
      return content;
    }
    if (count < 0 && code != EINTR) {
      return io_fault("read", path, code);
    }
  }
}

Status write_file(const fs::path& path, std::string_view content) {
  std::error_code ignored;
  const fs::file_status target_status = fs::status(path, ignored);
  if (fs::is_directory(target_status)) {
    return io_fault("write", path, EISDIR);
  }
  if (fs::exists(target_status) && !fs::is_regular_file(target_status)) {
    return write_device(path, content);
  }
  // Through a symbolic link the file behind it is replaced, not the link.
  fs::path target = path;
  if (fs::is_symlink(fs::symlink_status(path, ignored)) && fs::exists(target_status)) {
    target = fs::canonical(path, ignored);
  }

  const fs::path temporary = temporary_name(target);
  Descriptor descriptor(temporary, O_WRONLY | O_CREAT | O_EXCL);
  if (descriptor.get() < 0) {
    return io_fault("write", path, errno);
  }
  if (const int code = write_all(descriptor.get(), content); code != 0) {
    return io_fault("write", path, code);
  }
  if (::fsync(descriptor.get()) != 0 || !descriptor.close() ||
      ::rename(temporary.c_str(), target.c_str()) != 0) {
    return io_fault("write", path, errno);
  }
  descriptor.keep();
  sync_folder(target);
  return {};
}

Status make_output_folder(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) {
    return io_fault("create folder", path, code.value());
  }
  if (!fs::is_directory(path, code)) {
    return io_fault("create folder", path, ENOTDIR);
  }
  const Descriptor probe(temporary_name(path / "probe"), O_WRONLY | O_CREAT | O_EXCL);
  if (probe.get() < 0) {
    return io_fault("write into folder", path, errno);
  }
  return {};
}

}  // namespace weft
