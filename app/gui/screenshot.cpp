// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screenshot.h"

#include "app/cli/exitcode.h"
#include "ui/mainwindow.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QTextStream>
#include <QTimer>

namespace {
/// After the document has said all that a change is: what it says last of a target it would say first of a recipe, and
/// it starts planning after its signals.
constexpr auto onceAndLater = Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection);
}

Screenshot::Screenshot(MainWindow *window, const WindowInputs &inputs, const QString &path)
    : QObject(window)
    , m_window(window)
    , m_path(path)
{
    Document *document = window->document();
    connect(document, &Document::failed, this, &Screenshot::fail);
    if (!inputs.file.isEmpty()) {
        m_steps.emplace_back([this, document, file = inputs.file] {
            connect(document, &Document::checkpointChanged, this, &Screenshot::next, onceAndLater);
            m_window->openCheckpoint(file);
        });
    }
    if (!inputs.target.isEmpty()) {
        m_steps.emplace_back([this, document, target = inputs.target] {
            connect(document, &Document::targetChanged, this, &Screenshot::next, onceAndLater);
            m_window->openTarget(target);
        });
    }
    if (!inputs.recipe.isEmpty()) {
        m_steps.emplace_back([this, document, recipe = inputs.recipe] {
            connect(document, &Document::historyChanged, this, &Screenshot::next, onceAndLater);
            m_window->openRecipe(recipe);
        });
    }
}

void Screenshot::start()
{
    next();
}

void Screenshot::next()
{
    if (m_at < m_steps.size())
        m_steps[m_at++]();
    else
        waitUntilSettled();
}

void Screenshot::waitUntilSettled()
{
    if (m_window->isSettled())
        QTimer::singleShot(0, this, &Screenshot::take); // after the layout that the last change asked for
    else
        connect(m_window, &MainWindow::settled, this, &Screenshot::waitUntilSettled, Qt::SingleShotConnection);
}

void Screenshot::take()
{
    if (m_isDone)
        return;
    m_isDone = true;
    if (m_window->grab().save(m_path)) {
        QCoreApplication::exit(0);
        return;
    }
    QTextStream(stderr)
        << QCoreApplication::translate("Screenshot", "The picture cannot be written to “%1”.").arg(m_path) << '\n';
    QCoreApplication::exit(exitCode(Error::Kind::Unwritable));
}

void Screenshot::fail(const Error &error)
{
    if (m_isDone)
        return;
    m_isDone = true;
    QTextStream(stderr) << error.message << '\n';
    QCoreApplication::exit(exitCode(error.kind));
}
