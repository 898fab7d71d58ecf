// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/targetbox.h"

#include "ui/theme.h"

#include <QAction>
#include <QClipboard>
#include <QCompleter>
#include <QDragEnterEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QStringListModel>
#include <QUrl>

using namespace Qt::StringLiterals;

TargetBox::TargetBox(QWidget *parent) : QLineEdit(parent), m_completer(new QCompleter(this))
{
    setObjectName(u"targetBox"_s);
    setAccessibleName(tr("Target"));
    setPlaceholderText(tr("Target: a checkpoint, a manifest, or pasted keys"));
    m_completer->setModel(new QStringListModel(m_completer));
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    setCompleter(m_completer);
    m_clear = addAction(QIcon(), TrailingPosition);
    m_clear->setText(tr("Remove the target"));
    m_clear->setVisible(false);
    m_browse = addAction(QIcon(), TrailingPosition);
    m_browse->setText(tr("Choose a target file…"));
    makeIcons();
    setTarget({}, {}, {});
    connect(m_clear, &QAction::triggered, this, &TargetBox::clearRequested);
    connect(m_browse, &QAction::triggered, this, &TargetBox::browseRequested);
    connect(this, &QLineEdit::returnPressed, this, &TargetBox::choose);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &TargetBox::choose,
            Qt::QueuedConnection);
}

void TargetBox::makeIcons()
{
    m_clear->setIcon(themeIcon(u"edit-clear"_s, palette(), Tone::Muted));
    m_browse->setIcon(themeIcon(u"document-open"_s, palette(), Tone::Muted));
}

void TargetBox::changeEvent(QEvent *event)
{
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        makeIcons();
}

void TargetBox::setTarget(const QString &name, const QString &spec, const QString &source)
{
    m_name = name;
    m_spec = spec;
    m_clear->setVisible(!spec.isEmpty());
    setToolTip(spec.isEmpty()
                   ? tr("What the checkpoint should fit: type a path, drop a file here, choose one, or paste\n"
                        "a list of keys or the message of a failed load_state_dict.")
                   : tr("%1\n%2").arg(spec, source));
    showName();
}

void TargetBox::setRecent(const QStringList &specs)
{
    static_cast<QStringListModel *>(m_completer->model())->setStringList(specs);
}

QSize TargetBox::sizeHint() const
{
    return {Metrics(*this).h * 20, QLineEdit::sizeHint().height()};
}

void TargetBox::choose()
{
    const QString spec = text().trimmed();
    if (spec.isEmpty() && !m_spec.isEmpty())
        Q_EMIT clearRequested();
    else if (!spec.isEmpty() && spec != m_spec)
        Q_EMIT targetChosen(spec);
}

void TargetBox::showName()
{
    setText(hasFocus() ? m_spec : m_name);
    setCursorPosition(0);
}

void TargetBox::focusInEvent(QFocusEvent *event)
{
    QLineEdit::focusInEvent(event);
    const Qt::FocusReason reason = event->reason();
    if (reason == Qt::PopupFocusReason || reason == Qt::ActiveWindowFocusReason)
        return; // back from the completion list: the user is typing
    if (text() == m_name)
        setText(m_spec);
    selectAll();
}

void TargetBox::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason && text() == m_spec)
        showName();
}

void TargetBox::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        showName();
    else if (!event->matches(QKeySequence::Paste) || !takeText(QGuiApplication::clipboard()->text()))
        QLineEdit::keyPressEvent(event);
}

/// Text that is more than a path; a path is typed into the line.
bool TargetBox::takeText(const QString &text)
{
    const bool isMore = text.trimmed().contains(u'\n') || text.contains("key(s) in state_dict"_L1)
        || text.contains("size mismatch for "_L1);
    if (isMore)
        Q_EMIT textPasted(text);
    return isMore;
}

void TargetBox::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu *menu = createStandardContextMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString text = QGuiApplication::clipboard()->text();
    QAction *paste =
        menu->addAction(tr("Paste &keys or an error message"), this, [this, text] { Q_EMIT textPasted(text); });
    paste->setObjectName(u"pasteKeys"_s);
    paste->setEnabled(!text.trimmed().isEmpty());
    menu->popup(event->globalPos());
}

void TargetBox::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
    else
        QLineEdit::dragEnterEvent(event);
}

void TargetBox::dropEvent(QDropEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.first().isLocalFile()) {
        if (takeText(event->mimeData()->text()))
            event->acceptProposedAction();
        else
            QLineEdit::dropEvent(event);
        return;
    }
    event->acceptProposedAction();
    Q_EMIT targetChosen(urls.first().toLocalFile());
}
