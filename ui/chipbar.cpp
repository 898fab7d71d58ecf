// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chipbar.h"

#include "model/base/text.h"
#include "ui/textpaint.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace {
VerdictSet differences()
{
    VerdictSet set;
    for (std::size_t verdict = 0; verdict < keyVerdictCount; ++verdict) {
        if (isDifference(KeyVerdict(verdict)))
            set.insert(KeyVerdict(verdict));
    }
    return set;
}
}

ChipButton::ChipButton(const QString &word, Tone tone, QWidget *parent) : QAbstractButton(parent), m_tone(tone)
{
    setText(word);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    setCount(0);
}

void ChipButton::setCount(qint64 count)
{
    m_count = exactText(count);
    setAccessibleName(tr("%1: %2 keys").arg(text(), m_count));
    setToolTip(tr("Show only these rows."));
    updateGeometry();
    update();
}

QSize ChipButton::sizeHint() const
{
    const Metrics m(*this);
    const int text = fontMetrics().horizontalAdvance(this->text() + u' ') + tabularWidth(m_count, fontMetrics());
    return {text + 2 * m.h * 8 / 10, m.h * 3 / 2 + 1};
}

QSize ChipButton::minimumSizeHint() const
{
    const int h = Metrics(*this).h;
    return {h * 3 + tabularWidth(m_count, fontMetrics()), sizeHint().height()}; // the word is cut before the count
}

void ChipButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF pill = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool marked = isChecked() || hasFocus();
    painter.setPen(marked ? QPen(colour(Tone::Accent, palette()), 1) : QPen(Qt::NoPen));
    painter.setBrush(colour(isChecked() || underMouse() ? Tone::Selection : Tone::Chip, palette()));
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    const int inset = Metrics(*this).h * 8 / 10;
    const QRect text = rect().adjusted(inset, 0, -inset, 0);
    painter.setPen(colour(m_tone, palette()));
    const int room = text.width() - tabularWidth(m_count + u' ', fontMetrics());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                     width() >= sizeHint().width()
                         ? this->text()
                         : fontMetrics().elidedText(this->text(), Qt::ElideRight, qMax(room, 0)));
    painter.setPen(colour(Tone::Muted, palette()));
    drawTabular(painter, text, m_count);
}

ChipBar::ChipBar(QWidget *parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    setAccessibleName(tr("Filter by verdict"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Metrics(*this).gap);
    add(tr("All"), Tone::Text, {}, true);
    add(tr("Differences"), Tone::Text, differences(), true);
    add(tr("Loaded"), Tone::Loaded, {KeyVerdict::Loaded, KeyVerdict::MissingTied, KeyVerdict::DTypeDiffers}, true);
    add(tr("Adapted"), Tone::Adapted, {KeyVerdict::Adapted}, false);
    add(tr("Created"), Tone::Adapted, {KeyVerdict::Created}, false);
    add(tr("Filled"), Tone::Adapted, {KeyVerdict::Filled}, false);
    add(tr("Mismatch"), Tone::Mismatch, {KeyVerdict::SizeMismatch}, true);
    add(tr("Missing"), Tone::Missing, {KeyVerdict::Missing}, true);
    add(tr("Collided"), Tone::Missing, {KeyVerdict::Collided}, false);
    add(tr("Unexpected"), Tone::Unexpected, {KeyVerdict::Unexpected}, true);
    add(tr("Skipped"), Tone::Dropped, {KeyVerdict::Skipped, KeyVerdict::Ignored}, false);
    add(tr("Dropped"), Tone::Dropped, {KeyVerdict::Dropped}, true);
    row->addStretch();
    m_chips.front().button->setChecked(true);
    connect(m_group, &QButtonGroup::buttonToggled, this, [this](QAbstractButton *, bool on) {
        if (on)
            Q_EMIT chosenChanged();
    });
}

void ChipBar::add(const QString &word, Tone tone, VerdictSet verdicts, bool isCommon)
{
    auto *button = new ChipButton(word, tone, this);
    m_group->addButton(button);
    layout()->addWidget(button);
    m_chips.push_back({.verdicts = verdicts, .isCommon = isCommon, .button = button});
}

void ChipBar::setCounts(const VerdictCounts &counts, bool hasTarget)
{
    for (std::size_t at = 0; at < m_chips.size(); ++at) {
        Chip &chip = m_chips[at];
        qint64 sum = 0;
        for (std::size_t verdict = 0; verdict < counts.size(); ++verdict) {
            if (at == 0 || chip.verdicts.contains(KeyVerdict(verdict)))
                sum += counts[verdict];
        }
        chip.button->setCount(sum);
        chip.isEmpty = sum == 0;
        chip.isWanted = at == 0 || sum > 0 || (hasTarget && chip.isCommon);
    }
    fit();
}

/// Where there is not room for all, those that nothing has go before words are cut.
void ChipBar::fit()
{
    int needed = 0;
    const auto widthOf = [this](const Chip &chip) { return chip.button->sizeHint().width() + layout()->spacing(); };
    for (const Chip &chip : m_chips)
        needed += chip.isWanted || chip.button->isChecked() ? widthOf(chip) : 0;
    for (auto chip = m_chips.rbegin(); chip != m_chips.rend(); ++chip) {
        const bool isDispensable = chip->isWanted && chip->isEmpty && !chip->button->isChecked() && !isFirst(*chip);
        const bool isLeftOut = isDispensable && needed > width() + layout()->spacing();
        needed -= isLeftOut ? widthOf(*chip) : 0;
        chip->button->setVisible((chip->isWanted && !isLeftOut) || chip->button->isChecked());
    }
}

void ChipBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

VerdictSet ChipBar::chosen() const
{
    for (const Chip &chip : m_chips) {
        if (chip.button->isChecked())
            return chip.verdicts;
    }
    return {};
}

void ChipBar::chooseAll()
{
    m_chips.front().button->setChecked(true);
}

void ChipBar::showOnlyDifferences(bool only)
{
    m_chips[only ? 1 : 0].button->setChecked(true);
}

bool ChipBar::isOnlyDifferences() const
{
    return m_chips[1].button->isChecked();
}
