// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/weightmatrix.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/decimal.h"
#include "model/recipe/textbeside.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr qint64 largestFile = 4 * 1024 * 1024;
constexpr std::size_t mostNumbers = 262'144; ///< 512 × 512
constexpr std::string_view between = " \t\r,;";

Error badFile(const QString &file, const QString &why)
{
    return {Error::Kind::BadRecipe, tr("The matrix “%1” cannot be used: %2").arg(file, why), file};
}

/// Adds a row of numbers; a sentence says why it cannot.
QString addRow(WeightMatrix &matrix, const std::vector<double> &row)
{
    if (matrix.rows > 0 && qint64(row.size()) != matrix.columns)
        return tr("the row %1 has %2 numbers, and those before it %3.")
            .arg(matrix.rows + 1)
            .arg(row.size())
            .arg(matrix.columns);
    if (matrix.numbers.size() + row.size() > mostNumbers)
        return tr("it has more than %1 numbers.").arg(exactText(qint64(mostNumbers)));
    matrix.numbers.insert(matrix.numbers.end(), row.begin(), row.end());
    matrix.columns = qint64(row.size());
    ++matrix.rows;
    return {};
}
}

Result<WeightMatrix> WeightMatrix::parse(const Node &node)
{
    const auto wrong = [](const Node &what) {
        return expected(what, tr("a row of numbers for each new channel, such as [[1, 0, 0], [0.5, 0.5, 0]]"));
    };
    WeightMatrix matrix;
    if (!node.isList() || node.items.empty())
        return wrong(node);
    for (const Node &item : node.items) {
        if (!item.isList() || item.items.empty())
            return wrong(item);
        std::vector<double> row;
        for (const Node &number : item.items) {
            const std::optional<double> value = number.isScalar() ? parseDecimal(number.text) : std::nullopt;
            if (!value)
                return expected(number, tr("a number"));
            row.push_back(*value);
        }
        if (const QString problem = addRow(matrix, row); !problem.isEmpty())
            return expected(item, tr("a matrix, but %1").arg(problem.chopped(1)));
    }
    return matrix;
}

Node WeightMatrix::print() const
{
    std::vector<Node> lines;
    for (qint64 row = 0; row < rows; ++row) {
        std::vector<Node> line;
        for (qint64 column = 0; column < columns; ++column)
            line.push_back(Node::scalar(decimalText(numbers[std::size_t(row * columns + column)])));
        lines.push_back(Node::list(std::move(line)));
    }
    return Node::list(std::move(lines));
}

Result<WeightMatrix> WeightMatrix::parseText(std::string_view text, const QString &fileName)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != text.npos && text[first] == '[') {
        const Result<Node> node = parseYaml(text);
        const Result<WeightMatrix> matrix = node ? parse(*node) : node.error();
        return matrix ? matrix : badFile(fileName, matrix.error().message);
    }
    WeightMatrix matrix;
    for (qint64 line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view rest = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        rest = rest.substr(0, rest.find('#')); // as numpy.savetxt writes what it is
        std::vector<double> row;
        while (true) {
            rest.remove_prefix(std::min(rest.find_first_not_of(between), rest.size()));
            if (rest.empty())
                break;
            const std::string_view one = rest.substr(0, rest.find_first_of(between));
            const std::optional<double> number = parseDecimal(one);
            if (!number)
                return badFile(
                    fileName,
                    tr("line %1 has “%2” where a number is expected.").arg(line).arg(displayName(one.substr(0, 64))));
            row.push_back(*number);
            rest.remove_prefix(one.size());
        }
        if (const QString problem = row.empty() ? QString() : addRow(matrix, row); !problem.isEmpty())
            return badFile(fileName, tr("in line %1, %2").arg(line).arg(problem));
    }
    return matrix.rows > 0 ? Result<WeightMatrix>(std::move(matrix)) : badFile(fileName, tr("it has no number."));
}

Result<WeightMatrix> WeightMatrix::read(const QString &file, const QString &folder)
{
    const auto [path, text] = TextBeside::read(file, folder, largestFile);
    return text ? parseText(*text, path) : badFile(path, text.error().message);
}
