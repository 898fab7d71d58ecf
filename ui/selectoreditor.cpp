// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/selectoreditor.h"

#include "model/recipe/yaml.h"
#include "ui/completer.h"
#include "ui/keycompletion.h"
#include "ui/theme.h"
#include "ui/yamlcompletion.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
/// The kinds of match that one line of text can say.
constexpr std::array<const char *, 8> simpleKinds{"contains", "prefix", "suffix",   "exact",
                                                  "glob",     "regex",  "template", "dtype"};

bool isSimpleText(const std::string &text)
{
    return !text.empty() && text.front() != '[' && text.find(',') == std::string::npos && text.front() != ' '
        && text.back() != ' ';
}

bool isTexts(const Node &node)
{
    return node.isScalar() || (node.isList() && std::all_of(node.items.begin(), node.items.end(), [](const Node &item) {
                                   return item.isScalar();
                               }));
}
}

Result<Node> textsFromLine(const QString &line)
{
    const QString text = line.trimmed();
    if (text.startsWith(u'['))
        return parseYaml(text.toStdString());
    std::vector<Node> items;
    for (const QString &item : text.split(u',')) {
        if (!item.trimmed().isEmpty())
            items.push_back(Node::scalar(item.trimmed().toStdString()));
    }
    if (items.empty())
        return Node();
    return items.size() == 1 ? items.front() : Node::list(std::move(items));
}

QString lineFromTexts(const Node &node)
{
    const std::vector<Node> items = node.isScalar() ? std::vector<Node>{node} : node.items;
    QStringList texts;
    for (const Node &item : items) {
        if (!item.isScalar() || !isSimpleText(item.text))
            return QString::fromStdString(flowText(Node::list(items)));
        texts << QString::fromStdString(item.text);
    }
    return texts.join(u", "_s);
}

SelectorEditor::SelectorEditor(const FieldInfo &info, QWidget *parent)
    : FieldEditor(parent)
    , m_kind(new QComboBox(this))
    , m_text(new QLineEdit(this))
{
    if (!info.isMain)
        m_kind->addItem(tr("all rows"), QString());
    for (const char *kind : simpleKinds)
        m_kind->addItem(QLatin1StringView(kind), QLatin1StringView(kind));
    m_kind->addItem(tr("written out…"), u"yaml"_s);
    m_kind->setAccessibleName(tr("%1: kind of match").arg(fieldText(info.name)));
    m_kind->setToolTip(fieldText(info.help));
    m_text->setAccessibleName(tr("%1: texts to match").arg(fieldText(info.name)));
    m_text->setFont(fixedFont(font()));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_kind);
    column->addWidget(m_text);
    setFocusProxy(m_text);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        showPlaceholder();
        Q_EMIT changed();
    });
    connect(m_text, &QLineEdit::textEdited, this, &FieldEditor::changed);
    showPlaceholder();
}

bool SelectorEditor::isWrittenOut() const
{
    return m_kind->currentData().toString() == "yaml"_L1;
}

void SelectorEditor::showPlaceholder()
{
    const QString kind = m_kind->currentData().toString();
    m_text->setVisible(!kind.isEmpty());
    m_text->setPlaceholderText(isWrittenOut()              ? u"{suffix: .weight, ndim: 2}"_s
                                   : kind == "dtype"_L1    ? u"float32, bfloat16"_s
                                   : kind == "regex"_L1    ? u"layers\\.[0-9]+\\."_s
                                   : kind == "glob"_L1     ? u"*.running_mean"_s
                                   : kind == "template"_L1 ? u"layers.{i}.{rest:**}"_s
                                                           : tr("one text, or several with commas"));
}

void SelectorEditor::completeFrom(const KeyCompletion *keys)
{
    new Completer(m_text, [this, keys](const QString &before) {
        const QString kind = m_kind->currentData().toString();
        // What a selector says in YAML says its kind itself.
        return valueCompletions(isWrittenOut() ? before : kind + u": "_s + before, "exact", *keys);
    });
}

Result<Node> SelectorEditor::value() const
{
    const QString kind = m_kind->currentData().toString();
    const QString text = m_text->text();
    if (kind.isEmpty() || text.trimmed().isEmpty())
        return Node();
    if (isWrittenOut())
        return parseYaml(text.toStdString());
    Result<Node> texts = textsFromLine(text);
    if (!texts || texts->isNull())
        return texts;
    return Node::map({{kind.toStdString(), std::move(*texts)}});
}

void SelectorEditor::setValue(const std::optional<Node> &value)
{
    const QSignalBlocker quiet(m_kind);
    if (!value || value->isNull()) {
        m_kind->setCurrentIndex(0);
        m_text->clear();
    } else if (isTexts(*value)) { // bare text means exact
        m_kind->setCurrentIndex(m_kind->findData(u"exact"_s));
        m_text->setText(lineFromTexts(*value));
    } else {
        const bool isOne = value->isMap() && value->entries.size() == 1 && isTexts(value->entries.front().second);
        const int known = isOne ? m_kind->findData(QString::fromStdString(value->entries.front().first)) : -1;
        m_kind->setCurrentIndex(known >= 0 ? known : m_kind->findData(u"yaml"_s));
        m_text->setText(known >= 0 ? lineFromTexts(value->entries.front().second)
                                   : QString::fromStdString(flowText(*value)));
    }
    m_text->setCursorPosition(0);
    showPlaceholder();
}
