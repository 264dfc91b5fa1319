// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/view_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/zone_listing.h"
#include "duckdb/catalog/catalog_entry_retriever.hpp"
#include "duckdb/catalog/catalog_search_path.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/subquery_expression.hpp"
#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"
#include "engine/table_walk.h"

namespace laguna::catalog {
namespace {

using duckdb::BaseTableRef;

std::string Written(const std::string& name) {
  return duckdb::KeywordHelper::WriteOptionallyQuoted(name);
}

duckdb::unique_ptr<duckdb::SelectStatement> CopyOf(const duckdb::SelectStatement& query) {
  return duckdb::unique_ptr_cast<duckdb::SQLStatement, duckdb::SelectStatement>(query.Copy());
}

// What the engine's binder looks through for the relations of a view: the view's schema first, then
// the session's path.
duckdb::vector<duckdb::CatalogSearchEntry> SearchPathOf(const LakeSchema& schema) {
  duckdb::vector<duckdb::CatalogSearchEntry> path;
  path.emplace_back(LakeCatalog::kName, schema.name);
  path.emplace_back(LakeCatalog::kName, INVALID_SCHEMA, true);
  return path;
}

// Tables of databases in memory, too, are gone for the next reader; the system tables are always
// there.
bool EndsWithSession(duckdb::CatalogEntry& entry) {
  auto& catalog = entry.ParentCatalog();
  if (catalog.IsSystemCatalog() || catalog.GetName() == "laguna") return false;
  return catalog.IsTemporaryCatalog() || catalog.InMemory();
}

[[noreturn]] void RefuseTemporary(const BaseTableRef& ref, const LakeSchema& schema,
                                  const std::string& view) {
  const auto relation = ref.ToString();
  engine::ThrowAsDuckdb(
      base::Error(base::ErrorKind::kInvalidInput, "view.temporary",
                  fmt::format("View {}.{} cannot read {}, which is temporary: a view is kept when "
                              "the session ends, that table is not.",
                              schema.name, view, relation))
          .Hint("Make it a table of the lake, or put its query into the view.")
          .With("table", relation),
      ref.query_location);
}

class Qualifier {
 public:
  Qualifier(duckdb::ClientContext& context, const LakeSchema& schema,
            const duckdb::CreateViewInfo& info)
      : context_(context), schema_(schema), info_(info), retriever_(context) {
    retriever_.SetSearchPath(SearchPathOf(schema));
  }

  void Visit(BaseTableRef& ref) {
    auto catalog = ref.catalog_name;
    auto schema = ref.schema_name;
    duckdb::Binder::BindSchemaOrCatalog(context_, catalog, schema);
    const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::TABLE_ENTRY, ref.table_name);
    auto entry = retriever_.GetEntry(catalog, schema, lookup, duckdb::OnEntryNotFound::RETURN_NULL);
    // A file, or what replaces a name otherwise.
    if (!entry) return;
    if (EndsWithSession(*entry)) RefuseTemporary(ref, schema_, info_.view_name);
    if (entry->ParentCatalog().IsSystemCatalog()) return;
    AddNames(ref, *entry, !catalog.empty());
  }

  std::vector<NamePrefix> TakePrefixes() {
    std::ranges::sort(prefixes_, {}, &NamePrefix::offset);
    return std::move(prefixes_);
  }

 private:
  void AddNames(BaseTableRef& ref, duckdb::CatalogEntry& entry, bool names_catalog) {
    if (names_catalog) return;
    std::string prefix;
    if (ref.schema_name.empty()) {
      ref.schema_name = entry.ParentSchema().name;
      prefix = Written(ref.schema_name) + ".";
    }
    ref.catalog_name = entry.ParentCatalog().GetName();
    prefix.insert(0, Written(ref.catalog_name) + ".");
    if (ref.query_location.IsValid()) {
      prefixes_.push_back({ref.query_location.GetIndex(), std::move(prefix)});
    }
  }

  duckdb::ClientContext& context_;
  const LakeSchema& schema_;
  const duckdb::CreateViewInfo& info_;
  duckdb::CatalogEntryRetriever retriever_;
  std::vector<NamePrefix> prefixes_;
};

class PositionSetter {
 public:
  explicit PositionSetter(size_t position) : position_(position) {}

  void Node(duckdb::QueryNode& node) {
    duckdb::ParsedExpressionIterator::EnumerateQueryNodeChildren(
        node, [&](duckdb::unique_ptr<duckdb::ParsedExpression>& child) { Expression(*child); },
        [&](duckdb::TableRef& ref) { ref.query_location = position_; });
  }

 private:
  void Expression(duckdb::ParsedExpression& expression) {
    expression.query_location = position_;
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY) {
      Node(*expression.Cast<duckdb::SubqueryExpression>().subquery->node);
    }
    duckdb::ParsedExpressionIterator::EnumerateChildren(
        expression, [&](duckdb::ParsedExpression& child) { Expression(child); });
  }

  const size_t position_;
};

// True when the binder would look for the relation in a zone of the lake.
bool NamesZone(duckdb::ClientContext& context, const BaseTableRef& ref) {
  if (ref.schema_name.empty()) return false;
  if (!ref.catalog_name.empty()) {
    return duckdb::StringUtil::CIEquals(ref.catalog_name, LakeCatalog::kName);
  }
  return !duckdb::Catalog::GetCatalogEntry(context, ref.schema_name);
}

base::Error MissingRelation(const std::string& view, const std::string& relation) {
  return base::Error(base::ErrorKind::kNotFound, "view.missing_relation",
                     fmt::format("View {} reads {}, which does not exist.", view, relation))
      .Hint(fmt::format("Make {} again, or change the view with CREATE OR REPLACE VIEW {}.",
                        relation, view))
      .With("view", view)
      .With("table", relation);
}

}  // namespace

QualifiedQuery Qualify(duckdb::ClientContext& context, const LakeSchema& schema,
                       const duckdb::CreateViewInfo& info) {
  QualifiedQuery result;
  result.query = CopyOf(*info.query);
  Qualifier qualifier(context, schema, info);
  engine::TableVisitor visitor;
  visitor.on_table = [&](BaseTableRef& ref) { qualifier.Visit(ref); };
  engine::WalkTables(*result.query, visitor);
  result.prefixes = qualifier.TakePrefixes();

  duckdb::vector<duckdb::LogicalType> types;
  duckdb::vector<std::string> names;
  duckdb::Binder::BindView(context, *result.query, LakeCatalog::kName, schema.name, nullptr,
                           info.aliases, types, names);
  result.names_changed = names != info.names;
  result.column_names.assign(info.names.begin(), info.names.end());
  return result;
}

void SetPositions(duckdb::SelectStatement& query, size_t position) {
  PositionSetter(position).Node(*query.node);
}

void CheckRelations(duckdb::ClientContext& context, const LakeSchema& schema,
                    const std::string& view, const duckdb::SelectStatement& query) {
  LakeCatalog& catalog = schema.lake_catalog();
  engine::TableVisitor visitor;
  visitor.on_table = [&](BaseTableRef& ref) {
    if (!NamesZone(context, ref)) return;
    auto* zone = catalog.FindSchema(context, ref.schema_name);
    // The binder says which schema is missing.
    if (zone == nullptr || zone->FindTable(context, ref.table_name)) return;
    if (zone->FindView(context, ref.table_name)) return;
    throw MissingRelation(fmt::format("{}.{}", schema.name, view),
                          fmt::format("{}.{}", zone->name, ref.table_name));
  };
  auto copy = CopyOf(query);
  engine::WalkTables(*copy, visitor);
}

}  // namespace laguna::catalog
