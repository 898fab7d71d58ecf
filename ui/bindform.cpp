// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bindform.h"

#include "model/base/text.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/keymatch.h"
#include "ui/fieldeditor.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <array>

using namespace Qt::StringLiterals;

namespace {
FieldInfo describe(std::string_view name, FieldType type, std::string_view help, std::string_view defaultText = {},
                   std::span<const std::string_view> choices = {})
{
    FieldInfo info{};
    info.name = name;
    info.type = type;
    info.help = help;
    info.defaultText = defaultText;
    info.choices = choices;
    return info;
}

enum Field : std::size_t {
    Skip,
    IgnoreMissing,
    IgnoreUnexpected,
    ExpectMissing,
    Counters,
    Shape,
    StrictMissing,
    StrictUnexpected,
    FieldCount
};

const std::array<FieldInfo, FieldCount> &fields()
{
    static const std::array<FieldInfo, FieldCount> infos{
        describe("skip", FieldType::Texts, "Parts of target keys that are not loaded."),
        describe("ignore-missing", FieldType::Texts, "Parts of target keys that may be missing."),
        describe("ignore-unexpected", FieldType::Texts, "Parts of keys that the target need not have."),
        describe("expect-missing", FieldType::Texts, "Parts of target keys that must be missing."),
        describe("counters", FieldType::Choice, "What becomes of a missing num_batches_tracked.", "create",
                 enumWords<Bind::Counters>),
        describe("shape", FieldType::Choice, "What becomes of a key whose shape differs from the target's.", "error",
                 enumWords<Bind::ShapePolicy>),
        describe("strict.missing", FieldType::Bool, "A missing key means that the fit is not complete.", "true"),
        describe("strict.unexpected", FieldType::Bool, "An unexpected key means that the fit is not complete.",
                 "false"),
    };
    return infos;
}

std::vector<Node> itemsOf(const Node &node)
{
    if (node.isNull())
        return {};
    return node.isList() ? node.items : std::vector<Node>{node};
}

std::optional<Node> nodeOf(const std::vector<Node> &items)
{
    if (items.empty())
        return std::nullopt;
    return items.size() == 1 && items.front().isScalar() ? items.front() : Node::list(items);
}

std::vector<Node> &listOf(Bind &bind, std::size_t field)
{
    switch (field) {
    case Skip: return bind.skip;
    case IgnoreMissing: return bind.ignoreMissing;
    case IgnoreUnexpected: return bind.ignoreUnexpected;
    default: return bind.expectMissing;
    }
}

/// As a person names it: “head.”, or the selector in words.
QString itemText(const Node &item)
{
    if (item.isScalar())
        return BindForm::tr("“%1”").arg(displayName(item.text));
    const Result<Selector> selector = Selector::parse(item);
    return selector ? selector->text() : QString();
}

std::optional<Node> valueOf(Bind bind, std::size_t field)
{
    switch (field) {
    case Counters: return Codec<Bind::Counters>::print(bind.counters);
    case Shape: return Codec<Bind::ShapePolicy>::print(bind.shape);
    case StrictMissing: return Node::scalar(bind.strictMissing ? "true" : "false");
    case StrictUnexpected: return Node::scalar(bind.strictUnexpected ? "true" : "false");
    default: return nodeOf(listOf(bind, field));
    }
}

Result<Bind> withValue(Bind bind, std::size_t field, const Node &value)
{
    // An unknown word is the default, which is the first.
    const auto placeIn = [&](std::span<const std::string_view> words) {
        const auto at = std::find(words.begin(), words.end(), value.text);
        return at == words.end() ? 0 : at - words.begin();
    };
    if (field == Counters) {
        bind.counters = Bind::Counters(placeIn(enumWords<Bind::Counters>));
    } else if (field == Shape) {
        bind.shape = Bind::ShapePolicy(placeIn(enumWords<Bind::ShapePolicy>));
    } else if (field == StrictMissing) {
        bind.strictMissing = value.isNull() || value.text == "true";
    } else if (field == StrictUnexpected) {
        bind.strictUnexpected = value.text == "true";
    } else {
        const std::vector<Node> items = itemsOf(value);
        if (const auto compiled = KeyMatcher::compile(items); !compiled)
            return compiled.error();
        listOf(bind, field) = items;
    }
    return bind;
}
}

BindForm::BindForm(const Bind &bind, QWidget *parent) : QWidget(parent), m_bind(bind), m_error(new QLabel(this))
{
    setObjectName(u"bindForm"_s);
    setAccessibleName(tr("Bind policy"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(Metrics(*this).gap);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    for (std::size_t at = 0; at < FieldCount; ++at) {
        const FieldInfo &info = fields()[at];
        auto *editor = makeFieldEditor(info, this);
        editor->setObjectName(u"bind-"_s + fieldText(info.name));
        const int row = grid->rowCount();
        if (info.type != FieldType::Bool) {
            auto *label = new QLabel(fieldText(info.name), this);
            label->setForegroundRole(QPalette::PlaceholderText);
            label->setToolTip(fieldText(info.help));
            label->setBuddy(editor);
            grid->addWidget(label, row, 0);
        }
        grid->addWidget(editor, row, 1);
        connect(editor, &FieldEditor::changed, this, [this, at] { edited(at); });
        m_editors.push_back(editor);
        if (at <= Counters)
            addCounts(info, grid);
    }
    m_error->setAccessibleName(tr("Problem"));
    m_error->setWordWrap(true);
    m_error->setFont(smallFont(font()));
    m_error->hide();
    grid->addWidget(m_error, grid->rowCount(), 0, 1, 2);
    auto *done = new QPushButton(tr("Done"), this);
    done->setAccessibleName(tr("Done"));
    done->setProperty("link", true);
    connect(done, &QPushButton::clicked, this, &BindForm::finished);
    grid->addWidget(done, grid->rowCount(), 0, 1, 2, Qt::AlignRight);
    for (std::size_t at = 0; at < FieldCount; ++at)
        m_editors[at]->setValue(valueOf(m_bind, at));
}

void BindForm::addCounts(const FieldInfo &info, QGridLayout *grid)
{
    auto *label = new QLabel(this);
    label->setObjectName(u"bind-%1-counts"_s.arg(fieldText(info.name)));
    label->setAccessibleName(tr("Keys that match %1").arg(fieldText(info.name)));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setFont(smallFont(font()));
    label->hide();
    grid->addWidget(label, grid->rowCount(), 1);
    m_counts.push_back(label);
}

void BindForm::countOn(const std::shared_ptr<const Plan> &plan)
{
    if (!plan || !plan->target) {
        m_counting.cancel();
        for (QLabel *label : m_counts)
            label->hide();
        return;
    }
    m_counting.start([plan, bind = m_bind](Progress &progress) { return countBind(bind, *plan, progress); },
                     [this, bind = m_bind](const std::optional<BindCounts> &counts) {
                         if (counts)
                             showCounts(bind, *counts);
                     });
}

void BindForm::showCounts(const Bind &bind, const BindCounts &counts)
{
    showCounts(Skip, bind.skip, counts.skip);
    showCounts(IgnoreMissing, bind.ignoreMissing, counts.ignoreMissing);
    showCounts(IgnoreUnexpected, bind.ignoreUnexpected, counts.ignoreUnexpected);
    showCounts(ExpectMissing, bind.expectMissing, counts.expectMissing);
    m_counts[Counters]->setText(counts.counters == 1
                                    ? tr("1 counter of the target is missing")
                                    : tr("%1 counters of the target are missing").arg(exactText(counts.counters)));
    tint(m_counts[Counters], Tone::Muted);
    m_counts[Counters]->setVisible(counts.counters > 0);
}

/// "“head.”: 2 keys · ⚠ “fc”: no key".
void BindForm::showCounts(std::size_t field, const std::vector<Node> &items, const std::vector<qint64> &counts)
{
    QStringList parts;
    bool isAnyIdle = false;
    for (std::size_t at = 0; at < items.size(); ++at) {
        const qint64 keys = counts[at];
        isAnyIdle |= keys == 0;
        if (keys == 0)
            parts << tr("⚠ %1: no key").arg(itemText(items[at]));
        else if (keys > 0)
            parts << (keys == 1 ? tr("%1: 1 key").arg(itemText(items[at]))
                                : tr("%1: %2 keys").arg(itemText(items[at]), exactText(keys)));
    }
    QLabel *label = m_counts[field];
    label->setText(parts.join(u" · "_s));
    tint(label, isAnyIdle ? Tone::Unexpected : Tone::Muted);
    label->setVisible(!parts.isEmpty());
}

void BindForm::setBind(const Bind &bind)
{
    if (bind == m_bind)
        return;
    for (std::size_t at = 0; at < FieldCount; ++at) {
        if (valueOf(bind, at) != valueOf(m_bind, at))
            m_editors[at]->setValue(valueOf(bind, at));
    }
    m_bind = bind;
}

void BindForm::completeFrom(const KeyCompletion *keys)
{
    for (FieldEditor *editor : m_editors)
        editor->completeFrom(keys);
}

void BindForm::edited(std::size_t field)
{
    const Result<Node> value = m_editors[field]->value();
    const Result<Bind> bind = value ? withValue(m_bind, field, *value) : Result<Bind>(value.error());
    m_error->setVisible(!bind);
    if (!bind) {
        tint(m_error, Tone::Missing);
        m_error->setText(u"✗ "_s + bind.error().message);
        return;
    }
    m_bind = *bind;
    Q_EMIT bindChanged(m_bind, fieldText(fields()[field].name));
}

void BindForm::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT finished();
    else
        QWidget::keyPressEvent(event);
}
