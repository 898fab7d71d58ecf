// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/rootchoice.h"
#include "tests/support/checkpointbuilder.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QString text(const Checkpoint &checkpoint, RootId id)
{
    const QString path = QString::fromStdString(pathText(checkpoint.root(id).path));
    return path.isEmpty() ? u"(top)"_s : path;
}
}

class TestRootChoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void chooses_data();
    void chooses();
    void choosesBelowAPrefix();
    void explainsItself();
    void paths_data();
    void paths();
    void findsRoots();
};

void TestRootChoice::chooses_data()
{
    QTest::addColumn<QStringList>("lines");
    QTest::addColumn<QString>("preferring"); ///< chosen, then the others; "=" marks a tie
    QTest::addColumn<QString>("avoiding");
    const auto row = [](const char *tag, const QStringList &lines, const QString &preferring,
                        const QString &avoiding = {}) {
        QTest::addRow("%s", tag) << lines << preferring << (avoiding.isEmpty() ? preferring : avoiding);
    };
    const QString w = u"w float32 10"_s;
    row("bare state dict", {w}, u"(top)"_s);
    row("nothing", {}, u"none"_s);
    row("state_dict", {u"[state_dict]"_s, w}, u"state_dict"_s);
    row("optimizer is never chosen", {u"[model]"_s, w, u"[optimizer/state]"_s, u"w float32 1000"_s}, u"model"_s);
    row("optimizer alone", {u"[optimizer/state]"_s, w}, u"none"_s);
    row("averages first", {u"[state_dict]"_s, w, u"[state_dict_ema]"_s, w}, u"state_dict_ema, state_dict"_s,
        u"state_dict, state_dict_ema"_s);
    row("teacher first", {u"[student]"_s, w, u"[teacher]"_s, w}, u"teacher, student"_s, u"student, teacher"_s);
    row("target encoder", {u"[encoder]"_s, w, u"[predictor]"_s, w, u"[target_encoder]"_s, w},
        u"target_encoder, encoder, predictor"_s, u"encoder, predictor, target_encoder"_s);
    row("MMEngine swaps: its ema_state_dict is raw",
        {u"[state_dict]"_s, w, u"[ema_state_dict]"_s, w, u"steps int64 1"_s}, u"state_dict, ema_state_dict"_s);
    row("state_dict before model", {u"[model]"_s, w, u"[state_dict]"_s, w}, u"state_dict, model"_s);
    row("a name before size", {u"[model]"_s, w, u"[other]"_s, u"w float32 1000"_s}, u"model, other"_s);
    row("a name before the top level", {w, u"[state_dict]"_s, w}, u"state_dict, (top)"_s);
    row("names nest", {u"[state_dict/model]"_s, w, u"[state_dict/other]"_s, u"w float32 1000"_s},
        u"state_dict/model, state_dict/other"_s);
    row("VISSL",
        {u"[classy_state_dict/base_model/model/heads]"_s, u"w float32 5"_s,
         u"[classy_state_dict/base_model/model/trunk]"_s, w},
        u"classy_state_dict/base_model/model/trunk, classy_state_dict/base_model/model/heads"_s);
    row("unknown names: the only one", {u"[foo]"_s, w}, u"foo"_s);
    row("unknown names: the largest", {u"[foo]"_s, w, u"[bar]"_s, u"w float32 11"_s}, u"bar, foo"_s);
    row("unknown names: equal", {u"[foo]"_s, w, u"[bar]"_s, w}, u"foo=, bar"_s);
    row("integers do not count beside floats", {u"[model]"_s, u"w int64 1000"_s, u"[foo]"_s, w}, u"foo"_s);
    row("only integers", {u"[foo]"_s, u"w int64 10"_s}, u"foo"_s);
}

void TestRootChoice::chooses()
{
    QFETCH(const QStringList, lines);
    QFETCH(const QString, preferring);
    QFETCH(const QString, avoiding);

    const auto checkpoint = checkpointFrom(lines);
    for (const EmaPolicy policy : {EmaPolicy::Prefer, EmaPolicy::Avoid}) {
        const RootChoice choice = chooseRoot(*checkpoint, {}, policy);
        QStringList got{choice.root ? text(*checkpoint, *choice.root) + (choice.tied ? u"="_s : u""_s) : u"none"_s};
        for (const RootId other : choice.others)
            got += text(*checkpoint, other);
        QCOMPARE(got.join(u", "_s), policy == EmaPolicy::Prefer ? preferring : avoiding);
        QVERIFY(choice.reason.endsWith(u'.'));
    }
}

void TestRootChoice::choosesBelowAPrefix()
{
    const auto checkpoint = checkpointFrom(
        {u"[a/model]"_s, u"w float32 10"_s, u"[b/foo]"_s, u"w float32 10"_s, u"[b/model]"_s, u"w float32 1"_s});
    QCOMPARE(text(*checkpoint, *chooseRoot(*checkpoint, {"b"}).root), u"b/model"_s);
    QVERIFY(!chooseRoot(*checkpoint, {"c"}).root);
}

void TestRootChoice::explainsItself()
{
    const QString w = u"w float32 10"_s;
    QCOMPARE(chooseRoot(*checkpointFrom({u"[model]"_s, w})).reason,
             u"The weights of “model.pt” are at “model” (1 tensors, 10 parameters), the only place that holds any."_s);
    QCOMPARE(chooseRoot(*checkpointFrom({w, u"[model]"_s, w})).reason,
             u"The weights of “model.pt” are taken from “model” (1 tensors, 10 parameters), by its name; "
             "there is also the top level (1 tensors, 10 parameters)."_s);
    QCOMPARE(chooseRoot(*checkpointFrom({u"[optimizer]"_s, w})).reason,
             u"“model.pt” holds no tensors outside of optimizer state."_s);
}

void TestRootChoice::paths_data()
{
    QTest::addColumn<QStringList>("components");
    QTest::addColumn<QString>("text");
    QTest::addRow("top level") << QStringList{} << u""_s;
    QTest::addRow("one") << QStringList{u"model"_s} << u"model"_s;
    QTest::addRow("two") << QStringList{u"model"_s, u"ema"_s} << u"model/ema"_s;
    QTest::addRow("slash") << QStringList{u"a/b"_s, u"c"_s} << u"\"a/b\"/c"_s;
    QTest::addRow("quote") << QStringList{u"a\"/b"_s, u"c"_s} << u"\"a\"\"/b\"/c"_s;
    QTest::addRow("quotes alone") << QStringList{u"\"\""_s} << u"\"\"\"\"\"\""_s;
    QTest::addRow("empty component") << QStringList{u""_s} << u"\"\""_s;
    QTest::addRow("empty components") << QStringList{u""_s, u"a"_s, u""_s} << u"\"\"/a/\"\""_s;
}

void TestRootChoice::paths()
{
    QFETCH(const QStringList, components);
    QFETCH(const QString, text);
    std::vector<std::string> path;
    for (const QString &component : components)
        path.push_back(component.toStdString());
    QCOMPARE(QString::fromStdString(pathText(path)), text);
    QCOMPARE(parsePath(text.toStdString()), path);
}

void TestRootChoice::findsRoots()
{
    const auto checkpoint = checkpointFrom({u"[a/model]"_s, u"w float32 10"_s});
    QCOMPARE(findRoot(*checkpoint, {"a", "model"}), std::optional(RootId(0)));
    QVERIFY(!findRoot(*checkpoint, {"a"}));
    QVERIFY(!findRoot(*checkpoint, {}));
}

QTEST_GUILESS_MAIN(TestRootChoice)
#include "tst_rootchoice.moc"
