// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytreemodel.h"
#include "tests/ui/windowtest.h"
#include "ui/keytreeview.h"
#include "ui/recipepanel.h"
#include "ui/topbar.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QProcess>
#include <QScrollBar>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

/// Where the parts of the window stand, how small it can be, and its picture taken from the command line.
class TestLayout : public WindowTest
{
    Q_OBJECT

private:
    QDockWidget *dock(const QString &name) const { return m_window->findChild<QDockWidget *>(name); }

    void openAll()
    {
        m_window->openCheckpoint(path(u"swin.safetensors"_s));
        m_window->openTarget(path(u"target.json"_s));
        m_window->openRecipe(path(u"one.recipe.yaml"_s));
        QTRY_VERIFY(m_window->document()->fit() && m_window->isSettled()
                    && m_window->document()->recipe().steps().size() == 1);
    }

    /// What asks for the most width, widest first.
    QString widest() const
    {
        QList<QWidget *> all = m_window->findChildren<QWidget *>();
        all.removeIf([](QWidget *widget) { return widget->isWindow(); });
        const auto need = [](QWidget *w) { return std::max(w->minimumSizeHint().width(), w->minimumWidth()); };
        std::sort(all.begin(), all.end(), [&](QWidget *a, QWidget *b) { return need(a) > need(b); });
        QStringList lines;
        for (QWidget *widget : all.first(qMin<qsizetype>(25, all.size())))
            lines << u"%1%4 %2 %3"_s.arg(need(widget))
                         .arg(QLatin1StringView(widget->metaObject()->className()),
                              widget->objectName() + widget->accessibleName(),
                              widget->isVisible() ? u""_s : u" (hidden)"_s);
        return lines.join(u'\n');
    }

    /// Runs the program; returns its exit code and what it said on stderr.
    std::pair<int, QString> run(const QStringList &arguments) const
    {
        QProcess process;
        process.start(QStringLiteral(BINARY_DIR "/bin/weightsmith-gui"), arguments);
        if (!process.waitForFinished())
            return {-1, process.errorString()};
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardError())};
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"layout-test"_s);
        QVERIFY(QDir().mkpath(path(u"run"_s)));
        QVERIFY(QFile::setPermissions(path(u"run"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("XDG_RUNTIME_DIR", path(u"run"_s).toUtf8()); // or the program complains that there is none
        QFile recipe(path(u"one.recipe.yaml"_s));
        QVERIFY(recipe.open(QIODevice::WriteOnly));
        QVERIFY(recipe.write("weightsmith: 1\nsteps:\n  - remove-prefix: module.\n") > 0);
    }

    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void panelsComeBackAsTheyWere()
    {
        m_window->resize(1500, 800);
        dock(u"findingsDock"_s)->show();
        dock(u"inspectorDock"_s)->hide();
        m_window->resizeDocks({dock(u"recipeDock"_s)}, {411}, Qt::Horizontal);
        QTRY_COMPARE(dock(u"recipeDock"_s)->width(), 411);
        QVERIFY(m_window->close());
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        QTRY_COMPARE(dock(u"recipeDock"_s)->width(), 411);
        QCOMPARE(m_window->size(), QSize(1500, 800));
        QVERIFY(dock(u"findingsDock"_s)->isVisible());
        QVERIFY(!dock(u"inspectorDock"_s)->isVisible());
        m_window->findChild<QAction *>(u"restorePanels"_s)->trigger();
        QTRY_VERIFY(dock(u"inspectorDock"_s)->isVisible());
        QVERIFY(!dock(u"findingsDock"_s)->isVisible());
        QVERIFY(m_window->close());
    }

    void smallWindowsWork_data()
    {
        QTest::addColumn<int>("width");
        QTest::addRow("960") << 960;
        QTest::addRow("1024") << 1024;
    }

    /// Everything in the top bar is there, inside it, and clear of its neighbours; a panel's name is said once.
    void smallWindowsWork()
    {
        QFETCH(const int, width);
        openAll();
        m_window->resize(width, 640);
        QTRY_VERIFY(!m_window->tabifiedDockWidgets(dock(u"recipeDock"_s)).isEmpty());
        QVERIFY2(m_window->minimumSizeHint().width() <= width,
                 qPrintable(u"%1\n"_s.arg(m_window->minimumSizeHint().width()) + widest()));
        QTRY_COMPARE(m_window->width(), width);
        const auto *bar = m_window->findChild<TopBar *>();
        QTRY_VERIFY(bar->width() <= width);
        int right = 0;
        QList<QWidget *> parts = bar->findChildren<QWidget *>(Qt::FindDirectChildrenOnly);
        parts.removeIf([](QWidget *part) { return part->isHidden(); });
        std::sort(parts.begin(), parts.end(), [](QWidget *a, QWidget *b) { return a->x() < b->x(); });
        for (const QWidget *part : parts) {
            QVERIFY2(part->x() >= right, qPrintable(part->accessibleName()));
            right = part->geometry().right() + 1;
        }
        QVERIFY(right <= bar->width());
        const auto *fit = bar->findChild<QLabel *>(u"fitText"_s);
        QVERIFY2(fit->width() >= fit->sizeHint().width(), qPrintable(fit->text()));
        for (const QLabel *heading : m_window->findChildren<QLabel *>(u"panelHeading"_s))
            QVERIFY2(!heading->isVisible() || heading->text() == "Findings"_L1, qPrintable(heading->text()));
        const auto *tree = m_window->findChild<KeyTreeView *>();
        QCOMPARE(tree->horizontalScrollBar()->maximum(), 0); // every column is in sight
        const int indented = tree->indentation() * 4;
        QCOMPARE_GE(tree->columnWidth(KeyTreeModel::SourceKey) - indented, tree->columnWidth(KeyTreeModel::TargetKey));
        m_window->resize(1500, 800);
        QTRY_COMPARE(m_window->findChildren<QLabel *>(u"panelHeading"_s).size(), 3);
        QTRY_VERIFY(dock(u"recipeDock"_s)->findChild<QLabel *>(u"panelHeading"_s)->isVisible());
        QTRY_VERIFY(dock(u"inspectorDock"_s)->findChild<QLabel *>(u"panelHeading"_s)->isVisible());
    }

    void picturesAreTakenFromTheCommandLine()
    {
        const QStringList common{u"--theme"_s, u"light"_s, path(u"swin.safetensors"_s), u"--screenshot"_s};
        const QStringList more{path(u"fit.png"_s), u"--target"_s, path(u"target.json"_s), u"--recipe"_s,
                               path(u"one.recipe.yaml"_s)};
        QCOMPARE(run(common + QStringList(path(u"plain.png"_s))), std::pair(0, QString()));
        QCOMPARE(run(common + more), std::pair(0, QString()));
        const QImage plain(path(u"plain.png"_s)), fit(path(u"fit.png"_s));
        QVERIFY(plain.width() > 1000 && plain.size() == fit.size());
        const auto greenIn = [](const QImage &image) { // the fit bar's and verdicts' colour
            int count = 0;
            const QColor loaded = colour(Tone::Loaded, lightPalette());
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    count += image.pixelColor(x, y) == loaded;
            }
            return count;
        };
        QCOMPARE(greenIn(plain), 0);
        QVERIFY(greenIn(fit) > 500);
    }

    void picturesOfWhatIsNotThereFail()
    {
        const auto [code, said] = run({path(u"swin.safetensors"_s), u"--recipe"_s, path(u"nowhere.recipe.yaml"_s),
                                       u"--screenshot"_s, path(u"none.png"_s)});
        QVERIFY2(code > 0, qPrintable(QString::number(code)));
        QVERIFY2(said.contains(u"nowhere.recipe.yaml"_s), qPrintable(said));
        QVERIFY(!QFile::exists(path(u"none.png"_s)));
    }
};

QTEST_MAIN(TestLayout)
#include "tst_layout.moc"
