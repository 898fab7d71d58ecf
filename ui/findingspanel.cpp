// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findingspanel.h"

#include "ui/theme.h"

#include <QListView>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {
/// A sign before the sentence, and the colour of its severity.
class FindingDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto severity = Finding::Severity(index.data(FindingsModel::SeverityRole).toInt());
        const bool isInfo = severity == Finding::Severity::Info;
        const bool isError = severity == Finding::Severity::Error;
        option->text = (isInfo ? u"ⓘ  "_s : isError ? u"✗  "_s : u"⚠  "_s) + option->text;
        const QColor ink = colour(isInfo ? Tone::Text : isError ? Tone::Missing : Tone::Unexpected, option->palette);
        option->palette.setColor(QPalette::Text, ink);
        option->palette.setColor(QPalette::HighlightedText, ink);
    }
};
}

FindingsPanel::FindingsPanel(QWidget *parent) : QWidget(parent), m_list(new QListView(this))
{
    setAccessibleName(tr("Findings"));
    m_list->setObjectName(u"findingsList"_s);
    m_list->setAccessibleName(tr("List of findings"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new FindingDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setWordWrap(true);
    m_list->setTextElideMode(Qt::ElideNone);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setLayoutMode(QListView::Batched); // thousands of sentences are not wrapped in one go
    m_list->setResizeMode(QListView::Adjust);
    m_list->setEditTriggers(QListView::NoEditTriggers);
    m_list->setSpacing(2);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Metrics(*this).gap, 0, 0, 0); // in line with the title
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    column->addWidget(m_list);
    connect(m_list, &QListView::clicked, this, &FindingsPanel::go);
    connect(m_list, &QListView::activated, this, &FindingsPanel::go);
}

void FindingsPanel::setFindings(const Findings &findings)
{
    m_model.setFindings(findings);
}

QSize FindingsPanel::sizeHint() const
{
    const int h = Metrics(*this).h;
    return {h * 40, h * 9};
}

int FindingsPanel::warnings() const
{
    return m_model.count(Finding::Severity::Warning) + m_model.count(Finding::Severity::Error);
}

void FindingsPanel::go(const QModelIndex &index)
{
    Finding::Where where;
    where.key = index.data(FindingsModel::KeyRole).toByteArray().toStdString();
    where.step = index.data(FindingsModel::StepRole).toInt();
    if (!where.key.empty() || where.step >= 0)
        Q_EMIT goToRequested(where);
}
