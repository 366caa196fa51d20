// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace weft::reference {

/// -log softmax(row)[target] in nats. Perplexity of a text is exp of the mean over its predicted
/// tokens. `target` must index the row.
double negative_log_likelihood(std::span<const double> row, int target);

}  // namespace weft::reference
