// SPDX-License-Identifier: Apache-2.0
// Session::Bind: plans a query and tells what it reads.
//
// The syntax tree knows where relations stand, the binder knows what they are. So the tree is
// walked first; then the binder runs and names every catalog entry it looks up, also those inside
// views, which have no place in the script.
#include <algorithm>
#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/planner.hpp"
#include "engine/query_plan.h"
#include "engine/session.h"
#include "engine/session_placing.h"
#include "engine/session_state.h"
#include "engine/table_walk.h"

namespace laguna::engine {
namespace {

using duckdb::CatalogType;

struct Mention {
  std::string catalog;
  std::string schema;
  std::string name;
  std::optional<size_t> offset;
  bool function = false;
};

std::optional<size_t> OffsetOf(const duckdb::TableRef& ref) {
  return ref.query_location.IsValid() ? std::optional<size_t>(ref.query_location.GetIndex())
                                      : std::nullopt;
}

std::vector<Mention> MentionsIn(duckdb::SQLStatement& statement) {
  std::vector<Mention> mentions;
  TableVisitor visitor;
  visitor.on_table = [&](duckdb::BaseTableRef& table) {
    mentions.push_back(
        {table.catalog_name, table.schema_name, table.table_name, OffsetOf(table), false});
  };
  visitor.on_function = [&](duckdb::TableFunctionRef& table) {
    const auto& call = table.function->Cast<duckdb::FunctionExpression>();
    mentions.push_back({"", "", call.function_name, OffsetOf(table), true});
  };
  WalkTables(statement, visitor);
  return mentions;
}

std::vector<std::string> QualifiedName(duckdb::CatalogEntry& entry) {
  return {entry.ParentCatalog().GetName(), entry.ParentSchema().name, entry.name};
}

std::vector<std::string> Resolved(duckdb::ClientContext& context, const Mention& mention) {
  if (mention.function) {
    return {mention.name};
  }
  std::string catalog = mention.catalog;
  std::string schema = mention.schema;
  duckdb::Binder::BindSchemaOrCatalog(context, catalog, schema);
  const duckdb::EntryLookupInfo lookup(CatalogType::TABLE_ENTRY, mention.name);
  auto entry = duckdb::Catalog::GetEntry(context, catalog, schema, lookup,
                                         duckdb::OnEntryNotFound::RETURN_NULL);
  // A file ('landing/x.csv') or a table that only an old version has.
  return entry ? QualifiedName(*entry) : std::vector<std::string>{mention.name};
}

bool IsRelation(const duckdb::CatalogEntry& entry) {
  return !entry.internal &&
         (entry.type == CatalogType::TABLE_ENTRY || entry.type == CatalogType::VIEW_ENTRY);
}

bool Knows(const std::vector<BoundRelation>& relations, const std::vector<std::string>& name) {
  return std::any_of(relations.begin(), relations.end(), [&](const BoundRelation& relation) {
    return relation.qualified_name == name;
  });
}

class Binding {
 public:
  Binding(duckdb::ClientContext& context, size_t statement_offset,
          const std::vector<size_t>& streams)
      : context_(context), statement_offset_(statement_offset), streams_(streams) {}

  BoundQuery Run(duckdb::unique_ptr<duckdb::SQLStatement> statement) {
    const std::vector<Mention> mentions = MentionsIn(*statement);
    Plan(std::move(statement));
    for (const Mention& mention : mentions) {
      AddMention(mention);
    }
    for (const auto& name : looked_up_) {
      if (!Knows(query_.relations, name)) {
        query_.relations.emplace_back().qualified_name = name;
      }
    }
    return std::move(query_);
  }

 private:
  void Plan(duckdb::unique_ptr<duckdb::SQLStatement> statement) {
    duckdb::Planner planner(context_);
    planner.binder->SetCatalogLookupCallback([&](duckdb::CatalogEntry& entry) {
      if (IsRelation(entry)) {
        looked_up_.push_back(QualifiedName(entry));
      }
    });
    planner.CreatePlan(std::move(statement));
    for (size_t i = 0; i < planner.names.size(); ++i) {
      query_.columns.push_back(
          {planner.names[i], planner.types[i].ToString(), planner.types[i].IsNumeric()});
    }
  }

  void AddMention(const Mention& mention) {
    BoundRelation relation;
    relation.qualified_name = Resolved(context_, mention);
    relation.function = mention.function;
    if (mention.offset) {
      relation.offset = statement_offset_ + *mention.offset;
      relation.streaming =
          std::find(streams_.begin(), streams_.end(), *mention.offset) != streams_.end();
    }
    query_.relations.push_back(std::move(relation));
  }

  duckdb::ClientContext& context_;
  const size_t statement_offset_;
  const std::vector<size_t>& streams_;
  BoundQuery query_;
  std::vector<std::vector<std::string>> looked_up_;
};

}  // namespace

BoundQuery Session::Bind(const Script& script, const ScriptStatement& statement,
                         const QueryPlan& plan) {
  const ScriptStatement cover = CoverOf(script, statement, plan);
  const StatementSource source(script, cover);
  return state_->Placing(source, [&] {
    state_->context().CancelTransaction();
    FrontStatement front = state_->front.Parse(state_->context(), script, cover);
    const std::vector<size_t> streams = front.options.stream_relations;
    if (!plan.replacements.empty() || !plan.added_columns.empty()) {
      ApplyPlan(front, script, cover, plan, state_->context().GetParserOptions());
    }
    BoundQuery query;
    state_->context().RunFunctionInTransaction([&] {
      Binding binding(state_->context(), cover.offset, streams);
      query = binding.Run(std::move(front.statements.back()));
    });
    return query;
  });
}

}  // namespace laguna::engine
