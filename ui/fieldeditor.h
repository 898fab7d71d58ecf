// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/step.h"

#include <QWidget>

class KeyCompletion;

/// Edits one field of a step as YAML data. Made from the field's description alone.
class FieldEditor : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// What is entered; a null node stands for the default. An error when the text cannot be read as data.
    virtual Result<Node> value() const = 0;
    /// Show a value; nothing shows the default. Emits no signal.
    virtual void setValue(const std::optional<Node> &value) = 0;
    /// Offer keys while the user types, where the field holds any. `keys` outlives the editor.
    virtual void completeFrom(const KeyCompletion *keys) { Q_UNUSED(keys) }

Q_SIGNALS:
    void changed();
};

/// The editor that suits the field's type, with its accessible name and help.
FieldEditor *makeFieldEditor(const FieldInfo &info, QWidget *parent);

/// Text from a field description.
QString fieldText(std::string_view text);
