// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/statusstrip.h"

#include "ui/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace {
void keepPlace(QWidget *widget)
{
    QSizePolicy policy = widget->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    widget->setSizePolicy(policy);
}
}

StatusStrip::StatusStrip(QWidget *parent)
    : QWidget(parent)
    , m_findings(new QPushButton(this))
    , m_file(new QLabel(this))
    , m_job(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_share(new QLabel(this))
    , m_cancel(new QPushButton(u"✕"_s, this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Status"));
    setFixedHeight(m.row);
    m_findings->setObjectName(u"findingsButton"_s);
    m_findings->setProperty("link", true);
    m_findings->setFocusPolicy(Qt::TabFocus);
    m_file->setAccessibleName(tr("About the file"));
    m_file->setObjectName(u"fileText"_s);
    m_file->setForegroundRole(QPalette::PlaceholderText);
    m_file->setTextFormat(Qt::PlainText);
    m_file->setMinimumWidth(1); // a narrow window cuts its end off; the tool tip has all of it
    m_job->setObjectName(u"jobText"_s);
    m_job->setAccessibleName(tr("Running job"));
    m_job->setForegroundRole(QPalette::PlaceholderText);
    m_job->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(m.h * 8);
    m_bar->setRange(0, 1000);
    m_share->setAccessibleName(tr("Share done"));
    m_share->setFixedWidth(fontMetrics().horizontalAdvance(u"100 %"_s));
    m_share->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_share->setForegroundRole(QPalette::PlaceholderText);
    m_cancel->setObjectName(u"jobCancel"_s);
    m_cancel->setProperty("link", true);
    m_cancel->setAccessibleName(tr("Stop the running job"));
    m_cancel->setToolTip(tr("Stop"));
    m_cancel->setFixedHeight(m.row - 4);
    m_findings->setFixedHeight(m.row - 4);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_bar, m_share, m_cancel, m_job})
        keepPlace(widget);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(m.gap, 1, m.gap, 0);
    row->setSpacing(m.gap);
    row->addWidget(m_findings);
    row->addWidget(m_file, 1);
    row->addWidget(m_job);
    row->addWidget(m_bar);
    row->addWidget(m_share);
    row->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, &StatusStrip::cancelRequested);
    setFindings(0, 0);
    endJob();
}

void StatusStrip::setFindings(int warnings, int all)
{
    const QString text = all == 0 ? tr("No findings") : all == 1 ? tr("1 finding") : tr("%1 findings").arg(all);
    m_findings->setText(warnings > 0 ? u"⚠ "_s + text : text);
    m_findings->setAccessibleName(text);
    m_findings->setToolTip(all > 0 ? tr("Show what was found in the file, the target and the recipe.")
                                   : tr("Nothing was found in the file, the target and the recipe."));
    m_findings->setEnabled(all > 0);
    m_findings->setProperty("warn", warnings > 0);
    m_findings->update();
}

void StatusStrip::setFileText(const QString &text)
{
    m_file->setText(text);
    m_file->setToolTip(text);
}

void StatusStrip::startJob(const QString &name, bool cancellable)
{
    m_isSaying = false;
    m_job->setText(name);
    m_job->setAccessibleName(tr("Running job"));
    m_bar->setValue(0);
    m_share->setText(u"0 %"_s);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_job, m_bar, m_share})
        widget->show();
    m_cancel->setVisible(cancellable);
}

void StatusStrip::setProgress(qint64 done, qint64 total)
{
    const int share = total > 0 ? int(double(done) / double(total) * 1000) : 0;
    m_bar->setValue(share);
    m_share->setText(u"%1 %"_s.arg(share / 10));
}

void StatusStrip::endJob()
{
    for (QWidget *widget : std::initializer_list<QWidget *>{m_bar, m_share, m_cancel})
        widget->hide();
    m_job->setVisible(m_isSaying);
}

void StatusStrip::say(const QString &sentence)
{
    m_isSaying = true;
    endJob();
    m_job->setText(sentence);
    m_job->setAccessibleName(sentence);
    QAccessibleEvent event(m_job, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void StatusStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().window());
    painter.setPen(colour(Tone::Line, palette()));
    painter.drawLine(rect().topLeft(), rect().topRight());
}
