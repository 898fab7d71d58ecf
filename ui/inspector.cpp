// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector.h"

#include "model/base/text.h"
#include "model/items/keytreemodel.h"
#include "ui/verdictlook.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QTextLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

KeyLabel::KeyLabel(const QString &key, bool strong, QWidget *parent)
    : QWidget(parent)
    , m_key(key)
    , m_face(fixedFont(parent->font()))
{
    m_face.setBold(strong);
    setAccessibleName(key);
    setToolTip(key);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

int KeyLabel::layoutText(int width, QPainter *painter) const
{
    QString text = m_key;
    QTextLayout layout(text.replace(u'.', u".\u200B"_s), m_face); // lines break behind a dot where they can
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    qreal height = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(qMax(width, 20));
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    if (painter)
        layout.draw(painter, {0, 0});
    return qCeil(height);
}

int KeyLabel::heightForWidth(int width) const
{
    return layoutText(width, nullptr);
}

QSize KeyLabel::sizeHint() const
{
    return {QFontMetrics(m_face).horizontalAdvance(u'0') * 20, heightForWidth(width())};
}

void KeyLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    layoutText(width(), &painter);
}

Inspector::Inspector(QWidget *parent) : QScrollArea(parent)
{
    setObjectName(u"inspector"_s);
    setAccessibleName(tr("Inspector"));
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setBackgroundRole(QPalette::Window);
    showIndex(nullptr, {});
}

QVBoxLayout *Inspector::startPage()
{
    auto *page = new QWidget;
    page->setAccessibleName(tr("Facts"));
    const Metrics m(*this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(m.padding, 2, m.padding, m.padding);
    column->setSpacing(m.gap);
    setWidget(page);
    return column;
}

void Inspector::showIndex(const std::shared_ptr<const Plan> &plan, const QModelIndex &index)
{
    if (!plan || !index.isValid()) {
        QVBoxLayout *column = startPage();
        addText(column, tr("Select a key to see what it is, where it comes from and what becomes of it."), Tone::Muted);
        column->addStretch();
        return;
    }
    if (index.data(KeyTreeModel::IsGroupRole).toBool()) {
        showGroup(index);
        return;
    }
    KeyPlace place;
    place.row = index.data(KeyTreeModel::RowIndexRole).toLongLong();
    place.target = index.data(KeyTreeModel::TargetIndexRole).toLongLong();
    if (place.row < 0)
        place.dropped = index.data(KeyTreeModel::DroppedIndexRole).toLongLong();
    showKey(keyFacts(*plan, place, index.data(KeyTreeModel::VerdictRole).value<KeyVerdict>()));
}

void Inspector::showKey(const KeyFacts &facts)
{
    QVBoxLayout *column = startPage();
    column->addWidget(new KeyLabel(facts.title, true, this));
    addText(column, facts.summary, Tone::Muted);
    const VerdictLook how = look(facts.verdict);
    if (facts.verdict != KeyVerdict::None) {
        const QString word = verdictText(facts.verdict);
        addText(column,
                facts.verdictText.isEmpty() ? u"%1 %2"_s.arg(how.sign, word)
                                            : u"%1 %2"_s.arg(how.sign, facts.verdictText),
                how.tone);
    }
    if (!facts.problem.isEmpty())
        addText(column, u"⚠ "_s + facts.problem, Tone::Unexpected);
    if (!facts.chain.empty()) {
        addHeading(column, tr("Where it comes from"));
        addLines(column, facts.chain);
    }
    if (!facts.facts.empty()) {
        addHeading(column, tr("In the file"));
        addLines(column, facts.facts);
    }
    column->addStretch();
}

void Inspector::showGroup(const QModelIndex &index)
{
    QVBoxLayout *column = startPage();
    const QString target = index.data(KeyTreeModel::TargetNameRole).toString();
    const QString source = index.data(KeyTreeModel::SourceNameRole).toString();
    column->addWidget(new KeyLabel(target.isEmpty() ? source : target, true, this));
    const auto number = [&](KeyTreeModel::Column at) {
        return index.siblingAtColumn(at).data(KeyTreeModel::SortRole).toLongLong();
    };
    addText(column,
            tr("%1 parameters · %2")
                .arg(exactText(number(KeyTreeModel::Parameters)), bytesText(number(KeyTreeModel::Bytes))),
            Tone::Muted);
    addHeading(column, tr("Below"));
    const auto counts = index.data(KeyTreeModel::CountsRole).value<QList<qint64>>();
    for (qsizetype at = 0; at < counts.size(); ++at) {
        if (counts[at] == 0)
            continue;
        const VerdictLook how = look(KeyVerdict(at));
        const QString word = at == 0 ? tr("keys") : verdictText(KeyVerdict(at));
        addText(column, u"%1 %2 %3"_s.arg(how.sign, exactText(counts[at]), word).trimmed(), how.tone);
    }
    if (!source.isEmpty() && source != target)
        addLines(column, {{tr("from"), source, true}});
    column->addStretch();
}

void Inspector::addHeading(QVBoxLayout *column, const QString &text)
{
    auto *label = new QLabel(text, this);
    label->setFont(headingFont(font()));
    label->setForegroundRole(QPalette::PlaceholderText);
    column->addSpacing(Metrics(*this).gap);
    column->addWidget(label);
}

QLabel *Inspector::addText(QVBoxLayout *column, const QString &text, Tone tone)
{
    auto *label = new QLabel(text, this);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    tint(label, tone);
    column->addWidget(label);
    return label;
}

void Inspector::addLines(QVBoxLayout *column, const std::vector<FactLine> &lines)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(Metrics(*this).padding);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    int at = 0;
    for (const FactLine &line : lines) {
        auto *label = new QLabel(line.label, this);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setFont(smallFont(font()));
        grid->addWidget(label, at, 0, Qt::AlignTop | Qt::AlignLeft);
        if (line.isCode) {
            grid->addWidget(new KeyLabel(line.text, false, this), at++, 1);
            continue;
        }
        auto *text = new QLabel(line.text, this);
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        grid->addWidget(text, at++, 1);
    }
    column->addLayout(grid);
}
