// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/regex.h"
#include "model/recipe/template.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
/// re.sub with a replacement in Python's syntax; nothing when either is refused. `{` is literal there.
std::optional<QString> substituted(const QString &pattern, const QString &replacement, int count, const QString &text)
{
    const Result<Regex> regex = Regex::python(pattern.toStdString());
    if (!regex)
        return std::nullopt;
    const std::string escaped = QString(replacement).replace(u'{', u"{{"_s).toStdString();
    const Result<NameTemplate> to =
        NameTemplate::compile(escaped, CaptureScope::of(*regex), NameTemplate::Escapes::Python);
    if (!to)
        return std::nullopt;
    const std::string subject = text.toStdString();
    RegexMatcher matcher(*regex);
    std::string out;
    std::size_t copied = 0;
    std::vector<std::string_view> groups;
    const auto outcome = eachMatch(matcher, subject, count, [&] {
        out.append(subject, copied, matcher.begin() - copied);
        groups.clear();
        for (int group = 0; group <= regex->groupCount(); ++group)
            groups.push_back(matcher.group(group));
        copied = matcher.end();
        return bool(to->append(out, groups));
    });
    out.append(subject, copied);
    return outcome == RegexMatcher::Outcome::GaveUp ? u"gave up"_s : QString::fromStdString(out);
}

std::optional<QString> globbed(const QString &pattern, const QString &text)
{
    const Result<Regex> regex = Regex::glob(pattern.toStdString());
    if (!regex)
        return std::nullopt;
    RegexMatcher matcher(*regex);
    const std::string subject = text.toStdString();
    return matcher.search(subject) == RegexMatcher::Outcome::Found ? u"yes"_s : u"no"_s;
}
}

class TestRegex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    /// Each line of regex.tsv is what real Python answered; make_regex.py wrote it.
    void python()
    {
        QFile file(QStringLiteral(TEST_DATA "/recipe/regex.tsv"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QStringList differences;
        int lines = 0;
        while (!file.atEnd()) {
            const QByteArray line = file.readLine().trimmed();
            const QJsonArray fields = QJsonDocument::fromJson("[" + QByteArray(line).replace('\t', ',') + "]").array();
            QCOMPARE(fields.size(), 6);
            const QString pattern = fields[1].toString(), text = fields[4].toString();
            const std::optional<QString> expected =
                fields[5].isNull() ? std::nullopt : std::optional(fields[5].toString());
            const std::optional<QString> found = fields[0].toString() == u"glob"
                ? globbed(pattern, text)
                : substituted(pattern, fields[2].toString(), fields[3].toInt(), text);
            if (found != expected)
                differences += QString::fromUtf8(line) + u" but here "_s + found.value_or(u"refused"_s);
            ++lines;
        }
        QVERIFY(lines > 1000);
        QCOMPARE(differences.join(u'\n'), QString());
    }

    /// Ambiguous repeats end in a sentence, soon; without the limit these take years.
    void hostile_data()
    {
        QTest::addColumn<QString>("pattern");
        for (const char *pattern : {"(a+)+$", "(a*)*b", "(a|aa)+$", "(a|a?)+$", "(.*a){20}b", "(?:a*a*)*c",
                                    "([a-z]+)*=", "^(([a-z])+.)+[A-Z]([a-z])+$"})
            QTest::addRow("%s", pattern) << QString::fromUtf8(pattern);
    }

    void hostile()
    {
        QFETCH(const QString, pattern);
        const Result<Regex> regex = Regex::python(pattern.toStdString());
        QVERIFY(regex);
        RegexMatcher matcher(*regex);
        const std::string subject = std::string(60, 'a') + "!";
        const auto outcome = matcher.search(subject);
        QVERIFY(outcome != RegexMatcher::Outcome::Found);
        if (outcome == RegexMatcher::Outcome::GaveUp)
            QVERIFY(matcher.gaveUp(subject).message.contains(u"too many steps"_s));
    }

    void bytesThatAreNotUtf8()
    {
        const Result<Regex> regex = Regex::python(".weight");
        QVERIFY(regex);
        RegexMatcher matcher(*regex);
        QVERIFY(matcher.search("\xff\xfe.a.weight") == RegexMatcher::Outcome::Found);
        QVERIFY(matcher.search("\xc3") == RegexMatcher::Outcome::NotFound);
    }

    void patterns_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("result");
        QTest::addRow("integer") << u"a.{i}"_s << u"{i}"_s << u"a.12"_s << u"12"_s;
        QTest::addRow("integer only") << u"a.{i}"_s << u"{i}"_s << u"a.x"_s << u"-"_s;
        QTest::addRow("the same twice") << u"{i}.{i}"_s << u"{i}"_s << u"3.3"_s << u"3"_s;
        QTest::addRow("not the same") << u"{i}.{i}"_s << u"{i}"_s << u"3.4"_s << u"-"_s;
        QTest::addRow("even") << u"{i:even}"_s << u"{i//2}"_s << u"12"_s << u"6"_s;
        QTest::addRow("not even") << u"{i:even}"_s << u"{i}"_s << u"21"_s << u"-"_s;
        QTest::addRow("odd") << u"{i:odd}"_s << u"{i}"_s << u"21"_s << u"21"_s;
        QTest::addRow("range") << u"{i:9..11}"_s << u"{i}"_s << u"10"_s << u"10"_s;
        QTest::addRow("beyond range") << u"{i:9..11}"_s << u"{i}"_s << u"12"_s << u"-"_s;
        QTest::addRow("words") << u"{p:weight|bias}"_s << u"{p}"_s << u"bias"_s << u"bias"_s;
        QTest::addRow("words are plain") << u"{p:a.b|c}"_s << u"{p}"_s << u"axb"_s << u"-"_s;
        QTest::addRow("component") << u"a.{x:*}.c"_s << u"{x}"_s << u"a.b-1.c"_s << u"b-1"_s;
        QTest::addRow("one component") << u"a.{x:*}.c"_s << u"{x}"_s << u"a.b.d.c"_s << u"-"_s;
        QTest::addRow("slashes separate") << u"a/{x:*}/c"_s << u"{x}"_s << u"a/b/c"_s << u"b"_s;
        QTest::addRow("any") << u"a.{x:**}.c"_s << u"{x}"_s << u"a.b.d.c"_s << u"b.d"_s;
        QTest::addRow("brace") << u"a{{{i}"_s << u"{{{i}}"_s << u"a{7"_s << u"{7}"_s;
        QTest::addRow("arithmetic") << u"{a}.{b}"_s << u"{a*2+b-1}.{(a+b)//2}.{a%b}.{-a}"_s << u"5.3"_s
                                    << u"12.4.2.-5"_s;
        QTest::addRow("floors as Python") << u"{a}.{b}"_s << u"{-a//b}.{-a%b}"_s << u"7.2"_s << u"-4.1"_s;
        QTest::addRow("format") << u"{a}"_s << u"{a:03}.{a+1:2d}.{-a:03}"_s << u"7"_s << u"007. 8.-07"_s;
        QTest::addRow("leading zeros stay") << u"{a}"_s << u"{a}.{a+0}"_s << u"007"_s << u"007.7"_s;
    }

    void patterns()
    {
        QFETCH(const QString, pattern);
        QFETCH(const QString, to);
        QFETCH(const QString, name);
        QFETCH(const QString, result);
        const Result<NamePattern> compiled = NamePattern::compile(pattern.toStdString(), NamePattern::At::Whole);
        QVERIFY2(compiled, compiled ? "" : qPrintable(compiled.error().message));
        const Result<NameTemplate> name2 =
            NameTemplate::compile(to.toStdString(), compiled->scope(), NameTemplate::Escapes::None);
        QVERIFY2(name2, name2 ? "" : qPrintable(name2.error().message));
        RegexMatcher matcher(compiled->regex());
        const std::string subject = name.toStdString();
        if (matcher.search(subject) != RegexMatcher::Outcome::Found) {
            QCOMPARE(u"-"_s, result);
            return;
        }
        std::vector<std::string_view> values;
        for (int slot = 0; slot < compiled->scope().slotCount; ++slot)
            values.push_back(matcher.group(slot));
        std::string out;
        QVERIFY(name2->append(out, values));
        QCOMPARE(QString::fromStdString(out), result);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("message");
        QTest::addRow("no end") << u"a.{i"_s << u""_s
                                << u"The pattern “a.{i” cannot be used: a { has no }; a literal brace is written {{."_s;
        QTest::addRow("no name") << u"a.{}"_s << u""_s
                                 << u"The pattern “a.{}” cannot be used: “{}” does not name a capture such as {i}."_s;
        QTest::addRow("unknown capture")
            << u"a.{i}"_s << u"{j}"_s
            << u"The result “{j}” cannot be used: there is no capture “j”; did you mean “i”?"_s;
        QTest::addRow("a function")
            << u"a.{i}"_s << u"{stage(i)}"_s
            << u"The result “{stage(i)}” cannot be used: The expression “stage(i)” cannot be used: “stage” takes the name of a list first, and “i” is none."_s;
        QTest::addRow("an operator missing")
            << u"a.{i}"_s << u"{i 1}"_s
            << u"The result “{i 1}” cannot be used: The expression “i 1” cannot be used: “1” is not understood there."_s;
        QTest::addRow("an end missing")
            << u"a.{i}"_s << u"{i+}"_s
            << u"The result “{i+}” cannot be used: The expression “i+” cannot be used: it ends where a value is expected."_s;
    }

    void refused()
    {
        QFETCH(const QString, pattern);
        QFETCH(const QString, to);
        QFETCH(const QString, message);
        const Result<NamePattern> compiled = NamePattern::compile(pattern.toStdString(), NamePattern::At::Whole);
        const Result<NameTemplate> result = compiled
            ? NameTemplate::compile(to.toStdString(), compiled->scope(), NameTemplate::Escapes::None)
            : Result<NameTemplate>(compiled.error());
        QVERIFY(!result);
        QCOMPARE(result.error().message, message);
    }
};

QTEST_GUILESS_MAIN(TestRegex)
#include "tst_regex.moc"
