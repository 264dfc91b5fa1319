// SPDX-License-Identifier: Apache-2.0
// A table for people.
//
// A table's columns are as wide as their widest cell, so rows have to be held before the first can
// be written. Two bounds keep that small. With a limit on the rows shown (a terminal), only the
// first and the last ones are kept. Without one (a file, a pipe), the first kRowsHeldMax rows
// settle the widths; the rows after them stream, and a cell wider than its column pushes its line
// out of shape, but loses nothing.
//
// A single row that does not fit the terminal has room below instead: it is shown as lines.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "app/output/count_text.h"
#include "app/output/display_width.h"
#include "app/output/paint.h"
#include "app/output/result_writer.h"
#include "app/output/row_lines.h"
#include "app/output/table_layout.h"
#include "base/utf8.h"

namespace laguna::app {
namespace {

constexpr size_t kRowsHeldMax = 10'000;
constexpr size_t kBytesHeldMax = 32 << 20;
// A longer single row would push everything else off the terminal.
constexpr size_t kSingleRowBytesMax = 8 << 10;
// Bytes of a cell looked at per column of the terminal; enough for joined emoji.
constexpr size_t kBytesPerColumn = 32;

using Cells = std::vector<std::optional<std::string>>;

// Half a word is a word; half a number or date is another one.
bool IsCut(const engine::ResultColumn& column) {
  const bool time = column.type.starts_with("DATE") || column.type.starts_with("TIME");
  return !column.numeric && !time;
}

class TableWriter final : public ResultWriter {
 public:
  TableWriter(Output& output, const TableStyle& style) : output_(output), style_(style) {}

  void Begin(const std::vector<engine::ResultColumn>& columns) override {
    for (const engine::ResultColumn& column : columns) {
      names_.push_back(Shown(column.name));
      types_.push_back(Printable(column.type));
      const size_t type_width = style_.types ? DisplayWidth(types_.back()) : 0;
      sizes_.push_back({std::max(DisplayWidth(names_.back()), type_width), column.numeric,
                        IsCut(column) ? std::nullopt : std::optional<size_t>(0)});
    }
    lines_.emplace(columns, style_.colour);
  }

  void Rows(const engine::ResultBatch& batch) override {
    if (style_.width && batch.rows() > 0) KeepSingleRow(batch);
    for (size_t row = 0; row < batch.rows(); ++row, ++rows_seen_) {
      if (frozen_) {
        WriteRow(CellsOf(batch, row));
      } else if (style_.rows_max) {
        KeepHeadAndTail(batch, row);
      } else {
        Hold(CellsOf(batch, row));
      }
    }
  }

  void End() override {
    if (!frozen_ && !WriteSingleRow()) WriteHeld();
    WriteFooter();
  }

 private:
  std::string Shown(std::string_view text) {
    if (!style_.width) return Printable(text);
    const std::string_view looked_at = base::TruncateBytes(text, *style_.width * kBytesPerColumn);
    std::string shown = Printable(looked_at);
    if (looked_at.size() < text.size()) {
      shown += "…";
      cut_ = true;
    }
    std::string fitting = CutToWidth(shown, *style_.width);
    cut_ = cut_ || fitting.size() < shown.size();
    return fitting;
  }

  Cells CellsOf(const engine::ResultBatch& batch, size_t row) {
    Cells cells(sizes_.size());
    for (size_t column = 0; column < cells.size(); ++column) {
      if (const auto text = batch.Text(row, column)) cells[column] = ToldFromNull(Shown(*text));
    }
    return cells;
  }

  void KeepHeadAndTail(const engine::ResultBatch& batch, size_t row) {
    const size_t head_max = (*style_.rows_max + 1) / 2;
    if (head_.size() < head_max) {
      head_.push_back(CellsOf(batch, row));
      return;
    }
    // Rows of a batch that its own later rows push out again are not even rendered.
    const size_t tail_max = *style_.rows_max - head_max;
    if (batch.rows() - row > tail_max) return;
    tail_.push_back(CellsOf(batch, row));
    if (tail_.size() > tail_max) tail_.pop_front();
  }

  void KeepSingleRow(const engine::ResultBatch& batch) {
    single_row_.clear();
    if (rows_seen_ > 0 || batch.rows() != 1 || BytesOfFirstRow(batch) > kSingleRowBytesMax) return;
    single_row_ = lines_->Of(batch, 0);
    if (single_row_.size() > kSingleRowBytesMax) single_row_.clear();
  }

  [[nodiscard]] size_t BytesOfFirstRow(const engine::ResultBatch& batch) const {
    size_t bytes = 0;
    for (size_t column = 0; column < names_.size(); ++column) {
      if (const auto text = batch.Text(0, column)) bytes += text->size();
    }
    return bytes;
  }

  // False where there are more rows, or none, or it fits as a table.
  bool WriteSingleRow() {
    if (single_row_.empty()) return false;
    Settle();
    const bool fits = !cut_ && places_.size() == sizes_.size() &&
                      std::ranges::all_of(places_, [&](const ColumnPlace& place) {
                        return place.column && place.width >= sizes_[*place.column].width;
                      });
    if (fits) return false;
    output_.Write(single_row_);
    cut_ = false;
    places_ = LayOutTable(sizes_, std::nullopt);
    return true;
  }

  void Hold(Cells cells) {
    for (const auto& cell : cells) bytes_held_ += cell ? cell->size() : 0;
    head_.push_back(std::move(cells));
    if (head_.size() >= kRowsHeldMax || bytes_held_ >= kBytesHeldMax) WriteHeld();
  }

  void Settle() {
    Measure();
    places_ = LayOutTable(sizes_, style_.width);
  }

  void WriteHeld() {
    Settle();
    WriteHeader();
    for (const Cells& cells : head_) WriteRow(cells);
    const size_t hidden = rows_seen_ - std::min(rows_seen_, head_.size() + tail_.size());
    if (style_.rows_max && hidden > 0) {
      WriteLine(
          Painted(fmt::format(" … {} hidden", Counted(hidden, "row")), Paint::kDim, style_.colour));
    }
    for (const Cells& cells : tail_) WriteRow(cells);
    frozen_ = true;
    head_.clear();
    tail_.clear();
  }

  void Measure() {
    const auto measure = [&](const Cells& cells) {
      for (size_t i = 0; i < cells.size(); ++i) {
        const size_t width = cells[i] ? DisplayWidth(*cells[i]) : kNullShown.size();
        sizes_[i].width = std::max(sizes_[i].width, width);
        if (sizes_[i].uncut) sizes_[i].uncut = std::max(*sizes_[i].uncut, width);
      }
    };
    std::ranges::for_each(head_, measure);
    std::ranges::for_each(tail_, measure);
  }

  void WriteHeader() {
    WriteCells([&](size_t column) { return Cell{names_[column], Paint::kBold}; });
    if (style_.types) {
      WriteCells([&](size_t column) { return Cell{types_[column], Paint::kDim}; });
    }
    std::string rule;
    for (const ColumnPlace& place : places_) {
      if (!rule.empty()) rule += "┼";
      for (size_t i = 0; i < place.width + 2; ++i) rule += "─";
    }
    WriteLine(Painted(rule, Paint::kDim, style_.colour));
  }

  void WriteRow(const Cells& cells) {
    WriteCells([&](size_t column) {
      return cells[column] ? Cell{*cells[column], Paint::kPlain} : Cell{kNullShown, Paint::kDim};
    });
  }

  struct Cell {
    std::string_view text;
    Paint paint;
  };

  template <class CellOf>
  void WriteCells(const CellOf& cell_of) {
    std::string line;
    for (size_t i = 0; i < places_.size(); ++i) {
      if (i > 0) line += Painted("│", Paint::kDim, style_.colour);
      const ColumnPlace& place = places_[i];
      const bool last = i + 1 == places_.size();
      AppendCell(line, place.column ? cell_of(*place.column) : Cell{"…", Paint::kDim}, place, last);
    }
    WriteLine(line);
  }

  void AppendCell(std::string& line, const Cell& cell, const ColumnPlace& place, bool last) {
    const std::string text =
        style_.width ? CutToWidth(cell.text, place.width) : std::string(cell.text);
    // What is dim is not data: a type, NULL, the sign of columns left out.
    cut_ = cut_ || (cell.paint != Paint::kDim && text.size() < cell.text.size());
    const size_t width = DisplayWidth(text);
    const std::string blanks(place.width > width ? place.width - width : 0, ' ');
    const bool right = place.column && sizes_[*place.column].numeric;
    line += ' ';
    if (right) line += blanks;
    line += Painted(text, cell.paint, style_.colour);
    if (last) return;
    if (!right) line += blanks;
    line += ' ';
  }

  void WriteFooter() {
    std::string text = Counted(rows_seen_, "row");
    const auto shown = std::ranges::count_if(
        places_, [](const ColumnPlace& place) { return place.column.has_value(); });
    if (static_cast<size_t>(shown) < sizes_.size()) {
      text += fmt::format("; {} of {} columns shown", shown, sizes_.size());
    } else if (cut_) {
      text += "; long values are cut";
    }
    const bool whole = !cut_ && static_cast<size_t>(shown) == sizes_.size();
    if (!whole && !style_.see_whole.empty()) {
      text += fmt::format("; {} shows them whole", style_.see_whole);
    }
    WriteLine(Painted("(" + text + ")", Paint::kDim, style_.colour));
  }

  void WriteLine(std::string_view line) {
    output_.Write(line);
    output_.Write("\n");
  }

  Output& output_;
  TableStyle style_;
  std::vector<std::string> names_;
  std::vector<std::string> types_;
  std::vector<ColumnSize> sizes_;
  std::vector<ColumnPlace> places_;
  std::optional<RowLines> lines_;
  // The only row so far, as lines; empty when there are more, or none.
  std::string single_row_;
  std::deque<Cells> head_;
  std::deque<Cells> tail_;
  size_t bytes_held_ = 0;
  size_t rows_seen_ = 0;
  // A cell or a name did not fit.
  bool cut_ = false;
  // The widths are settled and the header is written.
  bool frozen_ = false;
};

}  // namespace

extern const OutputFormat table_format{
    .name = "table",
    .summary = "columns for people; fits the terminal and hides the middle of long results there",
    .make = [](Output& output, const TableStyle& style) -> std::unique_ptr<ResultWriter> {
      return std::make_unique<TableWriter>(output, style);
    },
};

}  // namespace laguna::app
