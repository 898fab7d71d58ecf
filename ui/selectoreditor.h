// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/fieldeditor.h"

class QComboBox;
class QLineEdit;

/// Which rows: one kind of match and its texts, or the whole selector written out as YAML.
class SelectorEditor final : public FieldEditor
{
    Q_OBJECT

public:
    SelectorEditor(const FieldInfo &info, QWidget *parent);
    Result<Node> value() const override;
    void setValue(const std::optional<Node> &value) override;
    void completeFrom(const KeyCompletion *keys) override;

private:
    bool isWrittenOut() const;
    void showPlaceholder();

    QComboBox *m_kind;
    QLineEdit *m_text;
};

/// "a, b" as data: a text, or a list of texts; YAML when it begins with a bracket.
Result<Node> textsFromLine(const QString &line);
/// The inverse: commas between the texts, YAML where that would not read back.
QString lineFromTexts(const Node &node);
