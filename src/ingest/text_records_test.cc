// SPDX-License-Identifier: Apache-2.0
// The cutters of text_record.h.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ingest/csv_records.h"
#include "ingest/json_records.h"

namespace laguna::ingest {
namespace {

TextWindow::Pull PullFrom(const std::string& text, size_t& at) {
  return [&text, &at](std::span<char> bytes) {
    // In small pieces, so that everything is cut somewhere.
    const size_t taken = std::min({bytes.size(), text.size() - at, size_t{3}});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), taken, bytes.begin());
    at += taken;
    return taken;
  };
}

// "line@offset text" or "line@offset !reason", one a line.
std::string All(RecordCutter& cutter, bool with_cells) {
  std::string all;
  TextRecord record;
  while (cutter.Next(record)) {
    all += std::to_string(record.line) + "@" + std::to_string(record.byte_offset);
    if (!record.reason.empty()) {
      all += " !" + record.reason.substr(0, record.reason.find(' ', 15)) + " " + record.text + "\n";
      continue;
    }
    if (!with_cells) all += " " + record.text;
    for (const auto& cell : record.cells) all += " [" + cell.value_or("-") + "]";
    all += "\n";
  }
  return all;
}

std::string Csv(const std::string& text, size_t columns = 2, const CsvDialect& dialect = {}) {
  size_t at = 0;
  TextWindow window(PullFrom(text, at));
  CsvRecords records(window, dialect, columns);
  return All(records, true);
}

std::string Json(const std::string& text) {
  size_t at = 0;
  TextWindow window(PullFrom(text, at));
  JsonRecords records(window);
  return All(records, false);
}

TEST(CsvRecords, LineEndsMayBeMixed) {
  EXPECT_EQ(Csv("\n\nid,n\n1,a\r\n2,b\n\r\n3,c"), "4@7 [1] [a]\n5@12 [2] [b]\n7@18 [3] [c]\n");
}

TEST(CsvRecords, QuotesKeepWhatIsInThem) {
  EXPECT_EQ(Csv("id,n\n1,\"a\n\"\"b\"\",c\" \n2,\"\"\n3,\n"),
            "2@5 [1] [a\n\"b\",c]\n4@20 [2] []\n5@25 [3] [-]\n");
}

TEST(CsvRecords, ABadLineCostsNoOther) {
  EXPECT_EQ(Csv("id,n\n1,a\rb\n2,\"q\"x\n3\n4,d,e\n5,f\n"),
            "2@5 !A carriage return 1,a\rb\n3@11 !A quote stands in 2,\"q\"x\n"
            "4@18 !The line has too 3\n5@20 !The line has too 4,d,e\n6@26 [5] [f]\n");
}

TEST(CsvRecords, AQuoteThatIsNeverClosedCostsItsLine) {
  EXPECT_EQ(Csv("id,n\n1,\"open\n2,b\n3,\"c\"\n"),
            "2@5 !A quote stands in 1,\"open\n3@13 [2] [b]\n4@17 [3] [c]\n");
}

TEST(CsvRecords, NoValueGoesOnBehindAQuoteThatIsNeverClosed) {
  EXPECT_EQ(Csv("id,n\n1,\"a\nb\"\n2,\"c\n3,d\n"),
            "2@5 [1] [a\nb]\n4@13 !A quote is opened 2,\"c\n5@18 [3] [d]\n");
}

TEST(CsvRecords, LatinTextBecomesUtf8) {
  CsvDialect dialect;
  EXPECT_EQ(Csv("id,n\n1,\xE1\n", 2, dialect), "2@5 !The line has bytes 1,\\xE1\n");
  dialect.encoding = "latin-1";
  EXPECT_EQ(Csv("id,n\n1,\xE1\n", 2, dialect), "2@5 [1] [\xC3\xA1]\n");
}

TEST(JsonRecords, FilesAreOfLinesOrOfObjects) {
  EXPECT_EQ(Json("{\"a\":1}\r\n\n{\"a\":2}\nnope\n{\"a\":3}"),
            "1@0 {\"a\":1}\n3@10 {\"a\":2}\n4@18 nope\n5@23 {\"a\":3}\n");
  EXPECT_EQ(Json("[{\"a\":1},{\"a\":\"]}\"}]\n"), "1@1 {\"a\":1}\n1@9 {\"a\":\"]}\"}\n");
  EXPECT_EQ(Json("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n"),
            "1@0 {\n \"a\": 1\n}\n4@12 {\n \"a\": 2\n}\n");
  EXPECT_EQ(Json("{\"a\":1}{\"a\":2}"), "1@0 {\"a\":1}\n1@7 {\"a\":2}\n");
  EXPECT_EQ(Json("\xEF\xBB\xBF[]"), "");
  EXPECT_EQ(Json(""), "");
}

TEST(JsonRecords, ALineThatIsCutOffIsOneLine) {
  EXPECT_EQ(Json("{\"a\":\"1\n{\"a\":2}\n"), "1@0 {\"a\":\"1\n2@8 {\"a\":2}\n");
}

TEST(JsonRecords, WhatIsBetweenObjectsIsNotLost) {
  EXPECT_EQ(Json("[{\"a\":1}, 7, {\"a\":2}"),
            "1@1 {\"a\":1}\n1@10 !Between the objects 7, \n1@13 {\"a\":2}\n");
  EXPECT_EQ(Json("[{\"a\":1},\n{\"a\":2"), "1@1 {\"a\":1}\n2@10 !The object is never {\"a\":2\n");
}

TEST(JsonRecords, APartHasTheLinesThatBeginInIt) {
  const std::string text = "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n";
  for (size_t cut = 1; cut < text.size(); ++cut) {
    size_t at = 0;
    TextWindow head(PullFrom(text, at));
    JsonRecords first(head, cut, false);
    std::string all = All(first, false);
    size_t behind = cut - 1;
    TextWindow tail(PullFrom(text, behind), cut - 1);
    JsonRecords second(tail, text.size(), true);
    all += All(second, false);
    EXPECT_EQ(std::ranges::count(all, '{'), 3) << cut << "\n" << all;
  }
}

}  // namespace
}  // namespace laguna::ingest
