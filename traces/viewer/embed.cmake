# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUT=<report.html> -DOUTPUT=<file.cpp> -P embed.cmake: a source file that holds the page,
# in pieces, as compilers take only so long a string.
file(READ "${INPUT}" html)
string(LENGTH "${html}" length)
set(pieces "")
set(at 0)
set(piece_length 8000)
while(at LESS length)
  string(SUBSTRING "${html}" ${at} ${piece_length} piece)
  string(APPEND pieces "    R\"weftpage(${piece})weftpage\"\n")
  math(EXPR at "${at} + ${piece_length}")
endwhile()
file(WRITE "${OUTPUT}" "// Generated from traces/viewer/dist/report.html.
#include \"traces/page.h\"

namespace weft::traces {

std::string_view page_template() {
  static constexpr char page[] =
${pieces}      ;
  return {page, sizeof page - 1};
}

}  // namespace weft::traces
")
