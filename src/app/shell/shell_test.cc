// SPDX-License-Identifier: Apache-2.0
#include "app/shell/shell.h"

#include <gtest/gtest.h>

#include <sstream>

#include "app/shell/stream_lines.h"

namespace laguna::app {
namespace {

// Runs the lines as a pipe would; notes and errors are in `err`.
struct Piped {
  explicit Piped(const std::string& lines) {
    engine::Database database({});
    Interrupts interrupts;
    StringOutput out_text;
    StringOutput err_text;
    Console console(out_text, err_text, Terminal{}, {});
    RunSettings settings;
    settings.format = &FindOutputFormat("csv");
    std::istringstream stream(lines);
    StreamLines source(stream);
    try {
      Shell(ShellParts{database, nullptr, console, interrupts}, settings).Run(source);
    } catch (const base::Error& caught) {
      error = caught;
    }
    out = out_text.text();
    err = err_text.text();
  }
  std::string out;
  std::string err;
  std::optional<base::Error> error;
};

TEST(Shell, StatementsSpanLinesAndLinesHoldStatements) {
  EXPECT_EQ(Piped("select 1\n as a; select 2 as b;\nselect 3\nas c;\n").out, "a\n1\nb\n2\nc\n3\n");
}

TEST(Shell, TheLastSemicolonMayBeMissing) {
  EXPECT_EQ(Piped("select 7 as x").out, "x\n7\n");
}

TEST(Shell, SemicolonsInQuotesAndCommentsEndNothing) {
  EXPECT_EQ(Piped("select ';' as a -- no; end\n, 1 as b;\n").out, "a,b\n;,1\n");
}

TEST(Shell, APipeEndsAtTheFirstErrorWithTheLineOfTheStream) {
  const Piped piped("select 1 as a;\n\nselect\n  nonsense;\nselect 2 as b;\n");
  EXPECT_EQ(piped.out, "a\n1\n");
  ASSERT_TRUE(piped.error);
  EXPECT_EQ(piped.error->place()->line, 4);
  EXPECT_EQ(piped.error->place()->file, "<stdin>");
}

TEST(Shell, DotCommandsChangeTheSettings) {
  EXPECT_EQ(Piped(".mode jsonl\nselect 1 as a;\n").out, "{\"a\": 1}\n");
  EXPECT_EQ(Piped("select 1 as a;\n.quit\nselect 2 as b;\n").out, "a\n1\n");
  EXPECT_EQ(Piped("select 1 as a;\nexit\nselect 2 as b;\n").out, "a\n1\n");
}

TEST(Shell, RefusesDotCommandsItDoesNotKnow) {
  struct Case {
    std::string line;
    std::string code;
  };
  const Case cases[] = {{".tabels", "shell.command"},      {".mode xml", "usage.format"},
                        {".rows none", "usage.rows"},      {".timer maybe", "shell.argument"},
                        {".schema", "shell.argument"},     {".schema a b", "sql.syntax"},
                        {".read /nope", "sql.script_file"}};
  for (const Case& c : cases) {
    const Piped piped(c.line + "\n");
    ASSERT_TRUE(piped.error) << c.line;
    EXPECT_EQ(piped.error->code(), c.code) << c.line;
    EXPECT_FALSE(piped.error->hint().empty()) << c.line;
  }
}

TEST(Shell, SaysThatAnOpenTransactionIsRolledBack) {
  EXPECT_NE(Piped("begin;\n").err.find("rolled back"), std::string::npos);
}

}  // namespace
}  // namespace laguna::app
