// SPDX-License-Identifier: Apache-2.0
#include "traces/page_content.h"

#include <gmock/gmock.h>

#include "traces/page.h"

namespace weft::traces {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPage =
    "<title><!--weft:title--></title><!--weft:facts--><script></script><!--weft:streams-->";

TEST(FilledPage, PutsEachPartAtItsPlace) {
  const auto page = filled_page(kPage, {"a title", "{}", {{"0:x", "abc"}, {"1:y", ""}}});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(*page,
            "<title>a title</title><script type=\"application/json\" id=\"facts\">{}</script>"
            "<script></script>"
            "<script type=\"application/octet-stream\" id=\"0:x\">YWJj</script>\n"
            "<script type=\"application/octet-stream\" id=\"1:y\"></script>\n");
}

TEST(FilledPage, LetsNothingThatIsPutInBecomeMarkup) {
  const auto page =
      filled_page(kPage, {"</title><b>", R"({"a":"</script><!--"})", {{"\"><b>", ""}}});
  ASSERT_TRUE(page);
  EXPECT_THAT(*page, HasSubstr(R"({"a":"\u003c/script>\u003c!--"})"));
  EXPECT_THAT(*page, Not(HasSubstr("<b>")));
}

TEST(FilledPage, NamesThePartThatATemplateHasNoPlaceFor) {
  const auto page = filled_page("<!--weft:title--><!--weft:facts-->", {});
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("<!--weft:streams-->"));
}

TEST(FilledPage, TheViewersThatComeBuiltAreTemplatesThatAskTheNetworkForNothing) {
  for (const std::string_view viewer : {page_template(), study_page_template()}) {
    const auto page = filled_page(viewer, {"t", "{}", {}});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_THAT(*page, HasSubstr("Content-Security-Policy\" content=\"default-src 'none';"));
  }
  EXPECT_NE(page_template(), study_page_template());
}

}  // namespace
}  // namespace weft::traces
