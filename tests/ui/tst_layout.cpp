// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytreemodel.h"
#include "tests/ui/windowtest.h"
#include "ui/keytreeview.h"
#include "ui/recipepanel.h"
#include "ui/stepcard.h"
#include "ui/topbar.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QProcess>
#include <QProcessEnvironment>
#include <QScrollBar>
#include <QSettings>
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

    void panelsFloatAndComeBack_data()
    {
        QTest::addColumn<QString>("panel");
        QTest::addColumn<bool>("isByMouse"); // back by its title; else by the menu
        for (const char *panel : {"recipeDock", "inspectorDock"}) {
            QTest::addRow("%s, back by mouse", panel) << QString::fromLatin1(panel) << true;
            QTest::addRow("%s, back by the menu", panel) << QString::fromLatin1(panel) << false;
        }
    }

    /// A double click on its title takes a panel out of the window. It goes on to follow what happens there, is out
    /// in the next window too, and comes back to its place.
    void panelsFloatAndComeBack()
    {
        QFETCH(const QString, panel);
        QFETCH(const bool, isByMouse);
        m_window->resize(1500, 800);
        m_window->findChild<QAction *>(u"restorePanels"_s)->trigger();
        openAll();
        const auto click = [&] {
            QWidget *title = dock(panel)->titleBarWidget();
            QTest::mouseDClick(title, Qt::LeftButton, {}, {title->width() / 2, title->height() / 2});
        };
        const Qt::DockWidgetArea area = m_window->dockWidgetArea(dock(panel));
        const int middle = find<KeyTreeView>("keyTree")->width();
        click();
        QTRY_VERIFY(dock(panel)->isFloating() && dock(panel)->isVisible());
        QTRY_VERIFY(find<KeyTreeView>("keyTree")->width() > middle);
        QVERIFY(dock(panel)->findChild<QLabel *>(u"panelHeading"_s)->isVisible());
        find<KeyTreeView>("keyTree")->goToKey(u"norm.weight"_s);
        document().setRecipe(document().recipe().withInserted(1, *parseStepText("drop: queue_ptr")), u"Edit"_s);
        settle();
        QList<StepCard *> cards = find<RecipePanel>("recipePanel")->findChildren<StepCard *>();
        cards.removeIf([](StepCard *card) { return !card->checkBox(); });
        QCOMPARE(cards.size(), 2);
        document().undo();
        settle();
        QVERIFY(m_window->close());
        openWindow();
        QTRY_VERIFY(dock(panel)->isFloating() && dock(panel)->isVisible());
        if (isByMouse)
            click();
        else
            m_window->findChild<QAction *>(u"restorePanels"_s)->trigger();
        QTRY_VERIFY(!dock(panel)->isFloating() && dock(panel)->isVisible());
        QCOMPARE(m_window->dockWidgetArea(dock(panel)), area);
        m_window->findChild<QAction *>(u"restorePanels"_s)->trigger();
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

    void aPictureIsOfOneFile()
    {
        const auto [code, said] =
            run({path(u"swin.safetensors"_s), path(u"target.json"_s), u"--screenshot"_s, path(u"none.png"_s)});
        QCOMPARE(code, 2);
        QCOMPARE(said, u"A picture is taken of one file; there are 2.\n"_s);
        QVERIFY(!QFile::exists(path(u"none.png"_s)));
    }

    /// Each file on the command line has a window of its own: one window that opened one after the other would forget
    /// all but the last. All are held against the target.
    void severalFilesOpenOneWindowEach()
    {
        const QStringList names{u"one.safetensors"_s, u"two.safetensors"_s, u"three.safetensors"_s};
        QStringList files;
        for (const QString &name : names) {
            QVERIFY(QFile::copy(path(u"swin.safetensors"_s), path(name)));
            files << path(name);
        }
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, path(u"config"_s));
        environment.insert(u"XDG_DATA_HOME"_s, path(u"data"_s));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(BINARY_DIR "/bin/weightsmith-gui"),
                      files + QStringList{u"--target"_s, path(u"target.json"_s)});
        QVERIFY(process.waitForStarted());
        const auto opened = [&] {
            QSettings settings(path(u"config/Weightsmith/weightsmith-gui.conf"_s), QSettings::NativeFormat);
            QStringList found;
            const int count = settings.beginReadArray(u"recentFiles"_s);
            for (int at = 0; at < count; ++at) {
                settings.setArrayIndex(at);
                found << settings.value(u"path"_s).toString() + u" against "_s + settings.value(u"target"_s).toString();
            }
            found.sort();
            return found;
        };
        QStringList expected;
        for (const QString &file : files)
            expected << file + u" against "_s + path(u"target.json"_s);
        expected.sort();
        QTRY_COMPARE_WITH_TIMEOUT(opened(), expected, 30'000);
        process.kill();
        QVERIFY(process.waitForFinished());
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
