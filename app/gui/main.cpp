// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screenshot.h"
#include "model/document/pastedkeys.h"
#include "model/document/session.h"
#include "ui/mainwindow.h"
#include "ui/settings.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLoggingCategory>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTextStream>

#include <optional>

using namespace Qt::StringLiterals;

namespace {
constexpr int wrongUsage = 2;

struct Arguments
{
    WindowInputs inputs;
    std::optional<ThemeChoice> theme;
    QStringList more; ///< files beside the first
    QString screenshot;
};

void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(QCoreApplication::translate("main", "Open checkpoints, remap and adapt them."));
    parser.addPositionalArgument(
        u"FILE"_s, QCoreApplication::translate("main", "Checkpoints to open, each in a window."), u"[FILE…]"_s);
    parser.addOption({u"target"_s, QCoreApplication::translate("main", "What it should fit."), u"T"_s});
    parser.addOption({u"recipe"_s, QCoreApplication::translate("main", "Recipe file to apply."), u"R"_s});
    parser.addOption({u"theme"_s, QCoreApplication::translate("main", "light, dark or system."), u"THEME"_s});
    parser.addOption(
        {u"screenshot"_s, QCoreApplication::translate("main", "Save a picture of the window and quit."), u"OUT.png"_s});
    parser.addHelpOption();
    parser.addVersionOption();
}

std::optional<Arguments> read(const QCommandLineParser &parser, QString &problem)
{
    Arguments arguments;
    const QStringList files = parser.positionalArguments();
    arguments.inputs = {files.value(0), parser.value(u"target"_s), parser.value(u"recipe"_s)};
    arguments.more = files.mid(1);
    arguments.screenshot = parser.value(u"screenshot"_s);
    if (!arguments.screenshot.isEmpty() && !arguments.more.isEmpty()) {
        problem =
            QCoreApplication::translate("main", "A picture is taken of one file; there are %1.").arg(files.size());
        return std::nullopt;
    }
    if (parser.isSet(u"theme"_s)) {
        bool isKnown = false;
        arguments.theme = themeFromWord(parser.value(u"theme"_s), &isKnown);
        if (!isKnown) {
            problem = QCoreApplication::translate("main", "“%1” is no theme; there are light, dark and system.")
                          .arg(parser.value(u"theme"_s));
            return std::nullopt;
        }
    }
    return arguments;
}

void open(MainWindow *window, const WindowInputs &inputs)
{
    if (!inputs.file.isEmpty())
        window->openCheckpoint(inputs.file);
    if (!inputs.target.isEmpty())
        window->openTarget(inputs.target);
    if (!inputs.recipe.isEmpty())
        window->openRecipe(inputs.recipe);
}

/// Every file in a window of its own, against the same target and under the same recipe.
void open(MainWindow *first, const Arguments &arguments)
{
    open(first, arguments.inputs);
    for (const QString &file : arguments.more)
        open(first->openWindow(), WindowInputs{file, arguments.inputs.target, arguments.inputs.recipe});
}

/// Whatever may bring back a target that was pasted.
std::optional<QStringList> namedTargets(const QString &sessions)
{
    std::optional<QStringList> named = targetsOfSessions(sessions);
    if (!named)
        return named;
    *named << Settings::recentTargets();
    const QList<RecentFile> files = Settings::recentFiles();
    for (const RecentFile &file : files)
        *named << file.target;
    return named;
}

int run(const Arguments &arguments)
{
    const bool isPicture = !arguments.screenshot.isEmpty();
    QTemporaryDir settings; // a picture neither shows nor changes what the user has set
    if (isPicture) {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        // What a platform without a display says it cannot do is no news here; what fails is said by Screenshot.
        QLoggingCategory::setFilterRules(u"default.warning=false"_s);
    }
    const ThemeChoice theme = arguments.theme.value_or(Settings::theme());
    applyTheme(theme);
    std::unique_ptr<QLockFile> pastedKeys;
    auto *window = new MainWindow;
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->useTheme(theme);
    window->show();
    if (isPicture) {
        auto *screenshot = new Screenshot(window, arguments.inputs, arguments.screenshot);
        QMetaObject::invokeMethod(screenshot, &Screenshot::start, Qt::QueuedConnection);
    } else {
        const QString sessions = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/sessions"_s;
        pastedKeys = holdPastedKeys(Settings::targetsFolder(), namedTargets(sessions));
        window->keepSessions(sessions);
        open(window, arguments);
    }
    const int code = QApplication::exec();
    QList<MainWindow *> left;
    const QWidgetList widgets = QApplication::topLevelWidgets();
    for (QWidget *widget : widgets) {
        if (auto *other = qobject_cast<MainWindow *>(widget))
            left << other;
    }
    qDeleteAll(left); // their workers end before the program does
    return code;
}
}

int main(int argc, char **argv)
{
    QApplication::setOrganizationName(u"Weightsmith"_s);
    QApplication::setApplicationName(u"weightsmith-gui"_s);
    QApplication::setApplicationDisplayName(u"Weightsmith"_s);
    QApplication::setApplicationVersion(QStringLiteral(WEIGHTSMITH_VERSION));
    const QApplication application(argc, argv);
    QCommandLineParser parser;
    describe(parser);
    QString problem;
    if (!parser.parse(QApplication::arguments())) {
        problem = parser.errorText();
    } else if (parser.isSet(u"help"_s)) {
        QTextStream(stdout) << parser.helpText();
        return 0;
    } else if (parser.isSet(u"version"_s)) {
        QTextStream(stdout) << u"weightsmith-gui %1\n"_s.arg(QApplication::applicationVersion());
        return 0;
    }
    const auto arguments = problem.isEmpty() ? read(parser, problem) : std::nullopt;
    if (!arguments) {
        QTextStream(stderr) << problem << '\n';
        return wrongUsage;
    }
    return run(*arguments);
}
