// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::reference {

/// A figure somebody published about a machine at work on a model: a row of
/// reference/published.csv. docs/throughput.md says what each column means.
struct PublishedFigure {
  std::string shape;       ///< zoo model of the same shape; empty: none
  std::string model;       ///< as the source says it
  std::string hardware;    ///< the same
  std::string work;        ///< decode, serve or train
  std::int64_t input = 0;  ///< tokens; train: of the whole training; 0: not said
  std::int64_t output = 0;
  std::string unit;  ///< tokens/s/user, tokens/s, PF-days, GPU-years or USD
  double value = 0;
  std::optional<double> first_token;  ///< seconds
  std::string note;
  std::string source;
  std::string confidence;  ///< high, medium or low
};

/// Those compiled into the program.
Result<std::vector<PublishedFigure>> load_published();
/// Errors: input, as file:line: column and cause.
Result<std::vector<PublishedFigure>> parse_published(std::string_view text,
                                                     const std::string& file);

/// What is published of training a model, by unit; empty when nothing is.
std::optional<PublishedFigure> published_of(const std::vector<PublishedFigure>& figures,
                                            const std::string& shape, const std::string& unit);

}  // namespace weft::reference
