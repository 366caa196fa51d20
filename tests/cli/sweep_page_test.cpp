// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kStudy = R"(name: pages
description: "of </script> and <b>"
base:
  arch: mesh8
  model: fable-1m
  phase: decode
  seq: "16"
  config.num_hidden_layers: "1"
axes:
  - name: sram
    path: machine.tile.sram
    values: ["1 KiB", "64 KiB", "128 KiB"]
  - name: fabric
    choices:
      - {name: fast, set: {machine.fabric.hop_latency: "1 cycle", machine.fabric.places_per_hop: "1"}}
      - {name: slow, set: {machine.fabric.hop_latency: "4 cycles", machine.fabric.places_per_hop: "4"}}
objectives:
  - metric: tokens_per_second
  - metric: area
constraints:
  - {metric: time_per_token, at_most: 1}
)";

/// A study in `s`, run: points 0 and 1 do not fit.
class SweepPage : public ::testing::Test {
 protected:
  void SetUp() override { run_study("s"); }

  void run_study(const std::string& folder, const std::string& text = kStudy) {
    place_.write("study.yaml", text);
    ASSERT_EQ(place_.weft({"sweep", "plan", "study.yaml", "--out", folder}).exit_code, 0);
    const Outcome run = place_.weft({"sweep", "run", folder, "--workers", "2"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    ASSERT_EQ(run.err, "");
  }
  Json facts(const std::string& file) const {
    const std::string page = place_.read(file);
    const std::size_t begin = page.find("id=\"facts\">") + 11;
    return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  }

  Workplace place_;
};

TEST_F(SweepPage, IsWrittenAtTheEndOfARunWithTheAnswersOfPareto) {
  const Json page = facts("s/study.html");
  ASSERT_EQ(page["studies"].size(), 1u);
  const Json& study = page["studies"][0];
  const Json answers = Json::parse(place_.weft({"sweep", "pareto", "s", "--json"}).out);
  EXPECT_EQ(study["name"], "pages");
  EXPECT_EQ(study["description"], "of </script> and <b>");
  EXPECT_EQ(study["counts"], answers["counts"]);
  EXPECT_EQ(study["front"], answers["front"]);
  EXPECT_EQ(study["exits"], Json({"refused", "done"}));
  EXPECT_EQ(study["axes"], Json::parse(R"([{"name": "sram", "numeric": true, "unit": "B"},
                            {"name": "fabric", "numeric": false, "unit": ""}])"));
  EXPECT_EQ(study["objectives"], Json::parse(R"([{"metric": "tokens_per_second", "more": true},
                                                 {"metric": "area", "more": false}])"));
  EXPECT_EQ(study["constraints"],
            Json::parse(R"([{"metric": "time_per_token", "at_least": null, "at_most": 1.0}])"));
  for (std::size_t i = 0; i < answers["best"].size(); ++i) {
    EXPECT_EQ(study["best"][i]["row"], answers["best"][i]["point"]);
  }
  for (std::size_t i = 0; i < answers["sensitivity"].size(); ++i) {
    EXPECT_EQ(study["sensitivity"][i]["share"], answers["sensitivity"][i]["share"]);
  }
  std::map<std::string, bool> whole;
  for (const Json& metric : study["metrics"]) {
    whole[metric["name"]] = metric["whole"];
  }
  EXPECT_TRUE(whole.at("cycles"));
  EXPECT_TRUE(whole.at("sram_per_tile"));
  EXPECT_FALSE(whole.at("tokens_per_second"));
}

TEST_F(SweepPage, IsWrittenAgainByARunOnlyWhereTheStoreIsNewer) {
  place_.write("s/study.html", "old");
  ASSERT_EQ(place_.weft({"sweep", "resume", "s"}).exit_code, 0);
  EXPECT_EQ(place_.read("s/study.html"), "old") << "nothing has changed";
  ASSERT_EQ(place_.weft({"sweep", "plan", "s/study.yaml", "--out", "s"}).exit_code, 0);
  ASSERT_EQ(place_.weft({"sweep", "resume", "s"}).exit_code, 0);
  EXPECT_EQ(facts("s/study.html")["studies"][0]["counts"]["with_figures"], 4);
  std::filesystem::remove(place_ / "s/study.html");
  ASSERT_EQ(place_.weft({"sweep", "merge", "s"}).exit_code, 0);
  EXPECT_EQ(facts("s/study.html")["studies"][0]["name"], "pages");
}

TEST_F(SweepPage, APointThatWasRunAgainIsLinkedFromWhereverThePageLies) {
  EXPECT_EQ(facts("s/study.html")["studies"][0]["reported"], Json::array());
  const Outcome again = place_.weft({"sweep", "rerun", "s", "--point", "3"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "wrote s/points/3/report.html\n");
  const Json here = facts("s/study.html")["studies"][0];
  EXPECT_EQ(here["reported"], Json({3}));
  EXPECT_EQ(here["points"], "points/");
  const Outcome page = place_.weft({"sweep", "page", "s", "--out", "there.html"});
  EXPECT_EQ(page.out, "wrote there.html\n");
  EXPECT_EQ(facts("there.html")["studies"][0]["points"], "s/points/");
}

TEST_F(SweepPage, TwoStudiesAreSetBesideEachOtherPointByPoint) {
  std::string text = kStudy;
  text.replace(text.find("pages"), 5, "other");
  text.replace(text.find("\"128 KiB\""), 9, "\"256 KiB\"");
  run_study("t", text);
  const Outcome both = place_.weft({"sweep", "page", "s", "--against", "t"});
  ASSERT_EQ(both.exit_code, 0) << both.err;
  EXPECT_EQ(both.out, "wrote s/difference.html\n");
  const Json page = facts("s/difference.html");
  EXPECT_EQ(page["studies"][1]["name"], "other");
  EXPECT_EQ(page["difference"]["metrics"], Json({"tokens_per_second", "area"}));
  EXPECT_EQ(page["difference"]["only_before"], 2);
  EXPECT_EQ(page["difference"]["only_after"], 2);
  EXPECT_THAT(place_.read("s/difference.html"), HasSubstr("<title>pages and other</title>"));
}

TEST_F(SweepPage, AnEditedStudyIsToldAndAPointOfItIsRunAgainAllTheSame) {
  const std::string before = place_.read("s/study.html");
  place_.write("s/study.yaml", std::string(kStudy) + "limits: {seconds: 30}\n");
  const Outcome refused = place_.weft({"sweep", "page", "s"});
  EXPECT_EQ(refused.exit_code, kInput);
  EXPECT_THAT(refused.err, HasSubstr("is not as it was planned"));
  const Outcome again = place_.weft({"sweep", "rerun", "s", "--point", "3"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("weft: the page of the study was not written: s/study.yaml"));
  EXPECT_EQ(place_.read("s/study.html"), before);
}

TEST(SweepPageOfNothing, NamesTheFolderThatHoldsNoStudy) {
  const Workplace place;
  expect_refused(place, {"sweep", "page", "nowhere"}, kInput, {"nowhere", "holds no study"});
}

}  // namespace
}  // namespace weft::cli
