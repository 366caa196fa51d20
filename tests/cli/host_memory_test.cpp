// SPDX-License-Identifier: Apache-2.0
#include "cli/host_memory.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;

/// A folder that looks like the root of a host with 1000 KiB free.
class Host {
 public:
  Host() { place_.write("proc/meminfo", "MemTotal: 2000 kB\nMemAvailable:    1000 kB\n"); }

  HostRoom room() const { return host_room(0, place_ / ".").value(); }
  void group(const std::string& line) { place_.write("proc/self/cgroup", line + "\n"); }
  void write(const std::string& name, const std::string& text) {
    place_.write("sys/fs/cgroup/" + name, text + "\n");
  }

 private:
  Workplace place_;
};

TEST(HostRoom, WhatIsFreeOnTheHost) {
  Host host;
  EXPECT_EQ(host.room().bytes, 1000 * 1024);
  EXPECT_EQ(host.room().limit, "on this host");
}

TEST(HostRoom, AControlGroupAndThoseAboveIt) {
  Host host;
  host.group("0::/user/shell");
  host.write("user/shell/memory.max", "max");
  host.write("user/shell/memory.current", "700");
  host.write("user/memory.max", "5000");
  host.write("user/memory.current", "4200");
  host.write("user/memory.stat", "anon 3000\ninactive_file 100\nactive_file 50");
  EXPECT_EQ(host.room().bytes, 900);
  EXPECT_EQ(host.room().limit, "in its control group");
  host.write("user/memory.current", "6000");
  EXPECT_EQ(host.room().bytes, 0);
  host.write("user/memory.max", "9000000000");
  EXPECT_EQ(host.room().bytes, 1000 * 1024);
}

TEST(HostRoom, AControlGroupOfTheFirstVersion) {
  Host host;
  host.group("5:cpu:/x\n4:memory:/docker/box\n1:name=systemd:/x");
  host.write("memory/memory.limit_in_bytes", "9223372036854771712");
  host.write("memory/memory.usage_in_bytes", "1");
  host.write("memory/docker/box/memory.limit_in_bytes", "4096");
  host.write("memory/docker/box/memory.usage_in_bytes", "4000");
  host.write("memory/docker/box/memory.stat", "inactive_file 7\ntotal_inactive_file 10");
  EXPECT_EQ(host.room().bytes, 106);
}

TEST(HostRoom, WhatIsLeftOfALimitOnData) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_DATA, &limit), 0);
  if (limit.rlim_max != RLIM_INFINITY) {
    GTEST_SKIP() << "a limit on data is set for this test already (ulimit -d)";
  }
  constexpr std::int64_t kLimit = std::int64_t{1} << 50;
  limit.rlim_cur = kLimit;
  ASSERT_EQ(::setrlimit(RLIMIT_DATA, &limit), 0);
  EXPECT_LT(data_room().value(), kLimit);
  EXPECT_GT(data_room().value(), 0);
  EXPECT_FALSE(data_room("/nowhere").has_value());
  limit.rlim_cur = RLIM_INFINITY;
  ASSERT_EQ(::setrlimit(RLIMIT_DATA, &limit), 0);
  EXPECT_FALSE(data_room().has_value());
}

TEST(HostRoom, NothingWhereNobodyTells) {
  const Workplace place;
  EXPECT_FALSE(host_room(0, place / "nowhere").has_value());
  EXPECT_TRUE(check_host_memory({.sram = INT64_MAX}, std::nullopt).ok());
}

TEST(HostMemory, TheLastByteMayBeTaken) {
  const HostNeed need{.tiles = 4, .sram = 3000, .weights = 500, .results = 400, .reference = 100};
  EXPECT_TRUE(check_host_memory(need, HostRoom{4000, "on this host"}).ok());
  const Status refused = check_host_memory(need, HostRoom{3999, "on this host"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::input);
  EXPECT_EQ(refused.error().message,
            "--data on: the values of this run take at least 3.9 KiB of memory (SRAM of 4 tiles "
            "2.9 KiB, weights 500 B, results 400 B, reference 100 B) and 3.9 KiB are free on this "
            "host; use --data off for the timing, no --check, or a smaller --region");
}

// A terabyte: more than any host that runs this test has free.
constexpr const char* kHuge =
    ".bundle 1\n.region 0 0 32 32\n.role wide x=0:31 y=0:31\n.buffer all 0x1000 0x3fff0000\n"
    "  busy 100\n  halt\n";

TEST(HostMemory, ARegionThatIsTooLargeForThisHost) {
  const Workplace place;
  place.write("huge.weft", kHuge);
  place.write("huge.bundle", "");
  ASSERT_EQ(place.weft({"asm", "huge.weft", "-o", "huge.bundle"}).exit_code, 0);
  const Words run{"run", "--arch", "mesh32", "--set", "tile.sram=1GiB", "--bundle", "huge.bundle"};
  expect_refused(place, run + Words{"--out", "o"}, kInput,
                 {"--data on: the values of this run take at least 1023.9 GiB of memory (SRAM of "
                  "1,024 tiles 1023.9 GiB",
                  " are free ", "; use --data off for the timing, or a smaller --region"});
  EXPECT_EQ(place.weft(run + Words{"--data", "off"}).exit_code, 0);
}

#ifndef WEFT_SANITIZED  // AddressSanitizer takes terabytes of address space for itself
TEST(HostMemory, ALimitOnTheAddressSpace) {
  const Workplace place;
  place.write("wide.weft",
              ".bundle 1\n.region 0 0 8 8\n.role wide x=0:7 y=0:7\n.buffer all 0x1000 0x1000000\n"
              "  busy 100\n  halt\n");
  place.write("wide.bundle", "");
  ASSERT_EQ(place.weft({"asm", "wide.weft", "-o", "wide.bundle"}).exit_code, 0);
  const Words run{"run", "--arch", "mesh8", "--set", "tile.sram=32MiB", "--bundle", "wide.bundle"};
  const Outcome refused = place.weft_limited(run, std::int64_t{900} << 20);
  EXPECT_EQ(refused.exit_code, kInput);
  EXPECT_THAT(refused.err, HasSubstr("at least 1.0 GiB of memory (SRAM of 64 tiles 1.0 GiB"));
  EXPECT_THAT(refused.err, HasSubstr("under the limit on its address space (ulimit -v)"));
  EXPECT_EQ(place.weft_limited(run + Words{"--data", "off"}, std::int64_t{900} << 20).exit_code, 0);
}
#endif

}  // namespace
}  // namespace weft::cli
