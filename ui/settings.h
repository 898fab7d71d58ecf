// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QByteArray>
#include <QList>
#include <QString>

/// A file opened lately, with what it was held against.
struct RecentFile
{
    QString path;
    QString target;
    QString recipe;

    bool operator==(const RecentFile &) const = default;
};

/// All that is remembered between runs, typed. Each call reads or writes the one settings file.
class Settings
{
public:
    static QList<RecentFile> recentFiles();
    /// Put this file first; at most ten are kept.
    static void addRecentFile(const RecentFile &file);
    static QStringList recentTargets();
    static void addRecentTarget(const QString &spec);

    static QStringList recentRecipes();
    static void addRecentRecipe(const QString &path);

    /// Filter lines used lately, the last one first; thirty at most.
    static QStringList filters();
    static void addFilter(const QString &line);
    /// Where lists of keys that were pasted as targets are kept: beside the settings.
    static QString targetsFolder();

    static ThemeChoice theme();
    static void setTheme(ThemeChoice theme);

    /// Window geometry and panel layout; empty when none was saved by a version with the same layout.
    static QByteArray geometry();
    static QByteArray layout();
    static void setWindow(const QByteArray &geometry, const QByteArray &layout);
    /// Column widths of the key tree; empty when the user left them alone.
    static QByteArray columns();
    static void setColumns(const QByteArray &columns);
    /// The groups of the key tree that were open when this file was left; ten files are remembered.
    static QStringList openGroups(const QString &path);
    static void setOpenGroups(const QString &path, const QStringList &groups);
    /// Number of the panel layout: raise it when panels are added or renamed.
    static constexpr int layoutVersion = 1;
};
