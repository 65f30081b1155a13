// SPDX-License-Identifier: BSD-3-Clause
// No TeX is at hand in the tests, so the grammar of what is written is checked: groups and mathematics close,
// cells and columns agree, every command is one that LaTeX and booktabs know, no character is left that LaTeX
// would act on.
#include <set>
#include <stack>

#include <QtTest>

#include "core/base/table.h"
#include "core/base/text_escape.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

const std::set<QString> kLatexCommands{"begin",
                                       "end",
                                       "toprule",
                                       "midrule",
                                       "bottomrule",
                                       "textbf",
                                       "underline",
                                       "textsuperscript",
                                       "scriptsize",
                                       "footnotesize",
                                       "par",
                                       "textbackslash",
                                       "textasciitilde",
                                       "textasciicircum",
                                       "textless",
                                       "textgreater",
                                       "textbar",
                                       "dag",
                                       "ddag",
                                       "ldots",
                                       "circ",
                                       "cdot",
                                       "bullet",
                                       "times",
                                       "div",
                                       "pm",
                                       "infty",
                                       "leq",
                                       "geq",
                                       "neq",
                                       "approx",
                                       "Vert",
                                       "sim",
                                       "surd",
                                       "in",
                                       "sum",
                                       "Sigma",
                                       "partial",
                                       "nabla",
                                       "otimes",
                                       "oplus",
                                       "neg",
                                       "ll",
                                       "gg",
                                       "ell",
                                       "rightarrow",
                                       "leftarrow",
                                       "uparrow",
                                       "downarrow",
                                       "leftrightarrow",
                                       "Rightarrow",
                                       "mu",
                                       "star",
                                       "alpha",
                                       "beta",
                                       "gamma",
                                       "delta",
                                       "varepsilon",
                                       "zeta",
                                       "eta",
                                       "theta",
                                       "iota",
                                       "kappa",
                                       "lambda",
                                       "nu",
                                       "xi",
                                       "pi",
                                       "rho",
                                       "sigma",
                                       "tau",
                                       "upsilon",
                                       "varphi",
                                       "chi",
                                       "psi",
                                       "omega",
                                       "Gamma",
                                       "Delta",
                                       "Theta",
                                       "Lambda",
                                       "Xi",
                                       "Pi",
                                       "Phi",
                                       "Psi",
                                       "Omega",
                                       "phi",
                                       "epsilon"};
/// Of these, what needs mathematics around it.
bool isMathematics(const QString& command) {
  static const std::set<QString> kText{"begin",
                                       "end",
                                       "toprule",
                                       "midrule",
                                       "bottomrule",
                                       "textbf",
                                       "underline",
                                       "textsuperscript",
                                       "scriptsize",
                                       "footnotesize",
                                       "par",
                                       "textbackslash",
                                       "textasciitilde",
                                       "textasciicircum",
                                       "textless",
                                       "textgreater",
                                       "textbar",
                                       "dag",
                                       "ddag",
                                       "ldots"};
  return !kText.contains(command);
}

/// What is wrong with a text, or nothing.
QString latexFault(const QString& latex) {
  int depth = 0;
  bool mathematics = false;
  for (int i = 0; i < latex.size(); ++i) {
    const QChar c = latex[i];
    if (c == '%') {  // a comment
      i = latex.indexOf('\n', i);
      if (i < 0) {
        break;
      }
    } else if (c == '\\') {
      int end = i + 1;
      while (end < latex.size() && latex[end] >= 'A' && latex[end] <= 'z' && latex[end].isLetter()) {
        ++end;
      }
      const QString command = latex.mid(i + 1, end - i - 1);
      if (command.isEmpty()) {
        if (end == latex.size() || !QString("\\{}%_&#$,-").contains(latex[end])) {
          return "\\ before " + latex.mid(end, 1);
        }
        ++end;
      } else if (!kLatexCommands.contains(command)) {
        return "unknown command " + command;
      } else if (isMathematics(command) != mathematics) {
        return command + (mathematics ? " inside" : " outside") + " mathematics";
      }
      i = end - 1;
    } else if (c == '$') {
      mathematics = !mathematics;
    } else if (c == '{' || c == '}') {
      depth += c == '{' ? 1 : -1;
      if (depth < 0) {
        return "} without {";
      }
    } else if ((c == '^' || c == '_') && !mathematics) {
      return QString(c) + " outside mathematics";
    } else if (QString("#\"<>|").contains(c) || (c.unicode() < 0x20 && c != '\n')) {
      return "raw " + QString(c);
    }
  }
  return depth != 0 ? "{ without }" : mathematics ? "$ without $" : QString();
}

/// Ampersands that part cells.
int latexCells(const QString& line) {
  int count = 1;
  for (int i = 0; i < line.size(); ++i) {
    count += line[i] == '&' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
  }
  return count;
}

const char* const kLatexNames =
    "demo.safetensors · ddim 20 – 50 % #1 {a}_b ~ ^ \\ $ & 5°2cm ∞ ≤ ≥ ≠ ≈ × ± − … “quoted” ‘q’ \"raw\" µm μ "
    "σ² α₁ "
    "Δt → ← ‖ <b> | † ‡ ✓ ✗ C∞ y";

}  // namespace

class LatexGrammarTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void faultsAreFound() {
    for (const char* bad : {"a_b", "{a", "a}", "$x", "\\alpha", "\\foo{}", "#", "a \"b\"", "x ^ 2", "<"}) {
      QVERIFY2(!latexFault(bad).isEmpty(), bad);
    }
    for (const char* good :
         {"a\\_b", "{a}", "$x_{1}$", "$\\alpha$", "\\textbf{a}", "100 \\% % comment # \n", "5$^{\\circ}$"}) {
      QVERIFY2(latexFault(good).isEmpty(), qPrintable(good + QString(": ") + latexFault(good)));
    }
  }

  void everyCharacterIsFit() {
    for (char32_t c = 0x20; c < 0x17f; ++c) {
      if (c >= 0x7f && c < 0xa0) {
        continue;
      }
      const QString escaped = QString::fromStdString(latex_escaped(QString::fromUcs4(&c, 1).toStdString()));
      QVERIFY2(latexFault(escaped).isEmpty(), qPrintable(escaped + ": " + latexFault(escaped)));
    }
    const QString names = QString::fromStdString(latex_escaped(kLatexNames));
    QVERIFY2(latexFault(names).isEmpty(), qPrintable(latexFault(names)));
    // What is not Latin became a command.
    for (const QChar c : names) {
      QVERIFY2(c.unicode() < 0x180, qPrintable(QString(c)));
    }
  }

  void tablesAreWhole() {
    Table table{{kLatexNames, "5°2cm (%)", "R_err (°)", "note"}, {}};
    table.look.columns = {
        {}, {TableLook::Role::kValue, 1}, {TableLook::Role::kValue, 1}, {TableLook::Role::kNote, -1}};
    table.rows = {{std::string(kLatexNames), 50.0, {}, std::string("a note: 50 % of # & _")},
                  {std::string("[bracket] *"), 40.0, 2.0, {}},
                  {std::string("*"), 30.0, -2.0, {}}};
    table.look.ranks = {{Rank::kNone, Rank::kBest}, {Rank::kNone, Rank::kSecond, Rank::kBest}};
    table.look.rules = {2};
    table.look.remarks = {"a reason } with {{ braces\nand a line"};
    const QString latex = QString::fromStdString(to_latex(table));
    QVERIFY2(latexFault(latex).isEmpty(), qPrintable(latexFault(latex) + "\n" + latex));
    int lines = 0;
    for (const QString& line : latex.split('\n')) {
      if (line.endsWith("\\\\")) {
        ++lines;
        QCOMPARE(latexCells(line), 3);
        QVERIFY(!line.startsWith('[') && !line.startsWith('*'));  // an argument of the line break before it
      }
    }
    QCOMPARE(lines, 4);
    QCOMPARE(latex.count("\\begin{tabular}{lrr}"), 1);
    QCOMPARE(latex.count("\\end{tabular}"), 1);
    QVERIFY(latex.contains("\\textbf{50.0}") && latex.contains("\\underline{40.0}"));
  }
};

ALIDADE_TEST(LatexGrammarTest)
#include "latex_grammar_test.moc"
