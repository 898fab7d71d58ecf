// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector.h"

#include "model/base/text.h"
#include "model/items/keytreemodel.h"
#include "ui/filepanel.h"
#include "ui/handtext.h"
#include "ui/verdictlook.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {
QString shapesText(const HandPairs &pairs)
{
    const auto shown = [](const Shape &shape) { return QString::fromStdString(shapeList(shape)); };
    return pairs.fits() ? Inspector::tr("✓ %1 fits").arg(shown(pairs.given))
                        : Inspector::tr("≠ %1 does not fit %2").arg(shown(pairs.given), shown(pairs.wanted));
}
}

Inspector::Inspector(QWidget *parent)
    : QStackedWidget(parent)
    , m_scroll(new QScrollArea(this))
    , m_file(new FilePanel(this))
    , m_switches(new QWidget(this))
{
    setObjectName(u"inspector"_s);
    setAccessibleName(tr("Inspector"));
    m_scroll->setAccessibleName(tr("About the selected key"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setBackgroundRole(QPalette::Window);
    addWidget(m_scroll);
    addWidget(m_file);
    makeSwitches();
    showIndex(nullptr, {});
}

void Inspector::makeSwitches()
{
    m_switches->setAccessibleName(tr("Side of the inspector"));
    auto *row = new QHBoxLayout(m_switches);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    const auto add = [&](const QString &name, const QString &text, const QString &help, int page) {
        auto *button = new QPushButton(text, m_switches);
        button->setObjectName(name);
        button->setAccessibleName(help);
        button->setToolTip(help);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setChecked(page == 0);
        button->setProperty("link", true);
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, page] { setCurrentIndex(page); });
    };
    add(u"inspectKey"_s, tr("Key"), tr("Show what is known of the selected key"), 0);
    add(u"inspectFile"_s, tr("File"), tr("Show the file's other objects and what its pickle names"), 1);
}

void Inspector::setCheckpoint(const std::shared_ptr<const Checkpoint> &checkpoint)
{
    m_file->setCheckpoint(checkpoint);
}

FactsPage *Inspector::startPage()
{
    m_looking.cancel();
    m_near = m_ties = nullptr;
    auto *page = new FactsPage;
    m_scroll->setWidget(page);
    return page;
}

void Inspector::showIndex(const std::shared_ptr<const Plan> &plan, const QModelIndex &index)
{
    if (!plan || !index.isValid()) {
        FactsPage *page = startPage();
        page->addText(tr("Select a key to see what it is, where it comes from and what becomes of it."), Tone::Muted);
        page->column()->addStretch();
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
    if (const auto *keys = qobject_cast<const KeyTreeModel *>(index.model()))
        lookAround(keys->tree(), keys->nodeAt(index));
}

void Inspector::showKey(const KeyFacts &facts)
{
    FactsPage *page = startPage();
    page->addKey(facts.title, true);
    page->addText(facts.summary, Tone::Muted);
    const VerdictLook how = look(facts.verdict);
    if (facts.verdict != KeyVerdict::None) {
        const QString word = verdictText(facts.verdict);
        page->addText(u"%1 %2"_s.arg(how.sign, facts.verdictText.isEmpty() ? word : facts.verdictText), how.tone);
    }
    if (!facts.problem.isEmpty())
        page->addText(u"⚠ "_s + facts.problem, Tone::Unexpected);
    m_isMissing = facts.verdict == KeyVerdict::Missing;
    const auto part = [&] {
        auto *below = new FactsPage(page);
        below->column()->setContentsMargins(0, 0, 0, 0);
        page->column()->addWidget(below);
        return below;
    };
    if (m_isMissing || facts.verdict == KeyVerdict::Unexpected) {
        m_near = part();
        m_near->addHeading(m_isMissing ? tr("Unexpected keys most like it") : tr("Missing keys most like it"));
    }
    if (!facts.chain.empty()) {
        page->addHeading(tr("Where it comes from"));
        page->addLines(facts.chain);
    }
    if (!facts.facts.empty()) {
        page->addHeading(tr("In the file"));
        page->addLines(facts.facts);
    }
    m_ties = part();
    page->column()->addStretch();
}

/// In a file of a million keys this takes longer than a frame, so what it finds comes later.
void Inspector::lookAround(const std::shared_ptr<const KeyTree> &tree, quint32 node)
{
    m_looking.start([tree, node](Progress &) { return keyKin(tree, node); },
                    [this](const KeyKin &kin) { showKin(kin); });
}

void Inspector::showKin(const KeyKin &kin)
{
    if (m_near)
        showLikely(kin.likely);
    if (!m_ties)
        return;
    showNames(m_ties, tr("Shares its bytes with"), kin.sharing);
    showNames(m_ties, tr("Tied in the target with"), kin.tied);
}

void Inspector::showLikely(const std::vector<HandPairs> &likely)
{
    if (likely.empty()) {
        m_near->addText(m_isMissing ? tr("No unexpected key has its shape, or its rank and last name.")
                                    : tr("No missing key has its shape, or its rank and last name."),
                        Tone::Muted);
        return;
    }
    for (const HandPairs &pairs : likely)
        m_near->column()->addWidget(likelyRow(pairs));
}

/// A key to go to, whether it fits, and a button that pairs.
QWidget *Inspector::likelyRow(const HandPairs &pairs)
{
    const QString key = displayName(m_isMissing ? pairs.from : pairs.to);
    auto *row = new QWidget(m_near);
    row->setAccessibleName(key);
    auto *column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new KeyLabel(key, false, row));
    auto *line = new QHBoxLayout;
    line->setSpacing(Metrics(*this).gap);
    auto *fits = new QLabel(shapesText(pairs), row);
    fits->setFont(smallFont(font()));
    fits->setWordWrap(true);
    tint(fits, pairs.fits() ? Tone::Loaded : Tone::Mismatch);
    line->addWidget(fits, 1);
    const auto add = [&](const QString &name, const QString &text, const QString &help, const auto &run) {
        auto *button = new QPushButton(text, row);
        button->setObjectName(name);
        button->setAccessibleName(help);
        button->setToolTip(help);
        button->setProperty("link", true);
        button->setAutoDefault(true); // Enter presses it
        line->addWidget(button);
        connect(button, &QPushButton::clicked, this, run);
    };
    add(u"nearGo"_s, tr("Show"), tr("Go to %1").arg(key), [this, key] { Q_EMIT goToRequested(key); });
    add(u"nearPair"_s, tr("Pair"), undoText(pairs), [this, pairs] { Q_EMIT pairChosen(pairs); });
    column->addLayout(line);
    return row;
}

void Inspector::showNames(FactsPage *page, const QString &heading, const KeyNames &names)
{
    if (names.count == 0)
        return;
    page->addHeading(heading);
    for (const Name &name : names.names)
        page->addKey(displayName(name), false);
    if (const qint64 rest = names.count - qint64(names.names.size()); rest > 0)
        page->addText(rest == 1 ? tr("and 1 more") : tr("and %1 more").arg(exactText(rest)), Tone::Muted);
}

void Inspector::addCounts(FactsPage *page, std::span<const qint64> counts)
{
    for (std::size_t at = 0; at < counts.size(); ++at) {
        if (counts[at] == 0)
            continue;
        const VerdictLook how = look(KeyVerdict(at));
        const QString word = at == 0 ? tr("keys") : verdictText(KeyVerdict(at));
        page->addText(u"%1 %2 %3"_s.arg(how.sign, exactText(counts[at]), word).trimmed(), how.tone);
    }
}

void Inspector::showTotals(const KeyTotals &totals)
{
    FactsPage *page = startPage();
    page->addHeading(tr("%1 rows selected").arg(exactText(totals.rows)));
    page->addText(tr("%1 parameters · %2").arg(exactText(totals.parameters), bytesText(totals.bytes)), Tone::Muted);
    page->addHeading(totals.keys == 1 ? tr("1 key in them") : tr("%1 keys in them").arg(exactText(totals.keys)));
    addCounts(page, totals.counts);
    page->column()->addStretch();
}

void Inspector::showGroup(const QModelIndex &index)
{
    FactsPage *page = startPage();
    const QString target = index.data(KeyTreeModel::TargetNameRole).toString();
    const QString source = index.data(KeyTreeModel::SourceNameRole).toString();
    page->addKey(target.isEmpty() ? source : target, true);
    const auto number = [&](KeyTreeModel::Column at) {
        return index.siblingAtColumn(at).data(KeyTreeModel::SortRole).toLongLong();
    };
    page->addText(tr("%1 parameters · %2")
                      .arg(exactText(number(KeyTreeModel::Parameters)), bytesText(number(KeyTreeModel::Bytes))),
                  Tone::Muted);
    if (const int members = index.data(KeyTreeModel::FamilyRole).toInt())
        page->addText(tr("%1 rows that are alike, %2 parameters each")
                          .arg(members)
                          .arg(exactText(number(KeyTreeModel::Parameters) / members)),
                      Tone::Muted);
    if (const int rows = index.data(KeyTreeModel::StretchRole).toInt())
        page->addText(
            tr("%1 rows that follow each other: this level has too many to show them all at once").arg(exactText(rows)),
            Tone::Muted);
    page->addHeading(tr("Below"));
    addCounts(page, index.data(KeyTreeModel::CountsRole).value<QList<qint64>>());
    if (!source.isEmpty() && source != target)
        page->addLines({{tr("from"), source, true}});
    page->column()->addStretch();
}
