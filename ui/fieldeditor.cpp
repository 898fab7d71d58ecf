// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fieldeditor.h"

#include "model/recipe/yaml.h"
#include "ui/completer.h"
#include "ui/keycompletion.h"
#include "ui/partseditor.h"
#include "ui/selectoreditor.h"
#include "ui/theme.h"
#include "ui/yamlcompletion.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

QString fieldText(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

namespace {
QHBoxLayout *bareRow(QWidget *parent)
{
    auto *row = new QHBoxLayout(parent);
    row->setContentsMargins(0, 0, 0, 0);
    return row;
}

/// A line that leaves undo to the window: what is typed is an edit of the recipe, undone there with its name.
class FieldLine final : public QLineEdit
{
public:
    using QLineEdit::QLineEdit;

protected:
    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::ShortcutOverride) {
            const auto *key = static_cast<QKeyEvent *>(event);
            if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
                event->ignore();
                return true;
            }
        }
        return QLineEdit::event(event);
    }
};

class BoolEditor final : public FieldEditor
{
public:
    BoolEditor(const FieldInfo &info, QWidget *parent)
        : FieldEditor(parent)
        , m_box(new QCheckBox(fieldText(info.name), this))
        , m_default(info.defaultText == "true")
    {
        m_box->setAccessibleName(fieldText(info.name));
        m_box->setToolTip(fieldText(info.help));
        bareRow(this)->addWidget(m_box);
        setFocusProxy(m_box);
        connect(m_box, &QCheckBox::toggled, this, &FieldEditor::changed);
    }
    Result<Node> value() const override
    {
        return m_box->isChecked() == m_default ? Node() : Node::scalar(m_box->isChecked() ? "true" : "false");
    }
    void setValue(const std::optional<Node> &value) override
    {
        const QSignalBlocker quiet(m_box);
        m_box->setChecked(value ? value->text == "true" : m_default);
    }

private:
    QCheckBox *m_box;
    bool m_default;
};

class ChoiceEditor final : public FieldEditor
{
public:
    ChoiceEditor(const FieldInfo &info, QWidget *parent)
        : FieldEditor(parent)
        , m_box(new QComboBox(this))
        , m_default(fieldText(info.defaultText))
    {
        if (m_default.isEmpty())
            m_box->addItem(QString());
        for (const std::string_view choice : info.choices)
            m_box->addItem(fieldText(choice));
        m_box->setAccessibleName(fieldText(info.name));
        m_box->setToolTip(fieldText(info.help));
        bareRow(this)->addWidget(m_box, 1);
        setFocusProxy(m_box);
        connect(m_box, &QComboBox::currentIndexChanged, this, &FieldEditor::changed);
    }
    Result<Node> value() const override
    {
        const QString text = m_box->currentText();
        return text == m_default ? Node() : Node::scalar(text.toStdString());
    }
    void setValue(const std::optional<Node> &value) override
    {
        const QSignalBlocker quiet(m_box);
        m_box->setCurrentText(value ? QString::fromStdString(value->text) : m_default);
    }

private:
    QComboBox *m_box;
    QString m_default;
};

/// One text, number or path; or several texts with commas between them.
class LineEditor final : public FieldEditor
{
public:
    LineEditor(const FieldInfo &info, QWidget *parent)
        : FieldEditor(parent)
        , m_line(new FieldLine(this))
        , m_info(info)
        , m_isList(info.type == FieldType::Texts)
        , m_isRequired(info.isRequired)
    {
        m_line->setAccessibleName(fieldText(info.name));
        m_line->setToolTip(fieldText(info.help));
        m_line->setFont(fixedFont(font()));
        m_line->setPlaceholderText(fieldText(info.defaultText));
        if (!info.choices.empty()) {
            new Completer(m_line, [words = info.choices](const QString &before) { return wordsFrom(words, before); });
        }
        bareRow(this)->addWidget(m_line, 1);
        setFocusProxy(m_line);
        connect(m_line, &QLineEdit::textEdited, this, [this] {
            m_wasEdited = true;
            Q_EMIT changed();
        });
    }
    Result<Node> value() const override
    {
        const QString text = m_line->text();
        if (text.isEmpty()) {
            // An empty text is a value of its own where one must be given: rename to nothing.
            Node empty = Node::scalar({});
            empty.quoted = true;
            return m_isRequired && m_wasEdited && !m_isList ? empty : Node();
        }
        return m_isList ? textsFromLine(text) : Node::scalar(text.toStdString());
    }
    void completeFrom(const KeyCompletion *keys) override
    {
        if (!KeyCompletion::knows(m_info.name) || !m_info.choices.empty())
            return;
        new Completer(m_line,
                      [keys, field = m_info.name](const QString &before) { return keys->forField(field, {}, before); });
    }
    void setValue(const std::optional<Node> &value) override
    {
        m_wasEdited = value.has_value();
        m_line->setText(!value ? QString() : m_isList ? lineFromTexts(*value) : scalarLine(*value));
        m_line->setCursorPosition(0);
    }

private:
    static QString scalarLine(const Node &node)
    {
        return node.kind == Node::Kind::Scalar ? QString::fromStdString(node.text)
                                               : QString::fromStdString(flowText(node));
    }

    QLineEdit *m_line;
    FieldInfo m_info;
    bool m_isList;
    bool m_isRequired;
    bool m_wasEdited = false;
};

/// Anything with structure, as YAML.
class YamlEditor final : public FieldEditor
{
public:
    YamlEditor(const FieldInfo &info, QWidget *parent)
        : FieldEditor(parent)
        , m_text(new QPlainTextEdit(this))
        , m_isPairs(info.type == FieldType::Pairs)
    {
        m_text->setAccessibleName(fieldText(info.name));
        m_text->setToolTip(fieldText(info.help));
        m_text->setFont(fixedFont(font()));
        m_text->setTabChangesFocus(true);
        m_text->setPlaceholderText(info.type == FieldType::Pairs ? u"old: new"_s : fieldText(info.defaultText));
        constexpr int lines = 3;
        m_text->setFixedHeight(QFontMetrics(m_text->font()).lineSpacing() * lines + Metrics(*this).padding);
        bareRow(this)->addWidget(m_text, 1);
        setFocusProxy(m_text);
        connect(m_text, &QPlainTextEdit::textChanged, this, &FieldEditor::changed);
    }
    Result<Node> value() const override
    {
        const QString text = m_text->toPlainText();
        return text.trimmed().isEmpty() ? Result<Node>(Node()) : parseYaml(text.toStdString());
    }
    void completeFrom(const KeyCompletion *keys) override
    {
        new Completer(m_text, [keys, isPairs = m_isPairs](const QString &before) {
            const QString line = before.mid(before.lastIndexOf(u'\n') + 1);
            if (isPairs) // old: new
                return keys->forField(line.contains(": "_L1) ? "to" : "exact", {}, line);
            return valueCompletions(before, "exact", *keys);
        });
    }
    void setValue(const std::optional<Node> &value) override
    {
        const QSignalBlocker quiet(m_text);
        m_text->setPlainText(value ? written(*value) : QString());
    }

private:
    static QString written(const Node &node)
    {
        if (node.kind != Node::Kind::Map)
            return QString::fromStdString(flowText(node));
        QStringList lines;
        for (const auto &[key, value] : node.entries) {
            lines << QString::fromStdString(scalarText(Node::scalar(key), Surroundings::Block) + ": "
                                            + flowText(value));
        }
        return lines.join(u'\n');
    }

    QPlainTextEdit *m_text;
    bool m_isPairs;
};
}

FieldEditor *makeFieldEditor(const FieldInfo &info, QWidget *parent)
{
    switch (info.type) {
    case FieldType::Bool: return new BoolEditor(info, parent);
    case FieldType::Choice: return new ChoiceEditor(info, parent);
    case FieldType::Integer:
    case FieldType::Number:
    case FieldType::Text:
    case FieldType::Path:
    case FieldType::Texts: return new LineEditor(info, parent);
    case FieldType::Parts: return new PartsEditor(info, parent);
    case FieldType::Selector: return new SelectorEditor(info, parent);
    case FieldType::Sizes:
    case FieldType::Pairs:
    case FieldType::Any: return new YamlEditor(info, parent);
    }
    Q_UNREACHABLE();
}
