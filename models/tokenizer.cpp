// SPDX-License-Identifier: Apache-2.0
#include "models/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/file.h"
#include "models/utf8.h"
#include "models/vocabulary.h"

namespace weft::models {
namespace {

using sentencepiece::Model;
using sentencepiece::Piece;
using sentencepiece::Trainer;

constexpr std::string_view space_symbol = "\xe2\x96\x81";  // U+2581

std::filesystem::path model_file(const std::filesystem::path& folder) {
  return folder / "tokenizer.model";
}

/// What of the format this reader does not do, or empty.
std::string unsupported(const Model& model) {
  if (model.trainer_spec().model_type() != Trainer::BPE) {
    return fmt::format("model type {}", Trainer::ModelType_Name(model.trainer_spec().model_type()));
  }
  if (!model.normalizer_spec().precompiled_charsmap().empty() ||
      !model.denormalizer_spec().precompiled_charsmap().empty()) {
    return fmt::format("normalization '{}'", model.normalizer_spec().name());
  }
  return "";
}

/// Appends `bytes` as text, with U+FFFD for each byte that is not UTF-8.
void append_valid(std::string_view bytes, std::string& text) {
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    text += length > 0 ? bytes.substr(0, length) : replacement_character;
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

}  // namespace

struct Tokenizer::Impl {
  explicit Impl(const Model& model)
      : vocabulary(model),
        normalizer(model.normalizer_spec()),
        trainer(model.trainer_spec()),
        space(normalizer.escape_whitespaces() ? space_symbol : " ") {}

  std::string normalize(std::string_view text) const;
  std::string decode_piece(int id, bool at_start, bool& took_space) const;

  Vocabulary vocabulary;
  sentencepiece::Normalizer normalizer;
  Trainer trainer;
  std::string_view space;
};

std::string Tokenizer::Impl::normalize(std::string_view text) const {
  const bool trim = normalizer.remove_extra_whitespaces();
  while (trim && text.starts_with(' ')) {
    text.remove_prefix(1);
  }
  if (text.empty()) {
    return "";
  }
  const bool prefix = normalizer.add_dummy_prefix();
  const bool suffix = prefix && trainer.treat_whitespace_as_suffix();
  std::string normal(prefix && !suffix ? space : "");
  bool after_space = trim;
  while (!text.empty()) {
    const std::size_t whole = vocabulary.user_defined_prefix(text);
    const std::size_t length = whole > 0 ? whole : utf8_length(text);
    std::string_view part = length > 0 ? text.substr(0, length) : replacement_character;
    text.remove_prefix(std::max<std::size_t>(length, 1));
    while (after_space && part.starts_with(' ')) {
      part.remove_prefix(1);
    }
    for (char c : part) {
      if (c == ' ') {
        normal += space;
      } else {
        normal += c;
      }
    }
    if (!part.empty()) {
      after_space = trim && part.ends_with(' ');
    }
  }
  while (trim && normal.ends_with(space)) {
    normal.resize(normal.size() - space.size());
  }
  if (suffix) {
    normal += space;
  }
  return normal;
}

/// One piece as text. The space that encoding puts before a text is taken off at its start.
std::string Tokenizer::Impl::decode_piece(int id, bool at_start, bool& took_space) const {
  took_space = false;
  if (vocabulary.type(id) == Piece::CONTROL) {
    return "";
  }
  if (vocabulary.type(id) == Piece::UNKNOWN) {
    return trainer.unk_surface();
  }
  std::string_view piece = vocabulary.piece(id);
  const bool trim = normalizer.remove_extra_whitespaces();
  if (at_start && (normalizer.add_dummy_prefix() || trim) && piece.starts_with(space_symbol)) {
    piece.remove_prefix(space_symbol.size());
    took_space = !trim;  // trimming takes off every leading space
  }
  std::string text;
  while (!piece.empty()) {
    const bool is_space = piece.starts_with(space_symbol);
    text += is_space ? ' ' : piece.front();
    piece.remove_prefix(is_space ? space_symbol.size() : 1);
  }
  return text;
}

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

bool Tokenizer::present(const std::filesystem::path& folder) {
  std::error_code problem;
  return std::filesystem::exists(model_file(folder), problem);
}

Result<Tokenizer> Tokenizer::open(const std::filesystem::path& folder, int vocabulary) {
  const std::filesystem::path file = model_file(folder);
  if (!present(folder)) {
    return input_error(
        fmt::format("{}: no such file, so text cannot be read or written; give --prompt-tokens",
                    file.string()));
  }
  WEFT_ASSIGN(const std::string bytes, read_file(file));
  return parse(bytes, file.string(), vocabulary);
}

Result<Tokenizer> Tokenizer::parse(const std::string& bytes, const std::string& file,
                                   int vocabulary) {
  const auto fault = [&](std::string_view message) {
    return input_error(fmt::format("{}: {}", file, message));
  };
  Model model;
  if (!model.ParseFromString(bytes) || model.pieces().empty()) {
    return fault("not a sentencepiece model; copy it again or give --prompt-tokens");
  }
  if (const std::string problem = unsupported(model); !problem.empty()) {
    return fault(fmt::format(
        "{} is not supported, only BPE without normalization is; give --prompt-tokens", problem));
  }
  for (int id = 0; id < model.pieces_size(); ++id) {
    if (!is_utf8(model.pieces(id).piece())) {
      return fault(fmt::format("piece {} is not UTF-8; copy it again", id));
    }
  }
  if (!is_utf8(model.trainer_spec().unk_surface())) {
    return fault("the text of the unknown piece is not UTF-8; copy it again");
  }
  auto impl = std::make_unique<Impl>(model);
  if (impl->vocabulary.unknown() < 0) {
    return fault("has no unknown piece; copy it again or give --prompt-tokens");
  }
  if (impl->vocabulary.size() > vocabulary) {
    return fault(
        fmt::format("has {} pieces, the model's vocabulary only {}; they must be of one model",
                    impl->vocabulary.size(), vocabulary));
  }
  return Tokenizer(std::move(impl));
}

std::vector<int> Tokenizer::encode(const std::string& text) const {
  const Vocabulary& vocabulary = impl_->vocabulary;
  const std::string normal = impl_->normalize(text);
  std::vector<int> ids;
  bool after_unknown = false;
  for (std::string_view segment : vocabulary.merge(normal)) {
    const int id = vocabulary.id_of(segment);
    const bool unknown = id == vocabulary.unknown();
    if (unknown && impl_->trainer.byte_fallback()) {
      for (char c : segment) {
        const int byte = vocabulary.of_byte(static_cast<unsigned char>(c));
        ids.push_back(byte >= 0 ? byte : vocabulary.unknown());
      }
    } else if (!unknown || !after_unknown) {  // a run of unknown characters is one token
      ids.push_back(id);
    }
    after_unknown = unknown;
  }
  return ids;
}

std::string Tokenizer::decode(const std::vector<int>& ids) const {
  const Vocabulary& vocabulary = impl_->vocabulary;
  std::string text;
  std::string bytes;  // of the run of BYTE pieces just read
  bool at_start = true;
  bool took_space = false;
  for (int id : ids) {
    if (id < 0 || id >= vocabulary.size()) {
      id = vocabulary.unknown();  // padded vocabularies have ids without a piece
    }
    if (const int byte = vocabulary.byte_of(id); byte >= 0) {
      bytes += static_cast<char>(byte);
      continue;
    }
    append_valid(bytes, text);
    bytes.clear();
    at_start = at_start && !took_space && text.empty();
    text += impl_->decode_piece(id, at_start, took_space);
  }
  append_valid(bytes, text);
  return text;
}

}  // namespace weft::models
