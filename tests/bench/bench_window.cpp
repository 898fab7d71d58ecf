// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Uses the real window with a mixture-of-experts model, a target and a recipe through real events, and tells the
// processor time of every event on the GUI thread. Not part of the normal run:
//     bench_window [TENSORS] [flat]        (default 100000; flat: keys without dots, all of them siblings)
// A Markdown table by action: all events; median, 99th percentile and maximum of those that took a tenth of a
// millisecond or more; and which event took the most.

#include "tests/bench/eventwatch.h"
#include "ui/chipbar.h"
#include "ui/fieldeditor.h"
#include "ui/keytreeview.h"
#include "ui/mainwindow.h"
#include "ui/recipepanel.h"
#include "ui/yamledit.h"

#include <QAction>
#include <QClipboard>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QLoggingCategory>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <QtEndian>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace Qt::StringLiterals;

namespace {
constexpr const char *flatRecipeText = R"(weightsmith: 1
steps:
  - remove-prefix: net_
  - rename: {text: _gate_, to: _gate_}
  - rename: {text: _old, to: _new}
  - drop: {suffix: _inv_freq}
)";

constexpr const char *recipeText = R"(weightsmith: 1
steps:
  - remove-prefix: net.
  - rename: {text: .experts., to: .moe.}
  - rename: {from: 'layers.{i}.moe.{e}.w1', to: 'layers.{i}.moe.{e}.gate_proj'}
  - drop: {suffix: .inv_freq}
)";

bool isFlat = false;

/// Near the largest that is read: pairs of names by the thousand.
const QByteArray longRecipe = [] {
    QByteArray text = "weightsmith: 1\nsteps:\n  - remove-prefix: net.\n  - pairs:\n      pairs:\n";
    for (int at = 0; text.size() < 3'900'000; ++at)
        text += "        some.other.model.layers." + QByteArray::number(at) + ".weight: blocks."
            + QByteArray::number(at) + ".weight\n";
    return text;
}();

/// 64 experts of four tensors a layer; every 256th tensor is a buffer that the recipe drops. Flat: no dot that makes a
/// group, and a name that starts the same in the file.
QByteArray keyOf(int number, bool isTarget)
{
    if (isFlat)
        return (isTarget ? "moe_" : "net_moe_") + QByteArray::number(number)
            + (number % 256 == 255   ? "_inv_freq"
                   : number % 4 == 3 ? "_gate"
                                     : "_w2");
    constexpr const char *sources[] = {"w1", "w2", "w3", "gate"};
    constexpr const char *targets[] = {"gate_proj", "w2", "w3", "gate"};
    const char *end = number % 256 == 255 ? "inv_freq" : (isTarget ? targets : sources)[number % 4];
    return QByteArray(isTarget ? "layers." : "net.layers.") + QByteArray::number(number / 256)
        + (isTarget ? ".moe." : ".experts.") + QByteArray::number(number / 4 % 64) + '.' + end;
}

/// A safetensors file without its tensors' bytes. In a target every thousandth key has another shape, and every
/// `missing`th another name.
bool writeFile(const QString &path, int count, bool isTarget, int missing)
{
    QByteArray header = "{";
    qint64 bytes = 0;
    for (int i = 0; i < count; ++i) {
        if (isTarget && i % 256 == 255)
            continue;
        const int size = isTarget && i % 1000 == 0 ? 16 : 8;
        const QByteArray key = keyOf(i, isTarget) + (isTarget && i % missing == 1 ? "x" : "");
        header += (header.size() > 1 ? ",\"" : "\"") + key + R"(":{"dtype":"F32","shape":[)" + QByteArray::number(size)
            + R"(],"data_offsets":[)" + QByteArray::number(bytes) + ',' + QByteArray::number(bytes + size * 4) + "]}";
        bytes += size * 4;
    }
    header += '}';
    QByteArray length(8, 0);
    qToLittleEndian(quint64(header.size()), length.data());
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(length) == 8 && file.write(header) == header.size()
        && file.resize(8 + header.size() + bytes);
}

/// Goes through everything a user does, one action after the other.
class User
{
public:
    User(EventWatch &watch, const QTemporaryDir &folder, int count) : m_watch(watch), m_folder(folder), m_count(count)
    {}

    void doAll()
    {
        open();
        filter();
        edit();
        scroll();
        expand();
        select();
        writeText();
        switchTarget();
        m_watch.begin(u"resize the window"_s);
        for (int width = 1600; width > 1000; width -= 40) {
            m_window.resize(width, 900);
            QTest::qWait(pause);
        }
        settle();
        m_watch.begin(u"switch to dark"_s);
        m_window.useTheme(ThemeChoice::Dark);
        settle();
    }

    bool isGood() const { return m_isGood; }

private:
    static constexpr int pause = 30; ///< milliseconds between what a quick user does

    QString file(const QString &name) const { return m_folder.filePath(name); }

    template<typename T>
    T *child(const QString &name) const
    {
        T *found = m_window.findChild<T *>(name);
        if (!found)
            qFatal("no child called %s", qPrintable(name));
        return found;
    }

    KeyTreeView *tree() const { return child<KeyTreeView>(u"keyTree"_s); }

    /// Until nothing runs, long enough for a filter line's pause before and for the paint after it.
    void settle()
    {
        QTest::qWait(300);
        const auto *text = child<YamlEdit>(u"recipeText"_s);
        const auto isDone = [&] { return m_window.isSettled() && !tree()->isCopying() && !text->isFilling(); };
        m_isGood = QTest::qWaitFor(isDone, 60'000) && m_isGood;
        QTest::qWait(50);
    }

    void expect(bool holds, const char *what)
    {
        if (!holds)
            std::fprintf(stderr, "After “%s”: %s\n", qPrintable(m_watch.actions().back().name), what);
        m_isGood = m_isGood && holds;
    }

    /// A call that no key makes, as an event of its own.
    void call(const std::function<void()> &work)
    {
        QMetaObject::invokeMethod(&m_window, work, Qt::QueuedConnection);
        settle();
    }

    void trigger(const QString &action)
    {
        call([this, action] { child<QAction>(action)->trigger(); });
    }

    void type(QWidget *widget, const QString &text)
    {
        for (const QChar letter : text) {
            QTest::keyClick(widget, letter.toLatin1());
            QTest::qWait(pause);
        }
    }

    void press(QWidget *widget, Qt::Key key, int times, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        for (int i = 0; i < times; ++i) {
            QTest::keyClick(widget, key, modifiers);
            QTest::qWait(1);
        }
        settle();
    }

    void open()
    {
        m_window.resize(1500, 900);
        m_window.show();
        settle();
        m_watch.begin(u"open the file"_s);
        m_window.openCheckpoint(file(u"source.safetensors"_s));
        settle();
        expect(m_window.document()->plan() != nullptr, "there is no plan");
        m_watch.begin(u"open the target"_s);
        m_window.openTarget(file(u"target.safetensors"_s));
        settle();
        expect(m_window.document()->fit().has_value(), "there is no fit");
        m_watch.begin(u"open the recipe"_s);
        m_window.openRecipe(file(u"bench.recipe.yaml"_s));
        settle();
        expect(m_window.document()->fit()->coverage.tensors > 1000, "nothing fits");
    }

    void filter()
    {
        auto *line = child<QLineEdit>(u"filterLine"_s);
        m_watch.begin(u"type a filter"_s);
        line->setFocus();
        type(line, isFlat ? u"moe_7"_s : u"moe.7"_s);
        settle();
        m_watch.begin(u"lengthen it letter by letter, slowly"_s);
        for (const QChar letter : isFlat ? u"77_w"_s : u".gate"_s) {
            type(line, letter);
            settle();
        }
        expect(tree()->model()->rowCount() > 0, "nothing is found");
        m_watch.begin(u"clear the filter"_s);
        press(line, Qt::Key_Escape, 1);
        m_watch.begin(u"filter by glob, regex, shape, verdict"_s);
        for (const QString &text : {u"*w2"_s, u"/moe.1[0-9]/"_s, u"shape:8"_s, u"missing"_s}) {
            type(line, text);
            settle();
            press(line, Qt::Key_Escape, 1);
        }
        m_watch.begin(u"click every chip"_s);
        const auto chips = m_window.findChildren<ChipButton *>();
        for (ChipButton *chip : chips) {
            if (chip->isVisible())
                QTest::mouseClick(chip, Qt::LeftButton);
            settle();
        }
        QTest::mouseClick(chips.front(), Qt::LeftButton);
        settle();
    }

    void edit()
    {
        auto *panel = child<RecipePanel>(u"recipePanel"_s);
        m_watch.begin(u"add a step"_s);
        QTest::mouseClick(child<QPushButton>(u"addStepButton"_s), Qt::LeftButton);
        auto *search = child<QLineEdit>(u"paletteSearch"_s);
        type(search, u"add-prefix"_s);
        press(search, Qt::Key_Return, 1);
        m_watch.begin(u"type in its field"_s);
        auto *line = m_window.findChildren<FieldEditor *>(u"field-prefix"_s).last()->findChild<QLineEdit *>();
        line->setFocus();
        type(line, u"model."_s);
        settle();
        expect(m_window.document()->recipe().steps().size() == 5, "the step is not there");
        m_watch.begin(u"the same, slowly"_s);
        for (const QChar letter : u"net"_s) {
            type(line, letter);
            settle();
        }
        m_watch.begin(u"close the form, toggle, move and delete steps"_s);
        press(line, Qt::Key_Escape, 1);
        panel->selectStep(4);
        for (const char *action :
             {"toggleStep", "toggleStep", "moveUp", "moveUp", "moveDown", "duplicateStep", "deleteStep", "deleteStep"})
            trigger(QString::fromLatin1(action));
        panel->selectStep(0);
        trigger(u"toggleStep"_s);
        m_watch.begin(u"undo and redo all"_s);
        const int edits = 9;
        press(&m_window, Qt::Key_Z, edits, Qt::ControlModifier);
        press(&m_window, Qt::Key_Z, edits, Qt::ControlModifier | Qt::ShiftModifier);
        m_watch.begin(u"undo one by one"_s);
        while (m_window.document()->canUndo() && !m_window.document()->undoText().startsWith(u"Load recipe"_s))
            press(&m_window, Qt::Key_Z, 1, Qt::ControlModifier);
        expect(m_window.document()->recipe().steps().size() == 4, "the recipe is not the one that was opened");
    }

    void scroll()
    {
        m_watch.begin(u"scroll by wheel and page"_s);
        tree()->setFocus();
        call([this] { tree()->expandUpTo(5000); });
        const QPointF middle = tree()->viewport()->rect().center();
        for (int i = 0; i < 200; ++i) {
            const int turn = i < 150 ? -120 : 120;
            QWheelEvent wheel(middle, tree()->viewport()->mapToGlobal(middle), {}, {0, turn}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(tree()->viewport(), &wheel);
            QTest::qWait(1);
        }
        expect(tree()->verticalScrollBar()->value() > 0, "it did not scroll");
        press(tree(), Qt::Key_PageDown, 100);
        press(tree(), Qt::Key_End, 1);
        press(tree(), Qt::Key_Home, 1);
        press(tree(), Qt::Key_Down, 50);
    }

    void goToFirst()
    {
        call([this] { tree()->goToKey(QString::fromUtf8(keyOf(2, true))); }); // 1 is missing
    }

    void expand()
    {
        m_watch.begin(u"expand all below every row, collapse all"_s);
        press(tree(), Qt::Key_Home, 1);
        press(tree(), Qt::Key_Asterisk, 1);
        press(tree(), Qt::Key_End, 1);
        press(tree(), Qt::Key_Home, 1);
        trigger(u"collapseAll"_s);
        m_watch.begin(u"edit while all is expanded"_s);
        trigger(u"expandAll"_s);
        child<RecipePanel>(u"recipePanel"_s)->selectStep(0);
        trigger(u"toggleStep"_s);
        trigger(u"undo"_s);
        trigger(u"collapseAll"_s);
    }

    void select()
    {
        m_watch.begin(u"select rows"_s);
        trigger(u"expandAll"_s);
        goToFirst(); // of a million tensors, all that is expanded are groups, which have no shape to copy
        press(tree(), Qt::Key_Down, 50, Qt::ShiftModifier);
        press(tree(), Qt::Key_End, 1, Qt::ShiftModifier);
        press(tree(), Qt::Key_PageUp, 3, Qt::ShiftModifier);
        press(tree(), Qt::Key_A, 1, Qt::ControlModifier);
        m_watch.begin(u"copy keys, source keys, shapes, paths, Python of all"_s);
        for (const char *what : {"copyKey", "copySource", "copyShape", "copyPath", "copyPython"}) {
            QGuiApplication::clipboard()->clear();
            trigger(QString::fromLatin1(what));
            expect(!QGuiApplication::clipboard()->text().isEmpty(), "nothing was copied");
        }
        m_watch.begin(u"open the menu of all, drop some groups"_s);
        QContextMenuEvent menu(QContextMenuEvent::Keyboard, {20, 20}, tree()->mapToGlobal(QPoint(20, 20)));
        QCoreApplication::sendEvent(tree(), &menu);
        settle();
        if (QWidget *popup = QApplication::activePopupWidget())
            press(popup, Qt::Key_Escape, 1);
        press(tree(), Qt::Key_Delete, 1); // too many: it says so
        goToFirst();
        press(tree(), Qt::Key_Down, 2, Qt::ShiftModifier); // a key, a family of 62 groups and one more group
        press(tree(), Qt::Key_Delete, 1);
        expect(m_window.document()->undoText().startsWith(u"Drop"_s), "nothing was dropped");
        press(&m_window, Qt::Key_Z, 1, Qt::ControlModifier);
        m_watch.begin(u"menu, rename and drop of one row"_s);
        goToFirst();
        QCoreApplication::sendEvent(tree(), &menu);
        settle();
        if (QWidget *popup = QApplication::activePopupWidget())
            press(popup, Qt::Key_Escape, 1);
        press(tree(), Qt::Key_F2, 1);
        if (auto *line = tree()->findChild<QLineEdit *>(u"keyEditor"_s)) {
            type(line, u"stages"_s);
            press(line, Qt::Key_Return, 1);
        }
        expect(m_window.document()->undoText().startsWith(u"Rename"_s), "nothing was renamed");
        press(tree(), Qt::Key_Delete, 1);
        press(&m_window, Qt::Key_Z, 2, Qt::ControlModifier);
        m_watch.begin(u"go from difference to difference, and to keys"_s);
        press(&m_window, Qt::Key_F8, 50);
        for (const int number : {m_count - 3, m_count / 2, 1})
            call([this, number] { tree()->goToKey(QString::fromLatin1(keyOf(number, false))); });
        expect(!tree()->currentIndex().data(KeyTreeModel::IsGroupRole).toBool(), "no key is current");
        m_watch.begin(u"pair two rows"_s);
        press(tree(), Qt::Key_M, 1, Qt::ControlModifier);
        press(tree(), Qt::Key_Down, 3);
        press(tree(), Qt::Key_Escape, 1);
        m_watch.begin(u"only the differences, and all"_s);
        trigger(u"onlyDifferences"_s);
        trigger(u"onlyDifferences"_s);
        m_watch.begin(u"sort by size, by verdict, not at all"_s);
        for (const int column : {int(KeyTreeModel::Parameters), int(KeyTreeModel::Verdict), -1})
            call([this, column] { tree()->header()->setSortIndicator(column, Qt::DescendingOrder); });
        m_watch.begin(u"point at steps"_s);
        for (const int step : {0, 1, 3, -1})
            call([this, step] { tree()->markStep(step); });
    }

    /// A long text is changed at its end, twice in a row and then with an error; last it is left for the cards.
    void writeText()
    {
        m_watch.begin(u"open a recipe of %1 kB and show its text"_s.arg(longRecipe.size() / 1000));
        m_window.openRecipe(file(u"long.recipe.yaml"_s));
        settle();
        trigger(u"recipeAsText"_s);
        auto *edit = child<YamlEdit>(u"recipeText"_s);
        expect(edit->text().size() == longRecipe.size(), "the text is another");
        m_watch.begin(u"type in it"_s);
        press(edit, Qt::Key_End, 1, Qt::ControlModifier);
        type(edit, u"  - add-prefix: abc"_s);
        settle();
        expect(m_window.document()->recipe().steps().size() == 3, "the step is not there");
        type(edit, u"def"_s);
        settle();
        press(edit, Qt::Key_Return, 1);
        type(edit, u"- no-step: 1"_s);
        settle();
        m_watch.begin(u"show it as cards, undo"_s);
        trigger(u"recipeAsText"_s);
        while (m_window.document()->canUndo() && m_window.document()->recipe().steps().size() != 4)
            press(&m_window, Qt::Key_Z, 1, Qt::ControlModifier);
        expect(m_window.document()->recipe().steps().size() == 4, "the recipe is not the one before");
    }

    void switchTarget()
    {
        m_watch.begin(u"switch the target, and back"_s);
        m_window.openTarget(file(u"other.safetensors"_s));
        settle();
        m_window.openTarget(file(u"target.safetensors"_s));
        settle();
        m_watch.begin(u"remove the target, undo"_s);
        trigger(u"clearTarget"_s);
        trigger(u"undo"_s);
        m_watch.begin(u"open the file again"_s);
        m_window.openCheckpoint(file(u"source.safetensors"_s));
        settle();
    }

    EventWatch &m_watch;
    const QTemporaryDir &m_folder;
    const int m_count; ///< of tensors
    MainWindow m_window;
    bool m_isGood = true;
};

double at(const std::vector<EventWatch::Event> &sorted, double share)
{
    return sorted[std::min(sorted.size() - 1, std::size_t(double(sorted.size()) * share))].milliseconds;
}

void row(const QString &name, std::vector<EventWatch::Event> events)
{
    std::sort(events.begin(), events.end(),
              [](const auto &a, const auto &b) { return a.milliseconds < b.milliseconds; });
    const std::size_t count = events.size();
    // Most events do nothing: they would make every percentile look good.
    std::erase_if(events, [](const auto &event) { return event.milliseconds < 0.1; });
    if (events.empty())
        return;
    const auto over = std::count_if(events.begin(), events.end(), [](const auto &e) { return e.milliseconds > 16; });
    std::printf("| %s | %zu | %.2f | %.1f | %.1f | %td | %s |\n", qPrintable(name), count, at(events, 0.5),
                at(events, 0.99), events.back().milliseconds, over, qPrintable(events.back().what));
}

void report(const EventWatch &watch)
{
    std::printf("| Action | Events | Median ms | 99 %% ms | Most ms | Over 16 ms | What took the most |\n"
                "|---|--:|--:|--:|--:|--:|---|\n");
    std::vector<EventWatch::Event> all;
    for (const EventWatch::Action &action : watch.actions()) {
        row(action.name, action.events);
        for (const EventWatch::Event &event : action.events)
            all.push_back({event.what + u", "_s + action.name, event.milliseconds});
    }
    row(u"**all**"_s, std::move(all));
}
}

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    EventWatch watch(argc, argv);
    QApplication::setOrganizationName(u"Weightsmith"_s);
    QApplication::setApplicationName(u"bench-window"_s);
    QLoggingCategory::setFilterRules(u"default.warning=false"_s); // the platform says that it has no size hints
    const QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    const int count = QApplication::arguments().value(1, u"100000"_s).toInt();
    isFlat = QApplication::arguments().value(2) == "flat"_L1;
    QFile recipe(folder.filePath(u"bench.recipe.yaml"_s));
    if (!recipe.open(QIODevice::WriteOnly) || recipe.write(isFlat ? flatRecipeText : recipeText) < 0
        || !writeFile(folder.filePath(u"source.safetensors"_s), count, false, 1)
        || !writeFile(folder.filePath(u"target.safetensors"_s), count, true, 777)
        || !writeFile(folder.filePath(u"other.safetensors"_s), count, true, 333)) {
        std::fprintf(stderr, "The files cannot be written to %s.\n", qPrintable(folder.path()));
        return 1;
    }
    recipe.close();
    QFile longFile(folder.filePath(u"long.recipe.yaml"_s));
    if (!longFile.open(QIODevice::WriteOnly) || longFile.write(longRecipe) < 0)
        return 1;
    longFile.close();
    applyTheme(ThemeChoice::Light);
    User user(watch, folder, count);
    user.doAll();
    report(watch);
    return user.isGood() ? 0 : 1;
}
