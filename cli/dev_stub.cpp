#include "isa/verify.h"
namespace weft::isa { __attribute__((weak)) Status verify(const Bundle&, const arch::Machine&) { return {}; } }
