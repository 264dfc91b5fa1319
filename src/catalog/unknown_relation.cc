// SPDX-License-Identifier: Apache-2.0
#include "catalog/unknown_relation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest_name.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/database_manager.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/simplified_token.hpp"
#include "duckdb/parser/tableref.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kSystemTables = "laguna";

bool IsName(std::string_view text, const std::string& name) {
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return duckdb::StringUtil::CIEquals(std::string(text), name);
}

// A table or schema that does not exist: the words of the statement, to find it in.
class Words {
 public:
  explicit Words(duckdb::ClientContext& context)
      : source_(engine::StatementOptionsOf(context).source) {
    const auto tokens = duckdb::Parser::Tokenize(source_);
    for (size_t index = 0; index < tokens.size(); ++index) {
      const auto end = index + 1 < tokens.size() ? tokens[index + 1].start : source_.size();
      auto text = std::string_view(source_).substr(tokens[index].start, end - tokens[index].start);
      words_.push_back(
          {text.substr(0, text.find_last_not_of(" \t\r\n;") + 1), tokens[index].start});
    }
  }

  // Where `name` stands first, as the schema before a dot or as a name of its own; the binder does
  // not tell replacement scans.
  [[nodiscard]] duckdb::optional_idx PositionOf(const std::string& name, bool is_schema) const {
    for (size_t index = 0; index < words_.size(); ++index) {
      const bool before_dot = index + 1 < words_.size() && words_[index + 1].text == ".";
      if (before_dot == is_schema && IsName(words_[index].text, name)) return words_[index].start;
    }
    return {};
  }

  // WITH x AS (FROM x): the engine explains that better.
  [[nodiscard]] bool DefinesCommonTable(const std::string& name) const {
    const auto is = [&](const std::string& word) {
      return std::ranges::count_if(words_,
                                   [&](const Word& each) { return IsName(each.text, word); });
    };
    return is("with") > 0 && is(name) > 1;
  }

 private:
  struct Word {
    std::string_view text;
    size_t start;
  };

  const std::string& source_;
  std::vector<Word> words_;
};

// Files and URLs are no names that somebody mistyped.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name.find_first_of("./:*?[]\\") == std::string_view::npos;
}

// Of a database that lies in memory: `laguna` or `temp`.
void AddNamesOf(duckdb::ClientContext& context, const std::string& database,
                const std::string& prefix, std::vector<std::string>& names) {
  auto catalog = duckdb::Catalog::GetCatalogEntry(context, database);
  if (!catalog) return;
  for (auto& schema : catalog->GetSchemas(context)) {
    if (schema.get().name != DEFAULT_SCHEMA) continue;
    schema.get().Scan(context, duckdb::CatalogType::TABLE_ENTRY, [&](duckdb::CatalogEntry& entry) {
      if (!entry.internal) names.push_back(prefix + entry.name);
    });
  }
}

// What a user may have meant, each as it is written: "bronze.sales", "laguna.runs", "mine".
std::vector<std::string> KnownNames(duckdb::ClientContext& context) {
  std::vector<std::string> names;
  auto& lake = LakeCatalog::Get(context);
  for (const auto& zone : lake.SchemaNames(context)) {
    auto* schema = lake.FindSchema(context, zone);
    if (schema == nullptr) continue;
    for (const auto& table : schema->TableNames(context)) names.push_back(zone + "." + table);
    for (const auto& view : schema->ViewNames(context)) names.push_back(zone + "." + view);
  }
  AddNamesOf(context, kSystemTables, "laguna.", names);
  AddNamesOf(context, TEMP_CATALOG, "", names);
  return names;
}

std::string LastPart(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

// "Did you mean bronze.sales?", by the whole name or by the table's alone.
std::string HintFor(duckdb::ClientContext& context, const std::string& schema,
                    const std::string& table) {
  constexpr const char* kWhere = "'laguna table list' or SHOW ALL TABLES lists what there is.";
  const auto known = KnownNames(context);
  std::vector<std::string> same;
  for (const auto& name : known) {
    if (IsName(LastPart(name), table)) same.push_back(name);
  }
  if (!same.empty()) return fmt::format("Did you mean {}?", fmt::join(same, " or "));
  if (!schema.empty()) {
    std::vector<std::string> of_schema;
    for (const auto& name : known) {
      if (name.starts_with(schema + ".")) of_schema.push_back(LastPart(name));
    }
    const auto near = base::NearestName(table, of_schema);
    if (near) return fmt::format("Did you mean {}.{}?", schema, *near);
  }
  std::vector<std::string> tables;
  for (const auto& name : known) tables.push_back(LastPart(name));
  const auto near = base::NearestName(table, tables);
  if (!near) return kWhere;
  const auto index = std::ranges::find(tables, *near) - tables.begin();
  return fmt::format("Did you mean {}?", known[static_cast<size_t>(index)]);
}

void ExplainInSchema(duckdb::ClientContext& context, const std::string& schema,
                     const std::string& table) {
  auto& catalog = LakeCatalog::Get(context);
  const Words words(context);
  const auto position = words.PositionOf(schema, true);
  if (catalog.FindSchema(context, schema) == nullptr) {
    engine::ThrowAsDuckdb(catalog.UnknownSchema(context, schema), position);
  }
  engine::ThrowAsDuckdb(UnknownTable(context, schema, table), position);
}

void ExplainAlone(duckdb::ClientContext& context, const std::string& table) {
  const Words words(context);
  if (words.DefinesCommonTable(table)) return;
  engine::ThrowAsDuckdb(UnknownTable(context, "", table), words.PositionOf(table, false));
}

duckdb::unique_ptr<duckdb::TableRef> Explain(duckdb::ClientContext& context,
                                             duckdb::ReplacementScanInput& input,
                                             duckdb::optional_ptr<duckdb::ReplacementScanData>) {
  const auto& schema = input.schema_name;
  const auto& table = input.table_name;
  if (!IsPlainName(table)) return nullptr;
  engine::Guarded([&] {
    if (schema.empty() && input.catalog_name.empty()) return ExplainAlone(context, table);
    if (schema.empty() && input.catalog_name == kSystemTables) {
      engine::ThrowAsDuckdb(UnknownTable(context, kSystemTables, table),
                            Words(context).PositionOf(kSystemTables, true));
    }
    if (schema.empty()) return;
    if (!input.catalog_name.empty() && input.catalog_name != LakeCatalog::kName) return;
    if (IsReservedZoneName(schema) && schema != "lake" && schema != "laguna") return;
    // A schema of another database, or a database, is DuckDB's to explain.
    if (duckdb::Catalog::GetCatalogEntry(context, schema)) return;
    ExplainInSchema(context, schema, table);
  });
  return nullptr;
}

}  // namespace

base::Error UnknownTable(duckdb::ClientContext& context, const std::string& schema,
                         const std::string& table) {
  const auto name = schema.empty() ? "with name " + table : schema + "." + table;
  return Error(ErrorKind::kNotFound, "sql.not_found", fmt::format("Table {} does not exist.", name))
      .Hint(HintFor(context, schema, table))
      .With("table", schema.empty() ? table : name);
}

duckdb::ReplacementScan UnknownRelationScan() {
  return duckdb::ReplacementScan(Explain);
}

}  // namespace laguna::catalog
