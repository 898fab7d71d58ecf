// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shortcutsheet.h"

#include "ui/theme.h"
#include "ui/windowactions.h"

#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>

using namespace Qt::StringLiterals;

ShortcutSheet::ShortcutSheet(const QMenuBar *menus, QWidget *parent) : QDialog(parent)
{
    const Metrics m(*this);
    setObjectName(u"shortcutSheet"_s);
    setWindowTitle(tr("Keyboard shortcuts"));
    setAccessibleName(windowTitle());
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(2 * m.padding, m.padding, 2 * m.padding, m.padding);
    row->setSpacing(3 * m.padding);
    const std::vector<Group> groups = groupsOf(menus);
    std::size_t all = 0;
    for (const Group &group : groups)
        all += group.lines.size() + 2;
    constexpr std::size_t columns = 2;
    std::size_t done = 0;
    QGridLayout *grid = nullptr;
    int line = 0;
    for (const Group &group : groups) {
        const std::size_t column = done * columns / all; // of about the same height
        if (!grid || std::size_t(row->count()) <= column) {
            if (grid)
                grid->setRowStretch(line, 1);
            grid = new QGridLayout;
            grid->setVerticalSpacing(2);
            grid->setHorizontalSpacing(2 * m.padding);
            row->addLayout(grid);
            line = 0;
        }
        add(grid, 0, &line, group);
        done += group.lines.size() + 2;
    }
    if (grid)
        grid->setRowStretch(line, 1);
}

std::vector<ShortcutSheet::Group> ShortcutSheet::groupsOf(const QMenuBar *menus)
{
    std::vector<Group> groups;
    for (const QAction *top : menus->actions()) {
        Group group{QString(top->text()).remove(u'&'), {}};
        for (const QAction *action : top->menu()->actions()) {
            if (const QString keys = shortcutText(*action); !keys.isEmpty())
                group.lines.push_back({action->property("title").toString().remove(u'&').section(u'\t', 0, 0), keys});
        }
        if (!group.lines.empty())
            groups.push_back(std::move(group));
    }
    groups.push_back({tr("In the tree"),
                      {{tr("Open or close a group"), tr("→  ←")},
                       {tr("Open all below"), u"*"_s},
                       {tr("Menu of the row"), tr("Menu")}}});
    groups.push_back({tr("On a step"),
                      {{tr("Edit"), tr("Enter")},
                       {tr("On or off"), tr("Space")},
                       {tr("Earlier or later"), tr("Alt+↑  Alt+↓")},
                       {tr("Delete"), tr("Del")}}});
    return groups;
}

void ShortcutSheet::add(QGridLayout *grid, int column, int *row, const Group &group)
{
    auto *title = new QLabel(group.title, this);
    title->setFont(headingFont(font()));
    title->setForegroundRole(QPalette::PlaceholderText);
    if (*row > 0)
        grid->setRowMinimumHeight((*row)++, Metrics(*this).gap);
    grid->addWidget(title, (*row)++, column, 1, 2);
    for (const Line &line : group.lines) {
        auto *text = new QLabel(line.text, this);
        auto *keys = new QLabel(line.keys, this);
        keys->setForegroundRole(QPalette::Link);
        keys->setAccessibleName(tr("Keys for %1").arg(line.text));
        grid->addWidget(text, *row, column);
        grid->addWidget(keys, (*row)++, column + 1, Qt::AlignRight);
    }
}
