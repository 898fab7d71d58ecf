// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bindform.h"

#include "model/base/text.h"
#include "model/recipe/bindcodec.h"
#include "ui/fieldeditor.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
constexpr std::string_view counters = "counters"; ///< the field that no list is, and yet has a count

/// As a person names it: “head.”, or the selector in words.
QString itemText(const Node &item)
{
    if (item.isScalar())
        return BindForm::tr("“%1”").arg(displayName(item.text));
    const Result<Selector> selector = Selector::parse(item);
    return selector ? selector->text() : QString();
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
    for (const FieldInfo &info : bindFields())
        addField(info, grid);
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
    for (const auto &[name, editor] : m_editors)
        editor->setValue(bindField(m_bind, name));
}

void BindForm::addField(const FieldInfo &info, QGridLayout *grid)
{
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
    connect(editor, &FieldEditor::changed, this, [this, name = info.name] { edited(name); });
    m_editors.emplace_back(info.name, editor);
    if (info.type == FieldType::Texts || info.name == counters)
        addCounts(info, grid);
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
    grid->addWidget(label, grid->rowCount(), 0, 1, 2); // a key is long
    m_counts[info.name] = label;
}

void BindForm::countOn(const std::shared_ptr<const Plan> &plan)
{
    if (!plan || !plan->target) {
        m_counting.cancel();
        for (const auto &[name, label] : m_counts)
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
    showCounts("skip", bind.skip, counts.skip);
    showCounts("ignore-missing", bind.ignoreMissing, counts.ignoreMissing);
    showCounts("ignore-unexpected", bind.ignoreUnexpected, counts.ignoreUnexpected);
    showCounts("expect-missing", bind.expectMissing, counts.expectMissing);
    QLabel *label = m_counts[counters];
    label->setText(counts.counters == 1 ? tr("1 counter of the target is missing")
                                        : tr("%1 counters of the target are missing").arg(exactText(counts.counters)));
    tint(label, Tone::Muted);
    label->setVisible(counts.counters > 0);
}

/// "“head.”: 2 keys · ⚠ “fc”: no key".
void BindForm::showCounts(std::string_view field, const std::vector<Node> &items, const std::vector<qint64> &counts)
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
    for (const auto &[name, editor] : m_editors) {
        if (const auto value = bindField(bind, name); value != bindField(m_bind, name))
            editor->setValue(value);
    }
    m_bind = bind;
}

void BindForm::completeFrom(const KeyCompletion *keys)
{
    for (const auto &[name, editor] : m_editors)
        editor->completeFrom(keys);
}

void BindForm::edited(std::string_view field)
{
    const auto editor =
        std::find_if(m_editors.begin(), m_editors.end(), [field](const auto &named) { return named.first == field; });
    const Result<Node> value = editor->second->value();
    const Result<Bind> bind = value ? withBindField(m_bind, field, *value) : Result<Bind>(value.error());
    m_error->setVisible(!bind);
    if (!bind) {
        tint(m_error, Tone::Missing);
        m_error->setText(u"✗ "_s + bind.error().message);
        return;
    }
    m_bind = *bind;
    Q_EMIT bindChanged(m_bind, fieldText(field));
}

void BindForm::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT finished();
    else
        QWidget::keyPressEvent(event);
}
