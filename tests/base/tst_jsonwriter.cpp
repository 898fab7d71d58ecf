// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/jsonwriter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

class TestJsonWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void strings_data();
    void strings();
    void nests();
    void numbers();
    void everyCharacterComesBack();
};

void TestJsonWriter::strings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *tag, const QByteArray &text, const QByteArray &json) {
        QTest::addRow("%s", tag) << text << json;
    };
    row("plain", "weight", R"("weight")");
    row("empty", "", R"("")");
    row("quote and backslash", R"(a"b\c)", R"("a\"b\\c")");
    row("controls", QByteArray("\n\r\t\0\x1B\x7F", 6), R"("\n\r\t\u0000\u001b\u007f")");
    row("UTF-8", "é名\xF0\x9F\x98\x80", "\"é名\xF0\x9F\x98\x80\"");
    row("not UTF-8",
        "a\xFF"
        "b",
        "\"a\xEF\xBF\xBD"
        "b\"");
    row("cut sequence", "\xE5\x90", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    row("surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

void TestJsonWriter::strings()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, json);
    QCOMPARE(QByteArray::fromStdString(jsonString({text.data(), std::size_t(text.size())})), json);
}

void TestJsonWriter::nests()
{
    JsonWriter json;
    json.beginObject();
    json.key("b").beginArray().value(1).value("two").beginArray().endArray().null().endArray();
    json.key("a").beginObject().endObject();
    json.key("c").value(true).key("d").raw("[9]");
    json.endObject();
    QCOMPARE(json.text(), R"({"b": [1, "two", [], null], "a": {}, "c": true, "d": [9]})");
    QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(json.text())).isObject());
    QCOMPARE(json.take(), R"({"b": [1, "two", [], null], "a": {}, "c": true, "d": [9]})");
}

void TestJsonWriter::numbers()
{
    JsonWriter json;
    json.beginArray();
    json.value(std::numeric_limits<qint64>::max()).value(std::numeric_limits<qint64>::min());
    json.value(0.1).value(1e300).value(-0.0).value(std::numeric_limits<double>::denorm_min());
    json.value(std::nan("")).value(double(INFINITY)).value(double(-INFINITY));
    json.endArray();
    QCOMPARE(json.text(),
             R"([9223372036854775807, -9223372036854775808, 0.1, 1e+300, -0, 5e-324, )"
             R"("NaN", "Infinity", "-Infinity"])");
}

void TestJsonWriter::everyCharacterComesBack()
{
    QString all;
    for (char32_t code = 0; code < 0x3000; ++code)
        all += QString::fromUcs4(&code, 1);
    const QByteArray utf8 = all.toUtf8();
    const std::string json = "[" + jsonString({utf8.data(), std::size_t(utf8.size())}) + "]";
    QCOMPARE(QJsonDocument::fromJson(QByteArray::fromStdString(json)).array().at(0).toString(), all);
}

QTEST_GUILESS_MAIN(TestJsonWriter)
#include "tst_jsonwriter.moc"
