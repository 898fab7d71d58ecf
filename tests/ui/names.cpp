// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/names.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace {
bool isControl(const QWidget *widget)
{
    return qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget)
        || qobject_cast<const QComboBox *>(widget) || qobject_cast<const QAbstractItemView *>(widget)
        || (widget->focusPolicy() & Qt::TabFocus);
}

/// Qt's own parts of a control speak through the control.
bool isPart(const QWidget *widget)
{
    static const QStringList parts{u"QLineEditIconButton"_s, u"QComboBoxListView"_s,      u"QToolBarExtension"_s,
                                   u"QHeaderView"_s,         u"QDockWidgetTitleButton"_s, u"QTableCornerButton"_s};
    const QString type = QString::fromLatin1(widget->metaObject()->className());
    return widget->objectName().startsWith("qt_"_L1) || type.startsWith("QComboBoxPrivate"_L1) || parts.contains(type)
        || qobject_cast<const QScrollBar *>(widget) || qobject_cast<const QMenu *>(widget);
}
}

QStringList namelessControls(const QWidget &window)
{
    QStringList nameless;
    const auto widgets = window.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!isControl(widget) || isPart(widget))
            continue;
        QAccessibleInterface *access = QAccessible::queryAccessibleInterface(widget);
        if (!access || access->text(QAccessible::Name).isEmpty())
            nameless << QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName();
    }
    return nameless;
}
