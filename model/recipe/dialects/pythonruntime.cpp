// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/pythonruntime.h"

#include "model/checkpoint/rootchoice.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/template.h"

#include <QFile>

#include <algorithm>

namespace {
/// A piece begins with a line `#: NAME NEEDED…`.
struct Piece
{
    std::string name;
    std::vector<std::string> needs;
    std::string text;

    bool isMethod() const { return text.starts_with("    "); }
};

void readPieces(const QString &path, std::vector<Piece> &pieces)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    bool isBegun = false; // what stands before the first piece of a file is of none
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("#: ")) {
            isBegun = true;
            const QByteArrayList words = line.mid(3).split(' ');
            pieces.push_back({words.front().toStdString(), {}, {}});
            for (const QByteArray &word : words.mid(1))
                pieces.back().needs.push_back(word.toStdString());
        } else if (!line.startsWith("# ") && isBegun && (!line.isEmpty() || !pieces.back().text.empty())) {
            pieces.back().text += line.toStdString() + '\n';
        }
    }
}

std::vector<Piece> readPieces()
{
    std::vector<Piece> pieces;
    for (const char *name : {"functions.py", "grids.py", "table.py", "rows.py"})
        readPieces(QStringLiteral(":/export/") + QString::fromLatin1(name), pieces);
    for (Piece &piece : pieces) {
        while (piece.text.ends_with("\n\n"))
            piece.text.pop_back();
    }
    return pieces;
}

void addNeeded(const std::vector<Piece> &all, const std::string &name, PythonPieces &wanted)
{
    if (!wanted.insert(name).second)
        return;
    for (const Piece &piece : all) {
        if (piece.name != name)
            continue;
        for (const std::string &need : piece.needs)
            addNeeded(all, need, wanted);
    }
}

/// `NAME = ('a', 'b')`, on lines of their own width.
std::string constant(std::string_view name, std::span<const std::string_view> words)
{
    constexpr std::size_t widest = 110;
    std::string out = std::string(name) + " = (", line;
    const std::string indent(out.size(), ' ');
    for (const std::string_view word : words) {
        const std::string next = '\'' + std::string(word) + "', ";
        if (indent.size() + line.size() + next.size() > widest) {
            line.pop_back();
            out += line + '\n' + indent;
            line.clear();
        }
        line += next;
    }
    line.erase(line.size() - 2);
    return out + line + ")\n";
}
}

std::string pythonRuntime(const PythonPieces &pieces)
{
    static const std::vector<Piece> all = readPieces();
    PythonPieces wanted;
    addNeeded(all, "table", wanted);
    for (const std::string &name : pieces)
        addNeeded(all, name, wanted);
    std::string functions, table, methods;
    for (const Piece &piece : all) {
        if (!wanted.contains(piece.name))
            continue;
        if (piece.name == "table")
            table = piece.text;
        else
            (piece.isMethod() ? methods : functions) += (piece.isMethod() ? "\n" : "\n\n") + piece.text;
    }
    const ContainerNames names = containerNames();
    return "# Where weights lie in a file: averaged ones, plain ones; and below which names there are none.\n"
        + constant("AVERAGED", names.averaged) + constant("PLAIN", names.plain) + constant("STATE", names.state)
        + constant("STATE_PARTS", names.stateParts) + functions + "\n\n" + table + methods;
}

std::string pythonImports(std::string_view text)
{
    constexpr std::string_view modules[] = {"bisect",  "fnmatch", "functools", "itertools", "json",
                                            "logging", "math",    "os",        "re",        "sys"};
    std::string out;
    for (const std::string_view module : modules) {
        const std::string used = std::string(module) + '.';
        std::size_t at = text.find(used);
        while (at != std::string_view::npos && at > 0 && (isWordCharacter(text[at - 1]) || text[at - 1] == '.'))
            at = text.find(used, at + 1);
        if (at != std::string_view::npos)
            out += "import " + std::string(module) + '\n';
    }
    return out + "\nimport torch\n";
}
