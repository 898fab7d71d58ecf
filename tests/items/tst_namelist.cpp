// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/namelist.h"

#include "tests/support/planfrom.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QString textOf(const std::vector<NameCompletion> &completions)
{
    QStringList all;
    for (const NameCompletion &one : completions)
        all << u"%1 %2"_s.arg(QString::fromStdString(one.text)).arg(one.names);
    return all.join(u", "_s);
}
}

class TestNameList : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<const NameList> m_list;

private Q_SLOTS:
    void initTestCase()
    {
        Progress progress;
        m_list = NameList::make({"stem.weight", "layers.10.attn.qkv.weight", "layers.2.attn.qkv.weight",
                                 "layers.2.attn.qkv.bias", "layers.2.norm", "layers", "head_norm.bias"},
                                nullptr, progress);
        QVERIFY(m_list);
    }

    void completes_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("beginnings");
        QTest::addColumn<QString>("components");
        QTest::addRow("nothing") << u""_s << u"head_norm. 1, layers 1, layers. 4, stem. 1"_s
                                 << u"layers 5, attn 3, qkv 3"_s;
        QTest::addRow("part of a component") << u"la"_s << u"layers 1, layers. 4"_s << u"layers 5"_s;
        QTest::addRow("numbers by size") << u"layers."_s << u"layers.2. 3, layers.10. 1"_s << u""_s;
        QTest::addRow("a name beside a group") << u"layers.2."_s << u"layers.2.attn. 2, layers.2.norm 1"_s << u""_s;
        QTest::addRow("whole names") << u"layers.2.attn.qkv."_s
                                     << u"layers.2.attn.qkv.bias 1, layers.2.attn.qkv.weight 1"_s << u""_s;
        QTest::addRow("its start before its inside") << u"norm"_s << u""_s << u"norm 1, head_norm 1"_s;
        QTest::addRow("in no name") << u"x"_s << u""_s << u""_s;
    }

    void completes()
    {
        QFETCH(const QString, typed);
        constexpr std::size_t many = 10;
        constexpr std::size_t few = 3;
        QTEST(textOf(m_list->beginnings(typed.toStdString(), many)), "beginnings");
        QTEST(textOf(m_list->components(typed.toStdString(), few)), "components");
    }

    /// What the steps inside a single one renamed and then joined has, before that one, the names of the file.
    void beforeAStepThatIncludes()
    {
        QTemporaryDir folder;
        QFile inner(folder.filePath(u"inner.recipe.yaml"_s));
        QVERIFY(inner.open(QIODevice::WriteOnly));
        inner.write("weightsmith: 1\nsteps:\n  - rename: {suffix: .k, to: .key}\n"
                    "  - concat: {from: ['{m:**}.q', '{m}.key'], to: '{m}.qk'}\n"
                    "  - split: {from: '{m:**}.qk', to: ['{m}.a', '{m}.b', _]}\n");
        inner.close();
        const Result<Recipe> recipe =
            Recipe::parse("weightsmith: 1\nsteps:\n  - add-prefix: x.\n  - include: inner.recipe.yaml\n",
                          folder.filePath(u"r.recipe.yaml"_s));
        QVERIFY(recipe);
        const auto plan =
            planFrom({u"0.q float32 3"_s, u"0.k float32 3"_s, u"1.q float32 3"_s, u"1.k float32 3"_s}, *recipe);
        QVERIFY(!plan->error);
        Progress progress;
        const auto namesAt = [&](int step) {
            constexpr std::size_t many = 10;
            const auto list = namesBefore(plan, step, progress);
            return textOf(list->beginnings("", many)) + u" | "_s + textOf(list->beginnings("x.0.", many));
        };
        QCOMPARE(namesAt(-1), u"x. 4 | x.0.a 1, x.0.b 1"_s);
        QCOMPARE(namesAt(1), u"x. 4 | x.0.k 1, x.0.q 1"_s);
        QCOMPARE(namesAt(0), u"0. 2, 1. 2 | "_s);
    }

    void stops()
    {
        struct Stopped final : Progress
        {
            bool stopRequested() const override { return true; }
        } progress;
        QVERIFY(!NameList::make({"a"}, nullptr, progress));
    }
};

QTEST_GUILESS_MAIN(TestNameList)
#include "tst_namelist.moc"
