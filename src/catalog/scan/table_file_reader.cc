// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/table_file_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/scan/column_bounds.h"
#include "catalog/scan/column_resolution.h"
#include "catalog/scan/composed_columns.h"
#include "catalog/scan/metadata_column.h"
#include "catalog/scan/parquet_footer.h"
#include "catalog/scan/reader_casts.h"
#include "catalog/scan/table_file_list.h"
#include "catalog/sql_name.h"
#include "catalog/type_map.h"
#include "duckdb/common/types/date.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

std::vector<duckdb::LogicalType> TypesOf(const FileColumns& columns) {
  std::vector<duckdb::LogicalType> types;
  for (const auto& column : columns) types.push_back(column.type);
  return types;
}

// Whether the log leaves open that the column has values before 1900 in the file. Old calendars are
// of no interest to the others.
bool MayBeOld(const delta::FileView& file, const delta::StructField& field) {
  const auto type = ToDuckdb(field.type, field.name);
  if (!HasCalendar(type)) return false;
  if (type.IsNested()) return true;
  const auto statistics = file.StatisticsOf({field.PhysicalName()}, field.type);
  const auto bounds = BoundsFromStatistics(field, type, &statistics, file.RecordCount());
  if (!bounds.may_be_value) return false;
  const auto first = duckdb::Value::DATE(duckdb::Date::FromDate(1900, 1, 1));
  return !bounds.min || *bounds.min < first.DefaultCastAs(type);
}

// What tells of the file itself, not of rights, memory, a store that is away or a Ctrl-C.
bool IsFaultOfFile(const base::Error& error) {
  using base::ErrorKind;
  const auto kind = error.kind();
  return kind == ErrorKind::kNotFound || kind == ErrorKind::kCorrupt ||
         (kind == ErrorKind::kInvalidInput && error.code() == "sql.invalid_input") ||
         error.code() == "io.unavailable";
}

// "bronze/t" as SQL names it; a table outside of the lake has no such name.
std::string NameOf(const TableView& view) {
  return view.root.empty() ? "of this location" : SqlNameOf(view.root);
}

base::Error UnreadableFile(const TableView& view, const std::string& path,
                           const base::Error& error) {
  const auto name = NameOf(view);
  const auto gone = error.kind() == base::ErrorKind::kNotFound;
  auto sentence =
      gone ? fmt::format("Table {} has lost a data file: version {} names '{}', which is gone.",
                         name, view.version, path)
           : fmt::format("A data file of table {}, which version {} names, cannot be read: {}",
                         name, view.version, error.sentence());
  auto unreadable = base::Error(base::ErrorKind::kCorrupt, "table.data_file", std::move(sentence))
                        .Hint(
                            "Restore the file from a backup, or make the table anew (CREATE OR "
                            "REPLACE TABLE; for "
                            "a table of a pipeline: laguna pipeline run TABLE --full-refresh).")
                        .With("table", name)
                        .With("path", path);
  // A statement that may looks whether a newer version still names the file.
  return gone ? std::move(unreadable).With("version", std::to_string(view.version)) : unreadable;
}

// The engine knows variants by Parquet's annotation or, where they are not shredded, by their two
// parts.
bool IsBareShredding(const base::Error& error) {
  return error.sentence().starts_with("Shredded Variants are not supported");
}

base::Error BareShredding(const std::string& path) {
  return base::Error(base::ErrorKind::kUnsupported, "table.variant",
                     fmt::format("Data file '{}' holds shredded variants (table feature "
                                 "variantShredding) without Parquet's annotation of variants, by "
                                 "which alone Laguna knows them.",
                                 path))
      .Hint("Have the program that wrote the table write it anew, without shredding.")
      .With("feature", "variantShredding")
      .With("path", path);
}

// Shared by the threads that read one file.
class RowChoiceFilter final : public duckdb::DeleteFilter {
 public:
  explicit RowChoiceFilter(RowChoice choice) : choice_(std::move(choice)) {}

  duckdb::idx_t Filter(duckdb::row_t start, duckdb::idx_t count,
                       duckdb::SelectionVector& kept) override {
    kept.Initialize(STANDARD_VECTOR_SIZE);
    const std::span<uint32_t> rows(kept.data(), count);
    return choice_.only ? choice_.rows->DeletedRows(static_cast<uint64_t>(start), rows)
                        : choice_.rows->KeptRows(static_cast<uint64_t>(start), rows);
  }

 private:
  const RowChoice choice_;
};

}  // namespace

TableFileReader::TableFileReader(std::shared_ptr<ScanFiles> files, duckdb::TableCatalogEntry* table)
    : files_(std::move(files)), table_(table) {
  function_name = "delta_scan";
}

duckdb::shared_ptr<duckdb::MultiFileList> TableFileReader::CreateFileList(
    duckdb::ClientContext&, const duckdb::vector<duckdb::string>&, const duckdb::FileGlobInput&) {
  return duckdb::make_shared_ptr<TableFileList>(files_);
}

bool TableFileReader::Bind(duckdb::MultiFileOptions& options, duckdb::MultiFileList&,
                           duckdb::vector<duckdb::LogicalType>& types,
                           duckdb::vector<duckdb::string>& names,
                           duckdb::MultiFileReaderBindData& bind_data) {
  options.auto_detect_hive_partitioning = false;
  engine::Guarded([&] {
    for (const auto& field : files_->view().metadata.schema.fields) {
      names.push_back(field.name);
      types.push_back(ToDuckdb(field.type, field.name));
    }
  });
  bind_data.schema = duckdb::MultiFileColumnDefinition::ColumnsFromNamesAndTypes(names, types);
  bind_data.mapping = duckdb::MultiFileColumnMappingMode::BY_NAME;
  return true;
}

std::optional<duckdb::Value> TableFileReader::Constant(const duckdb::OpenFileInfo& file,
                                                       duckdb::column_t column) const {
  if (column == COLUMN_IDENTIFIER_FILENAME) return duckdb::Value(file.path);
  const auto number = FileNumberOf(file);
  if (column == COLUMN_IDENTIFIER_FILE_INDEX) return duckdb::Value::UBIGINT(number);
  if (duckdb::IsVirtualColumn(column)) return std::nullopt;
  return files_->PartitionValue(number, column);
}

void TableFileReader::FinalizeBind(duckdb::MultiFileReaderData& reader_data,
                                   const duckdb::MultiFileOptions&,
                                   const duckdb::MultiFileReaderBindData&,
                                   const duckdb::vector<duckdb::MultiFileColumnDefinition>&,
                                   const duckdb::vector<duckdb::ColumnIndex>& column_ids,
                                   duckdb::ClientContext&,
                                   duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState>) {
  engine::Guarded([&] {
    for (size_t position = 0; position < column_ids.size(); ++position) {
      auto value = Constant(reader_data.reader->file, column_ids[position].GetPrimaryIndex());
      if (!value) continue;
      reader_data.constant_map.Add(duckdb::MultiFileGlobalIndex(position), std::move(*value));
    }
  });
}

duckdb::ReaderInitializeType TableFileReader::InitializeReader(
    duckdb::MultiFileReaderData& reader_data, const duckdb::MultiFileBindData& bind_data,
    const duckdb::vector<duckdb::MultiFileColumnDefinition>& columns,
    const duckdb::vector<duckdb::ColumnIndex>& column_ids,
    duckdb::optional_ptr<duckdb::TableFilterSet> filters, duckdb::ClientContext& context,
    duckdb::MultiFileGlobalState& state) {
  FinalizeBind(reader_data, bind_data.file_options, bind_data.reader_bind, columns, column_ids,
               context, state.multi_file_reader_state.get());
  auto& file_columns = reader_data.reader->columns;
  const auto& metadata = files_->view().metadata;
  const auto types_in_file = TypesOf(file_columns);
  const auto fields = FieldsRead(column_ids);
  const auto calendar = CalendarOfFile(context, reader_data.reader->file, fields);
  const auto resolved = engine::Guarded([&] {
    try {
      AdoptTypes(metadata, fields, file_columns);
    } catch (base::Error& error) {
      throw std::move(error).With("path", reader_data.reader->file.path);
    }
    return ResolveColumns(metadata, file_columns);
  });
  duckdb::unique_ptr<duckdb::TableFilterSet> others;
  if (filters && state.multi_file_reader_state) {
    auto& composed = state.multi_file_reader_state->Cast<ComposedFilters>();
    others = composed.Take(*filters, column_ids, bind_data.virtual_columns);
    filters = others.get();
  }
  const auto result = CreateMapping(
      context, reader_data, resolved, column_ids, filters, state.file_list, bind_data.reader_bind,
      bind_data.virtual_columns, duckdb::MultiFileColumnMappingMode::BY_NAME);
  MendMetadataPosition(*reader_data.reader);
  CastColumns(*reader_data.reader, types_in_file, calendar);
  ChooseRows(*reader_data.reader);
  return result;
}

FileCalendar TableFileReader::CalendarOfFile(duckdb::ClientContext& context,
                                             const duckdb::OpenFileInfo& file,
                                             const std::vector<size_t>& fields) const {
  return engine::Guarded([&] {
    const auto& view = files_->view();
    const auto log_entry = view.files.at(FileNumberOf(file));
    const auto may_be_old = std::ranges::any_of(fields, [&](size_t index) {
      return MayBeOld(log_entry, view.metadata.schema.fields.at(index));
    });
    return may_be_old ? CalendarOf(ReadParquetFooter(context, file)) : FileCalendar();
  });
}

std::vector<size_t> TableFileReader::FieldsRead(
    const duckdb::vector<duckdb::ColumnIndex>& column_ids) const {
  std::vector<size_t> fields;
  for (const auto& id : column_ids) {
    const auto column = id.GetPrimaryIndex();
    if (duckdb::IsVirtualColumn(column) || files_->IsPartitionColumn(column)) continue;
    fields.push_back(column);
  }
  return fields;
}

void TableFileReader::ChooseRows(duckdb::BaseFileReader& reader) const {
  engine::Guarded([&] {
    auto choice = files_->RowsToRead(FileNumberOf(reader.file));
    const bool all = !choice || (!choice->only && choice->rows->IsEmpty());
    if (all) return;
    reader.deletion_filter = duckdb::make_uniq<RowChoiceFilter>(std::move(*choice));
  });
}

duckdb::shared_ptr<duckdb::BaseFileReader> TableFileReader::CreateReader(
    duckdb::ClientContext& context, duckdb::GlobalTableFunctionState& state,
    const duckdb::OpenFileInfo& file, duckdb::idx_t number,
    const duckdb::MultiFileBindData& bind_data) {
  try {
    return MultiFileReader::CreateReader(context, state, file, number, bind_data);
  } catch (const std::exception& exception) {
    const auto error = engine::Translate(duckdb::ErrorData(exception));
    if (IsBareShredding(error)) engine::ThrowAsDuckdb(BareShredding(file.path));
    if (!IsFaultOfFile(error)) throw;
    engine::ThrowAsDuckdb(UnreadableFile(files_->view(), file.path, error));
  }
}

duckdb::unique_ptr<duckdb::MultiFileReaderGlobalState> TableFileReader::InitializeGlobalState(
    duckdb::ClientContext&, const duckdb::MultiFileOptions&, const duckdb::MultiFileReaderBindData&,
    const duckdb::MultiFileList& files, const duckdb::vector<duckdb::MultiFileColumnDefinition>&,
    const duckdb::vector<duckdb::ColumnIndex>& column_ids) {
  const auto composed = std::ranges::any_of(column_ids, [](const duckdb::ColumnIndex& column) {
    return IsComposedColumn(column.GetPrimaryIndex());
  });
  if (!composed) return nullptr;
  return duckdb::make_uniq<ComposedFilters>(files);
}

void TableFileReader::FinalizeChunk(
    duckdb::ClientContext& context, const duckdb::MultiFileBindData& bind_data,
    duckdb::BaseFileReader& reader, const duckdb::MultiFileReaderData& reader_data,
    duckdb::DataChunk& input, duckdb::DataChunk& output, duckdb::ExpressionExecutor& executor,
    duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState> state) {
  MultiFileReader::FinalizeChunk(context, bind_data, reader, reader_data, input, output, executor,
                                 state);
  if (state) state->Cast<ComposedFilters>().Apply(context, reader_data, input, output);
}

duckdb::unique_ptr<duckdb::Expression> TableFileReader::GetVirtualColumnExpression(
    duckdb::ClientContext& context, duckdb::MultiFileReaderData& reader_data,
    const duckdb::vector<duckdb::MultiFileColumnDefinition>& local_columns,
    duckdb::idx_t& column_id, const duckdb::LogicalType& type, duckdb::MultiFileLocalIndex local,
    duckdb::optional_ptr<duckdb::MultiFileColumnDefinition>& global_column) {
  if (!IsComposedColumn(column_id)) {
    return MultiFileReader::GetVirtualColumnExpression(context, reader_data, local_columns,
                                                       column_id, type, local, global_column);
  }
  return engine::Guarded([&] {
    auto& reader = *reader_data.reader;
    return ComposedExpression(context, *files_, FileNumberOf(reader.file), reader, column_id);
  });
}

duckdb::unique_ptr<duckdb::MultiFileReader> TableFileReader::Copy() const {
  return duckdb::make_uniq<TableFileReader>(files_, table_);
}

}  // namespace laguna::catalog
