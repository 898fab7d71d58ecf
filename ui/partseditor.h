// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/fieldeditor.h"

/// What is joined, as YAML, and a button that adds a checkpoint of the disk to it.
class PartsEditor final : public FieldEditor
{
    Q_OBJECT

public:
    PartsEditor(const FieldInfo &info, QWidget *parent);
    Result<Node> value() const override { return m_text->value(); }
    void setValue(const std::optional<Node> &value) override { m_text->setValue(value); }
    void completeFrom(const KeyCompletion *keys) override { m_text->completeFrom(keys); }
    /// Behind the parts that are there; behind the source itself where there are none.
    void addFile(const QString &path);

private:
    void browse();

    FieldEditor *m_text;
};
