// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"
#include "traces/recording.h"

namespace weft::cli {
namespace {

using nlohmann::json;

Words task(const Words& more) {
  return Words{"run",      "--arch",   "mesh32",           "--region",     "13x7+2+1", "--model",
               "fable-1m", "--prompt", "Once there was a", "--new-tokens", "6"} +
         more;
}

json report_of(const Workplace& place, const Words& words) {
  const Outcome outcome = place.weft(words + Words{"--json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return json::parse(outcome.out);
}

TEST(Repeat, TwoRunsWriteTheSame) {
  const Workplace first, second;
  const Words words = task({"--check", "cpu", "--out", "o", "--tensors"});
  for (const Workplace* place : {&first, &second}) {
    const Outcome outcome = place->weft(words);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(place->left_behind(),
              (Words{"o", "o/mapped.bundle", "o/recording.weft", "o/report.html", "o/report.json",
                     "o/tensors.safetensors"}));
  }
  for (const char* file : {"o/mapped.bundle", "o/tensors.safetensors"}) {
    EXPECT_TRUE(first.read(file) == second.read(file)) << file;
  }
  const auto without_host = [](const std::string& text) {
    json report = json::parse(text);
    report.erase("host");
    return report.dump();
  };
  EXPECT_EQ(without_host(first.read("o/report.json")), without_host(second.read("o/report.json")));
  const auto recording = [](const Workplace& place) {
    auto read = traces::read_recording(place / "o/recording.weft");
    EXPECT_TRUE(read.ok());
    EXPECT_GT(read->host().wall_seconds(), 0);
    read->clear_host();
    return read->SerializeAsString();
  };
  EXPECT_TRUE(recording(first) == recording(second));
  // The same text around the host's figures, byte for byte.
  const std::string a = first.read("o/report.json");
  const std::string b = second.read("o/report.json");
  EXPECT_EQ(a.substr(0, a.find("\"host\"")), b.substr(0, b.find("\"host\"")));
  EXPECT_EQ(a.substr(a.find("\"provenance\"")), b.substr(b.find("\"provenance\"")));
}

TEST(Repeat, ReproducibleRunsWriteTheSameBytes) {
  const Workplace first, second;
  for (const Workplace* place : {&first, &second}) {
    const Outcome outcome = place->weft(task({"--reproducible", "--out", "o"}));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  for (const char* file :
       {"o/report.html", "o/report.json", "o/recording.weft", "o/mapped.bundle"}) {
    EXPECT_TRUE(first.read(file) == second.read(file)) << file;
  }
  const json host = json::parse(first.read("o/report.json"))["host"];
  EXPECT_EQ(host,
            json({{"cpu_seconds", 0.0}, {"peak_bytes", 0}, {"threads", 0}, {"wall_seconds", 0.0}}));
}

TEST(Repeat, DataOffHasTheSameCycles) {
  const Workplace place;
  const json on = report_of(place, task({}));
  const json off = report_of(place, task({"--data", "off"}));
  for (const char* key : {"cycles", "bins", "layers", "ops", "words_sent", "macs", "utilization",
                          "time_to_first_token"}) {
    EXPECT_EQ(on[key], off[key]) << key;
  }
  EXPECT_GT(on["cycles"], 0);
  EXPECT_TRUE(off["generated"]["token_ids"].empty());
}

TEST(Repeat, TheBundleOfARunIsTheRun) {
  const Workplace place;
  const json run = report_of(place, task({"--out", "o"}));
  const json again =
      report_of(place, {"run", "--arch", "mesh32", "--bundle", "o/mapped.bundle", "--data", "off"});
  for (const char* key : {"cycles", "bins", "ops", "region", "model", "phase"}) {
    EXPECT_EQ(run[key], again[key]) << key;
  }
  EXPECT_EQ(place.weft({"disasm", "o/mapped.bundle", "-o", "text.weft"}).exit_code, 0);
  const Outcome assembled =
      place.weft({"asm", "text.weft", "-o", "again.bundle", "--arch", "mesh32"});
  EXPECT_EQ(assembled.exit_code, 0) << assembled.err;
  EXPECT_TRUE(place.read("again.bundle") == place.read("o/mapped.bundle"));
}

}  // namespace
}  // namespace weft::cli
