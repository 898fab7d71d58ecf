// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QGridLayout;
class QMenuBar;

/// Every shortcut on one page, in the order of the menus. Not modal: it can stay open beside the window.
class ShortcutSheet final : public QDialog
{
    Q_OBJECT

public:
    ShortcutSheet(const QMenuBar *menus, QWidget *parent);

private:
    struct Line
    {
        QString text;
        QString keys;
    };
    struct Group
    {
        QString title;
        std::vector<Line> lines;
    };

    static std::vector<Group> groupsOf(const QMenuBar *menus);
    void add(QGridLayout *grid, int column, int *row, const Group &group);
};
