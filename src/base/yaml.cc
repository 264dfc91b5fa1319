// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <utility>

#include "base/assert.h"
#include "base/nearest_name.h"
#include "base/quantity.h"
#include "base/text_place.h"
#include "base/utf8.h"

namespace laguna::base {

struct YamlNode::Source {
  std::string file;
  std::string text;
};

namespace {

constexpr std::string_view kExpressionHint =
    "Put quotes around a value that holds '{{': \"{{ ... }}\".";
constexpr std::string_view kTabHint = "Indent with spaces; YAML allows no tabs there.";
constexpr std::string_view kAliasHint =
    "'&' and '*' begin an anchor or an alias in YAML, which are not allowed here. Write the value "
    "out, or put quotes around text that begins with such a sign.";

std::string_view LineAt(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  size_t start = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(start, std::min(text.find('\n', start), text.size()) - start);
}

std::string_view SyntaxHint(std::string_view text, size_t offset, std::string_view message) {
  if (LineAt(text, offset).find("{{") != std::string_view::npos) return kExpressionHint;
  if (LineAt(text, offset).starts_with('\t')) return kTabHint;
  bool alias = message.find("alias") != std::string_view::npos ||
               message.find("anchor") != std::string_view::npos;
  return alias ? kAliasHint : std::string_view();
}

// Whether the quoted scalar that begins at `offset` is closed. The library takes the end of the
// file for the closing quote.
bool IsClosed(std::string_view text, size_t offset) {
  char quote = text[offset];
  if (quote != '"' && quote != '\'') return true;
  for (size_t i = offset + 1; i < text.size(); ++i) {
    bool escaped = quote == '"' && text[i] == '\\';
    bool doubled = quote == '\'' && text[i] == quote && text.substr(i + 1, 1) == "'";
    if (escaped || doubled) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

}  // namespace

// Turns parse events into nodes. The library's own tree keeps neither quotes nor duplicate keys
// apart.
class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(std::shared_ptr<const YamlNode::Source> source, const YamlLimits& limits)
      : source_(std::move(source)), limits_(limits) {}

  static std::shared_ptr<const YamlNode::Source> MakeSource(std::string file, std::string text) {
    auto source = std::make_shared<YamlNode::Source>();
    source->file = std::move(file);
    source->text = std::move(text);
    return source;
  }
  // What an empty document yields must know its file too.
  void StartEmpty() { root_.source_ = source_; }

  YamlNode Take() { return std::move(root_); }

  Error ErrorAt(size_t offset, std::string code, std::string sentence,
                std::string_view message = {}) const {
    Error error(ErrorKind::kInvalidInput, std::move(code), std::move(sentence));
    return std::move(error)
        .At(PlaceOf(source_->text, offset, source_->file))
        .Hint(std::string(SyntaxHint(source_->text, offset, message)));
  }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(Make(YamlNode::Kind::kNull, mark, "", anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = Make(YamlNode::Kind::kScalar, mark, tag, anchor);
    node.text_ = value;
    // The parser gives quoted and block scalars the tag "!", plain ones "?".
    node.quoted_ = tag == "!";
    if (node.quoted_ && node.offset_ < source_->text.size() &&
        !IsClosed(source_->text, node.offset_)) {
      throw ErrorAt(node.offset_, "yaml.syntax", "The quote that opens here is never closed.");
    }
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(Make(YamlNode::Kind::kSequence, mark, tag, anchor));
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(Make(YamlNode::Kind::kMap, mark, tag, anchor));
  }
  void OnMapEnd() override { Close(); }

 private:
  // A node whose end has not come, and of a map the key whose value has not come.
  struct Unfinished {
    YamlNode node;
    std::optional<YamlNode> key;
    std::set<std::string> keys;
  };

  static size_t OffsetOf(const YAML::Mark& mark) {
    return mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos);
  }

  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor == 0) return;
    throw ErrorAt(OffsetOf(mark), "yaml.anchor", "Anchors and aliases are not allowed here.",
                  "alias");
  }

  YamlNode Make(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor) const {
    RefuseAnchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw ErrorAt(OffsetOf(mark), "yaml.tag",
                    fmt::format("The YAML tag '{}' is not allowed here.", tag));
    }
    YamlNode node;
    node.kind_ = kind;
    node.offset_ = OffsetOf(mark);
    node.source_ = source_;
    return node;
  }

  void Open(YamlNode node) {
    if (open_.size() >= limits_.depth_max) {
      throw node.Problem("yaml.too_deep",
                         fmt::format("This is nested deeper than {} levels.", limits_.depth_max));
    }
    open_.push_back({std::move(node), std::nullopt, {}});
  }

  void Close() {
    LAGUNA_ASSERT(!open_.empty() && !open_.back().key);
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Unfinished& parent = open_.back();
    if (parent.node.kind_ == YamlNode::Kind::kSequence) {
      parent.node.elements_.push_back(std::move(node));
    } else if (parent.key) {
      parent.node.entries_.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    } else {
      TakeKey(parent, std::move(node));
    }
  }

  void TakeKey(Unfinished& parent, YamlNode key) const {
    if (key.kind_ != YamlNode::Kind::kScalar) {
      throw ErrorAt(key.offset_, "yaml.key", "A key has to be plain text.");
    }
    if (!parent.keys.insert(key.text_).second) {
      throw key
          .Problem("yaml.duplicate_key", fmt::format("The key '{}' stands here twice.", key.text_))
          .Hint("Remove one of the two.");
    }
    parent.key = std::move(key);
  }

  const std::shared_ptr<const YamlNode::Source> source_;
  const YamlLimits& limits_;
  YamlNode root_;
  std::vector<Unfinished> open_;
};

namespace {

// The library would take other encodings and turn what it cannot read into question marks.
void CheckText(std::string_view text, const std::string& file) {
  size_t bad = std::min(FindInvalidUtf8(text).value_or(text.size()), text.find('\0'));
  if (bad >= text.size()) return;
  throw Error(ErrorKind::kInvalidInput, "yaml.not_utf8", "This is not UTF-8 text.")
      .At(PlaceOf(text, bad, file))
      .Hint("Save the file as UTF-8.");
}

// The same of a block ("|"), whose lines stand below its sign, each behind the same blanks.
std::optional<size_t> OffsetInBlock(std::string_view source, size_t start, std::string_view text,
                                    size_t offset) {
  size_t line = std::min(source.find('\n', start), source.size());
  for (size_t begin = 0; line < source.size(); ++begin) {
    ++line;
    std::string_view there = source.substr(line, source.find('\n', line) - line);
    line += there.size();
    if (there.ends_with('\r')) there.remove_suffix(1);
    const std::string_view ours = text.substr(begin, text.find('\n', begin) - begin);
    const size_t blanks = there.size() - std::min(there.size(), ours.size());
    const bool same = there.substr(blanks) == ours &&
                      there.substr(0, blanks).find_first_not_of(' ') == std::string_view::npos;
    if (!same) return std::nullopt;
    const auto at = static_cast<size_t>(there.data() - source.data()) + blanks;
    if (offset <= begin + ours.size()) return at + offset - begin;
    begin += ours.size();
    if (begin >= text.size()) break;
  }
  return std::nullopt;
}

// Where byte `offset` of a scalar's text is in the source, in which the scalar begins at `start`.
std::optional<size_t> OffsetInSource(std::string_view source, size_t start, bool quoted,
                                     std::string_view text, size_t offset) {
  if (start >= source.size() || offset > text.size()) return std::nullopt;
  const char sign = source[start];
  if (quoted && sign == '|') return OffsetInBlock(source, start, text, offset);
  const size_t begin = start + (quoted && (sign == '"' || sign == '\'') ? 1 : 0);
  if (!source.substr(begin).starts_with(text)) return std::nullopt;
  return begin + offset;
}

}  // namespace

YamlNode ParseYaml(std::string text, const std::string& file, const YamlLimits& limits) {
  if (text.size() > limits.bytes_max) {
    throw Error(ErrorKind::kInvalidInput, "yaml.too_large",
                fmt::format("'{}' has {} bytes; at most {} are read.", file, text.size(),
                            limits.bytes_max));
  }
  CheckText(text, file);
  // A byte order mark would shift every position.
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::istringstream stream(text);
  YamlBuilder builder(YamlBuilder::MakeSource(file, std::move(text)), limits);
  builder.StartEmpty();
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return builder.Take();
    YamlNode document = builder.Take();
    builder.StartEmpty();
    if (parser.HandleNextDocument(builder)) {
      throw builder.Take().Problem("yaml.several_documents",
                                   "A second document begins here; a file holds one.");
    }
    return document;
  } catch (const YAML::Exception& failure) {
    size_t offset = failure.mark.pos < 0 ? 0 : static_cast<size_t>(failure.mark.pos);
    throw builder.ErrorAt(offset, "yaml.syntax",
                          fmt::format("This is not valid YAML: {}.", failure.msg), failure.msg);
  }
}

Place YamlNode::place() const {
  if (!source_) return {};
  size_t length = CountCodePoints(text_) + (quoted_ ? 2 : 0);
  return PlaceOf(source_->text, offset_, source_->file,
                 static_cast<int>(std::max<size_t>(length, 1)));
}

std::optional<Place> YamlNode::PlaceIn(size_t offset, int length) const {
  if (!source_ || kind_ != Kind::kScalar) return std::nullopt;
  const auto at = OffsetInSource(source_->text, offset_, quoted_, text_, offset);
  if (!at) return std::nullopt;
  return PlaceOf(source_->text, *at, source_->file, length);
}

Error YamlNode::Problem(std::string code, std::string sentence) const {
  return Error(ErrorKind::kInvalidInput, std::move(code), std::move(sentence)).At(place());
}

Error YamlNode::WrongType(std::string_view expected) const {
  std::string found = "nothing";
  if (kind_ == Kind::kScalar) found = fmt::format("{}'{}'", quoted_ ? "the text " : "", text_);
  if (kind_ == Kind::kSequence) found = "a list";
  if (kind_ == Kind::kMap) found = "a map";
  return Problem("yaml.bad_value", fmt::format("Expected {}, found {}.", expected, found));
}

const std::vector<YamlNode>& YamlNode::Elements() const {
  if (kind_ != Kind::kSequence) {
    throw WrongType("a list").Hint("Write [a, b], or one '- a' per line.");
  }
  return elements_;
}

const std::vector<YamlNode::Entry>& YamlNode::Entries() const {
  if (kind_ != Kind::kMap) throw WrongType("a map").Hint("Write 'name: value', one per line.");
  return entries_;
}

const std::string& YamlNode::AsString() const {
  if (kind_ != Kind::kScalar) throw WrongType("text");
  return text_;
}

const std::string& YamlNode::Plain(std::string_view expected) const {
  if (kind_ != Kind::kScalar) throw WrongType(expected);
  if (quoted_) throw WrongType(expected).Hint("Remove the quotes.");
  return text_;
}

int64_t YamlNode::AsInteger() const {
  return AsInteger(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
}

int64_t YamlNode::AsInteger(int64_t min, int64_t max) const {
  constexpr std::string_view kExpected = "a whole number";
  const std::string& digits = Plain(kExpected);
  int64_t value = 0;
  auto [rest, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc() || rest != digits.data() + digits.size()) throw WrongType(kExpected);
  if (value >= min && value <= max) return value;
  throw WrongType(fmt::format("a whole number from {} to {}", min, max));
}

double YamlNode::AsNumber() const {
  const std::string& digits = Plain("a number");
  double value = 0;
  auto [rest, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  bool whole = failure == std::errc() && rest == digits.data() + digits.size();
  if (!whole || !std::isfinite(value)) throw WrongType("a number");
  return value;
}

bool YamlNode::AsBoolean() const {
  const std::string& word = Plain("true or false");
  if (word == "true") return true;
  if (word == "false") return false;
  throw WrongType("true or false");
}

std::chrono::milliseconds YamlNode::AsDuration() const {
  std::optional<std::chrono::milliseconds> duration;
  if (kind_ == Kind::kScalar) duration = ParseDuration(text_);
  if (!duration) throw WrongType("a duration").Hint("Write 500ms, 10s, 5m, 2h or 1d.");
  return *duration;
}

uint64_t YamlNode::AsBytes() const {
  std::optional<uint64_t> bytes;
  if (kind_ == Kind::kScalar) bytes = ParseBytes(text_);
  if (!bytes) throw WrongType("a size").Hint("Write 512MB, 1GB or 2GiB.");
  return *bytes;
}

YamlMap::YamlMap(const YamlNode& node, std::string what) : node_(node), what_(std::move(what)) {
  static_cast<void>(node_.Entries());
}

const YamlNode* YamlMap::Find(std::string_view name) {
  asked_.emplace(name);
  for (const YamlNode::Entry& entry : node_.Entries()) {
    if (entry.key.text() == name) return entry.value.IsNull() ? nullptr : &entry.value;
  }
  return nullptr;
}

const YamlNode& YamlMap::Require(std::string_view name) {
  const YamlNode* value = Find(name);
  if (value != nullptr) return *value;
  throw node_
      .Problem("yaml.missing_key", fmt::format("The key '{}' is missing in {}.", name, what_))
      .Hint(fmt::format("Add '{}: ...'.", name));
}

void YamlMap::RefuseUnknown() const {
  for (const YamlNode::Entry& entry : node_.Entries()) {
    if (asked_.contains(entry.key.text())) continue;
    std::vector<std::string> known(asked_.begin(), asked_.end());
    throw entry.key
        .Problem("yaml.unknown_key",
                 fmt::format("There is no key '{}' in {}.", entry.key.text(), what_))
        .Hint(SuggestName(entry.key.text(), known));
  }
}

}  // namespace laguna::base
