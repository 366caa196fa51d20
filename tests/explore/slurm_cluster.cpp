// SPDX-License-Identifier: Apache-2.0
#include "tests/explore/slurm_cluster.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "explore/host_command.h"

namespace weft::explore {
namespace {

namespace fs = std::filesystem;

std::string host() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  const std::string whole = name;
  return whole.substr(0, whole.find('.'));
}

/// One that nobody listens on now.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

pid_t started(const std::vector<std::string>& words, const fs::path& log) {
  const pid_t process = ::fork();
  if (process == 0) {
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    std::vector<char*> pointers;
    for (const std::string& word : words) {
      pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  return process;
}

/// Kills all children again and again: those of killed ones become ours.
void end_all_children() {
  for (int round = 0; round < 1000; ++round) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      if (name.find_first_not_of("0123456789") != std::string::npos) {
        continue;
      }
      std::ifstream file(entry.path() / "stat");
      std::string stat((std::istreambuf_iterator<char>(file)), {});
      const auto end = stat.rfind(')');
      std::istringstream fields(end == std::string::npos ? "" : stat.substr(end + 1));
      std::string state;
      pid_t parent = 0;
      if (fields >> state >> parent && parent == ::getpid()) {
        ::kill(std::stoi(name), SIGKILL);
      }
    }
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (::waitpid(-1, nullptr, WNOHANG) < 0) {
      return;
    }
    ::usleep(5000);
  }
}

}  // namespace

std::string SlurmCluster::absence() {
  if (::geteuid() != 0) {
    return "starting the daemons of Slurm needs root";
  }
  for (const char* program : {"munged", "slurmctld", "slurmd", "sbatch"}) {
    const auto found = run_command({program, "--version"});
    // slurmctld and slurmd know -V only, but are there.
    if (!found) {
      return std::string(program) + " is not installed (scripts/packages --slurm)";
    }
  }
  return "";
}

SlurmCluster::SlurmCluster() {
  configure();
  int life[2];
  if (::pipe2(life, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  ::setenv("SLURM_CONF", (folder_ / "slurm.conf").c_str(), 1);
  keeper_ = ::fork();
  if (keeper_ == 0) {
    ::close(life[1]);
    keep(life[0]);
  }
  ::close(life[0]);
  life_ = life[1];
}

SlurmCluster::~SlurmCluster() {
  ::close(life_);
  ::waitpid(keeper_, nullptr, 0);
}

void SlurmCluster::configure() const {
  for (const char* name : {"munge", "spool", "state"}) {
    fs::create_directory(folder_ / name);
    fs::permissions(folder_ / name, fs::perms::owner_all);
  }
  std::ifstream random("/dev/urandom", std::ios::binary);
  std::string key(128, '\0');
  random.read(key.data(), static_cast<std::streamsize>(key.size()));
  std::ofstream(folder_ / "munge/key", std::ios::binary) << key;
  fs::permissions(folder_ / "munge/key", fs::perms::owner_read | fs::perms::owner_write);
  std::string text = fmt::format(
      "ClusterName=weft\n"
      "SlurmctldHost={0}(127.0.0.1)\n"
      "SlurmctldPort={2}\nSlurmdPort={3}\n"
      "SlurmUser=root\nSlurmdUser=root\n"
      "AuthType=auth/munge\nAuthInfo=socket={1}/munge/socket\nCredType=cred/munge\n"
      "MpiDefault=none\nProctrackType=proctrack/pgid\nTaskPlugin=task/none\n"
      "SwitchType=switch/none\nJobAcctGatherType=jobacct_gather/none\n"
      "AccountingStorageType=accounting_storage/none\n"
      "SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=10000\n"
      "SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n"
      "StateSaveLocation={1}/state\nSlurmdSpoolDir={1}/spool\n"
      "SlurmctldPidFile={1}/slurmctld.pid\nSlurmdPidFile={1}/slurmd.pid\n"
      "SlurmctldLogFile={1}/slurmctld.log\nSlurmdLogFile={1}/slurmd.log\n"
      "KillWait=1\nReturnToService=2\nSlurmdTimeout=300\n"
      "NodeName={0} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN\n"
      "PartitionName=main Nodes={0} Default=YES MaxTime=INFINITE State=UP\n",
      host(), folder_.path().string(), free_port(), free_port());
  std::ofstream(folder_ / "slurm.conf") << text;
}

void SlurmCluster::keep(int life) const {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const std::string munge = (folder_ / "munge").string();
  started({"munged", "--foreground", "--force", "--key-file=" + munge + "/key",
           "--socket=" + munge + "/socket", "--pid-file=" + munge + "/pid",
           "--log-file=" + munge + "/log", "--seed-file=" + munge + "/seed"},
          folder_ / "munged.log");
  for (int i = 0; i < 200 && !fs::exists(munge + "/socket"); ++i) {
    ::usleep(50'000);
  }
  started({"slurmctld", "-D", "-i"}, folder_ / "slurmctld.out");
  started({"slurmd", "-D"}, folder_ / "slurmd.out");
  // Until the other end is closed. Whatever ends meanwhile is waited for: to Slurm a process that
  // nobody waits for still runs.
  for (pollfd end = {life, POLLIN, 0}; ::poll(&end, 1, 50) == 0;) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }
  end_all_children();
  ::_exit(0);
}

bool SlurmCluster::up() const {
  for (int i = 0; i < 120; ++i) {
    const auto nodes = run_command({"sinfo", "--noheader", "--format=%T"});
    if (nodes && nodes->exit_code == 0 && nodes->out.starts_with("idle")) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
  return false;
}

std::string SlurmCluster::logs() const {
  std::string text;
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    if (entry.path().extension() == ".log" || entry.path().extension() == ".out") {
      std::ifstream file(entry.path());
      text += entry.path().filename().string() + ":\n" +
              std::string((std::istreambuf_iterator<char>(file)), {});
    }
  }
  return text;
}

}  // namespace weft::explore
