// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"

#include "tests/ui/testfiles.h"

#include <QRegularExpression>
#include <QSettings>
#include <QTest>

using namespace Qt::StringLiterals;

void WindowTest::prepare(const QString &application)
{
    QCoreApplication::setOrganizationName(u"Weightsmith"_s);
    QCoreApplication::setApplicationName(application);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, path(u"settings"));
    applyTheme(ThemeChoice::Light);
    QVERIFY(writeSafetensors(path(u"swin.safetensors"), swinCheckpoint()));
    QVERIFY(writeManifest(path(u"target.json"), swinTarget()));
}

void WindowTest::openWindow()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!.*This plugin does not support).*$"_s));
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

QStringList WindowTest::sentences() const
{
    QStringList all;
    for (const Step &step : document().recipe().steps())
        all << step.sentenceText();
    return all;
}

void WindowTest::settle()
{
    QTRY_VERIFY2(m_window->isSettled(),
                 qPrintable(u"opening %1, target %2, planning %3"_s.arg(document().isOpening())
                                .arg(document().isOpeningTarget())
                                .arg(document().isPlanning())));
}

void WindowTest::open()
{
    m_window->openCheckpoint(path(u"swin.safetensors"));
    QTRY_VERIFY(document().plan() && document().checkpoint());
    settle();
}

void WindowTest::openTarget()
{
    m_window->openTarget(path("target.json"));
    QTRY_VERIFY(document().fit().has_value());
    settle();
}
