// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

class QAction;
class QCompleter;

/// What the checkpoint should fit: a path typed, chosen, dropped or picked from the recent ones.
class TargetBox final : public QLineEdit
{
    Q_OBJECT

public:
    explicit TargetBox(QWidget *parent = nullptr);
    /// Show the target that is set: its name, with where it came from as tooltip. Empty: none.
    void setTarget(const QString &name, const QString &spec, const QString &source);
    void setRecent(const QStringList &specs);
    QSize sizeHint() const override;

Q_SIGNALS:
    void targetChosen(const QString &spec);
    void clearRequested();
    void browseRequested();
    /// Several lines were pasted or dropped, or a message of load_state_dict.
    void textPasted(const QString &text);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void choose();
    void showName();
    void makeIcons();
    bool takeText(const QString &text);

    QCompleter *m_completer;
    QAction *m_browse;
    QAction *m_clear;
    QString m_name;
    QString m_spec;
};
