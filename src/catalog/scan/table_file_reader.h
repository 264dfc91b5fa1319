// SPDX-License-Identifier: Apache-2.0
// How the engine's Parquet scan reads the files of a Delta table: the schema comes from the log,
// not from the files; partition columns are constants; columns are matched file by file.
//
// One object per bound scan; hooks are called from many threads and keep no state.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "catalog/scan/scan_files.h"
#include "catalog/scan/spark_calendar.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"

namespace laguna::catalog {

class TableFileReader final : public duckdb::MultiFileReader {
 public:
  // `table` is the catalog's entry, null for a table outside the catalog.
  TableFileReader(std::shared_ptr<ScanFiles> files, duckdb::TableCatalogEntry* table);

  [[nodiscard]] ScanFiles& files() const { return *files_; }
  [[nodiscard]] duckdb::TableCatalogEntry* table() const { return table_; }

  using MultiFileReader::CreateFileList;
  duckdb::shared_ptr<duckdb::MultiFileList> CreateFileList(
      duckdb::ClientContext& context, const duckdb::vector<duckdb::string>& paths,
      const duckdb::FileGlobInput& glob) override;
  bool Bind(duckdb::MultiFileOptions& options, duckdb::MultiFileList& list,
            duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<duckdb::string>& names,
            duckdb::MultiFileReaderBindData& bind_data) override;
  void FinalizeBind(duckdb::MultiFileReaderData& reader_data,
                    const duckdb::MultiFileOptions& file_options,
                    const duckdb::MultiFileReaderBindData& options,
                    const duckdb::vector<duckdb::MultiFileColumnDefinition>& columns,
                    const duckdb::vector<duckdb::ColumnIndex>& column_ids,
                    duckdb::ClientContext& context,
                    duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState> state) override;
  duckdb::ReaderInitializeType InitializeReader(
      duckdb::MultiFileReaderData& reader_data, const duckdb::MultiFileBindData& bind_data,
      const duckdb::vector<duckdb::MultiFileColumnDefinition>& columns,
      const duckdb::vector<duckdb::ColumnIndex>& column_ids,
      duckdb::optional_ptr<duckdb::TableFilterSet> filters, duckdb::ClientContext& context,
      duckdb::MultiFileGlobalState& state) override;
  // Corrupt "table.data_file" for a file that the log names and that is gone or no Parquet file.
  using MultiFileReader::CreateReader;
  duckdb::shared_ptr<duckdb::BaseFileReader> CreateReader(
      duckdb::ClientContext& context, duckdb::GlobalTableFunctionState& state,
      const duckdb::OpenFileInfo& file, duckdb::idx_t number,
      const duckdb::MultiFileBindData& bind_data) override;
  // Only for scans that read composed columns.
  duckdb::unique_ptr<duckdb::MultiFileReaderGlobalState> InitializeGlobalState(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      const duckdb::MultiFileReaderBindData& bind_data, const duckdb::MultiFileList& files,
      const duckdb::vector<duckdb::MultiFileColumnDefinition>& columns,
      const duckdb::vector<duckdb::ColumnIndex>& column_ids) override;
  void FinalizeChunk(duckdb::ClientContext& context, const duckdb::MultiFileBindData& bind_data,
                     duckdb::BaseFileReader& reader, const duckdb::MultiFileReaderData& reader_data,
                     duckdb::DataChunk& input, duckdb::DataChunk& output,
                     duckdb::ExpressionExecutor& executor,
                     duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState> state) override;
  // Only for composed columns; the engine knows its own.
  duckdb::unique_ptr<duckdb::Expression> GetVirtualColumnExpression(
      duckdb::ClientContext& context, duckdb::MultiFileReaderData& reader_data,
      const duckdb::vector<duckdb::MultiFileColumnDefinition>& local_columns,
      duckdb::idx_t& column_id, const duckdb::LogicalType& type, duckdb::MultiFileLocalIndex local,
      duckdb::optional_ptr<duckdb::MultiFileColumnDefinition>& global_column) override;
  duckdb::unique_ptr<duckdb::MultiFileReader> Copy() const override;

 private:
  // The fields of the schema that are read from the file.
  [[nodiscard]] std::vector<size_t> FieldsRead(
      const duckdb::vector<duckdb::ColumnIndex>& column_ids) const;
  // Of a file in which one of the fields may have old values; else it does not matter.
  [[nodiscard]] FileCalendar CalendarOfFile(duckdb::ClientContext& context,
                                            const duckdb::OpenFileInfo& file,
                                            const std::vector<size_t>& fields) const;
  void ChooseRows(duckdb::BaseFileReader& reader) const;
  // The value a column has in every row of the file; nothing when it is read from the file.
  std::optional<duckdb::Value> Constant(const duckdb::OpenFileInfo& file,
                                        duckdb::column_t column) const;

  std::shared_ptr<ScanFiles> files_;
  duckdb::TableCatalogEntry* table_;
};

}  // namespace laguna::catalog
