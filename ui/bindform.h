// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

#include <QWidget>

class FieldEditor;
class KeyCompletion;
class QLabel;

/// The editor of the bind policy: what is skipped, what may be missing or unexpected, what other shapes mean.
class BindForm final : public QWidget
{
    Q_OBJECT

public:
    BindForm(const Bind &bind, QWidget *parent);
    void setBind(const Bind &bind);
    void completeFrom(const KeyCompletion *keys);

Q_SIGNALS:
    void bindChanged(const Bind &bind, const QString &field);
    void finished();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void edited(std::size_t field);

    Bind m_bind;
    std::vector<FieldEditor *> m_editors;
    QLabel *m_error;
};
