// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings.h"

#include <QFileInfo>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype mostRecent = 10;
constexpr qsizetype mostFilters = 30;
}

QList<RecentFile> Settings::recentFiles()
{
    QSettings settings;
    QList<RecentFile> files;
    const int count = settings.beginReadArray(u"recentFiles"_s);
    for (int at = 0; at < qMin<int>(count, mostRecent); ++at) {
        settings.setArrayIndex(at);
        files << RecentFile{settings.value(u"path"_s).toString(), settings.value(u"target"_s).toString(),
                            settings.value(u"recipe"_s).toString()};
    }
    settings.endArray();
    return files;
}

void Settings::addRecentFile(const RecentFile &file)
{
    QList<RecentFile> files = recentFiles();
    if (!files.isEmpty() && files.first() == file)
        return; // asked for after every edit; writing means a file on disk
    files.removeIf([&](const RecentFile &other) { return other.path == file.path; });
    files.prepend(file);
    files.resize(qMin(files.size(), mostRecent));
    QSettings settings;
    settings.beginWriteArray(u"recentFiles"_s, int(files.size()));
    for (int at = 0; at < files.size(); ++at) {
        settings.setArrayIndex(at);
        settings.setValue(u"path"_s, files[at].path);
        settings.setValue(u"target"_s, files[at].target);
        settings.setValue(u"recipe"_s, files[at].recipe);
    }
    settings.endArray();
}

namespace {
/// Put a text first in a list.
void addRecent(const QString &list, const QString &text)
{
    QStringList texts = QSettings().value(list).toStringList();
    if (!texts.isEmpty() && texts.first() == text)
        return;
    texts.removeAll(text);
    texts.prepend(text);
    texts.resize(qMin(texts.size(), mostRecent));
    QSettings().setValue(list, texts);
}
}

QStringList Settings::recentTargets()
{
    return QSettings().value(u"recentTargets"_s).toStringList();
}

void Settings::addRecentTarget(const QString &spec)
{
    addRecent(u"recentTargets"_s, spec);
}

QStringList Settings::recentRecipes()
{
    return QSettings().value(u"recentRecipes"_s).toStringList();
}

void Settings::addRecentRecipe(const QString &path)
{
    addRecent(u"recentRecipes"_s, path);
}

QStringList Settings::filters()
{
    return QSettings().value(u"filters"_s).toStringList();
}

void Settings::addFilter(const QString &line)
{
    QStringList lines = filters();
    if (lines.value(0) == line)
        return;
    lines.removeAll(line);
    lines.prepend(line);
    lines.resize(qMin(lines.size(), mostFilters));
    QSettings().setValue(u"filters"_s, lines);
}

QString Settings::targetsFolder()
{
    return QFileInfo(QSettings().fileName()).path() + u"/targets"_s;
}

ThemeChoice Settings::theme()
{
    return themeFromWord(QSettings().value(u"theme"_s).toString());
}

void Settings::setTheme(ThemeChoice theme)
{
    QSettings().setValue(u"theme"_s, themeWord(theme));
}

QByteArray Settings::geometry()
{
    return QSettings().value(u"window/geometry"_s).toByteArray();
}

QByteArray Settings::layout()
{
    return QSettings().value(u"window/layout%1"_s.arg(layoutVersion)).toByteArray();
}

QByteArray Settings::columns()
{
    return QSettings().value(u"window/columns%1"_s.arg(layoutVersion)).toByteArray();
}

void Settings::setColumns(const QByteArray &columns)
{
    QSettings().setValue(u"window/columns%1"_s.arg(layoutVersion), columns);
}

QStringList Settings::openGroups(const QString &path)
{
    const QVariantList files = QSettings().value(u"openGroups"_s).toList();
    for (const QVariant &file : files) {
        if (file.toStringList().value(0) == path)
            return file.toStringList().mid(1);
    }
    return {};
}

void Settings::setOpenGroups(const QString &path, const QStringList &groups)
{
    QVariantList files = QSettings().value(u"openGroups"_s).toList();
    files.removeIf([&](const QVariant &file) { return file.toStringList().value(0) == path; });
    files.prepend(QStringList(path) + groups);
    files.resize(qMin(files.size(), mostRecent));
    QSettings().setValue(u"openGroups"_s, files);
}

void Settings::setWindow(const QByteArray &geometry, const QByteArray &layout)
{
    QSettings settings;
    settings.setValue(u"window/geometry"_s, geometry);
    settings.setValue(u"window/layout%1"_s.arg(layoutVersion), layout);
}
