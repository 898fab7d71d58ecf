// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class Document;
class FitBar;
class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QToolButton;
class TargetBox;
class WindowActions;

/// What is open → what it should fit, and how far it does: the line across the top of the window.
class TopBar final : public QWidget
{
    Q_OBJECT

public:
    TopBar(Document *document, QMenu *openMenu, QWidget *parent = nullptr);

    TargetBox *targetBox() const { return m_target; }
    void setActions(const WindowActions &actions);
    /// Read the document again: after anything changed.
    void refresh();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void refreshRoots();
    void refreshFit();
    void showTexts(); ///< as long as the width allows

    Document *m_document;
    QPushButton *m_open;
    QWidget *m_rootGroup;
    QComboBox *m_root;
    QLabel *m_rootCount;
    QToolButton *m_swap; ///< stands where an arrow would: the checkpoint fits the target
    TargetBox *m_target;
    QToolButton *m_undo;
    QToolButton *m_redo;
    QToolButton *m_history;
    QLabel *m_fitText;
    FitBar *m_fitBar;
    QPushButton *m_save;
    QString m_openText;
    QString m_longFit;
    QString m_shortFit;
};
