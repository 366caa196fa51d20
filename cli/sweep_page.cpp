// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

#include "base/file.h"
#include "cli/help.h"
#include "cli/study_page.h"
#include "cli/sweep.h"
#include "cli/sweep_command.h"
#include "cli/usage.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPage = "study.html";

/// Points that were run again: the folders of `points/` that are numbers and hold a report.
std::vector<std::int64_t> reported_points(const fs::path& points) {
  std::vector<std::int64_t> found;
  std::error_code fault;
  for (auto entry = fs::directory_iterator(points, fault);
       !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
    const std::string name = entry->path().filename().string();
    std::int64_t number = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
    std::error_code ignored;
    if (read.ec == std::errc() && read.ptr == name.data() + name.size() &&
        fs::exists(entry->path() / "report.html", ignored)) {
      found.push_back(number);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// From a page to a folder, as a page that moves with it says it.
std::string way_from(const fs::path& page, const fs::path& folder) {
  std::error_code fault;
  const fs::path from = fs::weakly_canonical(fs::absolute(page), fault).parent_path();
  const fs::path to = fs::weakly_canonical(fs::absolute(folder), fault);
  return to.lexically_proximate(from).generic_string() + "/";
}

Result<PageStudy> read_study(const fs::path& path, const fs::path& page) {
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(path));
  WEFT_ASSIGN(PlannedStudy planned, read_planned_study(path));
  return PageStudy{std::move(planned), path, way_from(page, folder.points()),
                   reported_points(folder.points())};
}

}  // namespace

Result<fs::path> write_sweep_page(const SweepPageArguments& arguments) {
  const char* name = arguments.against.empty() ? kPage : "difference.html";
  const fs::path page = arguments.out.empty() ? arguments.folder / name : arguments.out;
  std::vector<PageStudy> studies;
  for (const fs::path& folder : {arguments.folder, arguments.against}) {
    if (!folder.empty()) {
      WEFT_ASSIGN(PageStudy study, read_study(folder, page));
      studies.push_back(std::move(study));
    }
  }
  WEFT_ASSIGN(const std::string filled, study_page(studies));
  WEFT_TRY(write_file(page, filled));
  return page;
}

void renew_sweep_page(const fs::path& folder) {
  if (const auto page = write_sweep_page({folder, {}, {}}); !page) {
    fmt::print(stderr, "weft: the page of the study was not written: {}\n", page.error().message);
  }
}

void renew_sweep_page_if_older(const fs::path& path) {
  std::error_code no_page, no_store, ignored;
  const fs::path store = path / "store.sqlite";
  const fs::path log = path / "store.sqlite-wal";
  const auto written = fs::last_write_time(path / kPage, no_page);
  const auto changed = fs::last_write_time(store, no_store);
  const bool logged = fs::exists(log, ignored) && fs::file_size(log, ignored) > 0;
  if (no_page || no_store || logged || written <= changed) {
    renew_sweep_page(path);
  }
}

void add_sweep_page(CLI::App& sweep, Invocation& invocation) {
  auto* command = sweep.add_subcommand(
      "page", "Writes a page to look at a study: scatter, front, what it hangs on, every point.");
  auto arguments = std::make_shared<SweepPageArguments>();
  command->add_option("dir", arguments->folder, "folder of the study")
      ->option_text("DIR")
      ->type_name("FOLDER")
      ->required();
  command->add_option("--against", arguments->against, "set it beside this study, point by point")
      ->check(not_empty())
      ->type_name("FOLDER");
  command
      ->add_option("--out", arguments->out,
                   "file to write (default: DIR/study.html, of two studies DIR/difference.html)")
      ->check(not_empty())
      ->type_name("FILE");
  set_footer(*command,
             "  weft sweep page out/sweep\n"
             "  weft sweep page out/sweep --against out/sweep2 --out both.html\n");
  command->callback([arguments, &invocation] {
    const auto page = write_sweep_page(*arguments);
    if (!page) {
      invocation.fail(page.error());
      return;
    }
    fmt::print("wrote {}\n", page->string());
  });
}

}  // namespace weft::cli
