# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUT=<page.html> -DOUTPUT=<file.cpp> -DHEADER=<file.h> -DFUNCTION=<name> -P embed.cmake:
# a source file whose function, declared in that header, returns the page. It holds it in pieces, as
# compilers take only so long a string.
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
file(WRITE "${OUTPUT}" "// Generated from ${INPUT}.
#include \"${HEADER}\"

namespace weft::traces {

std::string_view ${FUNCTION}() {
  static constexpr char page[] =
${pieces}      ;
  return {page, sizeof page - 1};
}

}  // namespace weft::traces
")
