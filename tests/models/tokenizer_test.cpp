// SPDX-License-Identifier: Apache-2.0
#include "models/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/sentencepiece.pb.h"
#include "tests/models/scratch_checkpoint.h"

namespace weft::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::filesystem::path fable = WEFT_SOURCE_DIR "/models/zoo/fable-1m";

TEST(Tokenizer, EncodesAndDecodesTheExpectedPrompts) {
  const auto tokenizer = Tokenizer::open(fable, 512);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message;
  const auto expected = nlohmann::json::parse(std::ifstream(fable / "expected.json"));
  ASSERT_EQ(expected["prompts"].size(), 5U);
  for (const auto& prompt : expected["prompts"]) {
    std::vector<int> ids{1};
    for (int id : tokenizer->encode(prompt["prompt"])) {
      ids.push_back(id);
    }
    EXPECT_EQ(ids, prompt["prompt_ids"].get<std::vector<int>>());
    const auto generated = prompt["new_ids"].get<std::vector<int>>();
    ids.insert(ids.end(), generated.begin(), generated.end());
    EXPECT_EQ(tokenizer->decode(ids), prompt["text"].get<std::string>());
  }
}

TEST(Tokenizer, AnyBytesAndAnyIdsAreSafe) {
  const auto tokenizer = Tokenizer::open(fable, 600);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message;
  EXPECT_TRUE(tokenizer->encode("").empty());
  EXPECT_EQ(tokenizer->decode({}), "");
  EXPECT_EQ(tokenizer->decode(tokenizer->encode("caf\xc3\xa9 \xe2\x98\x83")),
            "caf\xc3\xa9 \xe2\x98\x83");
  EXPECT_FALSE(tokenizer->encode("\xff\xfe").empty());
  EXPECT_THAT(tokenizer->decode({431, 599, -3}), HasSubstr("\xe2\x81\x87"));
}

TEST(Tokenizer, Faults) {
  EXPECT_TRUE(Tokenizer::present(fable));
  const auto small = Tokenizer::open(fable, 100);
  ASSERT_FALSE(small.ok());
  EXPECT_THAT(small.error().message, AllOf(HasSubstr("512 pieces"), HasSubstr("only 100")));
  const ScratchCheckpoint scratch("tokenizer");
  EXPECT_FALSE(Tokenizer::present(scratch.folder()));
  const auto absent = Tokenizer::open(scratch.folder(), 10);
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::input);
  EXPECT_THAT(absent.error().message,
              AllOf(HasSubstr("tokenizer.model"), HasSubstr("--prompt-tokens")));
  for (const std::string& bytes :
       {std::string(), std::string("not a model"), std::string(40, '\xff')}) {
    std::ofstream(scratch.folder() / "tokenizer.model", std::ios::binary) << bytes;
    const auto broken = Tokenizer::open(scratch.folder(), 10);
    ASSERT_FALSE(broken.ok());
    EXPECT_THAT(broken.error().message, HasSubstr("not a sentencepiece model"));
  }
}

/// A small BPE model: unknown, BOS, the letters a b c, the space symbol, "ab", "abc" and " a".
sentencepiece::Model small_model() {
  using sentencepiece::Piece;
  sentencepiece::Model model;
  const auto add = [&](const std::string& text, float score, Piece::Type type = Piece::NORMAL) {
    Piece* piece = model.add_pieces();
    piece->set_piece(text);
    piece->set_score(score);
    piece->set_type(type);
  };
  add("<unk>", 0, Piece::UNKNOWN);
  add("<s>", 0, Piece::CONTROL);
  add("ab", -1);
  add("abc", -2);
  add("\xe2\x96\x81"
      "a",
      -3);
  add("a", -4);
  add("b", -5);
  add("c", -6);
  add("\xe2\x96\x81", -7);
  add("c!", 0, Piece::USER_DEFINED);
  model.mutable_trainer_spec()->set_model_type(sentencepiece::Trainer::BPE);
  return model;
}

class SmallTokenizer {
 public:
  explicit SmallTokenizer(const sentencepiece::Model& model) : scratch_("small_tokenizer") {
    std::ofstream(scratch_.folder() / "tokenizer.model", std::ios::binary)
        << model.SerializeAsString();
    tokenizer_.emplace(Tokenizer::open(scratch_.folder(), 100));
  }
  const Result<Tokenizer>& operator*() const { return *tokenizer_; }

 private:
  ScratchCheckpoint scratch_;
  std::optional<Result<Tokenizer>> tokenizer_;
};

TEST(Tokenizer, MergesTheBestPairFirst) {
  auto model = small_model();
  const SmallTokenizer small(model);
  ASSERT_TRUE((*small).ok()) << (*small).error().message;
  const Tokenizer& tokenizer = (*small).value();
  EXPECT_EQ(tokenizer.encode("abc"), (std::vector<int>{8, 3}));  // "ab" outbids " a"
  EXPECT_EQ(tokenizer.encode("ac"), (std::vector<int>{4, 7}));
  EXPECT_EQ(tokenizer.encode("abc!"), (std::vector<int>{8, 2, 9}));  // user-defined is taken whole
  EXPECT_EQ(tokenizer.encode("zzza"), (std::vector<int>{8, 0, 5}));  // a run of unknowns is one
  EXPECT_EQ(tokenizer.encode("  a  b "), (std::vector<int>{4, 8, 6}));
  EXPECT_EQ(tokenizer.decode({1, 4, 4, 3}), "a aabc");
}

TEST(Tokenizer, OtherKindsAreRefused) {
  auto model = small_model();
  model.mutable_trainer_spec()->set_model_type(sentencepiece::Trainer::UNIGRAM);
  EXPECT_THAT((*SmallTokenizer(model)).error().message, HasSubstr("model type UNIGRAM"));
  model = small_model();
  model.mutable_normalizer_spec()->set_name("nmt_nfkc");
  model.mutable_normalizer_spec()->set_precompiled_charsmap("x");
  EXPECT_THAT((*SmallTokenizer(model)).error().message, HasSubstr("normalization 'nmt_nfkc'"));
  model = small_model();
  model.mutable_pieces(0)->set_type(sentencepiece::Piece::NORMAL);
  EXPECT_THAT((*SmallTokenizer(model)).error().message, HasSubstr("no unknown piece"));
  model = small_model();
  model.mutable_pieces(5)->set_piece("a\xc3");
  EXPECT_THAT((*SmallTokenizer(model)).error().message, HasSubstr("piece 5 is not UTF-8"));
}

}  // namespace
}  // namespace weft::models
