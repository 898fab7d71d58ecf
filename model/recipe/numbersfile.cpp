// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/numbersfile.h"

#include "model/base/text.h"
#include "model/recipe/textbeside.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr qint64 largestFile = 32 * 1024 * 1024;
constexpr std::size_t mostNumbers = 1'000'000;

Error badList(const QString &file, const QString &why)
{
    return {Error::Kind::BadRecipe, tr("The list “%1” cannot be used: %2").arg(file, why), file};
}

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view between = " \t\r\n,";
}

Result<std::vector<qint64>> parseNumbers(std::string_view text, const QString &fileName, std::optional<qint64> null)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const std::string_view whole = text;
    const auto line = [&] { return 1 + std::count(whole.begin(), whole.begin() + (text.data() - whole.data()), '\n'); };
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    const std::size_t end = text.find_last_not_of(blanks);
    text = text.substr(0, end == text.npos ? 0 : end + 1);
    if (text.starts_with('[')) {
        if (!text.ends_with(']'))
            return badList(fileName, tr("the bracket that opens in line %1 does not close.").arg(line()));
        text = text.substr(1, text.size() - 2);
    }
    std::vector<qint64> numbers;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(between), text.size()));
        if (text.empty())
            break;
        const std::string_view one = text.substr(0, text.find_first_of(between));
        qint64 number = 0;
        const auto [last, problem] = std::from_chars(one.data(), one.data() + one.size(), number);
        if (null && one == "null")
            number = *null;
        else if (problem != std::errc() || last != one.data() + one.size())
            return badList(fileName,
                           tr("line %1 has “%2” where a whole number is expected.")
                               .arg(line())
                               .arg(displayName(one.substr(0, 64))));
        if (numbers.size() == mostNumbers)
            return badList(fileName, tr("it has more than %1 numbers.").arg(exactText(qint64(mostNumbers))));
        numbers.push_back(number);
        text.remove_prefix(one.size());
    }
    if (numbers.empty())
        return badList(fileName, tr("it has no number."));
    return numbers;
}

Result<std::vector<qint64>> readNumbers(const QString &file, const QString &folder, std::optional<qint64> null)
{
    const auto [path, text] = TextBeside::read(file, folder, largestFile);
    return text ? parseNumbers(*text, path, null) : badList(path, text.error().message);
}
